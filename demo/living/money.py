"""Grants of the living programme, each as far as it is today: agreements, accounts, instalments, orders."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from applications.models import Application
from demo.living.applications import applicant_of, person_of
from demo.living.stage import Stage
from disbursements import payees, purchases
from disbursements.models import (
    Destination,
    Grant,
    Justification,
    JustificationLine,
    Procurement,
    ProcurementLine,
    Quote,
    Supplier,
    Tranche,
)
from disbursements.papers import issuing

STEPS = ("due", "verify", "approve", "order", "submit", "approve_order", "release", "export", "execute")
ROLES = {
    "verify": "verifier",
    "approve": "approver",
    "order": "preparer",
    "submit": "preparer",
    "approve_order": "approver",
    "release": "releaser",
}
SHOPS = ("Machines du Bouregreg", "Comptoir Idrissi", "Outillage de l’Oriental")
BANK = {
    "channel": "bank",
    "institution": "Banque de la démonstration",
    "bic": "BCPOMAMC",
    "country": "MA",
    "town": "Rabat",
}


def supplier(stage: Stage, name: str, number: str, at: datetime, *, verified: bool = True) -> Supplier:
    """A supplier with an account, which another person verified unless it still waits for that."""
    shop = Supplier.objects.create(
        programme=stage.programme,
        name=name,
        town="Rabat",
        country="MA",
        entered_by=stage.staff["preparer"],
        entered_at=at,
    )
    account = payees.enter_destination(
        shop, actor=stage.staff["preparer"], at=at, holder=name, number=number, **BANK
    )
    if verified:
        stage.fire(account, "verify", "approver", at.replace(hour=16), evidence="bank_letter")
    return shop


def rib(account: int) -> str:
    """Return a well-formed Moroccan account number."""
    body = f"011810{account:016}"
    return f"{body}{97 - int(body) * 100 % 97:02}"


def grant_of(application: Application) -> Grant:
    """Return the grant that the award drafted."""
    return Grant.objects.select_related("track").get(application=application)


def tranche(grant: Grant, number: int) -> Tranche:
    """Return an instalment, fresh from the database."""
    return Tranche.objects.select_related("grant__case").get(grant=grant, number=number)


def offer(stage: Stage, application: Application, at: datetime) -> Grant:
    """The manager refines the budget and offers the grant."""
    grant = grant_of(application)
    amount = grant.amount_minor or 0
    line = grant.budget_lines.get()
    line.label, line.amount_minor = "Équipement", amount * 4 // 5
    line.save()
    grant.budget_lines.create(number=2, label="Premier stock", amount_minor=amount - amount * 4 // 5)
    until = (at.date()).toordinal() + 30
    stage.fire(grant, "offer", "manager", at, offer_until=at.date().fromordinal(until).isoformat())
    return grant


def sign(stage: Stage, grant: Grant, at: datetime, *, languages: Sequence[str] = ("fr",)) -> None:
    """The agreement is printed and signed; the preparer records it with its scan."""
    preparer = stage.staff["preparer"]
    agreement = grant.agreements.get(version=grant.version)
    printed = [issuing.issue_agreement(agreement, language, actor=preparer, at=at) for language in languages]
    scan = stage.photo(grant, "signature", preparer, at, "Convention signee", grant.reference)
    stage.fire(
        grant,
        "sign",
        preparer,
        at,
        agreement=agreement.pk,
        paper=printed[0].pk,
        paper_sha256=printed[0].copies.get(number=0).sha256,
        signed_on=at.date().isoformat(),
        method="scan",
        file=scan.pk,
    )


def activate(stage: Stage, grant: Grant, shop: Supplier | None, at: datetime) -> None:
    """Payee chosen or account verified, then active."""
    for row in grant.tranches.filter(payment_mode="supplier").order_by("number"):
        if shop is not None:
            payees.choose_supplier(row, shop, at=at)
    if grant.tranches.filter(payment_mode="cash").exists():
        person = person_of(grant.application)
        account = payees.enter_destination(
            grant,
            actor=stage.staff["preparer"],
            at=at,
            channel="mobile",
            holder=person.identity.latin_name,
            number=f"+2126120{grant.pk % 100_000:05}",
            institution="Portefeuille de la démonstration",
            country="MA",
            town="Rabat",
        )
        stage.fire(account, "verify", "approver", at, evidence="in_person")
    stage.fire(grant, "activate", "manager", at)


def go(stage: Stage, grant: Grant, number: int, at: datetime, until: str) -> None:
    """Take a due instalment as far as a desk of the finance office (`STEPS`), each step by its own person."""
    row = tranche(grant, number)
    for step in STEPS[1 : STEPS.index(until) + 1]:
        live = row.live_order()
        match step:
            case "verify" | "approve" | "order":
                stage.fire(row, step, ROLES[step], at)
            case _ if live is None:
                raise LookupError(f"{row}: no order")
            case "export":
                paper = issuing.issue_payment_order(live, actor=stage.staff["preparer"], at=at)
                sha256 = paper.copies.get(number=0).sha256
                stage.fire(live, "export", "preparer", at, paper=paper.pk, sha256=sha256)
            case "execute":
                proof = {"evidence": "statement", "reference": f"REL-{live.number}"}
                stage.fire(live, "execute", "reconciler", at, executed_on=at.date().isoformat(), **proof)
            case _:
                stage.fire(live, step.removesuffix("_order"), ROLES[step], at)


def pay(stage: Stage, grant: Grant, number: int, at: datetime) -> None:
    """Pay an instalment: verified, approved, ordered, signed by four persons, executed."""
    go(stage, grant, number, at, "execute")


def confirm_receipt(stage: Stage, grant: Grant, number: int, at: datetime) -> None:
    """The beneficiary says that the money arrived."""
    paid = tranche(grant, number).live_order()
    if paid is None:
        raise LookupError(f"{grant}: instalment {number} has no order")
    stage.fire(paid, "acknowledge", applicant_of(grant.application), at, received=True)


def hand_in_receipts(stage: Stage, grant: Grant, number: int, at: datetime) -> Justification:
    """The beneficiary sends photos of the receipts."""
    person = applicant_of(grant.application)
    wanted = tranche(grant, number).justifications.get()
    parts = (
        ("Matériel", wanted.paid_minor * 3 // 4),
        ("Fournitures", wanted.paid_minor - wanted.paid_minor * 3 // 4),
    )
    for place, (label, amount) in enumerate(parts, start=1):
        photo = stage.photo(
            wanted, "receipt", person, at, f"Facture {grant.reference}-{place}", f"{amount / 100:.2f} MAD"
        )
        JustificationLine.objects.create(
            justification=wanted, label=label, amount_minor=amount, file=photo, added_by=person, added_at=at
        )
    stage.fire(wanted, "submit", person, at)
    return wanted


def accept_receipts(stage: Stage, grant: Grant, number: int, at: datetime) -> None:
    """The verifier accepts every receipt; the instalment is justified."""
    wanted = hand_in_receipts(stage, grant, number, at)
    verifier: User = stage.staff["verifier"]
    stage.fire(wanted, "review", verifier, at)
    wanted.lines.update(decision="accepted", decided_by=verifier)
    stage.fire(wanted, "accept", verifier, at)
    stage.fire(tranche(grant, number), "justify", verifier, at)


def start_purchase(stage: Stage, grant: Grant, shops: Sequence[Supplier], at: datetime) -> Procurement:
    """Goods listed and quotations in; the supplier is not chosen yet."""
    preparer = stage.staff["preparer"]
    row = tranche(grant, 1)
    bought = purchases.start(row, actor=preparer, at=at)
    for number, (label, quantity) in enumerate((("Coffret d’outils", 1), ("Consommables, lot", 2)), start=1):
        ProcurementLine.objects.create(procurement=bought, number=number, label=label, quantity=quantity)
    for place, shop in enumerate(shops):
        amount = (row.amount_minor or 0) + place * 15_000
        photo = stage.photo(bought, "quotation", preparer, at, f"Devis {grant.reference}-{place}", shop.name)
        Quote.objects.create(
            procurement=bought, supplier=shop, amount_minor=amount, file=photo, added_by=preparer
        )
    return bought


def order_goods(stage: Stage, bought: Procurement, at: datetime) -> None:
    """The lowest quotation is taken, the instalment approved, the goods ordered."""
    quote = bought.quotes.order_by("amount_minor")[0]
    stage.fire(bought, "choose_supplier", "preparer", at, quote=quote.pk)
    go(stage, bought.tranche.grant, bought.tranche.number, at, "approve")
    paper = issuing.issue_purchase_order(bought, actor=stage.staff["approver"], at=at)
    stage.fire(bought, "order", "approver", at, paper=paper.pk)


def deliver(stage: Stage, bought: Procurement, coach: User, at: datetime) -> None:
    """Everything came."""
    quantities = {str(line.pk): line.quantity for line in bought.lines.all()}
    stage.fire(bought, "deliver", coach, at, delivered_on=at.date().isoformat(), quantities=quantities)


def open_account(stage: Stage, at: datetime) -> Destination:
    """An account that was entered and waits for a second person."""
    shop = supplier(stage, "Électro Hay Riad", rib(77), at, verified=False)
    found: Destination = shop.destinations.get()
    return found
