"""Amending a grid after its call was published: a further version, with a reason that everybody can read.

The old version stays as it is. One round is marked by one version: a round in which nobody has opened a file
takes the new one, a round with a sheet, even an open one, keeps the old one until its end, so that all its
files are measured alike. Jurors and applicants who wait are told, by a mailing that is read first.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application
from scoring import readiness
from scoring.messages import GRID_AMENDED
from scoring.models import Criterion, Grid, JurorEngagement, Round, Section
from workflow import Refused, acts, notices
from workflow.door import head_of
from workflow.models import NoticeBatch
from workflow.states import DOING

SUBJECT = "scoring.Grid"
WAITING = (
    "submitted",
    "incomplete",
    "eligible",
    "in_review",
    "shortlisted",
    "plan_requested",
    "plan_submitted",
)
"""Applicants in these states are told: their file may still be marked."""
COUNTS_BY = (
    "title_fr",
    "title_en",
    "title_ar",
    "share",
    "pass_mark",
    "jurors",
    "drop_extremes",
    "gate_rule",
    "stage",
    "kind",
)


class Effect(NamedTuple):
    """What an amendment does to one round: whether it takes the new version, and its sheets by kind."""

    round: Round
    takes_it: bool
    open_sheets: int
    handed_in: int


def begin(grid: Grid, *, by: Any) -> Grid:
    """Begin an amendment as a copy of the newest version; return the one in the making if there is one.

    Raises `Refused` where there is nothing to amend.
    """
    with transaction.atomic():
        head_of(grid.call.stream)
        newest = Grid.objects.filter(call=grid.call_id, number=grid.number).order_by("-version").first()
        if newest is None or (not newest.frozen and not newest.is_amendment):
            raise Refused([_("This grid is a draft: change it.")])
        if not newest.frozen:
            return newest
        if newest.call.programme.is_closed:
            raise Refused([_("The programme is closed: it is read-only.")])
        return _copy(Grid.objects.whole().get(pk=newest.pk))


def effects(amendment: Grid) -> list[Effect]:
    """Return what publishing an amendment does to each round of the call, session by session."""
    sheets = Count("assignments__sheets", filter=~Q(assignments__sheets__state="voided"))
    is_open = Q(assignments__sheets__state__in=["draft", "reopened"])
    held = (
        Round.objects.filter(session__call=amendment.call_id, grid__number=amendment.number)
        .exclude(grid=amendment)
        .annotate(
            all_sheets=Count("assignments__sheets"),
            sheets=sheets,
            open_sheets=Count("assignments__sheets", filter=is_open),
        )
        .order_by("session__number")
    )
    return [
        Effect(
            one,
            takes_it=not one.all_sheets and not one.is_closed,
            open_sheets=one.open_sheets,
            handed_in=one.sheets - one.open_sheets,
        )
        for one in held
    ]


def changes(amendment: Grid) -> list[str]:
    """Return what an amendment changes, one sentence each."""
    old, new = _whole(amendment.amends_id), _whole(amendment.pk)
    found = []
    for name in COUNTS_BY:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            field: Any = Grid._meta.get_field(name)
            found.append(_said(field.verbose_name, _shown(old, name), _shown(new, name)))
    lines = {line.key: line for line in old.lines}
    for line in new.lines:
        known = lines.pop(line.key, None)
        if known is None:
            found.append(_("New criterion: “%(criterion)s”.") % {"criterion": line})
        elif _row(known) != _row(line):
            found.append(_("Changed: “%(criterion)s”.") % {"criterion": line})
    found += [_("Left out: “%(criterion)s”.") % {"criterion": line} for line in lines.values()]
    thresholds = [
        {part.key: (part.title, part.threshold) for part in grid.sections.all()} for grid in (old, new)
    ]
    if thresholds[0] != thresholds[1]:
        found.append(_("Sections or their thresholds changed."))
    return found


def objections(amendment: Grid) -> list[str]:
    """Return what keeps an amendment from being published, one sentence each."""
    grid = _whole(amendment.pk)
    found = readiness.faults_of(grid)
    others = Grid.objects.current().filter(call=grid.call_id).exclude(number=grid.number).whole()
    found += readiness.stage_faults(sorted([*others, grid], key=lambda one: one.number))
    if not grid.because:
        found.append(_("Say why the grid is amended: everybody can read it."))
    if not changes(grid):
        found.append(_("Nothing is changed."))
    return found


def publish(amendment: Grid, *, by: Any, at: datetime) -> list[Effect]:
    """Publish an amendment: freeze it, give it to rounds that nobody began, tell jurors and applicants.

    Returns what it did to each round. Raises `Refused` with every sentence that stands against it.
    """
    with transaction.atomic():
        head_of(amendment.call.stream)
        held = Grid.objects.select_for_update().get(pk=amendment.pk)
        if held.frozen:
            raise Refused([_("This amendment is published already.")])
        if not held.is_amendment:
            raise Refused([_("This grid is a draft: change it.")])
        if sentences := objections(held):
            raise Refused(sentences)
        # A juror who opens a file at this moment waits for the round, or is seen here.
        rounds = Round._base_manager.filter(session__call=held.call_id, grid__number=held.number)
        list(rounds.select_for_update(of=("self",)).values_list("pk", flat=True))
        done = effects(held)
        Criterion.objects.filter(grid=held).update(frozen=True)
        Section.objects.filter(grid=held).update(frozen=True)
        Grid.objects.filter(pk=held.pk).update(frozen=True, frozen_at=at)
        moved = [effect.round.pk for effect in done if effect.takes_it]
        Round.objects.filter(pk__in=moved).update(grid=held)
        data = {"version": held.version, "rounds": len(moved), "kept": len(done) - len(moved)}
        acts.record(held, "amend", actor=by, at=at, reason=held.because, stream=held.call.stream, data=data)
        _tell(held, at)
    return done


def history(grid: Grid) -> Sequence[Grid]:
    """Return the published versions of a grid, the newest first."""
    rows = Grid.objects.filter(call=grid.call_id, number=grid.number, frozen=True)
    return list(rows.order_by("-version"))


def _tell(amendment: Grid, at: datetime) -> None:
    jurors = JurorEngagement.objects.filter(
        session__call=amendment.call_id,
        state="accepted",
        session__state__in=["planned", "screening", "scoring"],
    )
    users = dict.fromkeys(jurors.order_by("pk").values_list("user", flat=True))
    files = Application.objects.filter(
        call=amendment.call_id, state__in=WAITING, applicant__isnull=False
    ).select_related("case")
    rows = list(files.order_by("pk"))
    if not users and not rows:
        return
    mailing = NoticeBatch.objects.create(
        label=_("Grid amended: %(grid)s") % {"grid": amendment.title},
        stream=amendment.call.stream,
        programme_code=amendment.call.programme.code,
        created_at=at,
    )
    for user in users:
        notices.queue(
            template=GRID_AMENDED,
            recipient_kind="user",
            recipient_id=user,
            stream=amendment.call.stream,
            at=at,
            context={"grid": amendment.pk, "user": user},
            batch=mailing,
        )
    for application in rows:
        notices.queue(
            template=GRID_AMENDED,
            recipient_kind="person",
            recipient_id=application.applicant_id,
            stream=application.stream,
            at=at,
            context={"grid": amendment.pk, "application": application.pk},
            batch=mailing,
        )


def _copy(grid: Grid) -> Grid:
    old, sections, criteria = grid.pk, list(grid.sections.all()), list(grid.criteria.all())
    new = Grid.objects.get(pk=old)
    new.pk, new.amends_id, new.version = None, old, grid.version + 1
    new.frozen, new.frozen_at = False, None
    new.because_fr = new.because_en = new.because_ar = ""
    new._state.adding = True
    new.save()
    copies: dict[int | None, Section | None] = {None: None}
    for section in sections:
        before = section.pk
        section.pk, section.grid, section.frozen = None, new, False
        section._state.adding = True
        section.save()
        copies[before] = section
    for line in criteria:
        line.section = copies[line.section_id]
        line.pk, line.grid, line.frozen = None, new, False
        line._state.adding = True
        line.save()
    return new


def _whole(pk: Any) -> Grid:
    return Grid.objects.whole().select_related("call__programme").get(pk=pk)


def _row(line: Criterion) -> tuple[Any, ...]:
    """Everything of a criterion that a reader or a score sees."""
    named = [
        getattr(line, f"{name}_{language}") for name in ("title", "help") for language in ("fr", "en", "ar")
    ]
    section = line.section.key if line.section else ""
    return (*named, section, line.sort, line.definition, line.anchors, line.tie_order)


def _shown(grid: Grid, name: str) -> str:
    display = getattr(grid, f"get_{name}_display", None)
    value = display() if display else getattr(grid, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value is None else f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)


def _said(label: Any, before: str, after: str) -> str:
    return _("%(what)s: %(before)s → %(after)s.") % {"what": label, "before": before, "after": after}


def register() -> None:
    """Name the act."""
    acts.declare(
        SUBJECT,
        "amend",
        gettext_lazy("Scoring grid amended"),
        facts=("version", "rounds", "kept"),
        meaning=DOING,
        reason=True,
    )
