"""What the page of an act says before it is pressed, where money moves or something ends: names and amounts.

Each takes the record and answers in the reader's language; a transition names it as its `confirm`. Holders of
accounts are never named.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from programmes.money import Money
from workflow.display import money_text

# --- grants ----------------------------------------------------------------------------------------


def _grant_words(grant: Any) -> dict[str, Any]:
    amount = money_text(grant.amount) if grant.amount is not None else _("equipment")
    return {"reference": grant.reference, "amount": amount}


def cancel_grant(grant: Any) -> str:
    """Say what giving a grant up does."""
    return _(
        "Grant %(reference)s, %(amount)s, comes to nothing. What the envelope held for it is free again."
    ) % _grant_words(grant)


def decline_grant(grant: Any) -> str:
    """Say what declining an offer does."""
    return _("The offer of %(amount)s is not taken. It cannot be taken later.") % _grant_words(grant)


def suspend_grant(grant: Any) -> str:
    """Say what suspending does."""
    return _("Nothing of grant %(reference)s is approved, ordered or paid until it is resumed.") % (
        _grant_words(grant)
    )


def terminate_grant(grant: Any) -> str:
    """Say what ending a grant early does."""
    return _(
        "Grant %(reference)s, %(amount)s, ends for good. What was not paid goes back to the envelope; "
        "what was paid and is not accounted for is claimed back."
    ) % _grant_words(grant)


def close_grant(grant: Any) -> str:
    """Say what closing does."""
    return _("Grant %(reference)s, %(amount)s, is closed: nothing of it can be changed any more.") % (
        _grant_words(grant)
    )


# --- orders ----------------------------------------------------------------------------------------


def cancel_order(order: Any) -> str:
    """Say what cancelling an order does."""
    return (
        _("%(amount)s are not paid to %(payee)s. Instalment %(tranche)s can be ordered again.")
        % order.in_words()
    )


def approve_order(order: Any) -> str:
    """Say what approving an order means."""
    return (
        _("You sign that %(amount)s may be paid to %(payee)s, account %(account)s.") % order.in_words()
        if order.frozen_masked
        else _("You sign that %(amount)s may be paid to %(payee)s.") % order.in_words()
    )


def reject_order(order: Any) -> str:
    """Say what rejecting an order does."""
    return (
        _("The order over %(amount)s to %(payee)s goes back to its preparer; every signature falls.")
        % order.in_words()
    )


def issue_order(order: Any) -> str:
    """Say what issuing an instruction means."""
    return (
        _("The printed order over %(amount)s to %(payee)s is the instruction. It cannot be changed then.")
        % order.in_words()
    )


def execute_order(order: Any) -> str:
    """Say what recording a payment does."""
    return _("%(amount)s to %(payee)s are recorded as paid.") % order.in_words()


def confirm_receipt(order: Any) -> str:
    """Say what confirming the receipt means."""
    return _("%(amount)s of instalment %(tranche)s have arrived, in full.") % order.in_words()


def fail_order(order: Any) -> str:
    """Say what recording a failure does."""
    return (
        _(
            "%(amount)s to %(payee)s are recorded as not paid: the money is the grant's again, "
            "and instalment %(tranche)s can be ordered again."
        )
        % order.in_words()
    )


def return_order(order: Any) -> str:
    """Say what recording a return does."""
    return (
        _("Of %(amount)s to %(payee)s, what came back is the grant's again; the rest is booked as a fee.")
        % order.in_words()
    )


# --- batches -------------------------------------------------------------------------------------


def seal_batch(batch: Any) -> str:
    """Say what sealing fixes."""
    return _said(
        batch,
        ngettext_lazy(
            "%(count)s payment over %(total)s leaves %(account)s on %(day)s.",
            "%(count)s payments, %(total)s together, leave %(account)s on %(day)s.",
            "count",
        ),
    )


def release_batch(batch: Any) -> str:
    """Say what releasing does."""
    return _said(
        batch,
        ngettext_lazy(
            "The %(count)s order of the batch is released: %(total)s leave %(account)s on %(day)s.",
            "All %(count)s orders of the batch are released: %(total)s leave %(account)s on %(day)s.",
            "count",
        ),
    )


def export_batch(batch: Any) -> str:
    """Say what writing the file means."""
    return _said(
        batch,
        ngettext_lazy(
            "The file of %(count)s payment over %(total)s is written once. It counts as the "
            "instruction to the bank or operator.",
            "The file of %(count)s payments, %(total)s together, is written once. It counts as the "
            "instruction to the bank or operator.",
            "count",
        ),
    )


def cancel_batch(batch: Any) -> str:
    """Say what cancelling does."""
    return _said(
        batch,
        ngettext_lazy(
            "No file goes out. %(count)s payment over %(total)s is free again.",
            "No file goes out. %(count)s payments, %(total)s together, are free again.",
            "count",
        ),
    )


def approve_batch(batch: Any) -> str:
    """Say what approving means."""
    return _said(
        batch,
        ngettext_lazy(
            "You sign that %(count)s payment over %(total)s may leave %(account)s on %(day)s.",
            "You sign that %(count)s payments, %(total)s together, may leave %(account)s on %(day)s.",
            "count",
        ),
    )


def reject_batch(batch: Any) -> str:
    """Say what the bank's rejection does."""
    return _said(
        batch,
        ngettext_lazy(
            "The %(count)s payment over %(total)s counts as not paid: the money is the grant's again.",
            "All %(count)s payments, %(total)s together, count as not paid: the money is the grants' again.",
            "count",
        ),
    )


def _said(batch: Any, sentence: Any) -> str:
    return str(sentence % batch.in_words())


# --- cash ------------------------------------------------------------------------------


def cancel_cash_list(advance: Any) -> str:
    """Say what giving a cash list up does."""
    return _("Cash list %(number)s is given up. Its payments can stand on another list.") % {
        "number": advance.number
    }


def count_cash(advance: Any) -> str:
    """Say what must come back."""
    handed, paid = advance.advanced_minor or 0, advance.signed.minor
    words = {
        "handed": money_text(Money(handed, advance.currency)),
        "paid": money_text(Money(paid, advance.currency)),
        "left": money_text(Money(handed - paid, advance.currency)),
    }
    return _("%(handed)s were handed out and %(paid)s signed for: %(left)s must come back.") % words


# --- purchases, donors, receipts -------------------------------------------------------------------


def cancel_purchase(bought: Any) -> str:
    """Say what giving a purchase up does."""
    return _("Purchase %(number)s comes to nothing. Instalment %(tranche)s can get another one.") % {
        "number": bought.number,
        "tranche": str(bought.tranche),
    }


def order_goods(bought: Any) -> str:
    """Say what ordering goods means."""
    return _("Goods for %(amount)s are ordered from %(supplier)s.") % {
        "amount": money_text(bought.total) if bought.total is not None else _("no value stated"),
        "supplier": bought.supplier.name if bought.supplier else "–",
    }


def receive_donor_instalment(instalment: Any) -> str:
    """Say whose money is looked for among the movements."""
    return _("%(amount)s were asked of %(donor)s. Choose the movement by which the money came.") % {
        "amount": money_text(instalment.amount),
        "donor": instalment.contribution.donor,
    }


def cancel_donor_instalment(instalment: Any) -> str:
    """Say what giving a donor's instalment up means."""
    return _("%(amount)s of %(donor)s are not expected any more.") % {
        "amount": money_text(instalment.amount),
        "donor": str(instalment.contribution.donor),
    }


def refuse_receipts(justification: Any) -> str:
    """Say what refusing receipts does."""
    left = Money(justification.paid_minor - justification.justified_minor, justification.currency)
    return _("The receipts of instalment %(tranche)s are refused: %(left)s stay to be accounted for.") % {
        "tranche": str(justification.tranche),
        "left": money_text(left),
    }


def retire_account(account: Any) -> str:
    """Say what retiring an account does."""
    return _("Nothing is paid to account %(account)s any more. The person is told by another way.") % {
        "account": account.masked
    }


def refuse_account(account: Any) -> str:
    """Say what refusing an account does."""
    return _("Nothing is paid to account %(account)s. Another one can be entered.") % {
        "account": account.masked
    }


def discard_statement(file: Any) -> str:
    """Say what discarding a statement does."""
    return _("Nothing of %(name)s is taken. The file stays for the record.") % {"name": file.name}
