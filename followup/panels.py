"""What the follow-up shows on pages of other packages, in inboxes and in the rail."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followup import ratings
from followup.escalation import Step
from followup.models import (
    ActionPoint,
    Alert,
    Enterprise,
    Referral,
    SupportSession,
    Visit,
    VisitPlan,
    VisitSubmission,
)
from programmes.predicates import programme_ids
from workflow import access, display, inbox, navigation, panels

AHEAD = timedelta(days=14)


def call_panel(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """The visit plan on the page of a call."""
    if not access.may(request.user, "followup.view_visit_plan", call):
        return None
    plans = VisitPlan.objects.filter(call=call).select_related("track").prefetch_related("rows")
    may_edit = call.state == "draft" and access.may(request.user, "followup.edit_visit_plan", call)
    return {"plans": plans, "may_edit": may_edit}


def case_panel(request: HttpRequest, case: Any) -> dict[str, Any] | None:
    """The enterprise and its visits on the page of a case."""
    rows = Enterprise.objects.filter(case=case)
    # most cases have none: whether the reader may see it is asked of those that have one
    enterprise = rows.visible_to(request.user).first() if rows.exists() else None
    if enterprise is None:
        return None
    visits = (
        Visit.objects.visible_to(request.user)
        .filter(case=case)
        .select_related("case", "coach", "plan_row")
        .order_by("due_on")
    )
    lead = enterprise.caseload.filter(role="lead", valid_until__isnull=True).select_related("coach").first()
    return {
        "enterprise": enterprise,
        "visits": visits,
        "lead": lead,
        "rating": ratings.current(enterprise, timezone.localdate()),
        "alerts": Alert.objects.visible_to(request.user).waiting().filter(enterprise=enterprise),
        "points": ActionPoint.objects.visible_to(request.user)
        .waiting()
        .filter(enterprise=enterprise)
        .select_related("case", "enterprise"),
        "today": timezone.localdate(),
        "may_override": access.may(request.user, "followup.override_risk", enterprise),
        "may_hand_over": access.may(request.user, "followup.hand_over_enterprise", enterprise),
    }


def support_panel(request: HttpRequest, case: Any) -> dict[str, Any] | None:
    """The cohorts of a case's people."""
    if not access.may(request.user, "followup.view_support_sessions", case):
        return None
    enrolments = case.enrolments.select_related("cohort").order_by("enrolled_on")
    return {"enrolments": enrolments} if enrolments else None


def mine_panel(request: HttpRequest, application: Any) -> dict[str, Any] | None:
    """The next visit and the coach, for the beneficiary on a phone."""
    enterprise = Enterprise.objects.visible_to(request.user).filter(case=application.case_id).first()
    if enterprise is None:
        return None
    upcoming = enterprise.visits.waiting().first()
    made = enterprise.visits.filter(state="validated").count()
    lead = enterprise.caseload.filter(role="lead", valid_until__isnull=True).select_related("coach").first()
    points = ActionPoint.objects.visible_to(request.user).waiting().filter(enterprise=enterprise)
    return {
        "enterprise": enterprise,
        "next_visit": upcoming,
        "made": made,
        "lead": lead,
        "points": points.select_related("case", "enterprise"),
        "today": timezone.localdate(),
    }


def referrals_panel(request: HttpRequest, programme: Any) -> dict[str, Any] | None:
    """The referrals that wait, on the protection desk; nobody else sees that there are any."""
    if not access.may(request.user, "followup.view_referrals", programme):
        return None
    rows = Referral.objects.visible_to(request.user).filter(programme=programme)
    return {"waiting": rows.filter(state="opened").count(), "programme": programme}


def referral_row(referral: Referral) -> inbox.Row:
    """A referral as a line of an inbox: no word of what it is about."""
    return inbox.Row(
        title=_("Case %(number)s") % {"number": referral.case.number},
        detail=str(referral.get_urgency_display()),
        url=referral.get_absolute_url(),
        since=referral.opened_at,
    )


def referrals_to_accept(user: Any) -> Any:
    """Referrals that no protection officer has taken in hand."""
    if not programme_ids(user, "protection_officer"):
        return Referral.objects.none()
    rows = Referral.objects.visible_to(user).filter(state="opened")
    return rows.select_related("case").order_by("opened_at")


def alert_row(alert: Alert) -> inbox.Row:
    """An alert as a line of an inbox."""
    return inbox.Row(
        title=_("%(alert)s, %(name)s") % {"alert": alert.get_kind_display(), "name": alert.enterprise.name},
        detail=alert.summary,
        url=alert.get_absolute_url(),
        since=alert.raised_at,
    )


def alerts_to_handle(user: Any) -> Any:
    """Open alerts: a supervisor has all of them, a manager those that climbed."""
    supervised, managed = programme_ids(user, "supervisor"), programme_ids(user, "manager")
    if not supervised and not managed:
        return Alert.objects.none()
    mine = Q(programme__in=supervised) | Q(programme__in=managed, step__gte=Step.MANAGER)
    return Alert.objects.filter(mine).waiting().select_related("case", "enterprise")


def action_row(point: ActionPoint) -> inbox.Row:
    """An action point as a line of an inbox."""
    return inbox.Row(
        title=point.what,
        detail=_("Case %(number)s") % {"number": point.case.number},
        url=point.get_absolute_url(),
        since=point.claimed_at,
        due=timezone.make_aware(datetime.combine(point.due_on, time.min)),
    )


def actions_of_coach(user: Any) -> Any:
    """Action points that a coach has to check, to do, or to ask for because they are overdue."""
    if not programme_ids(user, "coach"):
        return ActionPoint.objects.none()
    wanted = Q(state="claimed") | Q(due_on__lt=timezone.localdate()) | Q(responsible="coach")
    return ActionPoint.objects.filter(wanted, coach=user.pk).waiting().select_related("case")


def visit_row(visit: Visit) -> inbox.Row:
    """A visit as a line of an inbox."""
    return inbox.Row(
        title=_("%(visit)s, %(name)s") % {"visit": visit.name, "name": visit.enterprise.name},
        detail=_("Case %(number)s") % {"number": visit.case.number},
        url=visit.get_absolute_url(),
        since=visit.state_since,
        due=timezone.make_aware(datetime.combine(visit.due_on, time.min)),
    )


def visits_of_coach(user: Any) -> Any:
    """Visits that a coach has to make in the coming two weeks, or has begun or agreed."""
    if not programme_ids(user, "coach"):
        return Visit.objects.none()
    soon = Q(due_on__lte=timezone.localdate() + AHEAD) | ~Q(state="planned")
    return Visit.objects.filter(soon, coach=user.pk).waiting().select_related("case", "enterprise")


def visits_to_validate(user: Any) -> Any:
    """Submitted visits that wait for somebody else's judgement."""
    programmes = programme_ids(user, "supervisor")
    if not programmes:
        return Visit.objects.none()
    return (
        Visit.objects.filter(programme__in=programmes, state="submitted")
        .exclude(author=user.pk)
        .exclude(typed_by=user.pk)
        .select_related("case", "enterprise")
        .order_by("state_since")
    )


def visits_missed(user: Any) -> Any:
    """Missed visits, for the supervisor."""
    programmes = programme_ids(user, "supervisor")
    if not programmes:
        return Visit.objects.none()
    return (
        Visit.objects.filter(programme__in=programmes, state="missed")
        .select_related("case", "enterprise")
        .order_by("due_on")
    )


def report_row(report: VisitSubmission) -> inbox.Row:
    """A report that waits for a decision as a line of an inbox."""
    return inbox.Row(
        title=display.labelled(report.enterprise.name, report.get_status_display()),
        detail=_("Case %(number)s") % {"number": report.enterprise.case.number},
        url=report.get_absolute_url(),
        since=report.received_at,
    )


def reports_to_settle(user: Any) -> Any:
    """Reports from phones about which the manager decides."""
    programmes = programme_ids(user, "manager")
    if not programmes:
        return VisitSubmission.objects.none()
    return VisitSubmission.objects.open().filter(programme__in=programmes).select_related("enterprise__case")


def session_row(session: SupportSession) -> inbox.Row:
    """A support session as a line of an inbox."""
    return inbox.Row(
        title=session.title,
        detail=" · ".join(str(part) for part in (session.programme.code, session.site) if part),
        url=session.get_absolute_url(),
        due=timezone.make_aware(datetime.combine(session.held_on, time.min)),
    )


def sessions_to_hold(user: Any) -> Any:
    """Support sessions of the coming two weeks whose list is kept: by their leader, else by field agents."""
    programmes = programme_ids(user, "coach", "field_agent")
    if not programmes:
        return SupportSession.objects.none()
    mine = Q(leader=user.pk)
    if agent_of := programme_ids(user, "field_agent"):
        mine |= Q(leader__isnull=True, programme__in=agent_of)
    return _sessions(
        mine, programme__in=programmes, state="planned", held_on__lte=timezone.localdate() + AHEAD
    )


def sessions_to_close(user: Any) -> Any:
    """Support sessions that took place and whose list the supervisor closes."""
    programmes = programme_ids(user, "supervisor")
    if not programmes:
        return SupportSession.objects.none()
    return _sessions(Q(), programme__in=programmes, state="held")


def _sessions(condition: Q, **wanted: Any) -> Any:
    found = SupportSession.objects.filter(condition, programme__state="running", **wanted)
    return found.select_related("programme", "site").order_by("held_on", "pk")


def visit_plan_is_complete(call: Any, actor: Any, data: dict[str, Any] | None) -> str | None:
    """Visit plan complete: publishing a call asks for its visits."""
    plans = VisitPlan.objects.filter(call=call)
    if not plans.filter(rows__isnull=False).exists():
        return _("Set up the visit plan: which visits follow the award.")
    return None


PANELS = (
    ("programmes.call", panels.Panel("visit_plan", "followup/_call_panel.html", call_panel, order=40)),
    ("applications.case", panels.Panel("visits", "followup/_case_panel.html", case_panel, order=40)),
    ("applications.case", panels.Panel("support", "followup/_support_panel.html", support_panel, order=60)),
    ("applications.mine", panels.Panel("visits", "followup/_mine_panel.html", mine_panel, order=40)),
    (
        "applications.protection",
        panels.Panel("referrals", "followup/_referrals_panel.html", referrals_panel, order=5, side=True),
    ),
)
QUEUES = (
    ("coach", gettext_lazy("Visits to make"), gettext_lazy("Make the visit"), visits_of_coach, visit_row, 10),
    (
        "validate",
        gettext_lazy("Visits to validate"),
        gettext_lazy("Validate the visit"),
        visits_to_validate,
        visit_row,
        10,
    ),
    (
        "missed",
        gettext_lazy("Missed visits"),
        gettext_lazy("Plan the missed visit again"),
        visits_missed,
        visit_row,
        20,
    ),
    (
        "settle",
        gettext_lazy("Reports from the field to decide about"),
        gettext_lazy("Decide about the report from the field"),
        reports_to_settle,
        report_row,
        20,
    ),
    (
        "hold",
        gettext_lazy("Sessions to hold"),
        gettext_lazy("Hold the support session"),
        sessions_to_hold,
        session_row,
        15,
    ),
    (
        "close",
        gettext_lazy("Sessions to close"),
        gettext_lazy("Close the support session"),
        sessions_to_close,
        session_row,
        30,
    ),
    (
        "referrals",
        gettext_lazy("Referrals"),
        gettext_lazy("Accept the referral"),
        referrals_to_accept,
        referral_row,
        1,
    ),
    ("alerts", gettext_lazy("Alerts"), gettext_lazy("Deal with the alert"), alerts_to_handle, alert_row, 5),
    (
        "actions",
        gettext_lazy("Action points"),
        gettext_lazy("Do what was agreed"),
        actions_of_coach,
        action_row,
        12,
    ),
)
LISTS = {"coach": lambda: reverse("followup:my_week")}
"""Where a queue has a page of its own."""
ENTRIES = (
    ("alerts", gettext_lazy("Alerts"), "exclamation-triangle", "alerts", "view_alerts", 58),
    ("enterprises", gettext_lazy("Enterprises"), "shop", "enterprises", "view_enterprises", 59),
    ("visits", gettext_lazy("Visits"), "geo-alt", "visits", "view_visits", 60),
    ("actions", gettext_lazy("Action points"), "check2-square", "actions", "view_actions", 62),
    ("field", gettext_lazy("From the field"), "phone", "field_desk", "view_field_desk", 62),
    ("support", gettext_lazy("Support sessions"), "people", "support_sessions", "view_support_sessions", 65),
)
"""Entries of a programme's rail: key, label, icon, page, the rule that opens it, place."""


def register() -> None:
    """Hang panels, queues and rail entries where they belong."""
    for slot, panel in PANELS:
        panels.register(slot, panel)
    for key, label, ask, rows, row, order in QUEUES:
        queue = inbox.Queue(f"followup.{key}", label, rows, row, LISTS.get(key), order=order, ask=ask)
        inbox.register(queue)
    for key, label, icon, page, rule, order in ENTRIES:
        navigation.register_section(key, label, icon, f"followup:{page}", f"followup.{rule}", order)
    navigation.register(
        "my_week",
        gettext_lazy("My visits"),
        "calendar3",
        "followup:my_week",
        predicate=lambda user, programme: access.may(user, "followup.view_own_visits"),
        order=15,
    )
