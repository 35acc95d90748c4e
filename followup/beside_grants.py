"""Tell the disbursements which coach follows whose case: grants, receipts and claims are theirs alone."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from disbursements import beside
from followup.querysets import followed_by


def named() -> "QuerySet[Any]":
    """The keys of the cases that a coach follows today."""
    from followup.models import CaseloadAssignment, Enterprise

    today = CaseloadAssignment.objects.in_force(timezone.localdate())
    return Enterprise.objects.filter(pk__in=today.values("enterprise")).values("case")


def followed(user: Any) -> "QuerySet[Any]":
    """The keys of the cases that this coach follows today."""
    from followup.models import Enterprise

    return Enterprise.objects.filter(pk__in=followed_by(user)).values("case")


def register() -> None:
    """Put it where it is asked for."""
    beside.register(named, followed)
