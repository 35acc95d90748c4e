"""The funding line of a ranking on a page: gauges, what a move changes, the list, the price."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from programmes.money import Money
from scoring import advising, batches, discrepant, funding_line, line_words, rounds, standings
from scoring.amounts import Amounts
from scoring.discrepancy import GREY
from scoring.explanation import failure_text, tie_text
from scoring.funding_line import Gauge, Move, Row, Scene
from scoring.models import FileAdvice, RankingSnapshot
from scoring.page_forms import LineForm
from scoring.reserved import Selection, leapfrogged
from scoring.scope import in_ranking
from scoring.views.conflicts import conflicts_in
from workflow import Refused, access

TOP, ABOVE, BELOW, MOST = 3, 7, 12, 80
"""Rows shown: the first ones, so many on either side of the line, and together at most."""
PAGE = 100
GIVEN = ("places", "waiting", "amounts", "value")
NAMED = 10
"""How many files a move names one by one."""


@dataclass(frozen=True)
class Shown:
    """One row of the list. total: minor units until here. place: which side of the line it begins."""

    row: Row
    outcome: str
    turn: int | None
    quota: str
    why: str
    total: int | None
    spread: float | None
    chance: float | None
    gap: int = 0
    opens: bool = False
    differs: bool = False

    @property
    def is_grey(self) -> bool:
        """Whether it stands in the grey zone around the line."""
        return self.chance is not None and GREY[0] <= self.chance <= GREY[1]


@access.rule("scoring.view_ranking", in_ranking)
@require_safe
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """The funding line of a ranking, wherever the reader puts it; nothing is kept."""
    return _page(request, access.object_of(request), request.GET)


@access.rule("scoring.edit_decisions", in_ranking)
@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft of decisions from a ranking, with the funding line where it stands."""
    made: RankingSnapshot = access.object_of(request)
    form = _form(made, request.POST)
    if not form.is_valid():
        return _page(request, made, request.POST, status=422)
    try:
        batch = batches.propose(
            made,
            by=request.user,
            places=form.cleaned_data["places"],
            waiting=form.cleaned_data.get("waiting") or 0,
            amounts=form.cleaned_data["rule"],
        )
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)
        return _page(request, made, request.POST, status=422)
    return HttpResponseRedirect(batch.get_absolute_url())


def _form(made: RankingSnapshot, data: Mapping[str, Any] | None) -> LineForm:
    return LineForm(data, currency=made.session.call.currency, pays=not rounds.is_shortlisting(made.round))


def _page(request: HttpRequest, made: RankingSnapshot, data: QueryDict, status: int = 200) -> HttpResponse:
    asked = {name: str(data[name]) for name in GIVEN if name in data}
    form = _form(made, asked)
    given: dict[str, Any] = form.cleaned_data if form.is_valid() else {"rule": Amounts()}
    scene = funding_line.read(made, given["rule"])
    chosen = scene.line_at(given.get("places"))
    waiting = given.get("waiting") or 0
    hidden = set(conflicts_in(request.user, made.session_id))
    asked["places"] = str(chosen.places)
    currency = made.session.call.currency
    batch = made.batches.order_by("-number").first()
    spent = Money(chosen.spent, currency)
    context = {
        "made": made,
        "session": made.session,
        "scene": scene,
        "chosen": chosen,
        "form": form if form.errors else _form_with(made, asked),
        "asked": asked,
        "query": _query(asked),
        "fewer": _query({**asked, "places": str(chosen.places - 1)}) if chosen.places else "",
        "more": _query({**asked, "places": str(chosen.places + 1)})
        if chosen.places < len(scene.files)
        else "",
        "currency": currency,
        "spent": spent,
        "room": None if scene.room.money is None else Money(scene.room.money, currency),
        "left": None if scene.room.money is None else Money(max(scene.room.money - spent.minor, 0), currency),
        "over": Money(scene.over(chosen), currency),
        "too_many": scene.room.places is not None and chosen.places > scene.room.places,
        "gauges": scene.gauges(chosen),
        "moves": list(_moves(scene, chosen, hidden, currency)),
        "leapfrogged": len(scene.leapfrogged(chosen)),
        "in_order": chosen.places - len(chosen.reserved),
        "batch": batch,
        "changed": standings.changed_since(made),
        "may_decide": access.may(request.user, "scoring.edit_decisions", made),
        "may_price": bool(scene.merit.reserves),
        "price": _price(scene, chosen) if "price" in data and scene.merit.reserves else None,
        "hidden": len(hidden & {row.application for row in scene.rows}),
        **_list(request, scene, chosen, waiting, hidden, data),
    }
    return render(request, "scoring/line.html", context, status=status)


def _form_with(made: RankingSnapshot, asked: Mapping[str, str]) -> LineForm:
    form = _form(made, None)
    form.initial = dict(asked)
    return form


def _query(asked: Mapping[str, str]) -> str:
    made = QueryDict(mutable=True)
    made.update({name: value for name, value in asked.items() if value})
    return made.urlencode()


# What a move changes


@dataclass(frozen=True)
class MoveShown:
    """A move as the page says it. rows: (gauge before, gauge after) of those that it changes."""

    kind: str
    places: int
    move: Move
    over: Money
    enters: list[Row]
    leaves: list[Row]
    hidden: int
    gauges: list[tuple[Gauge, Gauge]]


def _moves(scene: Scene, chosen: Selection, hidden: set[int], currency: str) -> Iterator[MoveShown]:
    """From the line as it would be drawn to where it stands, then one place more and one fewer."""
    wanted = []
    if chosen.funded != scene.proposed.funded:
        wanted.append(("proposed", scene.proposed, chosen))
    if chosen.places < len(scene.files):
        wanted.append(("more", chosen, scene.merit.choose(chosen.places + 1)))
    if chosen.places:
        wanted.append(("fewer", chosen, scene.merit.choose(chosen.places - 1)))
    for kind, before, after in wanted:
        move = scene.move(before, after)
        enters, leaves = (
            [row for row in rows if row.application not in hidden] for rows in (move.enters, move.leaves)
        )
        yield MoveShown(
            kind,
            after.places,
            move,
            over=Money(move.over, currency),
            enters=enters[:NAMED],
            leaves=leaves[:NAMED],
            hidden=len(move.enters) + len(move.leaves) - len(enters[:NAMED]) - len(leaves[:NAMED]),
            gauges=[pair for pair in move.gauges if pair[1].shown or pair[0].met != pair[1].met],
        )


# The list


def _list(
    request: HttpRequest,
    scene: Scene,
    chosen: Selection,
    waiting: int,
    hidden: set[int],
    data: Mapping[str, Any],
) -> dict[str, Any]:
    """The rows to show: those around the line, or all of them page by page."""
    advice = {
        application: (spread, chance)
        for application, spread, chance in FileAdvice.objects.filter(advice__snapshot=scene.made).values_list(
            "application", "spread", "chance"
        )
    }
    grey = [
        row
        for row in scene.rows
        if (chance := advice.get(row.application, (None, None))[1]) is not None
        and GREY[0] <= chance <= GREY[1]
    ]
    funded = set(chosen.funded)
    first_out = next((at for at, row in enumerate(scene.rows) if row.line not in funded), len(scene.rows))
    whole = data.get("rows") == "all"
    page = None
    if whole:
        page = Paginator(range(len(scene.rows)), PAGE).get_page(data.get("page"))
        wanted = list(page.object_list)
    else:
        near = {*range(min(TOP, len(scene.rows)))}
        near |= {*range(max(first_out - ABOVE, 0), min(first_out + BELOW, len(scene.rows)))}
        far = {row.line for row in grey} | set(chosen.reserved)
        near |= {at for at, row in enumerate(scene.rows) if row.line in far}
        wanted = sorted(near, key=lambda at: abs(at - first_out))[:MOST]
        wanted = sorted({*wanted, *range(min(TOP, len(scene.rows)))})
    rows = list(_shown(scene, chosen, waiting, wanted, first_out, advice, hidden))
    return {
        "rows": rows,
        "tail": 0 if whole or not wanted else len(scene.rows) - 1 - wanted[-1],
        "line_at_end": first_out >= len(scene.rows) and (page is None or not page.has_next()),
        "whole": whole,
        "page": page,
        "grey": (grey[0].rank, grey[-1].rank) if grey else None,
        "has_chances": any(chance is not None for _spread, chance in advice.values()),
        "has_spreads": bool(advice),
        "unit": advising.unit_of(scene.made) if advice else "",
        "files": len(scene.rows),
        "waiting": waiting,
    }


def _shown(
    scene: Scene,
    chosen: Selection,
    waiting: int,
    wanted: Sequence[int],
    first_out: int,
    advice: Mapping[int, tuple[float | None, float | None]],
    hidden: set[int],
) -> Iterator[Shown]:
    funded = set(chosen.funded)
    line = scene.line(chosen)
    differs = discrepant.wide_in(scene.made.round)
    turns = {
        one.key: turn
        for turn, one in enumerate(
            [one for one in scene.merit.files if one.key not in funded][:waiting], start=1
        )
    }
    totals, total = {}, 0
    for row in scene.rows:
        if row.line in funded:
            total += row.amount or 0
            totals[row.line] = total
    before = -1
    for at in wanted:
        row = scene.rows[at]
        opens = at == first_out and at > 0
        if row.application in hidden:
            continue
        quota = scene.words[chosen.reserved[row.line]][0] if row.line in chosen.reserved else ""
        spread, chance = advice.get(row.application, (None, None))
        turn = turns.get(row.line)
        yield Shown(
            row=row,
            outcome="award" if row.line in funded else "waitlist" if turn else "reject",
            turn=turn,
            quota=quota,
            why=_why(scene, chosen, line, row, turn),
            total=totals.get(row.line),
            spread=spread,
            chance=chance,
            gap=at - before - 1,
            opens=opens,
            differs=row.application in differs,
        )
        before = at


def _why(scene: Scene, chosen: Selection, line: line_words.Line, row: Row, turn: int | None) -> str:
    if row.rank is None:
        return " ".join(failure_text(failure) for failure in row.failures)
    if row.line in chosen.reserved:
        text = line_words.funded(line, row.rank, scene.words[chosen.reserved[row.line]][1])
    elif row.line in set(chosen.funded):
        text = line_words.funded(line, row.rank)
    else:
        text = line_words.not_funded(line, row.rank, scene.lists_of(row), turn)
    tie = tie_text(row.decided_by)
    return f"{text} ({tie})" if tie else text


# The price


@dataclass(frozen=True)
class PriceShown:
    """What the reserved places cost, in points of marks."""

    feasible: bool | None
    whole: Decimal | None
    a_file: Decimal | None
    quotas: list[tuple[str, Decimal | None]]
    above: Decimal | None
    passed_over: int


def _price(scene: Scene, chosen: Selection) -> PriceShown:
    # Here and not above: the solver takes long to load, and only this question needs it.
    from scoring.quota_price import price

    found = price(scene.files, places=chosen.places, envelope=scene.room.money, needed=chosen.needed)
    reached = sum(scene.by_key[key].score or 0 for key in chosen.funded)
    whole = _points(found.whole)
    kept = found.kept
    return PriceShown(
        feasible=found.feasible,
        whole=whole,
        a_file=None if whole is None or not chosen.places else whole / chosen.places,
        quotas=[(scene.words[key][1], _points(cost)) for key, cost in found.by_reserve.items()],
        above=None if kept.worth is None else max((_points(kept.worth) or Decimal(0)) - reached, Decimal(0)),
        passed_over=len(leapfrogged(scene.files, kept.funded, chosen.needed)) if kept.funded else 0,
    )


def _points(worth: int | None) -> Decimal | None:
    return None if worth is None else Decimal(worth) / funding_line.WORTH
