"""What this package holds of an erased person: accounts, witnesses, words. Amounts and dates stay."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import erasing
from applications.erasing import Scope
from disbursements.models import (
    Agreement,
    BankFile,
    BankLine,
    BatchLine,
    CashLine,
    Confirmation,
    Destination,
    DestinationOpening,
    Grant,
    Hold,
    JustificationLine,
    Procurement,
    Recovery,
    StatementFile,
)
from disbursements.models.grants import OVER
from workflow import register_guard
from workflow.actors import Actor
from workflow.models import EventNote

ERASED = "…"
"""What stands where a reason must stand and was erased."""


def payees(scope: Scope) -> int:
    """Empty holder and number of the beneficiaries' accounts; which bank it was and what was paid stay."""
    rows = Destination.objects.filter(grant__case__in=scope.case_keys).exclude(holder="", number="")
    openings = DestinationOpening.objects.filter(destination__grant__case__in=scope.case_keys)
    notes = EventNote.objects.filter(pk__in=openings.values("note"), erased_at__isnull=True)
    count = notes.update(text="", salt="", erased_at=scope.at)
    return count + rows.update(holder="", number="", masked="", fingerprint="")


def witnesses(scope: Scope) -> int:
    """Empty the names of witnesses of agreements and hand-overs; that there were two stays."""
    agreements = Agreement.objects.filter(grant__case__in=scope.case_keys)
    purchases = Procurement.objects.filter(tranche__grant__case__in=scope.case_keys)
    cash = CashLine.objects.filter(order__tranche__grant__case__in=scope.case_keys)
    return cash.exclude(witness="").update(witness="") + sum(
        rows.exclude(witness_1="", witness_2="").update(witness_1="", witness_2="")
        for rows in (agreements, purchases)
    )


def bank_files(scope: Scope) -> int:
    """Empty the files in which nobody is left whose account is known; digests and sums stay.

    A file is the proof of what the bank was told about everybody in it: it goes with the last person.
    """
    theirs = BankFile.objects.filter(batch__lines__order__tranche__grant__case__in=scope.case_keys)
    keys = list(theirs.exclude(content="").values_list("pk", flat=True).distinct())
    known = Destination.objects.filter(grant__isnull=False).exclude(fingerprint="")
    alive = BankFile.objects.filter(pk__in=keys, batch__lines__order__destination__in=known)
    over = set(keys) - set(alive.values_list("pk", flat=True))
    return BankFile.objects.filter(pk__in=over).update(content="")


def statements(scope: Scope) -> int:
    """Empty names and texts of the movements of a person's payments, and the files in which they came.

    Amounts, days, references and digests stay; the bank has its own copy of a statement.
    """
    theirs = Q(order__tranche__grant__case__in=scope.case_keys)
    in_sums = BatchLine.objects.filter(order__tranche__grant__case__in=scope.case_keys)
    lines = BankLine.objects.filter(theirs | Q(batch__in=in_sums.values("batch")))
    files = list(lines.values_list("file", flat=True).distinct())
    count = StatementFile.objects.filter(pk__in=files).exclude(content="").update(content="")
    return count + lines.exclude(name="", text="").update(name="", text="")


def words(scope: Scope) -> int:
    """Erase what was written about holds, receipts and payments."""
    of_grant = Q(grant__case__in=scope.case_keys) | Q(tranche__grant__case__in=scope.case_keys)
    count = Hold.objects.filter(of_grant).exclude(reason=ERASED).update(reason=ERASED, asked_reason="")
    lines = JustificationLine.objects.filter(justification__tranche__grant__case__in=scope.case_keys)
    count += lines.exclude(reason="").exclude(reason=ERASED).update(reason=ERASED)
    claims = Recovery.objects.filter(grant__case__in=scope.case_keys)
    count += claims.exclude(reason="").exclude(reason=ERASED).update(reason=ERASED)
    said = Confirmation.objects.filter(order__tranche__grant__case__in=scope.case_keys)
    return count + said.exclude(note="").update(note="")


def no_money_moves_any_more(erasure: Any, actor: Actor, data: dict[str, Any] | None) -> str | None:
    """Whoever is still to be paid, or to account for money, is still known by name."""
    cases = erasing.scope_of(erasure.person, erasure.programme, erasure.requested_at).case_keys
    grant = Grant.objects.filter(case__in=cases).exclude(state__in=OVER).order_by("pk").first()
    if grant is None:
        return None
    return gettext("Grant %(reference)s is not closed yet: its payments need to know who it is.") % {
        "reference": grant.reference
    }


def register() -> None:
    """Put everything where it is asked for."""
    erasing.register("payees", _("accounts of payees"), payees, seals=["disbursements.Destination"])
    erasing.register(
        "witnesses",
        _("names of witnesses"),
        witnesses,
        seals=["disbursements.Agreement", "disbursements.Procurement", "disbursements.CashLine"],
    )
    erasing.register("bank_files", _("files of payments"), bank_files, seals=["disbursements.BankFile"])
    erasing.register(
        "statements",
        _("movements of statements"),
        statements,
        seals=["disbursements.BankLine", "disbursements.StatementFile"],
    )
    erasing.register("money_words", _("notes about payments"), words)
    register_guard("applications.Erasure", "carry_out", no_money_moves_any_more)
