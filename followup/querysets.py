"""How follow-up lists are selected, and who sees what."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

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


def followed_by(user: Any) -> "models.QuerySet[Any]":
    """Return the keys of the enterprises that a coach follows today, as lead or standing in."""
    from followup.models import CaseloadAssignment

    rows = CaseloadAssignment.objects.filter(coach=user.pk).in_force(timezone.localdate())
    return rows.values("enterprise")


def _seen(user: Any, *, case: str, coach: str) -> Q:
    """Staff see their programmes, a coach the own caseload, a person the own case."""
    if not getattr(user, "is_authenticated", False) or user.pk is None:
        return Q(pk__in=[])
    followed = followed_by(user)
    return (
        Q(programme__in=programme_ids(user, *STAFF))
        | (
            Q(programme__in=programme_ids(user, "coach"))
            & (Q(**{coach: user.pk}) | Q(enterprise__in=followed))
        )
        | Q(**{f"{case}__application__applicant__user": user.pk})
    )


class EnterpriseQuerySet(models.QuerySet[Any]):
    """Enterprises."""

    def visible_to(self, user: Any) -> "EnterpriseQuerySet":
        """Staff see their programmes, a coach the own caseload, a person the own enterprise."""
        if not getattr(user, "is_authenticated", False) or user.pk is None:
            return self.none()
        return self.filter(
            Q(programme__in=programme_ids(user, *STAFF))
            | (Q(programme__in=programme_ids(user, "coach")) & Q(pk__in=followed_by(user)))
            | Q(case__application__applicant__user=user.pk)
        )


class CaseloadQuerySet(models.QuerySet[Any]):
    """Caseload assignments."""

    def in_force(self, day: date) -> "CaseloadQuerySet":
        """Assignments that cover a day."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


class RiskRatingQuerySet(models.QuerySet[Any]):
    """Ratings of enterprises."""

    def standing(self) -> "RiskRatingQuerySet":
        """Ratings that still stand, latest first: a reopened visit takes its rating back."""
        return self.filter(Q(visit__isnull=True) | Q(visit__state="validated")).order_by("-rated_at", "-pk")


class ActionPointQuerySet(models.QuerySet[Any]):
    """Action points."""

    def visible_to(self, user: Any) -> "ActionPointQuerySet":
        """Staff see their programmes, a coach the own caseload, a person those of the own case."""
        return self.filter(_seen(user, case="case", coach="coach"))

    def waiting(self) -> "ActionPointQuerySet":
        """Those to do or to check, soonest first."""
        return self.filter(state__in=["open", "claimed"]).order_by("due_on", "pk")

    def overdue(self, day: date) -> "ActionPointQuerySet":
        """Those of which nobody said until their day that they were done."""
        return self.filter(state="open", due_on__lt=day)


class ReferralQuerySet(models.QuerySet[Any]):
    """Referrals to protection."""

    def visible_to(self, user: Any) -> "ReferralQuerySet":
        """The protection officers of the programme, and nobody else."""
        if not getattr(user, "is_authenticated", False) or user.pk is None:
            return self.none()
        return self.filter(programme__in=programme_ids(user, "protection_officer"))


class AlertQuerySet(models.QuerySet[Any]):
    """Alerts."""

    def visible_to(self, user: Any) -> "AlertQuerySet":
        """Supervisors, managers and auditors of the programme."""
        if not getattr(user, "is_authenticated", False) or user.pk is None:
            return self.none()
        return self.filter(programme__in=programme_ids(user, "supervisor", "manager", "auditor"))

    def waiting(self) -> "AlertQuerySet":
        """Those that nobody dealt with, highest step first, then oldest."""
        return self.filter(handled_at__isnull=True).order_by("-step", "raised_at")


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


class CohortQuerySet(models.QuerySet[Any]):
    """Cohorts."""

    def visible_to(self, user: Any) -> "CohortQuerySet":
        """Staff, coaches and field agents of the programme."""
        return self.filter(programme__in=programme_ids(user, *STAFF, "coach", "field_agent"))


class OfStaffQuerySet(models.QuerySet[Any]):
    """What only supervisors, managers and auditors of the programme see."""

    def visible_to(self, user: Any) -> "OfStaffQuerySet":
        """Theirs."""
        return self.filter(programme__in=programme_ids(user, "supervisor", "manager", "auditor"))


class OutcomeQuerySet(models.QuerySet[Any]):
    """Outcomes of people without a grant."""

    def visible_to(self, user: Any) -> "OutcomeQuerySet":
        """Who accompanies people in the programme, and its auditor."""
        roles = ("coach", "field_agent", "supervisor", "manager", "auditor")
        return self.filter(case__programme__in=programme_ids(user, *roles))

    def latest_of_each(self) -> "OutcomeQuerySet":
        """Of every person of a case the latest outcome alone."""
        later = self.model.objects.filter(person=models.OuterRef("person"), case=models.OuterRef("case"))
        newest = later.order_by("-seen_on", "-pk").values("pk")[:1]
        return self.filter(pk=models.Subquery(newest))


class SupportSessionQuerySet(models.QuerySet[Any]):
    """Support sessions."""

    def visible_to(self, user: Any) -> "SupportSessionQuerySet":
        """Staff, coaches and field agents of the programme."""
        return self.filter(programme__in=programme_ids(user, *STAFF, "coach", "field_agent"))
