"""Grants with their instalments, purchases, orders, receipts and postings: how the money went.

Every funded case is paid to the end, unless its plan says where it stands now.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.models import User
from demo.loading.applications import LoadedCase
from demo.loading.moments import Dice, after
from demo.loading.programme import Loaded
from disbursements.accounts_check import fingerprint_of, masked
from disbursements.drafting import amounts_of, reference_for
from disbursements.models import (
    ApprovalThreshold,
    Destination,
    Grant,
    Justification,
    PaymentOrder,
    PaymentPolicy,
    Procurement,
    Supplier,
    Tranche,
    TranchePlan,
    TranchePlanRow,
)
from workflow import Fact, History, System, chain

ACTIVATED = System("grant.activate")
EXECUTED = System("paymentorder.execute")
PAID = System("tranche.pay")
TRADES = ("Comptoir du Nord", "Quincaillerie Centrale", "Établissements El Baraka", "Maison du Matériel")
TOWNS = {"MA": "Rabat", "LY": "Tripoli", "ML": "Bamako"}


@dataclass
class Paid:
    """One instalment while it is being loaded, with what hangs on it."""

    tranche: Tranche
    row: TranchePlanRow
    due: datetime
    paid_at: datetime
    justified_at: datetime
    order: PaymentOrder | None = None
    purchase: Procurement | None = None
    justification: Justification | None = None
    handed_over: date | None = None
    facts: list[Fact] = field(default_factory=list)
    order_facts: list[Fact] = field(default_factory=list)
    purchase_facts: list[Fact] = field(default_factory=list)
    justification_facts: list[Fact] = field(default_factory=list)


@dataclass
class LoadedGrant:
    """One grant while it is being loaded."""

    item: LoadedCase
    grant: Grant
    signed: datetime
    activated: datetime
    instalments: list[Paid] = field(default_factory=list)
    destination: Destination | None = None
    facts: list[Fact] = field(default_factory=list)
    ended: datetime | None = None

    @property
    def anchor(self) -> date:
        """The day from which visits are counted: hand-over of a kit, else the first payment."""
        first = self.instalments[0]
        return first.handed_over or first.paid_at.date()


def load_plans(loaded: Loaded) -> dict[str, list[TranchePlanRow]]:
    """Make the instalment plans, thresholds and payment rules; return the rows by track."""
    if loaded.plan.call is None:
        return {}
    PaymentPolicy.objects.create(programme=loaded.programme, cooling_hours=48)
    ApprovalThreshold.objects.create(
        programme=loaded.programme, currency=loaded.plan.currency, from_minor=0, approvals=1, releases=1
    )
    rows: dict[str, list[TranchePlanRow]] = {}
    for track in loaded.plan.call.tracks:
        plan = TranchePlan.objects.create(call=loaded.call, track=loaded.tracks[track.code])
        rows[track.code] = TranchePlanRow.objects.bulk_create(
            TranchePlanRow(
                plan=plan,
                number=number,
                share_percent=percent,
                payment_mode=mode,
                needs_receipts=mode == "supplier",
                conditions=[{"kind": kind, "parameter": parameter} for kind, parameter in conditions],
            )
            for number, (percent, mode, conditions) in enumerate(track.tranches, start=1)
        )
    return rows


def load_grants(loaded: Loaded, cases: list[LoadedCase]) -> list[LoadedGrant]:
    """Make the grants of the funded cases; their histories join those of the programme."""
    funded = [item for item in cases if item.plan.ends == "funded"]
    rows = load_plans(loaded)
    if not funded:
        return []
    dice = Dice(f"grants {loaded.plan.code}")
    destinations = _supplier_accounts(loaded, min(item.days.announced for item in funded))
    made = [_grant(loaded, item, rows[item.plan.track], dice) for item in funded]
    for place, one in enumerate(made):
        payee = destinations[place % len(destinations)]
        moment = one.activated
        for tranche, row in zip(
            _tranches(one.grant, rows[one.item.plan.track]), rows[one.item.plan.track], strict=True
        ):
            instalment = _instalment(loaded, one, tranche, row, payee, moment)
            one.instalments.append(instalment)
            moment = instalment.paid_at
        _end(loaded, one)
    _collect(loaded, made, destinations)
    return made


def _supplier_accounts(loaded: Loaded, first: datetime) -> list[Destination]:
    country = loaded.plan.country
    entered = after(first, -30, hour=10)
    suppliers = Supplier.objects.bulk_create(
        Supplier(
            programme=loaded.programme,
            name=f"{name} {TOWNS[country]}",
            town=TOWNS[country],
            country=country,
            entered_by=loaded.staff["preparer"],
            entered_at=entered,
        )
        for name in TRADES
    )
    accounts = []
    for place, supplier in enumerate(suppliers):
        accounts.append(
            _account(
                loaded,
                entered,
                supplier=supplier,
                channel="bank",
                holder=supplier.name,
                number=f"0123456789{place:02}45678901{place:02}34",
                institution="Banque de la démonstration",
            )
        )
    return accounts


def _account(loaded: Loaded, entered: datetime, **content: object) -> Destination:
    account = Destination(
        programme=loaded.programme,
        entered_by=loaded.staff["preparer"],
        entered_at=entered,
        verified_by=loaded.staff["approver"],
        verified_at=after(entered, 2),
        evidence="in_person",
        country=loaded.plan.country,
        town=TOWNS[loaded.plan.country],
        **content,
    )
    account.masked = masked(account.number)
    account.fingerprint = fingerprint_of(account)
    return account


def _grant(loaded: Loaded, item: LoadedCase, rows: list[TranchePlanRow], dice: Dice) -> LoadedGrant:
    manager, preparer = loaded.staff["manager"], loaded.staff["preparer"]
    announced = item.days.announced
    offered = after(announced, 2, hour=9, minutes=dice.randint(0, 59))
    signed = after(offered, 3 + dice.randint(0, 5), hour=11)
    activated = after(signed, 3, hour=9)
    grant = Grant(
        programme=loaded.programme,
        case=item.case,
        application=item.application,
        track=item.application.track,
        reference=reference_for(item.case.number, 1),
        currency=loaded.plan.currency,
        amount_minor=item.plan.amount,
        offer_until=(offered + timedelta(days=30)).date(),
        signed_on=signed.date(),
    )
    one = LoadedGrant(item=item, grant=grant, signed=signed, activated=activated)
    if any(row.payment_mode == "cash" for row in rows):
        one.destination = _account(
            loaded,
            after(offered, 1, hour=10),
            grant=grant,
            channel="mobile",
            holder=item.plan.members[0].latin,
            number=f"+000{dice.randrange(10**8, 10**9)}",
            institution="Opérateur de la démonstration",
        )
    signature = {
        "method": "archived",
        "archive_reference": archive_reference(one),
        "signed_on": signed.date().isoformat(),
    }
    one.facts = [
        Fact("offer", offered, manager, {"offer_until": str(grant.offer_until)}),
        Fact("sign", signed, preparer, signature),
        Fact("activate", activated, manager),
    ]
    return one


def archive_reference(one: LoadedGrant) -> str:
    """Return where the signed paper of a past grant is kept."""
    return f"ARCH-{one.grant.reference}"


def _tranches(grant: Grant, rows: list[TranchePlanRow]) -> list[Tranche]:
    amounts: list[int | None] = [None] * len(rows)
    if grant.amount_minor is not None:
        amounts = [*amounts_of(grant.amount_minor, rows)]
    return [
        Tranche(
            grant=grant,
            number=row.number,
            share_percent=row.share_percent,
            amount_minor=amount,
            payment_mode="in_kind" if amount is None else row.payment_mode,
            needs_receipts=row.needs_receipts and amount is not None,
        )
        for row, amount in zip(rows, amounts, strict=True)
    ]


def _instalment(
    loaded: Loaded,
    one: LoadedGrant,
    tranche: Tranche,
    row: TranchePlanRow,
    payee: Destination,
    due: datetime,
) -> Paid:
    staff = loaded.staff
    verifier, approver, preparer = staff["verifier"], staff["approver"], staff["preparer"]
    waited = _waits_for_visit(one, row)
    verified = after(max(due, waited) if waited else due, 2, hour=10)
    approved = after(verified, 1, hour=11)
    tranche.verified_by, tranche.approved_by, tranche.ordered_by = verifier, approver, preparer
    if tranche.payment_mode == "supplier":
        tranche.supplier = payee.supplier
    goods = tranche.payment_mode in ("kit", "in_kind")
    ordered = after(approved, 20 if goods else 1, hour=14)
    system = ACTIVATED if row.number == 1 else PAID
    facts = [
        Fact("fall_due", due, system),
        Fact("submit_evidence", after(due, 0, minutes=1), system),
        Fact("verify", verified, verifier),
        Fact("approve", approved, approver),
        Fact("order", ordered, preparer),
    ]
    paid = Paid(tranche, row, due, paid_at=ordered, justified_at=ordered)
    if goods:
        _purchase(loaded, paid, payee, approved)
    if tranche.amount_minor is not None:
        _order(loaded, one, paid, payee, ordered)
    facts.append(Fact("pay", paid.paid_at, EXECUTED if paid.order else System("tranche.order")))
    tranche.paid_on = paid.order.executed_on if paid.order else paid.handed_over
    if tranche.needs_receipts:
        _justification(loaded, paid)
    else:
        paid.justified_at = after(paid.paid_at, 3, hour=10)
    facts.append(Fact("justify", after(paid.justified_at, 0, minutes=10), verifier))
    paid.facts = facts
    return paid


def _waits_for_visit(one: LoadedGrant, row: TranchePlanRow) -> datetime | None:
    """Return when the visit and the receipts that the instalment waits for were through."""
    if row.number == 1:
        return None
    before = one.instalments[-1]
    months = {"M1": 1, "M3": 3}
    waits = [before.justified_at] if before.tranche.needs_receipts else []
    for wanted in row.conditions:
        if wanted["kind"] == "visit_validated":
            anchor = one.instalments[0].paid_at
            waits.append(after(anchor, 31 * months[wanted["parameter"]] + 12, hour=16))
    return max(waits) if waits else None


def _purchase(loaded: Loaded, paid: Paid, payee: Destination, approved: datetime) -> None:
    staff = loaded.staff
    tranche = paid.tranche
    chosen, ordered = after(approved, -3, hour=15), after(approved, 2, hour=10)
    delivered, handed = after(approved, 12, hour=10), after(approved, 14, hour=11)
    matched = after(approved, 18, hour=15)
    purchase = Procurement(
        tranche=tranche,
        number=f"BC-{tranche.grant.reference}-T{tranche.number}",
        supplier=payee.supplier,
        total_minor=tranche.amount_minor,
        chosen_by=staff["preparer"],
        ordered_by=staff["approver"],
        ordered_on=ordered.date(),
        delivered_on=delivered.date(),
        delivery_reference=f"BL-{tranche.grant.reference}",
        handed_over_on=handed.date(),
        acceptance_method="thumbprint",
        archive_reference=f"PV-{tranche.grant.reference}",
        witness_1="Témoin de la commune",
        witness_2="Témoin du quartier",
        witnessed=True,
    )
    facts = [
        Fact("choose_supplier", chosen, staff["preparer"]),
        Fact("order", ordered, staff["approver"]),
        Fact("deliver", delivered, staff["verifier"]),
        Fact(
            "hand_over",
            handed,
            staff.coaches[0],
            {
                "handed_over_on": handed.date().isoformat(),
                "method": "thumbprint",
                "witness_1": "Témoin de la commune",
                "witness_2": "Témoin du quartier",
            },
        ),
    ]
    if tranche.amount_minor is not None:
        purchase.invoice_number = f"F-{tranche.grant.reference}"
        purchase.invoice_minor = tranche.amount_minor
        facts.append(
            Fact(
                "match_invoice",
                matched,
                staff["preparer"],
                {"invoice_number": purchase.invoice_number, "invoice_minor": tranche.amount_minor},
            )
        )
    paid.purchase, paid.handed_over = purchase, handed.date()
    paid.purchase_facts = facts


def _order(loaded: Loaded, one: LoadedGrant, paid: Paid, payee: Destination, ordered: datetime) -> None:
    staff, tranche = loaded.staff, paid.tranche
    account = one.destination if tranche.payment_mode == "cash" and one.destination else payee
    submitted, approved = after(ordered, 0, minutes=40), after(ordered, 1, hour=10)
    released, exported = after(ordered, 3, hour=10), after(ordered, 3, hour=12)
    executed, received = after(ordered, 5, hour=15), after(ordered, 7, hour=10)
    amount = tranche.amount_minor or 0
    order = PaymentOrder(
        programme=loaded.programme,
        tranche=tranche,
        number=PaymentOrder.number_for(tranche, 1),
        currency=loaded.plan.currency,
        gross_minor=amount,
        net_minor=amount,
        supplier=account.supplier,
        destination=account,
        channel=account.channel,
        frozen_fingerprint=account.fingerprint,
        frozen_masked=account.masked,
        frozen_institution=account.institution,
        frozen_at=submitted,
        approvals_needed=1,
        releases_needed=1,
        threshold_minor=0,
        tranche_verifier=staff["verifier"],
        tranche_approver=staff["approver"],
        prepared_by=staff["preparer"],
        approved_by=staff["approver"],
        released_by=staff["releaser"],
        reconciled_by=staff["reconciler"],
        answer_due_on=after(exported, 5).date(),
        executed_on=executed.date(),
    )
    statement = {
        "evidence": "statement",
        "reference": f"REL-{order.number}",
        "executed_on": executed.date().isoformat(),
    }
    paid.order_facts = [
        Fact("submit", submitted, staff["preparer"], {"withholding": 0, "fee": 0}),
        Fact("approve", approved, staff["approver"], target="approved"),
        Fact("release", released, staff["releaser"], target="released"),
        Fact("export", exported, staff["preparer"], {"sha256": instruction_digest(order)}),
        Fact("execute", executed, staff["reconciler"], statement),
        Fact("acknowledge", received, staff.coaches[0], {"received": True}),
    ]
    paid.order, paid.paid_at = order, executed


def instruction_digest(order: PaymentOrder) -> str:
    """Return the digest of a past instruction, taken over what it said."""
    return chain.digest([order.number, order.currency, order.net_minor, order.frozen_fingerprint])


def _justification(loaded: Loaded, paid: Paid) -> None:
    staff = loaded.staff
    submitted, reviewed = after(paid.paid_at, 22, hour=10), after(paid.paid_at, 24, hour=10)
    accepted = after(paid.paid_at, 25, hour=15)
    amount = paid.tranche.amount_minor or 0
    paid.justification = Justification(
        tranche=paid.tranche,
        order=paid.order,
        paid_minor=amount,
        justified_minor=amount,
        due_on=after(paid.paid_at, 60).date(),
        submitted_by=staff.coaches[0],
        reviewed_by=staff["verifier"],
    )
    paid.justification_facts = [
        Fact("submit", submitted, staff.coaches[0]),
        Fact("review", reviewed, staff["verifier"]),
        Fact("accept", accepted, staff["verifier"]),
    ]
    paid.justified_at = accepted


def _end(loaded: Loaded, one: LoadedGrant) -> None:
    last = max(paid.justified_at for paid in one.instalments)
    one.ended = after(last, 10, hour=12)
    manager, approver = loaded.staff["manager"], loaded.staff["approver"]
    one.facts += [
        Fact("complete", after(last, 3, hour=11), manager),
        Fact("close", one.ended, approver),
    ]


def _collect(loaded: Loaded, made: list[LoadedGrant], accounts: list[Destination]) -> None:
    verifier: User = loaded.staff["approver"]
    histories = [History(one.grant, one.facts) for one in made]
    own = [one.destination for one in made if one.destination is not None]
    for account in [*accounts, *own]:
        verified = Fact(
            "verify", account.verified_at or account.entered_at, verifier, {"evidence": "in_person"}
        )
        histories.append(History(account, [verified]))
    instalments = [paid for one in made for paid in one.instalments]
    histories += [History(paid.tranche, paid.facts) for paid in instalments]
    histories += [History(paid.purchase, paid.purchase_facts) for paid in instalments if paid.purchase]
    histories += [History(paid.order, paid.order_facts) for paid in instalments if paid.order]
    histories += [
        History(paid.justification, paid.justification_facts) for paid in instalments if paid.justification
    ]
    loaded.histories += histories
