"""What quotas of a call may promise together, and how they read. The sums are pure.

Values of one measure exclude each other (a site is not another one): shares of one denominator cannot exceed
the whole, nor places what the sessions have. Ages include each other: the lower one fits into the higher.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Category, Sex
from programmes.models import Call
from scoring.models import Quota
from scoring.models.quotas import Denominator, Measure
from workflow import display
from workflow.history import data_guard

if TYPE_CHECKING:
    from workflow.actors import Actor

WHOLE = 100
AGES = (25, 30, 35)


class Goal(NamedTuple):
    """One quota as plain data."""

    measure: str
    value: str
    of: str
    goal: int


def too_much(goals: Iterable[Goal], places: int | None) -> list[tuple[str, str, int, int]]:
    """Return where goals promise more than there is: (measure, denominator, promised, most).

    places: how many applications the sessions fund together, None when that is not limited.
    """
    promised: dict[tuple[str, str], int] = {}
    for one in goals:
        key = (one.measure, one.of)
        before = promised.get(key, 0)
        promised[key] = max(before, one.goal) if one.measure == Measure.YOUTH else before + one.goal
    found = []
    for (measure, of), total in promised.items():
        most = places if of == Denominator.PLACES else WHOLE
        if most is not None and total > most:
            found.append((measure, of, total, most))
    return found


def places_of(call: Call) -> int | None:
    """Return how many applications the sessions of a call fund together; None when one has no limit."""
    places = list(call.sessions.exclude(state="cancelled").values_list("places", flat=True))
    known = [number for number in places if number is not None]
    return sum(known) if places and len(known) == len(places) else None


def goals_of(quotas: Iterable[Quota]) -> list[Goal]:
    """Return quotas as plain data."""
    return [Goal(one.measure, one.value, one.of, one.goal) for one in quotas]


def objections(call: Call, goals: Sequence[Goal]) -> list[str]:
    """Return one sentence for each sum that promises too much."""
    labels, said = dict(Measure.choices), []
    for measure, of, total, most in too_much(goals, places_of(call)):
        if of == Denominator.PLACES:
            said.append(
                ngettext(
                    "%(measure)s: %(total)s place is promised, and the sessions have %(most)s.",
                    "%(measure)s: %(total)s places are promised, and the sessions have %(most)s.",
                    total,
                )
                % {
                    "measure": labels[measure],
                    "total": display.number_text(total),
                    "most": display.number_text(most),
                }
            )
        else:
            said.append(
                _("%(measure)s: %(total)s %% are promised together; there are 100 %%.")
                % {"measure": labels[measure], "total": total}
            )
    return said


@data_guard
def quotas_fit(call: Call, actor: "Actor", data: Any) -> str | None:
    """The quotas of a call promise no more than there is."""
    return " ".join(objections(call, goals_of(Quota.objects.filter(call=call)))) or None


def names_of(call: Call) -> dict[tuple[str, str], str]:
    """Return for whom a quota of a call can be, in words, by measure and value, in the order of the form."""
    found: dict[tuple[str, str], str] = {
        (Measure.SEX, Sex.FEMALE): _("women"),
        (Measure.SEX, Sex.MALE): _("men"),
    }
    for years in AGES:
        found[Measure.YOUTH, str(years)] = _("young people until the age of %(years)s") % {"years": years}
    found |= {(Measure.STATUS, value): str(label) for value, label in Category.choices}
    found |= {(Measure.SITE, site.code): site.name for site in call.programme.sites.all()}
    found |= {(Measure.TRACK, track.code): track.title for track in call.tracks.all()}
    return found


def sentence(quota: Quota, names: Mapping[tuple[str, str], str]) -> str:
    """Return a quota in words: "Women: at least 40% of the funded applications"."""
    given: dict[str, Any] = {
        "who": capfirst(names.get((quota.measure, quota.value), quota.value)),
        "goal": quota.goal,
    }
    if quota.of == Denominator.PLACES:
        return (
            ngettext("%(who)s: at least %(goal)s place", "%(who)s: at least %(goal)s places", quota.goal)
            % given
        )
    return {
        Denominator.AWARDS: _("%(who)s: at least %(goal)s of the funded applications"),
        Denominator.PERSONS: _("%(who)s: at least %(goal)s of the persons in funded applications"),
        Denominator.MONEY: _("%(who)s: at least %(goal)s of the money awarded"),
    }[Denominator(quota.of)] % {**given, "goal": display.percent_text(quota.goal)}
