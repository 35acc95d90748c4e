"""Grants, instalments, holds, payees' accounts and purchases in the walk."""

from datetime import timedelta
from typing import Any

from disbursements import evidence, holds, payees, purchases
from disbursements.models import Destination, Grant, ProcurementLine, Quote, Supplier, Tranche
from disbursements.papers import issuing
from disbursements.papers.originals import AGREEMENT, PURCHASE_ORDER, valid_papers
from tests.walk.registry import birth, way
from tests.walk.stage import Stage
from workflow import Refused

Data = dict[str, Any]
CONTENT = {
    "channel": "bank",
    "holder": "Amina Example",
    "number": "MA64011519000001205000534921",
    "institution": "Banque Populaire",
    "bic": "BCPOMAMC",
    "town": "Rabat",
    "country": "MA",
}
MOVING = ("verified", "approved", "ordered")
OPEN = ("draft", "offered", "signed", "active")


def has_account(owner: Grant | Supplier) -> bool:
    """Whether an account waits or is in use."""
    return owner.destinations.filter(state__in=["entered", "verified"]).exists()


@birth
def an_account(stage: Stage) -> bool:
    """The preparer enters the account of a beneficiary, or of a supplier who is to be paid."""
    programme = stage.side.world.programme
    grants = [grant for grant in stage.records("disbursements.grant", *OPEN) if not has_account(grant)]
    suppliers = [one for one in Supplier.objects.filter(programme=programme) if not has_account(one)]
    owner = stage.one_of([*grants, *suppliers])
    if owner is None:
        return False
    entered = stage.clock - timedelta(hours=2)
    payees.enter_destination(owner, actor=stage.member("preparer"), at=entered, **CONTENT)
    return True


@birth
def a_supplier_of_an_instalment(stage: Stage) -> bool:
    """The preparer chooses who is paid on a quotation, or changes the choice."""
    waiting = ("planned", "due", "evidence_submitted", "returned", "verified", "approved")
    bare = [
        tranche
        for tranche in stage.records("disbursements.tranche", *waiting, payment_mode="supplier")
        if tranche.supplier_id is None
    ]
    if not bare:
        return False
    payees.choose_supplier(bare[0], a_supplier(stage), at=stage.now())
    return True


def a_supplier(stage: Stage) -> Supplier:
    """One of the few suppliers of the programme."""
    programme = stage.side.world.programme
    known = list(Supplier.objects.filter(programme=programme).order_by("pk"))
    if len(known) >= 3:
        return stage.rng.choice(known)
    return Supplier.objects.create(
        programme=programme,
        name=f"Al-Jabal {len(known) + 1} of {programme.code}",
        country="MA",
        entered_by=stage.member("preparer"),
        entered_at=stage.now(),
    )


@birth
def a_hold(stage: Stage) -> bool:
    """Somebody stops money, or asks in writing that it be let go."""
    placed = [hold for hold in stage.records("disbursements.hold", "placed") if hold.cleared_at is None]
    unasked = [hold for hold in placed if hold.asked_by_id is None]
    if unasked:
        holds.ask_release(
            unasked[0], actor=stage.member("manager"), reason="It is cleared up", at=stage.now()
        )
        return True
    grants = stage.records("disbursements.grant", "active")
    moving = set(Tranche.objects.filter(state__in=MOVING).values_list("grant", flat=True))
    grant = stage.one_of([one for one in grants if one.pk in moving] or grants)
    if placed or grant is None or stage.chance(0.6):
        return False
    holds.place(grant, reason="To be looked at", actor=stage.member("supervisor"), at=stage.now())
    return True


@birth
def a_purchase(stage: Stage) -> bool:
    """A purchase is started for goods that are to be handed over."""
    waiting = ("planned", "due", "evidence_submitted", "returned", "verified", "approved")
    for tranche in stage.records("disbursements.tranche", *waiting, payment_mode__in=["kit", "in_kind"]):
        if tranche.live_procurement() is None and tranche.grant.state in ("signed", "active"):
            try:
                start_purchase(stage, tranche)
            except Refused:
                continue
            return True
    return False


def start_purchase(stage: Stage, tranche: Any) -> Any:
    """A purchase with one line of goods and one quotation over the instalment."""
    bought = purchases.start(tranche, actor=stage.member("preparer"), at=stage.now())
    ProcurementLine.objects.create(procurement=bought, number=1, label="Sewing machine", quantity=2)
    Quote.objects.create(
        procurement=bought,
        supplier=a_supplier(stage),
        amount_minor=tranche.amount_minor,
        file=stage.file(bought, "quotation"),
        added_by=stage.member("preparer"),
    )
    return bought


# Grants


@way("disbursements.grant", "offer")
def offer(stage: Stage, grant: Any) -> Data:
    """For three days."""
    return {"offer_until": stage.day(3)}


@way("disbursements.grant", "sign", optional=["witness_1", "witness_2"])
def sign(stage: Stage, grant: Any) -> Data:
    """On the paper of the present version, with a scan."""
    agreement = grant.agreements.get(version=grant.version)
    paper = valid_papers(agreement, AGREEMENT).last() or issuing.issue_agreement(
        agreement, "fr", actor=stage.member("preparer"), at=stage.now()
    )
    return {
        "agreement": agreement.pk,
        "paper": paper.pk,
        "paper_sha256": paper.copies.get(number=0).sha256,
        "signed_on": stage.day(),
        "method": "scan",
        "file": stage.file(grant, "signature").pk,
    }


@way("disbursements.grant", "expire")
def expire(stage: Stage, grant: Any) -> Data:
    """The offer is over."""
    while grant.offer_until is not None and stage.today <= grant.offer_until:
        stage.until(stage.clock + timedelta(hours=12))
    return {}


@way("disbursements.grant", "amend")
def amend(stage: Stage, grant: Any) -> Data | None:
    """One instalment that is not ordered, a little more or less."""
    tranche = stage.one_of(one for one in grant.tranches.live().order_by("number") if one.is_amendable)
    if tranche is None or tranche.amount_minor is None:
        return None
    change = stage.rng.choice([-10_00, 25_00])
    return {"amounts": {str(tranche.pk): tranche.amount_minor + change}, "reason": "Prices changed"}


# Instalments


@way("disbursements.tranche", "submit_evidence")
def submit_evidence(stage: Stage, tranche: Any) -> Data:
    """The papers asked for are there."""
    for row in tranche.conditions.filter(kind="documents", met_at__isnull=True):
        file = stage.file(tranche, row.parameter)
        evidence.add(tranche, row.parameter, file, actor=stage.member("coach"), at=stage.now())
    return {}


# Accounts


@way("disbursements.destination", "verify", optional=["file"])
def verify(stage: Stage, destination: Destination) -> Data:
    """With a letter of the bank."""
    return {"evidence": "bank_letter", "file": stage.file(destination, "account_evidence").pk}


@way("disbursements.destination", "retire")
def retire(stage: Stage, destination: Destination) -> Data:
    """Its owner was called."""
    return {"told_by": "phone", "reason": "The account was closed"}


# Purchases


@way("disbursements.procurement", "choose_supplier", optional=["reason"])
def choose_supplier(stage: Stage, purchase: Any) -> Data:
    """The quotation there is."""
    return {"quote": purchase.quotes.order_by("pk").first().pk, "reason": "The only one in town"}


@way("disbursements.procurement", "order")
def order(stage: Stage, purchase: Any) -> Data:
    """On a purchase order."""
    paper = valid_papers(purchase, PURCHASE_ORDER).last() or issuing.issue_purchase_order(
        purchase, actor=stage.member("approver"), at=stage.now()
    )
    return {"paper": paper.pk}


@way("disbursements.procurement", "deliver", optional=["reference"])
def deliver(stage: Stage, purchase: Any) -> Data:
    """Everything came."""
    quantities = {str(line.pk): line.quantity for line in purchase.lines.all()}
    return {"delivered_on": stage.day(), "quantities": quantities, "reference": "BL-1"}


@way("disbursements.procurement", "hand_over", optional=["witness_1", "witness_2"])
def hand_over(stage: Stage, purchase: Any) -> Data:
    """Signed for, with a photo."""
    return {
        "handed_over_on": stage.day(),
        "method": "signature",
        "file": stage.file(purchase, "acceptance").pk,
        "photo": stage.file(purchase, "photo").pk,
    }


@way("disbursements.procurement", "match_invoice", optional=["file"])
def match_invoice(stage: Stage, purchase: Any) -> Data:
    """Over what was ordered."""
    return {
        "invoice_number": f"F-{purchase.pk}",
        "invoice_minor": purchase.total_minor,
        "file": stage.file(purchase, "invoice").pk,
    }
