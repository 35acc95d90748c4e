"""Which record a page of the follow-up is about: found for its reader; the frame shows its programme.

Views name these functions as the lookup of `access.rule`.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from followup.models import (
    ActionPoint,
    Alert,
    Cohort,
    Enterprise,
    Referral,
    SupportSession,
    Visit,
    VisitSubmission,
)
from programmes import scope
from workflow import access

Lookup = Callable[..., Any]


def _of(rows: Any) -> Lookup:
    def lookup(request: HttpRequest, pk: Any, **_arguments: Any) -> Any:
        found = access.get_visible(rows, request.user, pk=pk)
        scope.enter(request, found.programme)
        return found

    return lookup


in_visit = _of(Visit.objects.select_related("programme"))
in_support_session = _of(SupportSession.objects.select_related("programme"))
in_enterprise = _of(Enterprise.objects.select_related("programme"))
in_cohort = _of(Cohort.objects.select_related("programme"))
in_action = _of(ActionPoint.objects.select_related("programme", "case", "enterprise", "visit"))
in_alert = _of(Alert.objects.select_related("programme", "case", "enterprise", "visit"))
in_referral = _of(Referral.objects.select_related("programme", "case"))


def in_submission(request: HttpRequest, pk: Any, **_arguments: Any) -> Any:
    """The report with an identifier; raises Http404."""
    rows = VisitSubmission.objects.select_related("programme", "enterprise__case", "sender", "visit")
    found = access.get_visible(rows, request.user, uid=pk)
    scope.enter(request, found.programme)
    return found
