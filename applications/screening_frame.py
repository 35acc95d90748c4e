"""What screening adds to pages of others: flags on a case, the size of the panel on a call and its clone."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from applications import decisions, panel
from applications.models import FlagKind, ImportedRow, ScreeningPlan
from programmes import cloning
from programmes.models import Membership, Role
from workflow import access, panels


def case_flags(request: HttpRequest, case: Any) -> dict[str, Any] | None:
    """The flags of a case, for those who work on the programme's files."""
    application = getattr(case, "application", None)
    if application is None or not access.may(request.user, "applications.view_desk", application):
        return None
    # most files have none: that is asked without names and order
    flags = list(application.flags.with_names()) if application.flags.exists() else []
    may_raise = access.may(request.user, "applications.raise_flag", application)
    if not flags and not may_raise:
        return None
    return {
        "application": application,
        "flags": flags,
        "flag_kinds": FlagKind.choices,
        "may_raise": may_raise,
        "may_resolve": access.may(request.user, "applications.resolve_flag", application),
        "here": request.get_full_path(),
    }


def call_screening(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """How many officers must agree that a file is ineligible, on the page of a call."""
    if not access.may(request.user, "programmes.work_on_programme", call.programme):
        return None
    rows = Membership.objects.filter(programme=call.programme_id, role=Role.SCREENING_OFFICER)
    may_change = call.state in ("draft", "published", "open", "closed") and access.may(
        request.user, "applications.plan_screening", call
    )
    return {
        "members": panel.members_needed(call),
        "numbers": range(1, decisions.LARGEST_PANEL + 1),
        "officers": rows.in_force(timezone.localdate()).count(),
        "may_change": may_change,
    }


def case_source(request: HttpRequest, case: Any) -> dict[str, Any] | None:
    """From which table a case was imported, for those who work on the programme's files."""
    application = getattr(case, "application", None)
    if application is None or not access.may(request.user, "applications.view_desk", application):
        return None
    rows = ImportedRow.objects.filter(application=application)
    if not rows.exists():
        return None
    told = ("row", "batch__file_name", "batch__imported_at", "batch__options", "batch__made_by__full_name")
    return {"row": rows.select_related("batch__made_by").only(*told).order_by("row").first()}


def call_import(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """The way to import, on the page of a call, for managers."""
    may = call.state in ("open", "closed") and access.may(
        request.user, "applications.import_applications", call
    )
    return {} if may else None


def call_lists(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """The way to the lists for the notice board, on the page of a call that has begun."""
    may = call.state != "draft" and access.may(request.user, "applications.print_lists", call)
    return {} if may else None


def copy_plan(old: Any, new: Any, tracks: Any) -> None:
    """Give a cloned call the panel of the call from which it was cloned."""
    plan = ScreeningPlan.objects.filter(call=old).first()
    if plan is not None:
        ScreeningPlan.objects.create(call=new, members_to_refuse=plan.members_to_refuse)


def register_all() -> None:
    """Put everything where it is asked for."""
    panels.register(
        "applications.case", panels.Panel("flags", "applications/_flags_panel.html", case_flags, order=20)
    )
    panels.register(
        "programmes.call",
        panels.Panel("screening", "applications/_call_screening.html", call_screening, order=15),
    )
    panels.register(
        "applications.case",
        panels.Panel("source", "applications/_imported_panel.html", case_source, order=90, side=True),
    )
    panels.register(
        "programmes.call", panels.Panel("import", "applications/_call_import.html", call_import, order=16)
    )
    panels.register(
        "programmes.call", panels.Panel("lists", "applications/_call_lists.html", call_lists, order=17)
    )
    cloning.register(copy_plan)
