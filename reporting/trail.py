"""What an auditor finds on the start page: how much happened in the cases of a programme, and what last."""

from typing import Any, NamedTuple

from django.db.models import Count, Max, Min, Value
from django.db.models.functions import Concat
from django.http import HttpRequest

from applications.models import Case
from workflow import access, panels
from workflow.models import Event
from workflow.timeline import Line, lines_of

SHOWN = 8
STREAM = "case:"


class Step(NamedTuple):
    """One line of the trail with the case that it belongs to."""

    line: Line
    number: str


def trail_panel(request: HttpRequest, programme: Any) -> dict[str, Any] | None:
    """Events of the programme's cases: how many, from when to when, the newest ones."""
    if not access.may(request.user, "reporting.view_trail", programme):
        return None
    streams = Case.objects.filter(programme=programme).annotate(found=Concat(Value(STREAM), "number"))
    events = Event.objects.filter(stream__in=streams.values("found"))
    figures = events.aggregate(
        count=Count("pk"),
        first=Min("occurred_at"),
        last=Max("occurred_at"),
        cases=Count("stream", distinct=True),
    )
    newest = list(events.select_related("actor", "note").order_by("-pk")[:SHOWN])
    steps = [
        Step(line, event.stream.removeprefix(STREAM))
        for event, line in zip(newest, lines_of(newest), strict=True)
    ]
    return {"figures": figures, "steps": steps, "programme": programme}


def register() -> None:
    """Hang the panel on the start page."""
    panels.register(
        "programmes.home", panels.Panel("trail", "reporting/_trail_panel.html", trail_panel, order=30)
    )
