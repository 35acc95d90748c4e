"""What likely duplicates add to pages of others: a panel on both cases, a queue, the rail, a guard."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from applications.duplicates import deciding, searching, wording
from applications.models import Application, Duplicate
from applications.querysets import DUPLICATE_READERS
from programmes.predicates import Role, programme_ids
from workflow import access, display, inbox, navigation, on, panels, register_guard
from workflow.declare import Firing
from workflow.written_once import written_once


def duplicates_of_case(request: HttpRequest, record: Any) -> dict[str, Any] | None:
    """The files that a case looks like, for those who compare them."""
    application = record if isinstance(record, Application) else getattr(record, "application", None)
    if application is None or not access.may(request.user, "applications.view_duplicates", application):
        return None
    # most files look like no other, and planning how to read both sides takes longer than reading
    rows = Duplicate.objects.of_application(application)
    if not rows.exists():
        return None
    rows = rows.visible_to(request.user).with_files().to_decide_first()
    found = [_entry(row, application) for row in rows]
    return {"duplicates": found} if found else None


def _entry(row: Duplicate, application: Application) -> dict[str, Any]:
    other = row.earlier if row.later_id == application.pk else row.later
    said = [ground.sentence for ground in wording.grounds(row) if ground.speaks_for]
    return {"row": row, "other": other, "evidence": " ".join(said), "url": row.get_absolute_url()}


def to_decide(user: Any) -> "QuerySet[Duplicate]":
    """Likely duplicates that keep a file waiting, for the screening officers."""
    ids = programme_ids(user, Role.SCREENING_OFFICER)
    if not ids:
        return Duplicate.objects.none()
    rows = Duplicate.objects.visible_to(user).filter(later__call__programme__in=ids).holding()
    return rows.filter(later__state__in=searching.COMPARED).with_files().order_by("found_at", "pk")


def waiting_in(user: Any, programme: Any) -> int:
    """Return how many likely duplicates of a programme wait for a decision of this reader."""
    if programme.pk not in programme_ids(user, *DUPLICATE_READERS):
        return 0
    return sum(number for _strength, number in _waiting(programme.pk))


@written_once
def _waiting(programme: int) -> "QuerySet[Any, Any]":
    rows = Duplicate.objects.undecided().filter(
        earlier__call__programme=programme,
        later__call__programme=programme,
        later__state__in=searching.COMPARED,
    )
    return rows.order_by().values_list("strength").annotate(number=Count("pk"))


def _row(record: Duplicate) -> inbox.Row:
    return inbox.Row(
        title=f"{record.later.case.number} · {record.earlier.case.number}",
        detail=f"{record.get_alike_display()} · {record.later.call.title}",
        url=record.get_absolute_url(),
        since=record.found_at,
    )


def no_likely_duplicate_is_undecided(application: Application, actor: Any, data: Any) -> str | None:
    """A file that looks like an earlier one waits until somebody has compared them."""
    count = deciding.still_open(application)
    if not count:
        return None
    return ngettext(
        "This file looks like an earlier one: compare them first.",
        "This file looks like %(count)s earlier ones: compare them first.",
        count,
    ) % {"count": display.number_text(count)}


def ask_for_a_comparison(firing: Firing) -> None:
    """What came in is compared with what is there."""
    searching.ask(firing.record, firing.at)


def register_all() -> None:
    """Put everything where it is asked for."""
    deciding.declare_acts()
    searching.register()
    register_guard("applications.Application", "mark_eligible", no_likely_duplicate_is_undecided)
    for verb in ("submit", "answer", "submit_plan"):
        on("applications.Application", verb)(ask_for_a_comparison)
    for place in ("applications.case", "applications.screening"):
        panels.register(
            place,
            panels.Panel("duplicates", "applications/_duplicates_panel.html", duplicates_of_case, order=18),
        )
    inbox.register(
        inbox.Queue(
            "applications.duplicates",
            gettext_lazy("Duplicates to decide"),
            to_decide,
            _row,
            order=22,
            ask=gettext_lazy("Decide whether these are one person or plan"),
        )
    )
    navigation.register_section(
        "duplicates",
        gettext_lazy("Duplicates"),
        "columns-gap",
        "applications:duplicates",
        "applications.view_duplicates",
        22,
    )
