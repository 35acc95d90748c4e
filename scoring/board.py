"""The progress of a round as rows: how each juror and each file stands, counted in the database.

What the counts mean (pace, who is to be chased) is in `scoring/progress.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from applications.models import Application
from scoring import progress
from scoring.models import JurorEngagement, JurorReminder, JuryAssignment, Mark, Round, Scoresheet, Stage
from scoring.models.jury import DRAWN_IN, LIVE
from scoring.models.sheets import COUNTED

OUTLOOKS: Mapping[str, tuple[Any, str]] = {
    progress.DONE: (gettext_lazy("All handed in"), "done"),
    progress.ON_TIME: (gettext_lazy("On the way"), "doing"),
    progress.BEHIND: (gettext_lazy("Too slow to end in time"), "waiting"),
    progress.NOT_BEGUN: (gettext_lazy("Not begun"), "waiting"),
    progress.LATE: (gettext_lazy("Late"), "blocked"),
    progress.UNDATED: (gettext_lazy("No deadline"), "neutral"),
}
"""How a juror stands, in words, with the meaning for the dot."""

TO_OPEN, OPENED, DONE = Q(state="assigned"), Q(state="opened"), Q(state="done")
ASIDE = Q(state__in=["recused", "declined"])


@dataclass(frozen=True)
class JurorLine:
    """A juror on the board. abstained: sheets with an abstention; reminded: the day of the last reminder."""

    engagement: JurorEngagement
    load: progress.Load
    outlook: str
    ends_on: date | None
    abstained: int = 0
    reminded: date | None = None

    @property
    def word(self) -> str:
        """How the juror stands; the state of the invitation where the juror does not take part."""
        if self.engagement.state != "accepted":
            return str(self.engagement.get_state_display())
        return str(OUTLOOKS[self.outlook][0])

    @property
    def meaning(self) -> str:
        """What that means to a reader."""
        return self.engagement.meaning if self.engagement.state != "accepted" else OUTLOOKS[self.outlook][1]

    @property
    def is_to_chase(self) -> bool:
        """Whether somebody should ask after this juror."""
        return self.engagement.state == "accepted" and self.outlook in progress.TO_CHASE


@dataclass(frozen=True)
class FileLine:
    """A file on the board: how many sheets it lacks, and with whom the others are."""

    application: Application
    to_open: int
    opened: int
    handed_in: int
    aside: int
    missing: int
    abstained: int = 0
    waits_for: list[str] = field(default_factory=list)

    @property
    def live(self) -> int:
        """How many jurors have it."""
        return self.to_open + self.opened + self.handed_in


def span_of(held: Round, at: datetime) -> progress.Span:
    """Return the days of a round in its programme's time zone."""
    zone = held.session.call.programme.zone
    given = held.draws.aggregate(first=Min("made_at"))["first"]
    begun = max((moment for moment in (given, held.opens_at) if moment is not None), default=at)
    day = timezone.localtime
    return progress.Span(
        given=min(day(begun, zone).date(), day(at, zone).date()),
        today=day(at, zone).date(),
        due=None if held.closes_at is None else day(held.closes_at, zone).date(),
    )


def loads(held: Round, at: datetime) -> dict[int, progress.Load]:
    """Return the load of every juror who has or had a file in a round, by engagement: two queries."""
    rows = (
        JuryAssignment.objects.filter(round=held)
        .order_by()
        .values_list("engagement")
        .annotate(
            to_open=Count("pk", filter=TO_OPEN),
            opened=Count("pk", filter=OPENED),
            done=Count("pk", filter=DONE),
            aside=Count("pk", filter=ASIDE),
        )
        .filter(Q(to_open__gt=0) | Q(opened__gt=0) | Q(done__gt=0) | Q(aside__gt=0))
    )
    lately = dict(
        Scoresheet.objects.filter(submitted_at__gt=at - timedelta(days=progress.WEEK))
        .filter(assignment__round=held, assignment__state="done")
        .exclude(state="voided")
        .order_by()
        .values_list("assignment__engagement")
        .annotate(Count("assignment", distinct=True))
    )
    return {
        key: progress.Load(to_open, opened, done, aside, lately.get(key, 0))
        for key, to_open, opened, done, aside in rows
    }


def jurors(
    held: Round, found: Mapping[int, progress.Load], span: progress.Span, most: int | None = None
) -> list[JurorLine]:
    """Return the lines of jurors, those to be chased first; most: how many of them."""
    order = sorted(found, key=lambda key: (*progress.severity(found[key], span), key))[:most]
    people = JurorEngagement.objects.select_related("user").in_bulk(order)
    abstained = _abstentions(held, "engagement", order)
    reminded = dict(
        JurorReminder.objects.filter(round=held, engagement__in=order)
        .order_by("on")
        .values_list("engagement", "on")
    )
    return [
        JurorLine(
            engagement=people[key],
            load=found[key],
            outlook=progress.outlook(found[key], span),
            ends_on=progress.ends_on(found[key], span),
            abstained=abstained.get(key, 0),
            reminded=reminded.get(key),
        )
        for key in order
    ]


class BoardFiles:
    """The files of a round, those that lack most marks first: counted by key, whole rows for one page only.

    short: only files that lack marks. named: whether the line says with which jurors the file is.
    """

    def __init__(self, held: Round, *, short: bool = False, named: bool = False) -> None:
        wanted = Q(state__in=DRAWN_IN[Stage(held.grid.stage)], session=held.session_id)
        given = JuryAssignment.objects.filter(round=held).values("application")
        self.held, self.named = held, named
        self.files = Application.objects.filter(wanted | Q(pk__in=given)).order_by()
        if short:
            self.files = self.files.exclude(pk__in=self._complete().values("application"))

    def _complete(self) -> Any:
        done = JuryAssignment.objects.filter(round=self.held, state="done").order_by()
        counted = done.values("application").annotate(n=Count("pk"))
        return counted.filter(n__gte=self.held.grid.jurors)

    def count(self) -> int:
        """How many there are."""
        return self.files.count()

    def count_short(self) -> int:
        """How many of them lack marks."""
        return self.files.count() - self._complete().count()

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[FileLine]:
        """The lines of a page."""
        own = Q(jury_assignments__round=self.held)

        def those(*states: str) -> Any:
            return Count("jury_assignments", filter=own & Q(jury_assignments__state__in=states))

        counted = self.files.values("pk").annotate(
            live=those(*LIVE),
            to_open=those("assigned"),
            opened=those("opened"),
            handed_in=those("done"),
            aside=those("recused", "declined"),
        )
        page = list(counted.order_by("handed_in", "live", "case__number")[part])
        keys = [line["pk"] for line in page]
        rows = Application.objects.select_related("case").in_bulk(keys)
        abstained = _abstentions(self.held, "application", keys)
        waits = self._waiting(keys) if self.named else {}
        return [
            FileLine(
                application=rows[line["pk"]],
                to_open=line["to_open"],
                opened=line["opened"],
                handed_in=line["handed_in"],
                aside=line["aside"],
                missing=max(self.held.grid.jurors - line["handed_in"], 0),
                abstained=abstained.get(line["pk"], 0),
                waits_for=waits.get(line["pk"], []),
            )
            for line in page
        ]

    def _waiting(self, keys: Iterable[int]) -> dict[int, list[str]]:
        rows = JuryAssignment.objects.filter(round=self.held, application__in=keys).filter(TO_OPEN | OPENED)
        names: dict[int, list[str]] = {}
        for assignment in rows.select_related("engagement__user").order_by("engagement__user__full_name"):
            names.setdefault(assignment.application_id, []).append(str(assignment.engagement.user))
        return names


def _abstentions(held: Round, by: str, keys: Iterable[int]) -> dict[int, int]:
    """Return how many handed-in sheets abstain on something, by juror or file."""
    rows = Mark.objects.filter(
        abstained=True, sheet__state__in=COUNTED, sheet__assignment__round=held
    ).filter(**{f"sheet__assignment__{by}__in": list(keys)})
    counted = rows.order_by().values_list(f"sheet__assignment__{by}").annotate(Count("sheet", distinct=True))
    return dict(counted)
