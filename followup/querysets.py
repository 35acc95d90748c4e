"""How follow-up lists are selected, and who sees what."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from programmes.predicates import programme_ids

STAFF = (
    "manager",
    "supervisor",
    "preparer",
    "verifier",
    "approver",
    "releaser",
    "reconciler",
    "auditor",
)


def _seen(user: Any, *, case: str, coach: str) -> Q:
    """Staff see their programmes, a coach the own caseload, a person the own case."""
    if not getattr(user, "is_authenticated", False) or user.pk is None:
        return Q(pk__in=[])
    return (
        Q(programme__in=programme_ids(user, *STAFF))
        | (Q(programme__in=programme_ids(user, "coach")) & Q(**{coach: user.pk}))
        | Q(**{f"{case}__application__applicant__user": user.pk})
    )


class EnterpriseQuerySet(models.QuerySet[Any]):
    """Enterprises."""

    def visible_to(self, user: Any) -> "EnterpriseQuerySet":
        """Staff see their programmes, a coach the own caseload, a person the own enterprise."""
        own = self.model.objects.filter(caseload__coach=user.pk, caseload__valid_until__isnull=True).values(
            "pk"
        )
        if not getattr(user, "is_authenticated", False) or user.pk is None:
            return self.none()
        return self.filter(
            Q(programme__in=programme_ids(user, *STAFF))
            | (Q(programme__in=programme_ids(user, "coach")) & Q(pk__in=own))
            | Q(case__application__applicant__user=user.pk)
        )


class CaseloadQuerySet(models.QuerySet[Any]):
    """Caseload assignments."""

    def in_force(self, day: date) -> "CaseloadQuerySet":
        """Assignments that cover a day."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


class VisitPlanQuerySet(models.QuerySet[Any]):
    """Visit plans."""

    def visible_to(self, user: Any) -> "VisitPlanQuerySet":
        """Staff and coaches of the programme."""
        return self.filter(programme__in=programme_ids(user, *STAFF, "coach"))


class VisitQuerySet(models.QuerySet[Any]):
    """Visits."""

    def visible_to(self, user: Any) -> "VisitQuerySet":
        """Staff see their programmes, a coach the own visits, a person those of the own case."""
        return self.filter(_seen(user, case="case", coach="coach"))

    def carried_by(self, user: Any, day: date) -> "VisitQuerySet":
        """Visits of a coach's device: to be made, at enterprises of the own caseload (lead or backup)."""
        caseload = self.model._meta.apps.get_model("followup.CaseloadAssignment").objects
        own = caseload.in_force(day).filter(coach=user.pk).values("enterprise")
        return self.filter(
            Q(coach=user.pk) | Q(enterprise__in=own),
            programme__in=programme_ids(user, "coach"),
            state__in=["planned", "confirmed", "in_progress", "returned", "missed"],
        )

    def live(self) -> "VisitQuerySet":
        """Visits that were neither rescheduled nor cancelled."""
        return self.exclude(state__in=["rescheduled", "cancelled"])

    def waiting(self) -> "VisitQuerySet":
        """Visits still to be made, soonest first."""
        return self.filter(state__in=["planned", "confirmed", "in_progress", "returned"]).order_by("due_on")


class SubmissionQuerySet(models.QuerySet[Any]):
    """Reports that devices sent."""

    def visible_to(self, user: Any) -> "SubmissionQuerySet":
        """Staff see those of their programmes, a sender the own."""
        if not getattr(user, "is_authenticated", False) or user.pk is None:
            return self.none()
        return self.filter(Q(programme__in=programme_ids(user, *STAFF)) | Q(sender=user.pk))

    def open(self) -> "SubmissionQuerySet":
        """Those about which a manager has still to decide."""
        return self.filter(status__in=["conflict", "quarantined"])


class EnrolmentQuerySet(models.QuerySet[Any]):
    """Enrolments."""

    def visible_to(self, user: Any) -> "EnrolmentQuerySet":
        """Staff and coaches of the programme, and the person."""
        if not getattr(user, "is_authenticated", False) or user.pk is None:
            return self.none()
        return self.filter(
            Q(cohort__programme__in=programme_ids(user, *STAFF, "coach", "field_agent"))
            | Q(person__user=user.pk)
        )


class SupportSessionQuerySet(models.QuerySet[Any]):
    """Support sessions."""

    def visible_to(self, user: Any) -> "SupportSessionQuerySet":
        """Staff, coaches and field agents of the programme."""
        return self.filter(programme__in=programme_ids(user, *STAFF, "coach", "field_agent"))
