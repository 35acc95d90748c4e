"""Why a file is funded or not, in plain words: for the funding line, the decisions, the minutes, the letters.

What an applicant reads names no rank, only how many places there were and what the quotas did. Texts are in
the active language.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.models.quotas import Denominator
from workflow import display

if TYPE_CHECKING:
    from scoring.gauges import Gauge

PLACES, MONEY, MOVED, ALL = "places", "money", "moved", "all"
"""What ended the choice: the places, the money, a person who moved the line; nothing, all are funded."""


class QuotaFact(NamedTuple):
    """What one reserved quota did. goal: in words, "women: at least 40 % of the funded applications".

    used: reserved places that served. met: whether the goal is reached.
    """

    key: int
    who: str
    goal: str
    used: int
    met: bool


class Line(NamedTuple):
    """Where the line stands. places: funded files; ranked: files in the running; ended: what ended it."""

    places: int
    ranked: int
    ended: str
    quotas: tuple[QuotaFact, ...] = ()

    def stored(self) -> dict[str, Any]:
        """As a batch keeps it: names of quotas are read anew in the reader's language."""
        return {
            "places": self.places,
            "ranked": self.ranked,
            "ended": self.ended,
            "quotas": [[one.key, one.used, one.met] for one in self.quotas],
        }


def of_stored(kept: Mapping[str, Any], names: Mapping[int, tuple[str, str]]) -> Line | None:
    """Return the line that a batch keeps, None for a batch without. names: (who, goal) by quota."""
    if not kept:
        return None
    facts = tuple(QuotaFact(key, *names[key], used, met) for key, used, met in kept["quotas"] if key in names)
    return Line(kept["places"], kept["ranked"], kept["ended"], facts)


def funded(line: Line, rank: int, quota: str = "") -> str:
    """Say why a file is funded. quota: whose reserved place it has, in words."""
    given = {
        "rank": display.number_text(rank),
        "ranked": display.number_text(line.ranked),
        "quota": quota,
    }
    if quota:
        return _("Funded: rank %(rank)s of %(ranked)s, in a reserved place (%(quota)s).") % given
    return _("Funded: rank %(rank)s of %(ranked)s.") % given


def not_funded(line: Line, rank: int, lists: Iterable[int] = (), turn: int | None = None) -> str:
    """Say why a file is not funded. lists: quotas for which it counts. turn: on the waiting list."""
    given = {"rank": display.number_text(rank), "places": display.number_text(line.places)}
    if line.ended == MONEY:
        text = ngettext(
            "rank %(rank)s, and the money is enough for %(places)s application",
            "rank %(rank)s, and the money is enough for %(places)s applications",
            line.places,
        )
    else:
        text = ngettext(
            "rank %(rank)s, and there is %(places)s place",
            "rank %(rank)s, and there are %(places)s places",
            line.places,
        )
    why = text % given
    for part in quota_parts(line, lists):
        why = _("%(first)s; %(then)s") % {"first": why, "then": part}
    if turn is not None:
        return _("Waiting list, turn %(turn)s: %(why)s.") % {"turn": display.number_text(turn), "why": why}
    return _("Not funded: %(why)s.") % {"why": why}


def quota_parts(line: Line, lists: Iterable[int] = ()) -> list[str]:
    """Say what the reserved quotas did to a file that is not funded, as parts of a sentence."""
    own, found = set(lists), []
    for one in line.quotas:
        given = {"quota": one.goal, "used": display.number_text(one.used)}
        if one.used and one.key not in own:
            found.append(
                ngettext(
                    "%(used)s reserved place goes before (%(quota)s)",
                    "%(used)s reserved places go before (%(quota)s)",
                    one.used,
                )
                % given
            )
        elif one.used:
            found.append(_("the reserved places went to better ranks of the same list (%(quota)s)") % given)
        elif one.met:
            found.append(_("the goal was already met without reserved places (%(quota)s)") % given)
    return found


def for_applicant(line: Line) -> list[str]:
    """Say to somebody who is not funded what took the places: sentences without any rank."""
    if line.ended == MONEY:
        found = [
            ngettext(
                "The money was enough for %(places)s application, in the order of marks.",
                "The money was enough for %(places)s applications, in the order of marks.",
                line.places,
            )
            % {"places": display.number_text(line.places)}
        ]
    else:
        found = [
            ngettext(
                "There was %(places)s place, given in the order of marks.",
                "There were %(places)s places, given in the order of marks.",
                line.places,
            )
            % {"places": display.number_text(line.places)}
        ]
    for one in line.quotas:
        given = {"quota": one.goal, "used": display.number_text(one.used)}
        if one.used:
            found.append(
                ngettext(
                    "%(used)s of them was a reserved place, as the call announced: %(quota)s.",
                    "%(used)s of them were reserved places, as the call announced: %(quota)s.",
                    one.used,
                )
                % given
            )
        elif one.met:
            found.append(_("No reserved place was used, the goal was met without: %(quota)s.") % given)
    return found


def gauge_figure(one: "Gauge") -> str:
    """Return what a quota has, as "9 of 42"; of a status only whether its goal is met."""
    if not one.shown:
        return _("met") if one.met else _("not met")
    if one.quota.of == Denominator.MONEY:
        return display.percent_text(one.percent, 1)
    of = one.of if one.is_share else one.quota.goal
    return _("%(value)s of %(of)s") % {"value": display.number_text(one.value), "of": display.number_text(of)}


def gauge_note(one: "Gauge") -> str:
    """Return what stands under a gauge: its part, whether the goal is met, what the reserved places did."""
    notes = [display.percent_text(one.percent, 1)] if one.shown and one.is_share else []
    notes.append(_("goal met") if one.met else _("goal not met"))
    if one.quota.reserved:
        served = ngettext("%(n)s reserved place served", "%(n)s reserved places served", one.used)
        notes.append(
            served % {"n": display.number_text(one.used)} if one.used else _("no reserved place served")
        )
    if one.missing:
        notes.append(_("%(n)s missing") % {"n": display.number_text(one.missing)})
    return " · ".join(notes)
