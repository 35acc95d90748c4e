"""Grants built through the door: awarded application, agreement, instalments, orders, purchases, receipts.

    money = grant_world()                 # an active call, an awarded application, its drafted grant
    money.activate()                      # offered, signed, account verified, active
    order = money.ordered(1)              # instalment 1 verified, approved, order drafted
    money.execute(order)                  # signed by four persons

Every step is fired by whoever may, at `money.at`, which moves on by a minute a step.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import User
from applications.models import Application, Case, Person
from disbursements import accounts_check, drafting
from disbursements.models import (
    ApprovalThreshold,
    Destination,
    Evidence,
    Grant,
    Justification,
    JustificationLine,
    PaymentOrder,
    PaymentPolicy,
    Procurement,
    ProcurementLine,
    Quote,
    Supplier,
    Tranche,
    TranchePlan,
    TranchePlanRow,
)
from documents.models import Document
from tests.worlds.documents import filed
from tests.worlds.people import account
from tests.worlds.programmes import World, open_call, programme_world
from workflow import Fact, History, System, fire, load_history
from workflow.second_person import propose

AGREED = {"kind": "agreement_signed"}
VERIFIED = {"kind": "destination_verified"}
CASH_60_40 = (
    (60, "cash", True, [AGREED, VERIFIED]),
    (40, "cash", True, [AGREED, VERIFIED, {"kind": "previous_justified", "parameter": "80"}]),
)
SUPPLIER_60_CASH_40 = (
    (60, "supplier", True, [AGREED, VERIFIED, {"kind": "documents", "parameter": "quotation"}]),
    (40, "cash", True, [AGREED, VERIFIED, {"kind": "visit_validated", "parameter": "M1"}]),
)
KIT = ((100, "kit", False, [AGREED]),)
IN_KIND = ((100, "in_kind", False, [AGREED]),)
_numbers = count(61_001)  # as in `tests/worlds/programmes.py`


def plan(call: Any, track: Any, rows: Any = CASH_60_40) -> TranchePlan:
    """Give a track its instalment plan: rows of (percent, mode, needs receipts, conditions)."""
    made = TranchePlan.objects.create(call=call, track=track)
    TranchePlanRow.objects.bulk_create(
        [
            TranchePlanRow(
                plan=made,
                number=number,
                share_percent=share,
                payment_mode=mode,
                needs_receipts=receipts,
                conditions=conditions,
            )
            for number, (share, mode, receipts, conditions) in enumerate(rows, start=1)
        ]
    )
    return made


def prepare_call(call: Any) -> None:
    """What publishing asks of this package: a plan for every track that pays something."""
    for track in call.tracks.exclude(payment="none").filter(tranche_plan__isnull=True):
        plan(call, track)


def thresholds(programme: Any, *rows: tuple[int, int, int]) -> None:
    """Signature thresholds of a programme: rows of (from amount, approvals, releases)."""
    for from_minor, approvals, releases in rows or ((0, 1, 1),):
        ApprovalThreshold.objects.create(
            programme=programme,
            currency=programme.currency,
            from_minor=from_minor,
            approvals=approvals,
            releases=releases,
        )


def awarded(world: World, amount: int | None, *, at: datetime, user: User | None = None) -> Application:
    """An application that was awarded, loaded with its past; no grant is drafted yet."""
    applicant = Person.objects.create(user=user)
    case = Case.objects.create(programme=world.programme, site=world.site, opened_at=at)
    application = Application(
        case=case,
        call=world.call,
        track=world.track,
        session=world.session,
        applicant=applicant,
        title="Aluminium workshop",
        awarded_minor=amount,
        submitted_at=at,
    )
    system = System("history")
    steps = [("submit", {}), ("mark_eligible", {}), ("start_review", {}), ("award", {"amount": amount})]
    facts = [
        Fact(verb, at + timedelta(seconds=number), system, data=data)
        for number, (verb, data) in enumerate(steps)
    ]
    load_history([History(application, facts)], recorded_at=at + timedelta(minutes=1))
    return application


@dataclass
class MoneyWorld:
    """A grant with the people around it."""

    world: World
    grant: Grant
    beneficiary: User
    at: datetime
    people: dict[str, User] = field(default_factory=dict)

    def member(self, role: str, number: int = 1) -> User:
        """The user with a role in the programme."""
        return self.world.member(role, number)

    def now(self) -> datetime:
        """The moment of the next step."""
        self.at += timedelta(minutes=1)
        return self.at

    @property
    def today(self) -> date:
        """The day of the next step."""
        return timezone.localdate(self.at)

    def fire(self, record: Any, verb: str, role: str, data: Any = None, *, number: int = 1) -> Any:
        """Fire a verb as a member with a role; return the record, fresh."""
        fire(record, verb, actor=self.member(role, number), data=data or {}, at=self.now())
        return record

    def both(self, record: Any, verb: str, first: User, second: User, data: Any) -> Any:
        """An act of two persons."""
        propose(record, verb, actor=first, data=data)
        fire(record, verb, actor=second, data=data, at=self.now())
        return record

    def tranche(self, number: int) -> Tranche:
        """An instalment, fresh from the database."""
        return Tranche.objects.select_related("grant__case").get(grant=self.grant, number=number)

    # --- agreement ---------------------------------------------------------------------------------

    def offer(self) -> Grant:
        """The manager offers the grant for a month."""
        until = self.today + timedelta(days=30)
        self.fire(self.grant, "offer", "manager", {"offer_until": until.isoformat()})
        return self.grant

    def signing(self, **more: Any) -> dict[str, Any]:
        """What the preparer gives to record a signature on the present agreement."""
        agreement = self.grant.agreements.get(version=self.grant.version)
        from disbursements.papers import issuing

        paper = issuing.issue_agreement(agreement, "fr", actor=self.member("preparer"), at=self.now())
        return {
            "agreement": agreement.pk,
            "paper": paper.pk,
            "paper_sha256": paper.copies.get(number=0).sha256,
            "signed_on": self.today.isoformat(),
            "method": "scan",
            "file": self.file(self.grant, "signature").pk,
            **more,
        }

    def sign(self) -> Grant:
        """The preparer records the signature."""
        return self.fire(self.grant, "sign", "preparer", self.signing())

    def activate(self) -> Grant:
        """From the draft to the active grant, with the beneficiary's account verified."""
        self.offer()
        self.sign()
        first = self.tranche(1)
        if first.payment_mode == "cash":
            self.verified_account(grant=self.grant)
        elif first.payment_mode == "supplier":
            self.choose_supplier(first)
        return self.fire(self.grant, "activate", "manager")

    def file(self, owner: Any, kind: str, **more: Any) -> Document:
        """A photo that belongs to a record; every one has its own bytes."""
        from tests.documents import friendly

        data = friendly.picture(size=(40 + next(_numbers) % 400, 30 + next(_numbers) % 300))
        return filed(owner, name="photo.jpg", data=more.pop("data", data), kind=kind, **more)

    # --- accounts ----------------------------------------------------------------------------------

    def entered_account(
        self, *, grant: Grant | None = None, supplier: Supplier | None = None, **fields: Any
    ) -> Destination:
        """An account that the preparer entered a month ago."""
        given = {
            "channel": "bank",
            "holder": "Amina Example",
            "number": "MA64011519000001205000534921",
            "institution": "Banque Populaire",
            "country": "MA",
            "entered_by": self.member("preparer"),
            "entered_at": self.at - timedelta(days=30),
            **fields,
        }
        destination = Destination(programme=self.world.programme, grant=grant, supplier=supplier, **given)
        destination.masked = accounts_check.masked(given["number"])
        destination.fingerprint = accounts_check.fingerprint_of(destination)
        destination.save()
        return destination

    def verified_account(self, **fields: Any) -> Destination:
        """The same, verified by the approver."""
        destination = self.entered_account(**fields)
        return self.fire(destination, "verify", "approver", {"evidence": "bank_letter"}, number=2)

    def supplier(self, name: str = "") -> Supplier:
        """A supplier of the programme."""
        return Supplier.objects.create(
            programme=self.world.programme,
            name=name or f"Al-Jabal {next(_numbers)}",
            country="MA",
            entered_by=self.member("preparer"),
            entered_at=self.at,
        )

    def choose_supplier(self, tranche: Tranche) -> Supplier:
        """The preparer chooses who is paid on a quotation; the account is verified."""
        from disbursements import payees

        supplier = self.supplier()
        payees.choose_supplier(tranche, supplier, at=self.now())
        self.verified_account(supplier=supplier)
        return supplier

    # --- instalments and orders --------------------------------------------------------------------

    def hand_in(self, tranche: Tranche) -> Tranche:
        """Papers asked for are handed in by the beneficiary, if any are."""
        from disbursements import evidence

        tranche = self.tranche(tranche.number)
        if tranche.state == "due":
            for row in tranche.conditions.filter(kind="documents", met_at__isnull=True):
                file = self.file(tranche, row.parameter)
                evidence.add(tranche, row.parameter, file, actor=self.beneficiary, at=self.now())
            fire(tranche, "submit_evidence", actor=self.beneficiary, at=self.now())
        return tranche

    def approved(self, number: int) -> Tranche:
        """An instalment that two persons looked at."""
        tranche = self.hand_in(self.tranche(number))
        self.fire(tranche, "verify", "verifier")
        return self.fire(tranche, "approve", "approver")

    def ordered(self, number: int) -> PaymentOrder:
        """The draft order of an approved instalment."""
        tranche = self.fire(self.approved(number), "order", "preparer")
        return tranche.live_order()

    def release(self, order: PaymentOrder) -> PaymentOrder:
        """Submitted, approved and released by three persons."""
        self.fire(order, "submit", "preparer")
        self.fire(order, "approve", "approver")
        return self.fire(order, "release", "releaser")

    def instruction(self, order: PaymentOrder) -> dict[str, Any]:
        """What issuing the instruction needs: the printed payment order."""
        from disbursements.papers import issuing

        paper = issuing.issue_payment_order(order, actor=self.member("preparer"), at=self.now())
        return {"paper": paper.pk, "sha256": paper.copies.get(number=0).sha256}

    def export(self, order: PaymentOrder) -> PaymentOrder:
        """The instruction is printed and out."""
        return self.fire(order, "export", "preparer", self.instruction(order))

    def proof(self, **more: Any) -> dict[str, Any]:
        """What the reconciler saw."""
        return {
            "evidence": "statement",
            "reference": f"REL-{next(_numbers)}",
            "executed_on": self.today.isoformat(),
            **more,
        }

    def execute(self, order: PaymentOrder) -> PaymentOrder:
        """From the draft to the executed order."""
        self.export(self.release(order))
        return self.fire(order, "execute", "reconciler", self.proof())

    def paid(self, number: int) -> Tranche:
        """An instalment that reached its payee."""
        self.execute(self.ordered(number))
        return self.tranche(number)

    # --- receipts ----------------------------------------------------------------------------------

    def receipt(self, justification: Justification, amount: int, **fields: Any) -> JustificationLine:
        """A receipt that the beneficiary added."""
        given = {
            "label": "Tools",
            "amount_minor": amount,
            "file": self.file(justification, "receipt"),
            "added_by": self.beneficiary,
            "added_at": self.now(),
            **fields,
        }
        return JustificationLine.objects.create(justification=justification, **given)

    def justified(self, number: int) -> Tranche:
        """An instalment whose receipts were accepted in full."""
        tranche = self.tranche(number)
        justification = tranche.justifications.get()
        self.receipt(justification, justification.paid_minor)
        fire(justification, "submit", actor=self.beneficiary, at=self.now())
        self.fire(justification, "review", "verifier")
        justification.lines.update(decision="accepted", decided_by=self.member("verifier"))
        self.fire(justification, "accept", "verifier")
        return self.fire(tranche, "justify", "verifier")

    # --- purchases ---------------------------------------------------------------------------------

    def purchase(self, number: int = 1, *, quotes: int = 1) -> Procurement:
        """A purchase with two kinds of goods and quotations over the instalment."""
        from disbursements import purchases

        tranche = self.tranche(number)
        bought = purchases.start(tranche, actor=self.member("preparer"), at=self.now())
        ProcurementLine.objects.create(procurement=bought, number=1, label="Sewing machine", quantity=2)
        ProcurementLine.objects.create(procurement=bought, number=2, label="Table", quantity=1)
        for extra in range(quotes):
            more = 0 if tranche.amount_minor is None else extra * 10_00
            Quote.objects.create(
                procurement=bought,
                supplier=self.supplier(),
                amount_minor=None if tranche.amount_minor is None else tranche.amount_minor + more,
                file=self.file(bought, "quotation"),
                added_by=self.member("preparer"),
            )
        return bought

    def chosen(self, number: int = 1) -> Procurement:
        """The lowest quotation was taken."""
        bought = self.purchase(number)
        quote = bought.quotes.order_by("amount_minor").first()
        return self.fire(bought, "choose_supplier", "preparer", {"quote": quote.pk})

    def delivered(self, number: int = 1) -> Procurement:
        """Ordered and delivered."""
        bought = self.chosen(number)
        self.approved(number)
        from disbursements.papers import issuing

        paper = issuing.issue_purchase_order(bought, actor=self.member("approver"), at=self.now())
        self.fire(bought, "order", "approver", {"paper": paper.pk})
        today = self.today.isoformat()
        quantities = {str(line.pk): line.quantity for line in bought.lines.all()}
        return self.fire(bought, "deliver", "coach", {"delivered_on": today, "quantities": quantities})

    def handed_over(self, number: int = 1) -> Procurement:
        """Ordered, delivered and accepted with a thumbprint."""
        bought = self.delivered(number)
        acceptance = {
            "handed_over_on": self.today.isoformat(),
            "method": "thumbprint",
            "file": self.file(bought, "acceptance").pk,
            "photo": self.file(bought, "photo").pk,
            "witness_1": "First Witness",
            "witness_2": "Second Witness",
        }
        return self.fire(bought, "hand_over", "coach", acceptance)

    def invoiced(self, number: int = 1) -> Procurement:
        """The invoice says what was ordered and delivered."""
        bought = self.handed_over(number)
        invoice = {
            "invoice_number": f"F-{next(_numbers)}",
            "invoice_minor": bought.total_minor,
            "file": self.file(bought, "invoice").pk,
        }
        return self.fire(bought, "match_invoice", "preparer", invoice)


def money_world(
    *,
    rows: Any = CASH_60_40,
    currency: str = "MAD",
    payment: str = "cash",
    levels: tuple[tuple[int, int, int], ...] = (),
    cooling_hours: int = 168,
    **fields: Any,
) -> World:
    """A programme with an open call whose one track is paid by these rows, and signature thresholds."""
    world = programme_world(currency=currency, **fields)
    world.track.payment = payment
    world.track.save()
    plan(world.call, world.track, rows)
    thresholds(world.programme, *levels)
    PaymentPolicy.objects.create(programme=world.programme, cooling_hours=cooling_hours)
    open_call(world)
    return world


def drafted(world: World, amount: int | None, *, at: datetime | None = None) -> MoneyWorld:
    """An awarded application of a world with its drafted grant."""
    moment = at or this_morning()
    beneficiary = account(f"Beneficiary {next(_numbers)}")
    application = awarded(world, amount, at=moment, user=beneficiary)
    grant = drafting.draft_grant(application, at=moment)
    return MoneyWorld(world, grant, beneficiary, moment)


def this_morning() -> datetime:
    """Six hours ago, or earlier: the steps of a test, a minute each, stay within one day."""
    moment = timezone.now() - timedelta(hours=6)
    return moment - timedelta(hours=5) if moment.hour >= 19 else moment


def grant_world(amount: int | None = 14_000_00, **given: Any) -> MoneyWorld:
    """A call of its own and one drafted grant over an amount in minor units (None: in kind)."""
    return drafted(money_world(**given), amount)


def a_date(days_ago: int = 0) -> date:
    """A day in the past."""
    return timezone.localdate() - timedelta(days=days_ago)


def a_moment(text: str) -> datetime:
    """A moment of a test, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


__all__ = ["Evidence", "MoneyWorld", "awarded", "drafted", "grant_world", "money_world", "prepare_call"]
