"""What the calls, tracks, sites and sessions of a programme are called: plain values, read once for a page.

Filters offer them, and rows of lists name them by key: a query of fifty rows joins no table for a name.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import DateTimeField, F, QuerySet, Value

from programmes.localised import LANGUAGES, chosen, columns
from programmes.models import Call, Programme, SelectionSession, Site, Track
from workflow import display
from workflow.written_once import written_once

Option = tuple[str, str]
KEPT = "_named_parts"
NO_TIME = Value(None, output_field=DateTimeField())


class Line(NamedTuple):
    """One line of the query. parent: the call of a track or session; place: among its like."""

    key: int
    part: str
    parent: int
    place: int
    code: str
    currency: str
    opens_at: Any
    fr: str
    en: str
    ar: str


class NamedCall(NamedTuple):
    """A call: its title in the reader's language, its currency."""

    title: str
    currency: str


class NamedParts:
    """The parts of one programme by key, each kind in the order of its filter: one query."""

    def __init__(self, programme: Programme) -> None:
        found: defaultdict[str, list[Line]] = defaultdict(list)
        for line in map(Line._make, _lines(programme.pk)):
            found[line.part].append(line)
        calls = sorted(sorted(found["call"], key=_code), key=_opening, reverse=True)
        places = {call.key: place for place, call in enumerate(calls)}

        def call_by_call(line: Line) -> tuple[int, int, int]:
            return places[line.parent], line.place, line.key

        self.code = programme.code
        self.calls = {line.key: NamedCall(_text(line), line.currency) for line in calls}
        self.tracks = {line.key: _text(line) for line in sorted(found["track"], key=call_by_call)}
        self.sites = {line.key: _text(line) for line in sorted(found["site"], key=_place)}
        self.sessions = {
            line.key: f"{self.calls[line.parent].title} · {line.place}"
            for line in sorted(found["session"], key=call_by_call)
        }

    def options(self, part: str) -> list[Option]:
        """Return what a filter by a part offers, as key and name: "call", "track", "site" or "session"."""
        if part == "call":
            return [(str(key), f"{self.code} · {call.title}") for key, call in self.calls.items()]
        if part == "session":
            return [(str(key), f"{self.code} · {name}") for key, name in self.sessions.items()]
        return [(str(key), text) for key, text in (self.tracks if part == "track" else self.sites).items()]

    def site_names(self, keys: Iterable[int | None]) -> Mapping[int | None, str]:
        """Return the names of sites by key, of one that is not the programme's own as well."""
        return _with_unknown(self.sites, keys, Site.objects.all(), "name")

    def track_names(self, keys: Iterable[int | None]) -> Mapping[int | None, str]:
        """Return the titles of tracks by key, of one that was made a moment ago as well."""
        return _with_unknown(self.tracks, keys, Track.objects.all(), "title")


def parts_of(programme: Programme) -> NamedParts:
    """Return the named parts of a page's programme in the reader's language: one and the same for a page."""
    kept: dict[str, NamedParts] = programme.__dict__.setdefault(KEPT, {})
    language = display.language()
    if language not in kept:
        kept[language] = NamedParts(programme)
    return kept[language]


def _text(line: Line) -> str:
    return chosen((line.fr, line.en, line.ar))


def _code(line: Line) -> str:
    return line.code


def _opening(line: Line) -> str:
    return str(line.opens_at)


def _place(line: Line) -> tuple[int, int]:
    return line.place, line.key


@written_once
def _lines(programme: int) -> "QuerySet[Any, Any]":
    def lines(
        rows: "QuerySet[Any]", part: str, parent: str, place: Any, texts: Iterable[Any]
    ) -> "QuerySet[Any, Any]":
        own = (F("code"), F("currency"), F("opens_at")) if part == "call" else (Value(""), Value(""), NO_TIME)
        return rows.order_by().values_list(F("pk"), Value(part), F(parent), place, *own, *texts)

    titles, names = [[F(name) for name in columns(text)] for text in ("title", "name")]
    calls = Call.objects.filter(programme=programme)
    tracks = Track.objects.filter(call__programme=programme)
    sites = Site.objects.filter(programme=programme)
    sessions = SelectionSession.objects.filter(call__programme=programme)
    return lines(calls, "call", "programme_id", Value(0), titles).union(
        lines(tracks, "track", "call_id", F("sort"), titles),
        lines(sites, "site", "programme_id", F("sort"), names),
        lines(sessions, "session", "call_id", F("number"), [Value("")] * len(LANGUAGES)),
        all=True,
    )


def _with_unknown(
    known: dict[int, str], keys: Iterable[int | None], rows: "QuerySet[Any]", name: str
) -> Mapping[int | None, str]:
    names: dict[int | None, str] = dict(known.items())
    if unknown := set(keys) - known.keys() - {None}:
        found = rows.filter(pk__in=unknown).order_by().values_list("pk", *columns(name))
        names |= {key: chosen(texts) for key, *texts in found}
    return names
