"""The rows beside the machines of past grants, and what the journal would have booked for them.

Called once `workflow.load_history` gave the records of `disbursements/past.py` their keys.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from disbursements import bookings
from disbursements.drafting import planned_conditions
from disbursements.journal import Entry, Line, LineRef
from disbursements.journal_history import load_postings
from disbursements.models import (
    Agreement,
    BudgetLine,
    Condition,
    ConditionKind,
    Confirmation,
    FundingShare,
    Instruction,
    JustificationLine,
    OrderEvidence,
    OrderSignature,
    PaymentOrder,
    Phase,
    Posting,
    ProcurementLine,
    Quote,
    SignatureStep,
    TrancheShare,
)
from disbursements.past import HOUR, LoadedInstalment, PastGrant
from disbursements.shares import fix_weights, shares_of
from disbursements.terms import digest
from programmes.models import Call
from workflow import chain

BATCH = 1000
Item = tuple[Entry, Sequence[Line]]


def open_envelopes(calls: Iterable[Call], *, recorded_at: datetime) -> int:
    """Book the envelopes of published calls that were loaded with their past; once per call.

    The moment is the call's opening (seven days before, when it was published). Returns the rows booked.
    """
    entries = []
    for call in calls:
        weights = fix_weights(call)
        name = f"{call.kind}:{call.pk}:publish"
        if not call.envelope_minor or Posting.objects.filter(entry=name).exists():
            continue
        entry = Entry(
            name=name,
            programme_id=call.programme_id,
            currency=call.currency,
            kind=call.kind,
            object_id=str(call.pk),
            verb="publish",
            at=call.opens_at or recorded_at,
        )
        lines = bookings.envelope_lines(call.programme_id, call.pk, call.envelope_minor, weights)
        entries.append((entry, lines))
    return load_postings(entries, recorded_at=recorded_at)


def finish(grants: Sequence[PastGrant], *, recorded_at: datetime) -> int:
    """Add everything that lies beside the machines of loaded grants; return the number of postings.

    The envelopes of their calls must be open (`open_envelopes`).
    """
    with transaction.atomic():
        _rows_of_grants(grants)
        _rows_of_instalments(grants)
        _rows_of_orders(grants)
        _rows_of_goods(grants)
        entries = [entry for made in grants for entry in _entries(made)]
        return load_postings(entries, recorded_at=recorded_at)


def _items(grants: Sequence[PastGrant]) -> Iterator[tuple[PastGrant, LoadedInstalment]]:
    for made in grants:
        for item in made.instalments:
            yield made, item


def _create(model: Any, rows: Iterable[Any]) -> None:
    model.objects.bulk_create(list(rows), batch_size=BATCH)


# --- rows ------------------------------------------------------------------------------------------


def _rows_of_grants(grants: Sequence[PastGrant]) -> None:
    _create(
        BudgetLine,
        (
            BudgetLine(grant=made.grant, number=number, label=label[:200], amount_minor=amount)
            for made in grants
            for number, (label, amount) in enumerate(made.budget, start=1)
        ),
    )
    _create(Agreement, (_agreement(made) for made in grants))


def _agreement(made: PastGrant) -> Agreement:
    grant = made.grant
    terms = {
        "reference": grant.reference,
        "version": 1,
        "currency": grant.currency,
        "amount_minor": grant.amount_minor,
        "budget": [
            [number, label[:200], amount] for number, (label, amount) in enumerate(made.budget, start=1)
        ],
        "tranches": [
            {
                "number": item.tranche.number,
                "amount_minor": item.tranche.amount_minor,
                "payment_mode": item.tranche.payment_mode,
                "needs_receipts": item.tranche.needs_receipts,
                "conditions": sorted(
                    [wanted["kind"], str(wanted.get("parameter", ""))] for wanted in item.row.conditions
                ),
            }
            for item in made.instalments
        ],
    }
    signed = made.signed_at is not None
    return Agreement(
        grant=grant,
        version=1,
        terms=terms,
        terms_sha256=digest(terms),
        made_at=made.offered_at,
        signed_on=made.signed_at.date() if made.signed_at else None,
        method="archived" if signed else "",
        archive_reference=made.archive_reference if signed else "",
    )


def _rows_of_instalments(grants: Sequence[PastGrant]) -> None:
    conditions: list[Condition] = []
    shares: list[TrancheShare] = []
    weights: dict[int, list[FundingShare]] = {}
    for made in grants:
        call = made.grant.track.call
        if call.pk not in weights:
            weights[call.pk] = fix_weights(call)
        shares += shares_of([item.tranche for item in made.instalments], weights[call.pk])
        for item in made.instalments:
            conditions += _conditions(made, item)
    _create(TrancheShare, shares)
    _create(Condition, conditions)


def _conditions(made: PastGrant, item: LoadedInstalment) -> list[Condition]:
    rows = planned_conditions([item.tranche], [item.row], made.offered_at)
    for row in rows:
        met = item.told.met.get((row.kind, row.parameter)) or _met_here(made, item, row)
        if met is not None:
            row.met_at, row.met_kind, row.met_id = met[0], met[1], str(met[2])[:40]
    return rows


def _met_here(made: PastGrant, item: LoadedInstalment, row: Condition) -> tuple[datetime, str, Any] | None:
    """When and by what a condition was met that this package knows about itself."""
    grant = made.grant
    match row.kind:
        case ConditionKind.AGREEMENT_SIGNED if made.signed_at is not None:
            return made.signed_at, grant.kind, grant.pk
        case ConditionKind.DESTINATION_VERIFIED:
            account = item.order.destination if item.order else None
            if account is None and item.tranche.payment_mode == "cash":
                account = made.destination
            if account is not None:
                return account.verified_at or item.moments["due"], account.kind, account.pk
        case ConditionKind.DOCUMENTS if item.told.came_to("evidence_submitted"):
            return item.moments["evidence"], item.tranche.kind, item.tranche.pk
        case ConditionKind.NOT_BEFORE if item.told.came_to("due"):
            return item.moments["due"], item.tranche.kind, item.tranche.pk
        case ConditionKind.PREVIOUS_JUSTIFIED | ConditionKind.RECEIPTS_ACCEPTED:
            return _met_by_receipts(made, item)
    return None


def _met_by_receipts(made: PastGrant, item: LoadedInstalment) -> tuple[datetime, str, Any] | None:
    before = next(
        (other for other in made.instalments if other.tranche.number == item.tranche.number - 1), None
    )
    if before is None or not before.told.came_to("justified"):
        return None
    if before.justification is not None:
        return before.moments["accept"], before.justification.kind, before.justification.pk
    return before.moments["justified"], before.tranche.kind, before.tranche.pk


def _rows_of_orders(grants: Sequence[PastGrant]) -> None:
    signatures, instructions, proofs, confirmations, lines = [], [], [], [], []
    for made, item in _items(grants):
        order, moments = item.order, item.moments
        if order is None:
            continue
        signatures += _signatures(order, moments)
        if item.told.came_to("paid"):
            sealed = chain.digest([order.number, order.net_minor, order.frozen_fingerprint])
            instructions.append(
                Instruction(
                    order=order,
                    sha256=sealed,
                    currency=order.currency,
                    net_minor=order.net_minor,
                    fingerprint=order.frozen_fingerprint,
                    issued_at=moments["export"],
                )
            )
            proofs.append(
                OrderEvidence(
                    order=order,
                    use="executed",
                    kind="statement",
                    reference=f"REL-{order.number}",
                    said_by=made.staff["reconciler"],
                    said_at=moments["paid"],
                )
            )
            confirmations.append(
                Confirmation(
                    order=order, received=True, said_by=made.staff["coach"], said_at=moments["receipt"]
                )
            )
        if item.justification is not None and item.told.came_to("justified"):
            lines.append(_receipt(made, item))
    _create(OrderSignature, signatures)
    _create(Instruction, instructions)
    _create(OrderEvidence, proofs)
    _create(Confirmation, confirmations)
    _create(JustificationLine, lines)


def _signatures(order: PaymentOrder, moments: dict[str, datetime]) -> list[OrderSignature]:
    steps = (
        (SignatureStep.PREPARE, order.prepared_by_id, "submit"),
        (SignatureStep.APPROVE, order.approved_by_id, "first"),
        (SignatureStep.RELEASE, order.released_by_id, "release"),
        (SignatureStep.RECONCILE, order.reconciled_by_id, "paid"),
    )
    return [
        OrderSignature(order=order, round=1, step=step, user_id=user, signed_at=moments[moment])
        for step, user, moment in steps
        if user is not None
    ]


def _receipt(made: PastGrant, item: LoadedInstalment) -> JustificationLine:
    assert item.justification is not None  # noqa: S101
    return JustificationLine(
        justification=item.justification,
        label=item.told.receipt or made.budget[0][0],
        amount_minor=item.justification.paid_minor,
        spent_on=item.moments["hand_in"].date(),
        archive_reference=f"{made.archive_reference}-T{item.tranche.number}",
        decision="accepted",
        decided_by=made.staff["verifier"],
        booked=True,
        added_by=made.staff["coach"],
        added_at=item.moments["hand_in"] - HOUR,
    )


def _rows_of_goods(grants: Sequence[PastGrant]) -> None:
    lines, quotes = [], []
    for made, item in _items(grants):
        if item.purchase is None:
            continue
        goods = item.told.goods or [(made.budget[0][0], 1)]
        came = item.purchase.delivered_on is not None
        lines += [
            ProcurementLine(
                procurement=item.purchase,
                number=number,
                label=label,
                quantity=quantity,
                delivered=quantity if came else None,
            )
            for number, (label, quantity) in enumerate(goods, start=1)
        ]
        quotes.append(
            Quote(
                procurement=item.purchase,
                supplier=item.told.supplier,
                amount_minor=item.purchase.total_minor,
                quoted_on=item.moments["choose"].date(),
                added_by=made.staff["preparer"],
            )
        )
    _create(ProcurementLine, lines)
    _create(Quote, quotes)


# --- postings --------------------------------------------------------------------------------------


def _entries(made: PastGrant) -> Iterator[Item]:
    grant = made.grant
    if not grant.amount_minor:
        return
    yield (
        _entry(made, grant, "offer", made.offered_at),
        bookings.offer_lines(grant.track.call_id, grant.pk, grant.amount_minor),
    )
    for item in made.instalments:
        if item.purchase is not None and item.purchase.invoice_number:
            yield _owed(made, item)
        if item.order is not None and item.told.came_to("paid"):
            yield from _paid(made, item)
        if item.told.came_to("justified"):
            yield _accounted_for(made, item)


def _entry(made: PastGrant, record: Any, verb: str, at: datetime, number: object = "") -> Entry:
    name = f"{record.kind}:{record.pk}:{verb}"
    return Entry(
        name=f"{name}:{number}" if number != "" else name,
        programme_id=made.grant.programme_id,
        currency=made.grant.currency,
        kind=record.kind,
        object_id=str(record.pk),
        verb=verb,
        at=at,
    )


def _owed(made: PastGrant, item: LoadedInstalment) -> Item:
    purchase = item.purchase
    assert purchase is not None  # noqa: S101
    line = bookings.owed_line(made.grant.pk, purchase.supplier_id or 0, purchase.total_minor or 0)
    return _entry(made, purchase, "match_invoice", item.moments["match"]), [line]


def _paid(made: PastGrant, item: LoadedInstalment) -> Iterator[Item]:
    order, grant_id = item.order, made.grant.pk
    assert order is not None  # noqa: S101
    release = _entry(made, order, "release", item.moments["release"], order.round)
    held = bookings.release_lines(grant_id, order.gross_minor)
    yield release, held
    end = Line(
        held[0].source, held[0].target, held[0].amount, Phase.SETTLED, resolves=LineRef(release.name, 1)
    )
    cash = bookings.cash_lines(
        programme_id=order.programme_id,
        grant_id=grant_id,
        channel=order.channel,
        net=order.net_minor,
        withholding=order.withholding_minor,
        fee=order.fee_minor,
        payable_supplier_id=order.supplier_id if item.tranche.payment_mode == "kit" else None,
    )
    lines = [end, bookings.disbursed_line(grant_id, order.gross_minor), *cash]
    yield _entry(made, order, "execute", item.moments["paid"]), lines


def _accounted_for(made: PastGrant, item: LoadedInstalment) -> Item:
    amount = item.tranche.amount_minor or 0
    lines = bookings.justified_lines(made.grant.pk, amount, 0, 0)
    if item.justification is not None:
        return _entry(made, item.justification, "accept", item.moments["accept"], "past"), lines
    return _entry(made, item.tranche, "justify", item.moments["justified"]), lines
