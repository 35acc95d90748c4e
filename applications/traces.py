"""What this package holds of a person, and how each of it is erased (see `applications/erasing.py`)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.erasing import erase_account
from applications import erasing
from applications.erasing import Scope
from applications.kept_answers import without_words
from applications.models import (
    AnswerSet,
    Appeal,
    Application,
    Flag,
    Identity,
    ImportBatch,
    MatchKey,
    NameToken,
    PanelOpinion,
    PieceRequest,
    ReadBack,
    Registration,
    RuleCheck,
)
from documents.erasing import erase_files, erase_streams
from documents.models import Document
from programmes.models import Membership
from workflow.erasing import erase_words
from workflow.models import EventNote

ERASED = "…"
"""What stands where a reason must stand and was erased."""


def identity(scope: Scope) -> int:
    """Empty the vault row and drop its indexes, when no other programme needs them."""
    found = Identity.objects.filter(person=scope.person, erased_at__isnull=True).first()
    if found is None or not scope.whole:
        return 0
    for name in Identity.SEALED:
        setattr(found, name, "")
    found.erased_at = scope.at
    found.revision += 1
    found.save()
    return 1


def indexes(scope: Scope) -> int:
    """Drop what a name could be found by."""
    if not scope.whole:
        return 0
    MatchKey.objects.filter(person=scope.person).delete()
    return NameToken.objects.filter(identity__person=scope.person).delete()[0]


def registration(scope: Scope) -> int:
    """Empty the category; sex, year of birth and site stay for the figures."""
    row = Registration.objects.filter(
        person=scope.person, programme=scope.programme, erased_at__isnull=True
    ).first()
    if row is None:
        return 0
    row.category, row.erased_at = "", scope.at
    row.save(update_fields=["category", "erased_at"])
    return 1


def answers(scope: Scope) -> int:
    """Keep of the answers what statistics count; the words go, and with them the salt of the digest."""
    rows = AnswerSet.objects.filter(application__case__in=scope.case_keys, erased_at__isnull=True)
    count = 0
    for row in rows.select_related("form_version__call"):
        row.answers, row.sealed, row.salt = without_words(row.form, row.answers), "", ""
        row.erased_at = scope.at
        row.save(update_fields=["answers", "sealed", "salt", "erased_at"])
        MatchKey.objects.filter(application=row.application_id).delete()
        count += 1
    return count


def words(scope: Scope) -> int:
    """Erase titles, messages, reasons and notes that people wrote about the cases."""
    of_case = {"application__case__in": scope.case_keys}
    count = Application.objects.filter(case__in=scope.case_keys).exclude(title="").update(title="")
    count += PieceRequest.objects.filter(**of_case).exclude(message="").update(message="")
    checks = RuleCheck.objects.filter(**of_case).exclude(reason="").exclude(reason=ERASED)
    count += checks.update(reason=ERASED)
    flags = Flag.objects.filter(**of_case)
    count += flags.exclude(reason=ERASED).update(reason=ERASED)
    flags.exclude(resolution="").update(resolution=ERASED)
    opinions = PanelOpinion.objects.filter(**of_case).values("note")
    notes = EventNote.objects.filter(pk__in=opinions, erased_at__isnull=True)
    count += notes.update(text="", salt="", erased_at=scope.at)
    return count + erase_words(scope.streams, scope.at)


def appeals(scope: Scope) -> int:
    """Empty what was said in appeals; that there was one, and its outcome, stays."""
    rows = Appeal.objects.filter(application__case__in=scope.case_keys).exclude(statement="")
    return rows.update(statement="")


def read_backs(scope: Scope) -> int:
    """Empty the names of witnesses of a read-back; that there were two, and in what capacity, stays."""
    count = 0
    for row in ReadBack.objects.filter(assistance__application__case__in=scope.case_keys):
        named = [
            name for name in ("first_witness", "second_witness") if getattr(row, name) not in ("", ERASED)
        ]
        for name in named:
            setattr(row, name, ERASED)
        if named:
            row.save(update_fields=named)
            count += len(named)
    return count


def import_tables(scope: Scope) -> int:
    """Empty the tables handed in for the programme and not imported yet: the person may stand in any of them.

    They are a week old at most (`applications/imports/running.forget`) and can be handed in again.
    """
    waiting = ImportBatch.objects.filter(call__programme=scope.programme, imported_at__isnull=True)
    count = 0
    for batch in waiting.exclude(table=""):
        batch.table, batch.report = "", ""
        batch.save(update_fields=["table", "report"])
        count += 1
    return count


def files(scope: Scope) -> int:
    """Erase the files and papers of the cases."""
    owned = Document.objects.filter(
        owner_type__app_label="applications",
        owner_type__model="application",
        owner_id__in=Application.objects.filter(case__in=scope.case_keys).values("pk"),
    )
    count = erase_files(owned, scope.at)
    kept, papers = erase_streams([case.stream for case in scope.cases], scope.at)
    return count + kept + papers


def account(scope: Scope) -> int:
    """Part the account from the person; one that is nobody's any more is emptied and closed."""
    user: Any = scope.person.user
    if user is None or not scope.whole:
        return 0
    scope.person.user = None
    scope.person.save(update_fields=["user"])
    # Whoever works here too keeps the account: it is not the erased person's alone.
    return int(not Membership.objects.filter(user=user).exists() and erase_account(user))


def register_all() -> None:
    """Register them, the identity last but for the account: others may still need to know whose it was."""
    erasing.register("answers", _("answers to forms"), answers, seals=["applications.AnswerSet"])
    erasing.register("words", _("notes, titles and reasons"), words)
    erasing.register(
        "read_backs", _("witnesses of what was read back"), read_backs, seals=["applications.ReadBack"]
    )
    erasing.register("appeals", _("statements of appeals"), appeals, seals=["applications.Appeal"])
    erasing.register(
        "import_tables", _("tables waiting for import"), import_tables, seals=["applications.ImportBatch"]
    )
    erasing.register("files", _("files and papers"), files)
    erasing.register("registration", _("registrations"), registration, seals=["applications.Registration"])
    erasing.register("indexes", _("search indexes of the name"), indexes)
    erasing.register("identity", _("identities"), identity, seals=["applications.Identity"])
    erasing.register("account", _("accounts"), account)
