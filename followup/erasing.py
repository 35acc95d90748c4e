"""What this package holds of an erased person: names of enterprises, words and places of visits, photos.

Figures of visits stay: turnover, profit, jobs, status and dates are what results are counted from.
"""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications import erasing, photos
from applications.erasing import Scope
from applications.models import Case, Person
from documents.erasing import erase_files
from documents.models import Document
from followup.models import (
    ActionPoint,
    Alert,
    CaseloadAssignment,
    Enrolment,
    Enterprise,
    PersonOutcome,
    Referral,
    RiskRating,
    Visit,
    VisitAttempt,
    VisitMedia,
    VisitSubmission,
    WaitingTable,
)

ERASED = "…"
"""What stands where a word must stand and was erased."""
CODES = (
    "status",
    "modality",
    "met",
    "money_source",
    "performed_on",
    "stopped_on",
    "found",
    "sex",
    "age",
    "kind",
    "condition",
    "premises",
    "person_signs",
    "began_on",
)
"""Answers of a visit that are words of ours, not of people."""
PLACES = ("latitude", "longitude", "accuracy")


def without_words(answers: Any) -> Any:
    """Return the answers of a visit without texts and places: pure, on plain JSON."""
    if isinstance(answers, dict):
        return {
            key: value if key in CODES else without_words(value)
            for key, value in answers.items()
            if key not in PLACES and (key in CODES or not isinstance(value, str))
        }
    if isinstance(answers, list):
        return [without_words(item) for item in answers if not isinstance(item, str)]
    return answers


def visits(scope: Scope) -> int:
    """Take words and places out of the visits; figures stay."""
    count = 0
    for visit in Visit.objects.filter(case__in=scope.case_keys).only("pk", "answers"):
        kept = without_words(visit.answers)
        if kept != visit.answers:
            count += Visit.objects.filter(pk=visit.pk).update(answers=kept)
    for report in VisitSubmission.objects.filter(enterprise__case__in=scope.case_keys):
        held = (without_words(report.answers), without_words(report.replaced))
        if held != (report.answers, report.replaced):
            report.answers, report.replaced = held
            report.save(update_fields=["answers", "replaced"])
            count += 1
    of_case = Visit.objects.filter(case__in=scope.case_keys)
    of_case.exclude(contact="", media_waiver="").update(contact="", media_waiver="")
    attempts = VisitAttempt.objects.filter(visit__case__in=scope.case_keys)
    return count + attempts.exclude(comment="").update(comment="")


def pictures(scope: Scope) -> int:
    """Erase photos, signatures and captions of visits."""
    rows = VisitMedia.objects.filter(
        Q(visit__case__in=scope.case_keys) | Q(submission__enterprise__case__in=scope.case_keys)
    )
    rows.exclude(caption="").update(caption="")
    held = rows.filter(document__isnull=False).values("document")
    proofs = ActionPoint.objects.filter(case__in=scope.case_keys, proof__isnull=False).values("proof")
    return erase_files(Document.objects.filter(Q(pk__in=held) | Q(pk__in=proofs)), scope.at)


def enterprises(scope: Scope) -> int:
    """Call enterprises by their case number; organisations keep their name."""
    count = 0
    rows = Enterprise.objects.filter(case__in=scope.case_keys).select_related("case__application")
    for enterprise in rows:
        application = getattr(enterprise.case, "application", None)
        is_named = application is not None and application.organisation_name
        if not is_named and enterprise.name != enterprise.case.number:
            count += Enterprise.objects.filter(pk=enterprise.pk).update(name=enterprise.case.number)
    return count


def words(scope: Scope) -> int:
    """Erase what was written about outcomes, ratings and caseloads."""
    of_enterprise = {"enterprise__case__in": scope.case_keys}
    ratings = RiskRating.objects.filter(**of_enterprise).exclude(override_reason="")
    count = ratings.exclude(override_reason=ERASED).update(override_reason=ERASED)
    count += CaseloadAssignment.objects.filter(**of_enterprise).exclude(reason="").update(reason="")
    of_case = {"case__in": scope.case_keys}
    count += ActionPoint.objects.filter(**of_case).exclude(what=ERASED).update(what=ERASED)
    count += Alert.objects.filter(**of_case).exclude(note="").update(note="")
    for referral in Referral.objects.filter(**of_case):
        referral.note, referral.outcome = ERASED, ERASED if referral.outcome else ""
        referral.save(update_fields=["note", "outcome", "state"])
    outcomes = PersonOutcome.objects.filter(Q(case__in=scope.case_keys) & Q(person=scope.person))
    return count + outcomes.exclude(source=ERASED).update(source=ERASED)


def tables(scope: Scope) -> int:
    """Delete the tables of the programme that were not taken in yet: the person may stand in any of them.

    They are a week old at most (`followup/visit_imports.forget_tables`) and can be handed in again.
    """
    return WaitingTable.objects.filter(programme=scope.programme).delete()[0]


def enrolments_of(person: Person, programme: Any) -> list[Case]:
    """The cases of a person who was enrolled without an application."""
    rows = Enrolment.objects.filter(person=person, cohort__programme=programme, case__isnull=False)
    alone = rows.filter(case__application__isnull=True).select_related("case")
    return [row.case for row in alone]


def photos_of(person: int, programme: int) -> Any:
    """The photos that visits to a person's case took."""
    return VisitMedia.objects.filter(
        kind="photo",
        visit__programme=programme,
        visit__case__application__members__person=person,
        document__isnull=False,
    ).values("document")


def register() -> None:
    """Put everything where it is asked for."""
    erasing.register("visits", _("words and places of visits"), visits)
    erasing.register("pictures", _("photos and signatures of visits"), pictures)
    erasing.register("enterprises", _("names of enterprises"), enterprises)
    erasing.register("visit_words", _("notes about visits"), words, seals=("followup.referral",))
    erasing.register(
        "visit_tables", _("tables of visits waiting for import"), tables, seals=("followup.waitingtable",)
    )
    erasing.register_cases(enrolments_of)
    photos.register(photos_of)
