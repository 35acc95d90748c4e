"""What reception and assisted entry add to pages of others: first screen, panels, papers, readers, acts."""

from typing import Any

from django.http import HttpRequest

import documents
from applications import (
    assisting,
    claiming,
    follow_up,
    read_back_sheet,
    reception_desk,
    slips,
)
from applications.models import Claim
from applications.views import members
from programmes import landing
from workflow import access, panels, tick


def claims_of_person(request: HttpRequest, row: Any) -> dict[str, Any] | None:
    """Claims of this person's cases that wait for an agent."""
    if not access.may(request.user, "applications.help_people", row):
        return None
    claims = Claim.objects.filter(
        case__application__applicant=row.person_id, case__programme=row.programme_id, decided_at__isnull=True
    )
    found = list(claims.select_related("case"))
    return {"claims": found} if found else None


def members_of_application(request: HttpRequest, application: Any) -> dict[str, Any] | None:
    """The members on the page before sending, with what their figures say."""
    if not application.is_group:
        return None
    return {"application": application, **members.summary(application, request.user)}


def members_of_case(request: HttpRequest, case: Any) -> dict[str, Any] | None:
    """The members on the page of the case, by reference: one project, so many persons."""
    application = getattr(case, "application", None)
    readable = access.may(request.user, "applications.view_applications", case)
    if application is None or not application.is_group or not readable:
        return None
    return {"application": application, **members.summary(application, request.user)}


def may_not_read(user: Any, record: Any) -> bool:
    """A signed sheet lies in the vault: nobody reads it in any other way."""
    return False


def may_read_sheet(user: Any, record: Any) -> bool:
    """The protection officer of the programme, and the person whose application it is."""
    application = record.owner.assistance.application if record.owner is not None else None
    if application is None:
        return False
    own = application.applicant is not None and application.applicant.user_id == user.pk
    return own or access.may(user, "applications.read_category", application)


def register_all() -> None:
    """Put everything where it is asked for."""
    for module in (assisting, slips, follow_up, claiming):
        module.declare_acts()
    landing.register_first_screen(reception_desk.first_screen)
    reception_desk.register_all()
    read_back_sheet.register()
    documents.register_reader("applications.readback", may_not_read, vault=may_read_sheet)
    tick.register("old attempts", follow_up.forget_attempts)
    panels.register(
        "applications.review",
        panels.Panel("members", "applications/members/_panel.html", members_of_application, order=10),
    )
    panels.register(
        "applications.case",
        panels.Panel("members", "applications/members/_panel.html", members_of_case, order=40),
    )
    panels.register(
        "applications.person",
        panels.Panel("claims", "applications/people/_claims.html", claims_of_person, order=5),
    )
