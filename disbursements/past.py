"""Grants that were lived before they were recorded here: for the demo, synthetic data and imports.

    grants = [past_grant(application, amount=..., staff=staff, offered_at=..., instalments=[...]) for ...]
    load_history([*earlier, *past.histories(grants)], recorded_at=now)
    past_rows.finish(grants, recorded_at=now)

A past grant becomes records in their initial state with the facts that lead to the present one, for
`workflow.load_history`; `disbursements/past_rows.py` then adds what the transitions would have written
beside them: signatures, conditions, shares, postings. `verify` cannot tell them from lived ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from disbursements.accounts_check import fingerprint_of, masked
from disbursements.drafting import amounts_of, plan_rows, reference_for
from disbursements.models import (
    Destination,
    Grant,
    Justification,
    PaymentMode,
    PaymentOrder,
    Procurement,
    Supplier,
    Tranche,
    TranchePlanRow,
)
from disbursements.purchases import purchase_number
from workflow import Fact, History, System, load_history

SYSTEM = System("history")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STAGES = ("planned", "due", "evidence_submitted", "verified", "approved", "ordered", "paid", "justified")

Staff = Mapping[str, Any]


@dataclass(frozen=True)
class PastAccount:
    """Where a payee is paid: what `Destination` holds."""

    channel: str
    holder: str
    number: str = ""
    institution: str = ""
    town: str = ""
    country: str = ""


@dataclass(frozen=True)
class PastInstalment:
    """What happened to one instalment of the plan.

    due_at: when it fell due. reached: the last of `STAGES` that it came to. paid_at: when the money arrived
    (11 days after it was due unless given). justified_at: when the receipts were accepted (30 days later
    unless given). supplier: who was paid, for instalments on quotation and kits. handed_over_on: for goods;
    then the money follows five days later. goods: (label, quantity). receipt: what the money was spent on.
    met: by (kind, parameter) of a condition that other packages know about, when and by which record it was
    met, as (moment, label of the model, id).
    """

    due_at: datetime
    reached: str = "justified"
    paid_at: datetime | None = None
    justified_at: datetime | None = None
    supplier: Supplier | None = None
    handed_over_on: date | None = None
    goods: Sequence[tuple[str, int]] = ()
    receipt: str = ""
    met: Mapping[tuple[str, str], tuple[datetime, str, str]] = field(default_factory=dict)

    def came_to(self, stage: str) -> bool:
        """Whether it reached a stage."""
        return STAGES.index(self.reached) >= STAGES.index(stage)


@dataclass
class LoadedInstalment:
    """One instalment while it is being loaded: its records and the moments of its steps."""

    told: PastInstalment
    row: TranchePlanRow
    tranche: Tranche
    moments: dict[str, datetime]
    order: PaymentOrder | None = None
    justification: Justification | None = None
    purchase: Procurement | None = None


@dataclass
class PastGrant:
    """A grant while it is being loaded: everything about it, and the histories to hand to the kernel."""

    grant: Grant
    staff: Staff
    offered_at: datetime
    signed_at: datetime | None
    archive_reference: str
    budget: Sequence[tuple[str, int | None]]
    instalments: list[LoadedInstalment] = field(default_factory=list)
    destination: Destination | None = None
    histories: list[History] = field(default_factory=list)


def histories(grants: Sequence[PastGrant]) -> list[History]:
    """Return the histories of grants for the kernel, parents before children."""
    order = (Grant, Destination, Tranche, Procurement, PaymentOrder, Justification)
    found = [history for grant in grants for history in grant.histories]
    return sorted(found, key=lambda history: order.index(type(history.record)))


def past_supplier(
    programme: Any,
    name: str,
    account: PastAccount,
    *,
    staff: Staff,
    at: datetime,
    recorded_at: datetime,
    **fields: Any,
) -> Supplier:
    """Store a supplier with an account that was entered at a moment and verified a day later."""
    supplier = Supplier.objects.create(
        programme=programme,
        name=name,
        country=account.country,
        entered_by=staff["preparer"],
        entered_at=at,
        **fields,
    )
    destination = _destination(account, staff, at, programme_id=programme.pk, supplier=supplier)
    load_history([_verification(destination, staff, at + DAY)], recorded_at=recorded_at)
    return supplier


def past_grant(
    application: Any,
    *,
    amount: int | None,
    staff: Staff,
    offered_at: datetime,
    signed_at: datetime | None = None,
    instalments: Sequence[PastInstalment] = (),
    account: PastAccount | None = None,
    budget: Sequence[tuple[str, int | None]] = (),
    completed_at: datetime | None = None,
    closed_at: datetime | None = None,
) -> PastGrant:
    """Build the grant of an awarded application, saved or not, with its past.

    amount: minor units, None for equipment without a stated value. staff: users by role (manager, preparer,
    verifier, approver, releaser, reconciler, coach). signed_at: None leaves the grant offered. instalments:
    in the order of the track's plan; those left out stay planned. account: the beneficiary's, needed where
    an instalment is paid in cash. budget: (label, amount), one line over the whole unless given.
    """
    grant = Grant(
        programme_id=application.call.programme_id,
        case=application.case,
        application=application,
        track=application.track,
        reference=reference_for(application.case.number, 1),
        currency=application.call.currency,
        amount_minor=amount,
        offer_until=(offered_at + 30 * DAY).date(),
        signed_on=signed_at.date() if signed_at else None,
    )
    made = PastGrant(
        grant=grant,
        staff=staff,
        offered_at=offered_at,
        signed_at=signed_at,
        archive_reference=f"ARCH-{application.case.number}",
        budget=budget or [(application.title or str(application.track), amount)],
    )
    rows = plan_rows(application.track)
    amounts: list[int | None] = [None] * len(rows)
    if amount is not None:
        amounts = [*amounts_of(amount, rows)]
    for index, row in enumerate(rows):
        told = instalments[index] if index < len(instalments) else None
        made.instalments.append(_instalment(made, row, amounts[index], told))
    made.histories.insert(0, History(grant, _grant_facts(made, completed_at, closed_at)))
    if account is not None and signed_at is not None:
        made.destination = _destination(
            account, staff, signed_at + HOUR, programme_id=grant.programme_id, grant=grant
        )
        made.histories.append(_verification(made.destination, staff, signed_at + DAY))
    for item in made.instalments:
        _follow(made, item)
    return made


def _destination(account: PastAccount, staff: Staff, at: datetime, **owner: Any) -> Destination:
    destination = Destination(
        channel=account.channel,
        holder=account.holder,
        number=account.number,
        masked=masked(account.number),
        institution=account.institution,
        town=account.town,
        country=account.country,
        entered_by=staff["preparer"],
        entered_at=at,
        verified_by=staff["approver"],
        verified_at=at + DAY,
        evidence="bank_letter" if account.channel == "bank" else "in_person",
        **owner,
    )
    destination.fingerprint = fingerprint_of(destination)
    return destination


def _verification(destination: Destination, staff: Staff, at: datetime) -> History:
    data = {"evidence": destination.evidence}
    return History(destination, [Fact("verify", at, staff["approver"], data)])


def _grant_facts(made: PastGrant, completed_at: datetime | None, closed_at: datetime | None) -> list[Fact]:
    grant, staff = made.grant, made.staff
    offer = {"offer_until": grant.offer_until.isoformat() if grant.offer_until else ""}
    facts = [Fact("offer", made.offered_at, staff["manager"], offer)]
    if made.signed_at is None:
        return facts
    signature = {
        "method": "archived",
        "archive_reference": made.archive_reference,
        "signed_on": made.signed_at.date().isoformat(),
    }
    facts.append(Fact("sign", made.signed_at, staff["preparer"], signature))
    facts.append(Fact("activate", made.signed_at + 2 * DAY, staff["manager"]))
    if completed_at is not None:
        facts.append(Fact("complete", completed_at, staff["manager"]))
    if closed_at is not None:
        facts.append(Fact("close", closed_at, staff["approver"]))
    return facts


# --- instalments -----------------------------------------------------------------------------------


def _instalment(
    made: PastGrant, row: TranchePlanRow, amount: int | None, told: PastInstalment | None
) -> LoadedInstalment:
    tranche = Tranche(
        grant=made.grant,
        number=row.number,
        share_percent=row.share_percent,
        amount_minor=amount,
        payment_mode=PaymentMode.IN_KIND if amount is None else row.payment_mode,
        needs_receipts=row.needs_receipts and amount is not None,
    )
    told = told or PastInstalment(due_at=made.offered_at, reached="planned")
    return LoadedInstalment(told, row, tranche, _moments(told))


BEFORE = ("due", "evidence", "choose", "verify", "approve", "purchase", "deliver", "hand_over")
AFTER = ("hand_over", "match", "order", "submit", "first", "release", "export", "paid")


def _moments(told: PastInstalment) -> dict[str, datetime]:
    """When each step was taken, evenly between the moments that are known, in order."""
    due = told.due_at
    if told.handed_over_on is not None:
        handed_over = max(_on(told.handed_over_on, due), due + 8 * HOUR)
        paid = max(told.paid_at or handed_over + 5 * DAY, handed_over + 8 * HOUR)
    else:
        paid = max(told.paid_at or due + 11 * DAY, due + 16 * HOUR)
        handed_over = due + (paid - due) / 2
    moments = {**_spread(BEFORE, due, handed_over), **_spread(AFTER, handed_over, paid)}
    justified = max(told.justified_at or paid + 30 * DAY, paid + 8 * HOUR)
    moments |= _spread(("paid", "receipt", "hand_in", "review", "accept", "justified"), paid, justified)
    return moments


def _spread(names: Sequence[str], first: datetime, last: datetime) -> dict[str, datetime]:
    step = (last - first) / (len(names) - 1)
    return {name: first + step * number for number, name in enumerate(names)}


def _on(day: date, moment: datetime) -> datetime:
    """The same hour on a day that is known."""
    return moment.replace(year=day.year, month=day.month, day=day.day)


def _follow(made: PastGrant, item: LoadedInstalment) -> None:
    """Add the histories of one instalment, its purchase, its order and its justification."""
    made.histories.append(History(item.tranche, _tranche_facts(made, item)))
    if item.tranche.is_in_kind and item.told.came_to("approved"):
        made.histories.append(_purchase(made, item))
    if item.tranche.amount_minor is not None and item.told.came_to("ordered"):
        made.histories.append(_order(made, item))
    if item.tranche.needs_receipts and item.told.came_to("paid"):
        made.histories.append(_justification(made, item))


def _tranche_facts(made: PastGrant, item: LoadedInstalment) -> list[Fact]:
    staff, moments, tranche, told = made.staff, item.moments, item.tranche, item.told
    papers = any(wanted["kind"] == "documents" for wanted in item.row.conditions)
    tranche.supplier = told.supplier if tranche.needs_supplier else None
    steps: list[tuple[str, str, str, Any]] = [
        ("due", "fall_due", "due", SYSTEM),
        ("evidence_submitted", "submit_evidence", "evidence", staff["coach"] if papers else SYSTEM),
        ("verified", "verify", "verify", staff["verifier"]),
        ("approved", "approve", "approve", staff["approver"]),
        ("ordered", "order", "order", staff["preparer"]),
        ("paid", "pay", "paid", SYSTEM),
        ("justified", "justify", "justified", staff["verifier"]),
    ]
    if told.came_to("verified"):
        tranche.verified_by = staff["verifier"]
    if told.came_to("approved"):
        tranche.approved_by = staff["approver"]
    if told.came_to("ordered"):
        tranche.ordered_by = staff["preparer"]
    if told.came_to("paid"):
        tranche.paid_on = moments["paid"].date()
    later = timedelta(seconds=2)  # what follows from an execution stands after it in the timeline
    return [
        Fact(verb, moments[moment] + (later if verb in ("pay", "justify") else timedelta()), actor)
        for stage, verb, moment, actor in steps
        if told.came_to(stage)
    ]


def _order(made: PastGrant, item: LoadedInstalment) -> History:
    staff, moments, tranche = made.staff, item.moments, item.tranche
    destination = made.destination
    if item.told.supplier is not None:
        destination = item.told.supplier.destinations.verified().first()
    if destination is None or tranche.amount_minor is None:
        raise ValueError(f"{tranche}: say to which account it was paid")
    order = PaymentOrder(
        programme_id=made.grant.programme_id,
        tranche=tranche,
        number=PaymentOrder.number_for(tranche, 1),
        currency=made.grant.currency,
        gross_minor=tranche.amount_minor,
        net_minor=tranche.amount_minor,
        supplier=item.told.supplier,
        destination=destination,
        channel=destination.channel,
        frozen_fingerprint=destination.fingerprint,
        frozen_masked=destination.masked,
        frozen_institution=destination.institution,
        frozen_at=moments["submit"],
        approvals_needed=1,
        releases_needed=1,
        threshold_minor=0,
        tranche_verifier=staff["verifier"],
        tranche_approver=staff["approver"],
        prepared_by=staff["preparer"],
    )
    item.order = order
    facts = [Fact("submit", moments["submit"], staff["preparer"])]
    if item.told.came_to("paid"):
        order.approved_by, order.released_by = staff["approver"], staff["releaser"]
        order.reconciled_by = staff["reconciler"]
        order.executed_on = moments["paid"].date()
        order.answer_due_on = (moments["export"] + 5 * DAY).date()
        proof = {
            "evidence": "statement",
            "reference": f"REL-{order.number}",
            "executed_on": order.executed_on.isoformat(),
        }
        facts += [
            Fact("approve", moments["first"], staff["approver"], target="approved"),
            Fact("release", moments["release"], staff["releaser"], target="released"),
            Fact("export", moments["export"], staff["preparer"]),
            Fact("execute", moments["paid"], staff["reconciler"], proof),
            Fact("acknowledge", moments["receipt"], staff["coach"], {"received": True}),
        ]
    return History(order, facts)


def _justification(made: PastGrant, item: LoadedInstalment) -> History:
    staff, moments, order = made.staff, item.moments, item.order
    if order is None:
        raise ValueError(f"{item.tranche}: nothing was ordered")
    justification = Justification(
        tranche=item.tranche,
        order=order,
        paid_minor=order.net_minor,
        due_on=(moments["paid"] + 60 * DAY).date(),
    )
    item.justification = justification
    facts = []
    if item.told.came_to("justified"):
        justification.justified_minor = order.net_minor
        justification.submitted_by, justification.reviewed_by = staff["coach"], staff["verifier"]
        facts = [
            Fact("submit", moments["hand_in"], staff["coach"]),
            Fact("review", moments["review"], staff["verifier"]),
            Fact("accept", moments["accept"], staff["verifier"]),
        ]
    return History(justification, facts)


def _purchase(made: PastGrant, item: LoadedInstalment) -> History:
    staff, moments, tranche, told = made.staff, item.moments, item.tranche, item.told
    if told.supplier is None:
        raise ValueError(f"{tranche}: say who supplied the goods")
    purchase = Procurement(
        tranche=tranche,
        number=purchase_number(tranche, 1),
        supplier=told.supplier,
        total_minor=tranche.amount_minor,
        chosen_by=staff["preparer"],
    )
    item.purchase = purchase
    facts = [Fact("choose_supplier", moments["choose"], staff["preparer"], {})]
    if told.came_to("ordered"):
        handed_over = moments["hand_over"].date()
        purchase.ordered_by, purchase.ordered_on = staff["approver"], moments["purchase"].date()
        purchase.delivered_on = moments["deliver"].date()
        purchase.delivery_reference = f"BL-{purchase.number}"
        purchase.handed_over_on, purchase.acceptance_method = handed_over, "signature"
        purchase.archive_reference = f"PV-{purchase.number}"
        acceptance = {"handed_over_on": handed_over.isoformat(), "method": "signature"}
        facts += [
            Fact("order", moments["purchase"], staff["approver"]),
            Fact(
                "deliver",
                moments["deliver"],
                staff["verifier"],
                {"delivered_on": purchase.delivered_on.isoformat()},
            ),
            Fact("hand_over", moments["hand_over"], staff["coach"], acceptance),
        ]
    if told.came_to("ordered") and tranche.amount_minor is not None:
        purchase.invoice_number = f"F-{purchase.number}"
        purchase.invoice_minor = purchase.total_minor
        invoice = {"invoice_number": purchase.invoice_number, "invoice_minor": purchase.invoice_minor}
        facts.append(Fact("match_invoice", moments["match"], staff["preparer"], invoice))
    return History(purchase, facts)
