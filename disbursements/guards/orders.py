"""Guards of payment orders."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from disbursements.guards.inputs import past_day_problem
from workflow import clock, display
from workflow.actors import Actor, System
from workflow.history import data_guard

Data = dict[str, Any] | None


def amount_is_the_tranche(order: Any, actor: Actor, data: Data) -> str | None:
    """The order pays exactly its instalment."""
    if order.gross_minor == order.tranche.amount_minor and order.currency == order.tranche.grant.currency:
        return None
    return _("The instalment was changed: cancel this order and prepare a new one.")


def payee_has_a_verified_account(order: Any, actor: Actor, data: Data) -> str | None:
    """There is an account to pay to, verified by another person than its author."""
    if order.tranche.payee_destination() is not None:
        return None
    return _("The payee has no verified account. An approver who did not enter it can verify it.")


def threshold_row_is_found(order: Any, actor: Actor, data: Data) -> str | None:
    """The programme says how many signatures such an amount needs; where it does not, nothing is paid."""
    from disbursements.models.policy import threshold_for

    if threshold_for(order.programme_id, order.currency, order.gross_minor) is not None:
        return None
    return _("No signature threshold covers %(amount)s: a programme manager must set one.") % {
        "amount": display.money_text(order.amount)
    }


@data_guard
def preparer_did_not_verify_or_approve_the_tranche(order: Any, actor: Actor, data: Data) -> str | None:
    """A third person prepares the payment."""
    if actor.pk in (order.tranche_verifier_id, order.tranche_approver_id):
        return _("You verified or approved this instalment; another person must prepare the payment.")
    return None


@data_guard
def deductions_leave_something_to_pay(order: Any, actor: Actor, data: Data) -> str | None:
    """Tax withheld and fee are whole minor units, not negative, and less than the amount."""
    if data is None:
        return None
    parts = [data.get(name) or 0 for name in ("withholding", "fee")]
    if any(isinstance(part, bool) or not isinstance(part, int) or part < 0 for part in parts):
        return _("Tax withheld and fee are amounts, not below zero.")
    if sum(parts) + order.offset_minor >= order.gross_minor:
        return _("Nothing would be left to pay.")
    return None


def not_signed_this_round(order: Any, actor: Actor, data: Data) -> str | None:
    """Nobody signs an order twice: preparing, approving, releasing, reconciling are different persons."""
    if isinstance(actor, System):
        return _("Only a person can sign.")
    rows = list(order.signed_in_round())
    signed = next((row for row in rows if row.user_id == actor.pk), None)
    if signed is None:
        return one_authority(order.programme_id, actor, {row.user_id for row in rows})
    return _("You already signed this order (%(step)s, %(when)s); another person must.") % {
        "step": signed.get_step_display().lower(),
        "when": display.date_text(signed.signed_at),
    }


def one_authority(programme_id: int, actor: Actor, signed: set[int]) -> str | None:
    """Who stands in for somebody and that somebody are two persons and one authority."""
    from accounts.models import User
    from programmes.delegation import same_authority

    found = same_authority(actor, programme_id, signed)
    if found is None:
        return None
    return _("%(who)s signed already, and one of you stands in for the other: a third person must.") % {
        "who": User.objects.get(pk=found)
    }


def grant_is_active(order: Any, actor: Actor, data: Data) -> str | None:
    """The agreement is in force and not suspended."""
    grant = order.tranche.grant
    if grant.state == "active":
        return None
    return _("The grant is %(state)s; it must be active.") % {"state": grant.get_state_display().lower()}


def no_hold_is_open(order: Any, actor: Actor, data: Data) -> str | None:
    """Nobody stopped the money of this instalment or of its grant."""
    from disbursements.holds import open_sentence

    return open_sentence(order.tranche)


def destination_is_unchanged_and_cooled(order: Any, actor: Actor, data: Data) -> str | None:
    """The account is still the one that was frozen, and older than the programme's waiting time."""
    from disbursements.accounts_check import why_not_payable

    return why_not_payable(order, clock.now())


def books_are_open(order: Any, actor: Actor, data: Data) -> str | None:
    """The present month of the programme's books takes postings."""
    from disbursements import journal

    now = clock.now()
    if journal.is_open(order.programme_id, now):
        return None
    return _("The books of %(month)s are closed.") % {"month": f"{now:%Y-%m}"}


def instruction_is_stored(order: Any, actor: Actor, data: Data) -> str | None:
    """The paper or file that goes to the bank or the cashier is kept, with its digest."""
    if data is None:
        return None
    if "batch_file" in data:
        return _is_in_the_file(order, data)
    from disbursements.papers.originals import PAYMENT_ORDER, original_of

    original = original_of(order, PAYMENT_ORDER, data.get("paper"))
    if original is None:
        return _("The payment order must be printed first.")
    if original.sha256 != data.get("sha256"):
        return _("The file is not the one that was issued.")
    return None


def _is_in_the_file(order: Any, data: dict[str, Any]) -> str | None:
    """The file of the batch that is just going out with this order."""
    from disbursements import batches

    line = order.batch_lines.filter(is_live=True).select_related("batch__file").first()
    file = getattr(line.batch, "file", None) if line and batches.is_moving(line.batch_id) else None
    if file is not None and (file.pk, file.sha256) == (data.get("batch_file"), data.get("sha256")):
        return None
    return _("The file is not the one that was issued.")


@data_guard
def execution_is_proved(order: Any, actor: Actor, data: Data) -> str | None:
    """A statement line or a signed receipt, on a day that has come."""
    if data is None:
        return None
    if data.get("evidence") not in ("statement", "receipt", "operator"):
        return _("Say what proves that it was paid.")
    if not data.get("reference") and not data.get("file"):
        return _("Give the reference of the statement line, or add the signed receipt.")
    return past_day_problem(data.get("executed_on"))


@data_guard
def failure_is_proved(order: Any, actor: Actor, data: Data) -> str | None:
    """A notice of the bank, a message of the operator, or the counted cash that nobody signed for."""
    proofs = ("statement", "receipt", "operator", "bank_notice", "cash_count")
    if data is None or (data.get("evidence") in proofs and (data.get("reference") or data.get("file"))):
        return None
    return _("Say what proves that it was not paid, with its reference or file.")


@data_guard
def return_is_proved(order: Any, actor: Actor, data: Data) -> str | None:
    """A statement line says how much came back, and when."""
    if data is None:
        return None
    if data.get("evidence") != "statement" or not data.get("reference"):
        return _("Give the reference of the statement line.")
    came_back = data.get("returned_minor")
    if not isinstance(came_back, int) or isinstance(came_back, bool) or not 0 < came_back <= order.net_minor:
        return _("Between zero and %(net)s can have come back.") % {"net": display.money_text(order.net)}
    return past_day_problem(data.get("returned_on"))


def answer_is_late(order: Any, actor: Actor, data: Data) -> str | None:
    """The day by which the bank should have answered is over."""
    if order.answer_due_on is not None and order.answer_due_on < timezone.localdate(clock.now()):
        return None
    return _("An answer is expected until %(date)s.") % {
        "date": display.date_text(order.answer_due_on) if order.answer_due_on else "–"
    }


@data_guard
def receipt_is_confirmed(order: Any, actor: Actor, data: Data) -> str | None:
    """The payee says so, or a receipt is added."""
    if data is None or data.get("received") is True or data.get("file"):
        return None
    return _("Confirm that the money was received, or add the signed receipt.")


def tranche_is_not_justified(order: Any, actor: Actor, data: Data) -> str | None:
    """Money that is accounted for did not come back."""
    tranche = order.tranche
    if tranche.state != "paid" or tranche.justifications.with_decisions().exists():
        return _("Receipts of this payment were already accepted or refused.")
    if tranche.justifications.filter(justified_minor__gt=0).exists():
        return _("This payment already counts as justified: the recovery was cancelled.")
    return None


def nothing_of_it_was_recovered(order: Any, actor: Actor, data: Data) -> str | None:
    """Money that comes back of a payment that is already being recovered is a repayment of that claim."""
    from disbursements import claims

    tranche = order.tranche
    claim = next((row for row in tranche.recoveries.all() if row.settled_minor), None)
    if claim is None and order.offset_minor and claims.owed(tranche):
        claim = tranche.recoveries.standing().first()
    if claim is None:
        return None
    return _("A part of this payment was recovered: record the money as a repayment of %(number)s.") % {
        "number": claim.number
    }
