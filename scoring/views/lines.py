"""The funding line of a ranking on a page: gauges, what a move changes, the list, the price."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import accumulate, islice
from typing import Any, NamedTuple

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
from scoring.funding_line import Gauge, Move, Row, Scene, ToldRow
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


class Shown(NamedTuple):
    """One row of the list. total: minor units until here. place: which side of the line it begins."""

    told: ToldRow
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
    def row(self) -> Row:
        """Its rank and amounts."""
        return self.told.row

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
    form = _form(made, request.POST, shortlisting=rounds.is_shortlisting(made.round))
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


def _form(made: RankingSnapshot, data: Mapping[str, Any] | None, *, shortlisting: bool) -> LineForm:
    return LineForm(data, currency=made.session.call.currency, pays=not shortlisting)


def _page(request: HttpRequest, made: RankingSnapshot, data: QueryDict, status: int = 200) -> HttpResponse:
    asked = {name: str(data[name]) for name in GIVEN if name in data}
    shortlisting = rounds.is_shortlisting(made.round)
    form = _form(made, asked, shortlisting=shortlisting)
    given: dict[str, Any] = form.cleaned_data if form.is_valid() else {"rule": Amounts()}
    scene = funding_line.read(made, given["rule"], shortlisting=shortlisting)
    chosen = scene.line_at(given.get("places"))
    waiting = given.get("waiting") or 0
    hidden = set(conflicts_in(request.user, made.session_id))
    asked["places"] = str(chosen.places)
    currency = made.session.call.currency
    moves = list(_moves(scene, chosen, hidden, currency))
    window = _window(request, scene, chosen, data)
    told = scene.told(
        [*(row for move in moves for row in move.named), *(scene.rows[at] for at in window.wanted)]
    )
    batch = made.batches.order_by("-number").first()
    spent = Money(chosen.spent, currency)
    context = {
        "made": made,
        "session": made.session,
        "scene": scene,
        "chosen": chosen,
        "form": form if form.errors else _form_with(made, asked, shortlisting=shortlisting),
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
        "moves": [(move, *move.told(told)) for move in moves],
        "leapfrogged": len(scene.leapfrogged(chosen)),
        "in_order": chosen.places - len(chosen.reserved),
        "batch": batch,
        "changed": standings.changed_since(made),
        "may_decide": access.may(request.user, "scoring.edit_decisions", made),
        "may_price": bool(scene.merit.reserves),
        "price": _price(scene, chosen) if "price" in data and scene.merit.reserves else None,
        "hidden": sum(row.application in hidden for row in scene.rows) if hidden else 0,
        **_list(scene, chosen, window, told, waiting, hidden),
    }
    return render(request, "scoring/line.html", context, status=status)


def _form_with(made: RankingSnapshot, asked: Mapping[str, str], *, shortlisting: bool) -> LineForm:
    form = _form(made, None, shortlisting=shortlisting)
    form.initial = dict(asked)
    return form


def _query(asked: Mapping[str, str]) -> str:
    made = QueryDict(mutable=True)
    made.update({name: value for name, value in asked.items() if value})
    return made.urlencode()


# What a move changes


class MoveShown(NamedTuple):
    """A move as the page says it. rows: (gauge before, gauge after) of those that it changes."""

    kind: str
    places: int
    move: Move
    over: Money
    enters: list[Row]
    leaves: list[Row]
    hidden: int
    gauges: list[tuple[Gauge, Gauge]]

    @property
    def named(self) -> list[Row]:
        """The files that it names."""
        return self.enters + self.leaves

    def told(self, told: Mapping[int, ToldRow]) -> tuple[list[ToldRow], list[ToldRow]]:
        """Return the files that enter and leave, with what is said about them."""
        return [told[row.line] for row in self.enters], [told[row.line] for row in self.leaves]


def _moves(scene: Scene, chosen: Selection, hidden: set[int], currency: str) -> Iterator[MoveShown]:
    """From the line as it would be drawn to where it stands, then one place more and one fewer."""
    wanted = []
    if chosen.taken != scene.proposed.taken:
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


class Window(NamedTuple):
    """Which lines are shown, by their place in the list. first_out: the first that is not funded.

    grey: ranks of the first and the last file in the grey zone, None where there is none.
    """

    wanted: list[int]
    first_out: int
    whole: bool
    page: Any
    grey: tuple[int | None, int | None] | None


def _window(request: HttpRequest, scene: Scene, chosen: Selection, data: Mapping[str, Any]) -> Window:
    """Choose the lines to show: those around the line, or all of them page by page."""
    funded, rows = set(chosen.funded), scene.rows
    first_out = next((at for at, row in enumerate(rows) if row.line not in funded), len(rows))
    unsure = set(
        FileAdvice.objects.filter(advice__snapshot=scene.made, chance__range=GREY).values_list(
            "application", flat=True
        )
    )
    grey = [at for at, row in enumerate(rows) if row.application in unsure] if unsure else []
    ends = (rows[grey[0]].rank, rows[grey[-1]].rank) if grey else None
    if data.get("rows") == "all":
        page = Paginator(range(len(rows)), PAGE).get_page(data.get("page"))
        return Window(list(page.object_list), first_out, True, page, ends)
    first = range(min(TOP, len(rows)))
    near = {*first, *range(max(first_out - ABOVE, 0), min(first_out + BELOW, len(rows))), *grey}
    if chosen.reserved:
        near |= {at for at, row in enumerate(rows) if row.line in chosen.reserved}
    wanted = sorted(near, key=lambda at: abs(at - first_out))[:MOST]
    return Window(sorted({*wanted, *first}), first_out, False, None, ends)


def _list(
    scene: Scene,
    chosen: Selection,
    window: Window,
    told: Mapping[int, ToldRow],
    waiting: int,
    hidden: set[int],
) -> dict[str, Any]:
    """What the table of files needs."""
    advised, wanted = FileAdvice.objects.filter(advice__snapshot=scene.made), window.wanted
    shown = [scene.rows[at].application for at in wanted]
    advice = {
        application: (spread, chance)
        for application, spread, chance in advised.filter(application__in=shown).values_list(
            "application", "spread", "chance"
        )
    }
    page, files = window.page, len(scene.rows)
    has_spreads = bool(advice) or advised.exists()
    return {
        "rows": list(_shown(scene, chosen, waiting, window, told, advice, hidden)),
        "tail": 0 if window.whole or not wanted else files - 1 - wanted[-1],
        "line_at_end": window.first_out >= files and (page is None or not page.has_next()),
        "whole": window.whole,
        "page": page,
        "grey": window.grey,
        "has_chances": bool(window.grey) or advised.filter(chance__isnull=False).exists(),
        "has_spreads": has_spreads,
        "unit": advising.unit_of(scene.made) if has_spreads else "",
        "files": files,
        "waiting": waiting,
    }


def _shown(
    scene: Scene,
    chosen: Selection,
    waiting: int,
    window: Window,
    told: Mapping[int, ToldRow],
    advice: Mapping[int, tuple[float | None, float | None]],
    hidden: set[int],
) -> Iterator[Shown]:
    funded, rows, wanted = set(chosen.funded), scene.rows, window.wanted
    line = scene.line(chosen)
    differs = discrepant.wide_in(scene.made.round, [rows[at].application for at in wanted])
    left = (one.key for one in scene.merit.files if one.key not in funded)
    turns = {key: turn for turn, key in enumerate(islice(left, waiting), start=1)}
    totals = list(accumulate((row.amount or 0) if row.line in funded else 0 for row in rows))
    before = -1
    for at in wanted:
        row = rows[at]
        opens = at == window.first_out and at > 0
        if row.application in hidden:
            continue
        quota = scene.words[chosen.reserved[row.line]][0] if row.line in chosen.reserved else ""
        spread, chance = advice.get(row.application, (None, None))
        turn = turns.get(row.line)
        yield Shown(
            told=told[row.line],
            outcome="award" if row.line in funded else "waitlist" if turn else "reject",
            turn=turn,
            quota=quota,
            why=_why(scene, chosen, line, told[row.line], turn, is_funded=row.line in funded),
            total=totals[at] if row.line in funded else None,
            spread=spread,
            chance=chance,
            gap=at - before - 1,
            opens=opens,
            differs=row.application in differs,
        )
        before = at


def _why(
    scene: Scene,
    chosen: Selection,
    line: line_words.Line,
    told: ToldRow,
    turn: int | None,
    *,
    is_funded: bool,
) -> str:
    row = told.row
    if row.rank is None:
        return " ".join(failure_text(failure) for failure in told.failures)
    if row.line in chosen.reserved:
        text = line_words.funded(line, row.rank, scene.words[chosen.reserved[row.line]][1])
    elif is_funded:
        text = line_words.funded(line, row.rank)
    else:
        text = line_words.not_funded(line, row.rank, scene.lists_of(row), turn)
    tie = tie_text(told.decided_by)
    return f"{text} ({tie})" if tie else text


# The price


class PriceShown(NamedTuple):
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

    files = scene.marked_files()
    marks = {one.key: one.worth for one in files}
    found = price(files, places=chosen.places, envelope=scene.room.money, needed=chosen.needed)
    reached = sum((_points(marks[key]) or Decimal(0) for key in chosen.funded), Decimal(0))
    whole = _points(found.whole)
    kept = found.kept
    return PriceShown(
        feasible=found.feasible,
        whole=whole,
        a_file=None if whole is None or not chosen.places else whole / chosen.places,
        quotas=[(scene.words[key][1], _points(cost)) for key, cost in found.by_reserve.items()],
        above=None if kept.worth is None else max((_points(kept.worth) or Decimal(0)) - reached, Decimal(0)),
        passed_over=len(leapfrogged(files, kept.funded, chosen.needed)) if kept.funded else 0,
    )


def _points(worth: int | None) -> Decimal | None:
    return None if worth is None else Decimal(worth) / funding_line.WORTH
