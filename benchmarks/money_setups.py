"""Set-ups and bodies of the races beside a payment's own: see `money_lives`.

Each set-up works on one grant (`tests.worlds.disbursements.MoneyWorld`); each body is found on the record
alone, so that every process sends the same.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

Body = dict[str, Any]
REASON = {"reason": "The shop was sold"}
OWED, PART = 100_00, 10_00
LATE = 40  # days after which an answer is missing


def furnish(world: Any) -> None:
    """What all grants of a programme share: the account that is paid from, and what may be written off."""
    from django.utils import timezone

    from disbursements.models import WriteOffCeiling
    from tests.worlds.banking import a_paying_account
    from tests.worlds.disbursements import MoneyWorld

    currency = world.programme.currency
    WriteOffCeiling.objects.create(programme=world.programme, currency=currency, up_to_minor=OWED)
    a_paying_account(MoneyWorld(world, world.call, world.member("coach"), timezone.now()))


def print_agreement(money: Any) -> None:
    """The agreement is printed and a scan of its signature filed."""
    money.signing()


def enter_account(money: Any) -> None:
    """An account that nobody has verified."""
    money.entered_account(grant=money.grant, bic="BCPOMAMC", town="Rabat")


def hold(money: Any) -> None:
    """The first instalment is held, and somebody asked for its release."""
    from disbursements import holds

    placed = holds.place(money.tranche(1), reason="Red visit", actor=money.member("manager"), at=money.now())
    holds.ask_release(placed, actor=money.member("manager", 2), reason="It was a mistake", at=money.now())


def propose_failure(money: Any) -> None:
    """One person proposes to record that a payment in doubt failed."""
    from workflow.second_person import propose

    order = money.tranche(1).live_order()
    propose(order, "fail", actor=money.member("reconciler", 2), data=_failed(order))


def receipts_at_hand(money: Any) -> None:
    """A receipt over all of the first instalment, not handed in yet."""
    justification = money.tranche(1).justifications.get()
    money.receipt(justification, justification.paid_minor)


def accept_line(money: Any) -> None:
    """The verifier accepted the receipt."""
    lines = money.tranche(1).justifications.get().lines
    lines.update(decision="accepted", decided_by=money.member("verifier"))


def approved_order(money: Any) -> None:
    """From the draft of the grant to an approved order on a bank account."""
    _in_force(money, bic="BCPOMAMC", town="Rabat")
    order = money.ordered(1)
    money.fire(order, "submit", "preparer")
    money.fire(order, "approve", "approver")


def open_batch(money: Any) -> None:
    """A batch of the one order."""
    from tests.worlds.banking import a_batch

    a_batch(money, [money.tranche(1).live_order()])


def claim(money: Any) -> None:
    """A first instalment that was paid, and a claim over a part of it; the grant has a beneficiary."""
    from accounts.models import User
    from applications.models import Person
    from disbursements import claims

    user = User.objects.create(email=f"b{money.grant.pk}@example.org", full_name="Beneficiary")
    Person.objects.filter(pk=money.grant.application.applicant_id).update(user=user)
    _in_force(money)
    money.paid(1)
    claims.open_by_hand(
        money.tranche(1), OWED, reason="Not used at all", actor=money.member("verifier"), at=money.now()
    )


def propose_write_off(money: Any) -> None:
    """One person proposes to write off what is left of the claim."""
    from workflow.second_person import propose

    propose(money.grant.recoveries.get(), "write_off", actor=money.member("manager", 2), data=REASON)


def cash_list(money: Any) -> None:
    """A cash list with the one issued order of the grant, to be carried by the coach."""
    from disbursements import cash
    from tests.worlds.banking import a_paying_account

    _in_force(money, channel="cash", number="", institution="")
    money.export(money.release(money.ordered(1)))
    made = cash.open_list(
        a_paying_account(money),
        money.member("coach"),
        place="Temara",
        pays_on=money.today,
        actor=money.member("preparer"),
        at=money.now(),
    )
    cash.add(made, [money.tranche(1).live_order().pk])


def quotation(money: Any) -> None:
    """A purchase of goods with one quotation over the instalment."""
    money.offer()
    money.sign()
    money.fire(money.grant, "activate", "manager")
    money.purchase(1)


def purchase_order(money: Any) -> None:
    """The instalment is approved and the purchase order printed."""
    from disbursements.papers import issuing

    money.approved(1)
    bought = money.tranche(1).procurements.get()
    issuing.issue_purchase_order(bought, actor=money.member("approver"), at=money.now())


def acceptance(money: Any) -> None:
    """The beneficiary's mark, a photo of the goods and the invoice are filed."""
    for kind in ("acceptance", "photo", "invoice"):
        money.file(money.tranche(1).procurements.get(), kind)


def donor_instalment(money: Any) -> None:
    """A part of the first contribution, the letter that asks for it, a movement by which it comes in."""
    from disbursements import donor_money
    from disbursements.models import BankLine, StatementFile
    from tests.worlds.banking import a_paying_account

    programme = money.grant.programme
    contribution = programme.contributions.order_by("pk")[0]
    later = money.today + timedelta(days=60)
    made = donor_money.plan(contribution, PART, later, actor=money.member("manager"), at=money.now())
    money.file(made, "donor_request")
    account, mark = a_paying_account(money), f"{made.pk:064}"
    statement = StatementFile.objects.create(
        programme=programme,
        account=account,
        name="statement.xml",
        form="camt",
        sha256=mark,
        size=1,
        content="",
        handed_in_by=money.member("reconciler"),
        handed_in_at=money.now(),
    )
    BankLine.objects.create(
        programme=programme,
        account=account,
        file=statement,
        fingerprint=mark,
        occurrence=1,
        booked_on=money.today,
        amount_minor=PART,
        currency=account.currency,
    )


def statement_of_a_batch(money: Any) -> None:
    """The order went to the bank in a batch of its own; a statement with the one movement is handed in."""
    from disbursements import reconciling
    from tests.disbursements.statement_files import Row, camt_file
    from tests.worlds.banking import a_paying_account, exported

    order = money.tranche(1).live_order()
    exported(money, [order])
    row = Row(money.today.isoformat(), -order.net_minor, order.number, "", "Grant", f"B{order.pk}")
    data = camt_file([row]).replace(b"<Id>1</Id>", f"<Id>S{order.pk}</Id>".encode())
    reconciling.hand_in(
        a_paying_account(money), data, f"{order.pk}.xml", actor=money.member("reconciler"), at=money.now()
    )


def propose_in_doubt(money: Any) -> None:
    """No answer came in time; one person proposes that the movement is the payment."""
    from django.utils import timezone

    from disbursements.models import BankLine
    from workflow import fire
    from workflow.second_person import propose

    order = money.tranche(1).live_order()
    fire(order, "doubt", actor=money.member("reconciler"), at=timezone.now() + timedelta(days=LATE))
    line = BankLine.objects.get(end_to_end=order.number)
    propose(line, "match_in_doubt", actor=money.member("reconciler", 2), data={"order": order.pk})


def accepted_after_the_claim(money: Any) -> None:
    """A receipt for all of it is under review and accepted: nothing of the claim is left."""
    from disbursements.models import Recovery

    claimed = Recovery.objects.filter(grant=money.grant)
    claimed.update(lowered_minor=OWED)


def _in_force(money: Any, **account: Any) -> None:
    money.offer()
    money.sign()
    money.verified_account(grant=money.grant, **account)
    money.fire(money.grant, "activate", "manager")


STEPS: Mapping[str, Callable[[Any], None]] = {
    step.__name__: step
    for step in (
        print_agreement, enter_account, hold, propose_failure, receipts_at_hand, accept_line,
        approved_order, open_batch, claim, propose_write_off, cash_list,
        statement_of_a_batch, propose_in_doubt, accepted_after_the_claim,
        quotation, purchase_order, acceptance, donor_instalment,
    )
}  # fmt: skip


def _today() -> Any:
    from django.utils import timezone

    return timezone.localdate()


def _signed(grant: Any) -> Body:
    from disbursements.papers.originals import AGREEMENT, valid_papers
    from documents.models import Document

    agreement = grant.agreements.get(version=grant.version)
    paper = valid_papers(agreement, AGREEMENT).get()
    return {
        "agreement": agreement.pk,
        "paper": paper.pk,
        "paper_sha256": paper.copies.get(number=0).sha256,
        "signed_on": _today().isoformat(),
        "method": "scan",
        "file": Document.objects.of(grant).get(kind="signature").pk,
    }


def _failed(order: Any) -> Body:
    return {"evidence": "bank_notice", "reference": f"N-{order.pk}"}


def _told(recovery: Any) -> Body:
    return {"told_by": "phone", "due_on": (_today() + timedelta(days=30)).isoformat()}


def _schedule(recovery: Any) -> Body:
    return {"count": 2, "first_on": (_today() + timedelta(days=10)).isoformat(), "every": "month"}


def _repaid(recovery: Any) -> Body:
    return {"amount": PART, "reference": f"C-{recovery.pk}", "paid_on": _today().isoformat()}


def _kept_back(recovery: Any) -> Body:
    return {"amount": PART, "tranche": recovery.grant.tranches.get(number=2).pk}


def _decision(recovery: Any) -> Body:
    return {"decision": "stands", "reason": "The receipts do not show it"}


def _quote(bought: Any) -> Body:
    return {"quote": bought.quotes.get().pk}


def _purchase_order(bought: Any) -> Body:
    from disbursements.papers.originals import PURCHASE_ORDER, valid_papers

    return {"paper": valid_papers(bought, PURCHASE_ORDER).get().pk}


def _delivery(bought: Any) -> Body:
    quantities = {str(line.pk): line.quantity for line in bought.lines.all()}
    return {"delivered_on": _today().isoformat(), "quantities": quantities}


def _filed(record: Any, kind: str) -> int:
    from documents.models import Document

    return int(Document.objects.of(record).get(kind=kind).pk)


def _acceptance(bought: Any) -> Body:
    return {
        "handed_over_on": _today().isoformat(),
        "method": "thumbprint",
        "file": _filed(bought, "acceptance"),
        "photo": _filed(bought, "photo"),
        "witness_1": "First Witness",
        "witness_2": "Second Witness",
    }


def _invoice(bought: Any) -> Body:
    number, file = f"F-{bought.pk}", _filed(bought, "invoice")
    return {"invoice_number": number, "invoice_minor": bought.total_minor, "file": file}


def _asked(instalment: Any) -> Body:
    letter = _filed(instalment, "donor_request")
    return {"requested_on": _today().isoformat(), "reference": f"A-{instalment.pk}", "file": letter}


def _its_order(line: Any) -> Body:
    from disbursements.models import PaymentOrder

    return {"order": PaymentOrder.objects.get(number=line.end_to_end).pk}


def _its_batch(line: Any) -> Body:
    from disbursements.models import BatchLine

    return {"batch": BatchLine.objects.get(order__number=line.end_to_end, is_live=True).batch_id}


def _came_in(instalment: Any) -> Body:
    from disbursements.models import BankLine

    return {"line": BankLine.objects.get(fingerprint=f"{instalment.pk:064}").pk}


BODIES: Mapping[tuple[str, str], Callable[[Any], Body]] = {
    ("grant", "sign"): _signed,
    ("grant", "suspend"): lambda grant: REASON,
    ("grant", "resume"): lambda grant: REASON,
    ("destination", "verify"): lambda account: {"evidence": "bank_letter"},
    ("destination", "refuse"): lambda account: REASON,
    ("destination", "retire"): lambda account: {**REASON, "told_by": "phone"},
    ("tranche", "return"): lambda tranche: REASON,
    ("hold", "release"): lambda placed: REASON,
    ("paymentorder", "reject"): lambda order: REASON,
    ("paymentbatch", "cancel"): lambda batch: REASON,
    ("paymentbatch", "reject"): lambda batch: {"reference": f"REJ-{batch.pk}"},
    ("recovery", "notify"): _told,
    ("recovery", "contest"): lambda recovery: REASON,
    ("recovery", "decide"): _decision,
    ("recovery", "schedule"): _schedule,
    ("recovery", "repay"): _repaid,
    ("recovery", "offset"): _kept_back,
    ("recovery", "write_off"): lambda recovery: REASON,
    ("procurement", "choose_supplier"): _quote,
    ("procurement", "order"): _purchase_order,
    ("procurement", "deliver"): _delivery,
    ("procurement", "hand_over"): _acceptance,
    ("procurement", "match_invoice"): _invoice,
    ("procurement", "cancel"): lambda bought: REASON,
    ("donorinstalment", "request"): _asked,
    ("donorinstalment", "receive"): _came_in,
    ("donorinstalment", "cancel"): lambda instalment: REASON,
    ("cashadvance", "count"): lambda advance: {"returned": advance.advanced_minor},
    ("cashadvance", "cancel"): lambda advance: REASON,
    ("bankline", "match"): _its_order,
    ("bankline", "match_in_doubt"): _its_order,
    ("bankline", "match_batch"): _its_batch,
    ("bankline", "set_aside"): lambda line: REASON,
}
