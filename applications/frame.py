"""What this package adds to pages, start pages and files of others: panels, rail entries, queues, readers."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

import documents
from applications.models import Application, Person
from programmes import landing
from programmes.predicates import Role, programme_ids
from workflow import access, inbox, navigation, panels

WRITABLE = ("draft", "incomplete", "plan_requested")


def apply_here(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """The ways to apply, to check whether one can, and to read the questions, on a call's public page."""
    if call.state == "draft":
        return None
    has_form = call.form_versions.filter(stage="idea").exists()
    return {"call": call, "open": call.state == "open", "has_form": has_form}


def landing_of(user: Any) -> str | None:
    """An applicant lands on the own application."""
    return reverse("applications:mine") if Person.objects.filter(user=user.pk).exists() else None


def to_screen(user: Any) -> "QuerySet[Application]":
    """What waits for screening, for the officers, the oldest first."""
    ids = programme_ids(user, Role.SCREENING_OFFICER)
    if not ids:
        return Application.objects.none()
    rows = Application.objects.filter(call__programme__in=ids, state="submitted")
    return rows.select_related("case", "call__programme").oldest_first()


def plans_to_request(user: Any) -> "QuerySet[Application]":
    """Short-listed applications whose plan nobody has asked for, for the secretaries."""
    ids = programme_ids(user, Role.JURY_SECRETARY)
    if not ids:
        return Application.objects.none()
    rows = Application.objects.filter(call__programme__in=ids, state="shortlisted")
    return (
        rows.filter(call__form_versions__stage="plan")
        .select_related("case", "call")
        .oldest_first()
        .distinct()
    )


def _screen_row(application: Application) -> inbox.Row:
    return inbox.Row(
        title=application.title or application.case.number,
        detail=f"{application.case.number} · {application.call.title}",
        url=reverse("applications:screen", args=[application.case.number]),
        since=application.state_since,
    )


def _case_row(application: Application) -> inbox.Row:
    return inbox.Row(
        title=application.title or application.case.number,
        detail=f"{application.case.number} · {application.call.title}",
        url=application.get_absolute_url(),
        since=application.state_since,
    )


def may_read_file(user: Any, record: Any) -> bool:
    """Files of an application: who writes it, and those who read applications of the programme."""
    application = record.owner
    if application is None or not user.is_authenticated:
        return False
    if access.may(user, "applications.edit_application", application):
        return True
    return application.state != "draft" and access.may(user, "applications.view_applications", application)


def may_read_vault_file(user: Any, record: Any) -> bool:
    """Files of the vault: the applicant alone, and a helper while something is being written."""
    application = record.owner
    if application is None or not access.may(user, "applications.edit_application", application):
        return False
    is_own = application.applicant is not None and application.applicant.user_id == user.pk
    return is_own or application.state in WRITABLE


def register_all() -> None:
    """Put everything where it is asked for."""
    documents.register_reader("applications.application", may_read_file, vault=may_read_vault_file)
    landing.register(landing_of)
    panels.register("programmes.ways_in", panels.Panel("apply", "applications/_apply_here.html", apply_here))
    inbox.register(
        inbox.Queue(
            "applications.screen",
            _("Applications to screen"),
            to_screen,
            _screen_row,
            order=20,
            ask=_("Screen the application"),
        )
    )
    inbox.register(
        inbox.Queue(
            "applications.plans",
            _("Plans to ask for"),
            plans_to_request,
            _case_row,
            order=40,
            ask=_("Ask for the plan"),
        )
    )
    navigation.register_section(
        "people", _("Persons"), "people", "applications:people", "applications.view_people", 15
    )
    navigation.register_section(
        "applications",
        _("Applications"),
        "file-earmark-text",
        "applications:list",
        "applications.view_applications",
        20,
    )
    navigation.register_section(
        "screening", _("To screen"), "eye", "applications:screening", "applications.screen_applications", 21
    )
