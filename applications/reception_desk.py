"""People to help: what waits for a field agent, for the start page and for the desk of a programme.

A queue is `(user, programme | None) -> rows`; without a programme it spans all of the agent's.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import (
    Application,
    ApplicationMember,
    Claim,
    PieceRequest,
    ReadBack,
    Registration,
)
from programmes.models import Call
from programmes.predicates import Role, programme_ids, roles_of
from workflow import display, inbox

RECENT_DAYS = 30


def _programmes(user: Any, programme: Any) -> set[int]:
    ids = programme_ids(user, Role.FIELD_AGENT)
    return ids if programme is None else ids & {programme.pk}


def come_back(user: Any, programme: Any = None) -> "QuerySet[Registration]":
    """Who was asked back for today or a day before, and still waits."""
    ids = _programmes(user, programme)
    if not ids:
        return Registration.objects.none()
    rows = Registration.objects.filter(programme__in=ids, expected_on__lte=timezone.localdate())
    return rows.select_related("person", "site", "programme").order_by("expected_on", "pk")


def _helped(user: Any, programme: Any, *states: str) -> "QuerySet[Application]":
    ids = _programmes(user, programme)
    if not ids:
        return Application.objects.none()
    rows = Application.objects.written_by(user).filter(call__programme__in=ids, state__in=states)
    return rows.filter(applicant__user__isnull=True).select_related("case", "call__programme")


def drafts(user: Any, programme: Any = None) -> "QuerySet[Application]":
    """What the agent began with people and did not send."""
    return _helped(user, programme, "draft").order_by("call__closes_at", "pk")


def missing_pieces(user: Any, programme: Any = None) -> "QuerySet[Application]":
    """Questions that people whom the agent helps must answer again."""
    rows = _helped(user, programme, "incomplete")
    if rows.query.is_empty():
        return rows
    due = PieceRequest.objects.filter(application=OuterRef("pk"), answered_at__isnull=True)
    return rows.annotate(due_at=due.values("due_at")[:1]).order_by("due_at", "pk")


def plans(user: Any, programme: Any = None) -> "QuerySet[Application]":
    """Plans to write with people whom the agent helps."""
    return _helped(user, programme, "plan_requested").order_by("plan_due_at", "pk")


def claims(user: Any, programme: Any = None) -> "QuerySet[Claim]":
    """People who want to write alone from now on and come to be recognised."""
    ids = _programmes(user, programme)
    if not ids:
        return Claim.objects.none()
    rows = Claim.objects.filter(case__programme__in=ids, decided_at__isnull=True)
    return rows.select_related("case__programme", "case__application__applicant").order_by("asked_at", "pk")


def sheets(user: Any, programme: Any = None) -> "QuerySet[ReadBack]":
    """Signed sheets of what was sent that the agent has not photographed yet."""
    ids = _programmes(user, programme)
    if not ids:
        return ReadBack.objects.none()
    application = "assistance__application"
    later = ReadBack.objects.filter(**{application: OuterRef(application)}, at__gt=OuterRef("at"))
    rows = ReadBack.objects.filter(
        ~Exists(later),
        sheet__isnull=True,
        assistance__helper=user.pk,
        assistance__ended_at__isnull=True,
        assistance__application__call__programme__in=ids,
    ).exclude(assistance__application__state__in=["draft", "withdrawn"])
    return rows.select_related(f"{application}__case", f"{application}__call__programme").order_by("at", "pk")


def not_begun(user: Any, programme: Any) -> "QuerySet[Registration]":
    """Who was received lately in a programme with an open call and has not begun to apply, newest first."""
    ids = _programmes(user, programme)
    if not ids or not Call.objects.filter(programme__in=ids, state="open").exists():
        return Registration.objects.none()
    since = timezone.now() - timedelta(days=RECENT_DAYS)
    begun = ApplicationMember.objects.filter(
        person=OuterRef("person"), application__call__programme=OuterRef("programme")
    )
    rows = Registration.objects.filter(~Exists(begun), programme__in=ids, received_at__gte=since)
    rows = rows.filter(person__user__isnull=True)
    return rows.select_related("person", "site", "programme").order_by("-received_at", "pk")


def _in_order(reference: str) -> str:
    """A reference inside a sentence: in Arabic its digits and dash would change places."""
    return f"\u2066{reference}\u2069" if display.language() == "ar" else reference


def person_url(row: Registration) -> str:
    """The page of a person in a programme."""
    return reverse("applications:person", args=[row.programme.code, row.person.reference])


def _end_of(row: Registration) -> datetime | None:
    if row.expected_on is None:
        return None
    return datetime.combine(row.expected_on, time(23, 59), tzinfo=row.programme.zone).astimezone(UTC)


def _come_back_row(row: Registration) -> inbox.Row:
    return inbox.Row(
        title=_("%(person)s comes back") % {"person": _in_order(str(row.person))},
        detail=str(row.site or row.programme.code),
        url=person_url(row),
        due=_end_of(row),
    )


def _row(application: Application, title: str, due: datetime | None) -> inbox.Row:
    return inbox.Row(
        title=title % {"case": _in_order(application.case.number)},
        detail=f"{application.title or application.call.title} · {application.call.programme.code}",
        url=reverse("applications:status", args=[application.case.number]),
        since=application.state_since or application.case.opened_at,
        due=due,
    )


def _draft_row(application: Application) -> inbox.Row:
    return _row(application, _("Finish and send %(case)s"), application.call.closes_at)


def _piece_row(application: Application) -> inbox.Row:
    due: datetime | None = application.due_at  # type: ignore[attr-defined]
    return _row(application, _("Missing piece of %(case)s"), due)


def _plan_row(application: Application) -> inbox.Row:
    return _row(application, _("Plan of %(case)s"), application.plan_due_at)


def _claim_row(claim: Claim) -> inbox.Row:
    person = claim.case.application.applicant
    return inbox.Row(
        title=_("%(case)s: the person wants to write alone") % {"case": _in_order(claim.case.number)},
        detail=claim.case.programme.code,
        url=reverse("applications:person", args=[claim.case.programme.code, person.reference]),  # type: ignore[union-attr]  # assisted cases have a person
        since=claim.asked_at,
    )


def _sheet_row(read_back: ReadBack) -> inbox.Row:
    application = read_back.assistance.application
    return inbox.Row(
        title=_("%(case)s: photograph the signed sheet") % {"case": _in_order(application.case.number)},
        detail=application.call.programme.code,
        url=reverse("applications:read_back", args=[application.case.number]),
        since=read_back.at,
    )


def _not_begun_row(row: Registration) -> inbox.Row:
    return inbox.Row(
        title=_("%(person)s has not begun an application") % {"person": _in_order(str(row.person))},
        detail=str(row.site or row.programme.code),
        url=person_url(row),
        since=row.received_at,
    )


Rows = Callable[..., "QuerySet[Any]"]
QUEUES: list[tuple[str, Any, Rows, Callable[[Any], inbox.Row], int]] = [
    ("people.come_back", gettext_lazy("People who come back"), come_back, _come_back_row, 5),
    ("people.claims", gettext_lazy("People who want to write alone"), claims, _claim_row, 5),
    ("people.pieces", gettext_lazy("Missing pieces to answer with people"), missing_pieces, _piece_row, 6),
    ("people.plans", gettext_lazy("Plans to write with people"), plans, _plan_row, 7),
    ("people.drafts", gettext_lazy("Applications begun with people"), drafts, _draft_row, 8),
    ("people.sheets", gettext_lazy("Signed sheets to photograph"), sheets, _sheet_row, 9),
]
OF_A_PROGRAMME = ("people.not_begun", gettext_lazy("Received, not begun"), not_begun, _not_begun_row, 9)


def waiting(user: Any, programme: Any, *, rows: int) -> list[inbox.Waiting]:
    """Return what waits in a programme, each queue with its first rows."""
    found = []
    for key, label, of, row, order in [*QUEUES, OF_A_PROGRAMME]:
        chosen = of(user, programme)
        first = list(chosen[: rows + 1])
        if first:
            count = len(first) if len(first) <= rows else chosen.count()
            queue = inbox.Queue(key, label, partial(_already_chosen, chosen), row, order=order)
            found.append(inbox.Waiting(queue, count, [row(record) for record in first[:rows]]))
    return found


def _already_chosen(chosen: "QuerySet[Any]", user: Any) -> "QuerySet[Any]":
    return chosen


def is_mine(queue: inbox.Queue) -> bool:
    """Whether a queue of the start page is one of these."""
    return queue.key.startswith("people.")


def first_screen(user: Any, programme: Any) -> str | None:
    """Who is field agent of a programme and nothing else begins at the people to help."""
    if programme is None or roles_of(user, programme.pk) != {Role.FIELD_AGENT}:
        return None
    return reverse("applications:reception", args=[programme.code])


def register_all() -> None:
    """Put the queues on the start pages."""
    for key, label, of, row, order in QUEUES:
        inbox.register(inbox.Queue(key, label, of, row, order=order))
