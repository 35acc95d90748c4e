"""What hangs on grants: conditions, agreements, signatures, proofs, receipts, and the journal's postings."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from demo.loading.grants import LoadedGrant, Paid, archive_reference, instruction_digest
from demo.loading.moments import after, at
from demo.loading.programme import Loaded
from disbursements import bookings, shares
from disbursements.duplicates import invoice_key
from disbursements.journal import Entry, Line, LineRef
from disbursements.journal_history import load_postings
from disbursements.models import (
    Agreement,
    BudgetLine,
    Condition,
    Grant,
    Instruction,
    JustificationLine,
    OrderEvidence,
    OrderSignature,
    ProcurementLine,
    Quote,
    TrancheShare,
)
from disbursements.terms import digest, terms_of

BATCH = 500
GOODS = "Lot d’équipement"


def load_money(
    loaded: Loaded, made: list[LoadedGrant], visits: dict[tuple[int, str], Any], *, now: datetime
) -> int:
    """Make the rows that hang on grants, and book the past; return the number of postings.

    visits: by grant and visit code, the validated visit that met a condition.
    """
    if loaded.plan.call is None:
        return 0
    call = loaded.call
    weights = shares.fix_weights(call)
    instalments = [paid for one in made for paid in one.instalments]
    BudgetLine.objects.bulk_create(
        [
            BudgetLine(
                grant=one.grant,
                number=1,
                label=(one.item.plan.title or "Projet")[:200],
                amount_minor=one.grant.amount_minor,
            )
            for one in made
        ],
        batch_size=BATCH,
    )
    Condition.objects.bulk_create(
        [row for one in made for paid in one.instalments for row in _conditions(one, paid, visits)],
        batch_size=BATCH,
    )
    TrancheShare.objects.bulk_create(
        shares.shares_of([paid.tranche for paid in instalments], weights), batch_size=BATCH
    )
    _agreements(made)
    _purchases(loaded, instalments)
    _orders(loaded, instalments)
    _receipts(loaded, instalments)
    return load_postings(_entries(loaded, made, weights), recorded_at=now)


def _conditions(one: LoadedGrant, paid: Paid, visits: dict[tuple[int, str], Any]) -> Iterator[Condition]:
    for wanted in paid.row.conditions:
        kind, parameter = wanted["kind"], wanted["parameter"]
        record: Any = one.grant
        met_at = one.signed
        if kind == "destination_verified":
            account = paid.order.destination if paid.order else None
            record, met_at = account or one.grant, one.activated
        elif kind in ("visit_validated", "cash_book_seen"):
            record = visits[one.grant.pk, parameter]
            met_at = record.state_since
        elif kind == "receipts_accepted":
            before = one.instalments[paid.tranche.number - 2]
            record, met_at = before.justification, before.justified_at
        elif kind == "own_contribution":
            met_at = one.activated
        yield Condition(
            tranche=paid.tranche,
            kind=kind,
            parameter=parameter,
            missing_since=one.item.days.announced,
            met_at=met_at,
            met_kind=record._meta.label_lower,
            met_id=str(record.pk),
        )


def _agreements(made: list[LoadedGrant]) -> None:
    keys = [one.grant.pk for one in made]
    grants = Grant.objects.filter(pk__in=keys).prefetch_related("tranches__conditions", "budget_lines")
    terms = {grant.pk: terms_of(grant) for grant in grants}
    Agreement.objects.bulk_create(
        [
            Agreement(
                grant=one.grant,
                version=1,
                terms=terms[one.grant.pk],
                terms_sha256=digest(terms[one.grant.pk]),
                made_at=after(one.signed, -3),
                signed_on=one.grant.signed_on,
                method="archived",
                archive_reference=archive_reference(one),
            )
            for one in made
        ],
        batch_size=BATCH,
    )


def _purchases(loaded: Loaded, instalments: list[Paid]) -> None:
    bought = [paid for paid in instalments if paid.purchase is not None]
    ProcurementLine.objects.bulk_create(
        [
            ProcurementLine(procurement=paid.purchase, number=1, label=GOODS, quantity=1, delivered=1)
            for paid in bought
        ],
        batch_size=BATCH,
    )
    Quote.objects.bulk_create(
        [
            Quote(
                procurement=paid.purchase,
                supplier=paid.purchase.supplier,
                amount_minor=paid.tranche.amount_minor,
                quoted_on=paid.due.date(),
                added_by=loaded.staff["preparer"],
            )
            for paid in bought
            if paid.purchase is not None
        ],
        batch_size=BATCH,
    )


def _orders(loaded: Loaded, instalments: list[Paid]) -> None:
    signatures, instructions, proofs = [], [], []
    steps = {"submit": "prepare", "approve": "approve", "release": "release", "execute": "reconcile"}
    for paid in instalments:
        order = paid.order
        if order is None:
            continue
        for fact in paid.order_facts:
            if fact.verb in steps:
                signatures.append(
                    OrderSignature(
                        order=order,
                        round=1,
                        step=steps[fact.verb],
                        user_id=int(fact.actor.pk or 0),
                        signed_at=fact.at,
                    )
                )
            if fact.verb == "export":
                instructions.append(
                    Instruction(
                        order=order,
                        sha256=instruction_digest(order),
                        currency=order.currency,
                        net_minor=order.net_minor,
                        fingerprint=order.frozen_fingerprint,
                        issued_at=fact.at,
                    )
                )
            if fact.verb == "execute":
                proofs.append(
                    OrderEvidence(
                        order=order,
                        use="executed",
                        kind="statement",
                        reference=f"REL-{order.number}",
                        said_by_id=fact.actor.pk,
                        said_at=fact.at,
                    )
                )
    OrderSignature.objects.bulk_create(signatures, batch_size=BATCH)
    Instruction.objects.bulk_create(instructions, batch_size=BATCH)
    OrderEvidence.objects.bulk_create(proofs, batch_size=BATCH)


def _receipts(loaded: Loaded, instalments: list[Paid]) -> None:
    lines = []
    for paid in instalments:
        if paid.justification is None or paid.tranche.supplier is None:
            continue
        name, number = paid.tranche.supplier.name, f"F-{paid.order.number if paid.order else ''}"
        lines.append(
            JustificationLine(
                justification=paid.justification,
                label=GOODS,
                amount_minor=paid.justification.paid_minor,
                spent_on=after(paid.paid_at, 6).date(),
                supplier_name=name,
                invoice_number=number,
                invoice_key=invoice_key(name, number),
                archive_reference=f"ARCH-{number}",
                decision="accepted",
                decided_by=loaded.staff["verifier"],
                booked=True,
                added_by=loaded.staff.coaches[0],
                added_at=after(paid.paid_at, 22),
            )
        )
    JustificationLine.objects.bulk_create(lines, batch_size=BATCH)


def _entries(loaded: Loaded, made: list[LoadedGrant], weights: list[Any]) -> list[tuple[Entry, list[Line]]]:
    call, programme = loaded.call, loaded.programme
    entries: list[tuple[Entry, list[Line]]] = []

    def book(record: Any, verb: str, at: datetime, lines: list[Line], number: object = "") -> str:
        name = f"{record.kind}:{record.pk}:{verb}" + (f":{number}" if number != "" else "")
        if lines:
            entry = Entry(name, programme.pk, loaded.plan.currency, record.kind, str(record.pk), verb, at)
            entries.append((entry, lines))
        return name

    if call.envelope_minor and loaded.plan.call:
        lines = bookings.envelope_lines(programme.pk, call.pk, call.envelope_minor, weights)
        book(call, "publish", after(at(loaded.plan.call.opens, 8), -7), lines)
    for one in made:
        if one.grant.amount_minor:
            offered = one.facts[0].at
            book(
                one.grant,
                "offer",
                offered,
                bookings.offer_lines(call.pk, one.grant.pk, one.grant.amount_minor),
            )
        for paid in one.instalments:
            _book_instalment(loaded, one, paid, book)
    return entries


def _book_instalment(loaded: Loaded, one: LoadedGrant, paid: Paid, book: Any) -> None:
    order, grant = paid.order, one.grant
    if order is None:
        return
    times = {fact.verb: fact.at for fact in paid.order_facts}
    kit = paid.tranche.payment_mode == "kit"
    if kit and paid.purchase is not None:
        owed = bookings.AccountKey(bookings.AccountKind.SUPPLIER_PAYABLE, paid.purchase.supplier_id or 0)
        advance = bookings.of_grant(bookings.AccountKind.GRANT_ADVANCE, grant.pk)
        matched = next(fact.at for fact in paid.purchase_facts if fact.verb == "match_invoice")
        book(paid.purchase, "match_invoice", matched, [bookings.moved(owed, advance, order.gross_minor)])
    released = bookings.release_lines(grant.pk, order.gross_minor)
    name = book(order, "release", times["release"], released, order.round)
    pending = released[0]
    settled = Line(pending.source, pending.target, pending.amount, "settled", resolves=LineRef(name, 1))
    lines = [
        settled,
        bookings.disbursed_line(grant.pk, order.gross_minor),
        *bookings.cash_lines(
            programme_id=loaded.programme.pk,
            grant_id=grant.pk,
            channel=order.channel,
            net=order.net_minor,
            withholding=0,
            fee=0,
            payable_supplier_id=order.supplier_id if kit else None,
        ),
    ]
    book(order, "execute", times["execute"], lines)
    justified = bookings.justified_lines(grant.pk, order.net_minor, 0, 0)
    if paid.justification is not None:
        book(paid.justification, "accept", paid.justified_at, justified, "past")
    else:
        book(paid.tranche, "justify", after(paid.justified_at, 0, minutes=10), justified)
