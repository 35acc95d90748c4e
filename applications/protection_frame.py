"""What the vault adds to pages of others: the persons of a case with their consents, the protection desk."""

from datetime import datetime, time
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications import consents, opening, photos, retention, traces
from applications.models import Cause, Erasure, Person, Registration
from programmes.closing import allow_after_closing
from programmes.predicates import Role, programme_ids
from workflow import access, inbox, navigation, panels

SHOWN = 10


def persons_of_case(request: HttpRequest, case: Any) -> dict[str, Any] | None:
    """The persons of a case by reference, what they agreed to, and the way to open an identity."""
    if not access.may(request.user, "applications.view_consents", case):
        return None
    application = getattr(case, "application", None)
    if application is None:
        return None
    rows = list(
        Registration.objects.filter(
            programme=case.programme_id, person__application_memberships__application=application
        )
        .select_related("person")
        .only("programme", "person__reference")
        .annotate(identity_erased_at=F("person__identity__erased_at"))
        .order_by("person__application_memberships__pk")
    )
    if not rows:
        return None
    for row in rows:
        row.programme = case.programme
    persons = [row.person_id for row in rows]
    held = consents.standings(persons, case.programme_id)
    people = [
        {
            "registration": row,
            "consents": held[row.person_id],
            "may_open": access.may(request.user, "applications.reveal_identity", row),
            "erased_at": row.identity_erased_at,
        }
        for row in rows
    ]
    forced = case.programme.forced_pseudonyms and not any(row["may_open"] for row in people)
    return {"people": people, "forced": forced}


def own_data_link(request: HttpRequest, record: Any) -> dict[str, Any] | None:
    """The way to the own data, on the applicant's status page."""
    own = Person.objects.filter(user=request.user.pk).exists()
    return {} if own else None


def erasures_waiting(request: HttpRequest, programme: Any) -> dict[str, Any] | None:
    """What is to be erased next, on the desk."""
    rows = Erasure.objects.visible_to(request.user).filter(programme=programme)
    waiting = list(rows.waiting().select_related("person", "case", "programme").order_by("due_on")[:SHOWN])
    return {"waiting": waiting, "erased": rows.filter(state="erased").count(), "programme": programme}


def to_decide(user: Any) -> "QuerySet[Erasure]":
    """Requests that a protection officer answers; what a period brings about carries itself out."""
    ids = programme_ids(user, Role.PROTECTION_OFFICER)
    if not ids:
        return Erasure.objects.none()
    rows = Erasure.objects.filter(programme__in=ids).waiting().exclude(cause=Cause.RETENTION)
    return rows.select_related("person", "programme", "case").order_by("due_on", "pk")


def _erasure_row(erasure: Erasure) -> inbox.Row:
    return inbox.Row(
        title=str(erasure),
        detail=erasure.get_cause_display(),
        url=erasure.get_absolute_url(),
        since=erasure.requested_at,
        due=timezone.make_aware(datetime.combine(erasure.due_on, time(23, 59))),
    )


def register_all() -> None:
    """Put everything where it is asked for."""
    opening.declare_acts()
    consents.declare_acts()
    retention.declare_acts()
    traces.register_all()
    allow_after_closing("applications.Erasure")
    consents.on_withdrawal("photo", photos.hide)
    consents.on_giving("photo", photos.show_again)
    consents.on_withdrawal("data", retention.ask_after_withdrawal)
    panels.register(
        "applications.case",
        panels.Panel("persons", "applications/_identity_panel.html", persons_of_case, order=5, side=True),
    )
    panels.register(
        "applications.mine",
        panels.Panel("own_data", "applications/_own_data_link.html", own_data_link, order=900),
    )
    panels.register(
        "applications.protection",
        panels.Panel("erasures", "applications/_erasures_panel.html", erasures_waiting, order=10),
    )
    inbox.register(
        inbox.Queue(
            "applications.erasures",
            _("Erasures to decide"),
            to_decide,
            _erasure_row,
            order=10,
            ask=_("Decide about the erasure"),
        )
    )
    navigation.register_section(
        "protection",
        _("Protection"),
        "shield-lock",
        "applications:protection",
        "applications.view_protection",
        84,
    )
