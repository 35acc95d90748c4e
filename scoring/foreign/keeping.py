"""Keeping foreign scores: a new call in test mode, anonymous applications and jurors, one round.

Past facts, so they come in through `workflow.load_history`: `verify` checks them like all others, and nothing
of a call in test mode is ever counted in a report.
"""

import random
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from applications import case_number
from applications.models import Application, Case
from programmes.models import Call, Programme, SelectionSession, Site, Track
from scoring import rounds
from scoring.foreign.table import Scores, Unreadable
from scoring.models import (
    Criterion,
    ForeignScores,
    Grid,
    JurorEngagement,
    JuryAssignment,
    Mark,
    Round,
    Scoresheet,
    Section,
)
from scoring.score import Grid as Definition
from scoring.score import rounded, sheet_score
from workflow import Fact, History, System, load_history

PROGRAMME = "FOREIGN-SCORES"
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}\Z")
ACTOR = System("import_scores")
POINTS = Decimal(100)
STEP = Decimal("0.000001")
BATCH = 2000
FILES_AT_ONCE = 500


@transaction.atomic
def keep(
    scores: Scores,
    code: str,
    *,
    file_name: str,
    digest: str,
    places: int | None,
    at: datetime,
) -> Call:
    """Keep scores as a new call with a code; return it. All or nothing.

    places: how many are funded, for the chances. Raises `Unreadable` for a code that is taken or unfit.
    """
    if not CODE.match(code):
        raise Unreadable([_("“%(code)s” is no code: letters, digits, - and _ only.") % {"code": code}])
    programme = _programme(at)
    if Call.objects.filter(code=code).exists():
        raise Unreadable([_("A call with the code %(code)s exists already.") % {"code": code}])
    call, session = _call(programme, code, file_name, places, at)
    grid = _grid(call, scores)
    rounds.freeze_grids(call, at=at)
    (held,) = rounds.ensure_rounds(session)
    Round.objects.filter(pk=held.pk).update(opens_at=at - timedelta(days=2), closes_at=at, closed_at=at)
    ForeignScores.objects.create(
        call=call,
        file_name=file_name[:200],
        digest=digest,
        sign=scores.sign,
        offset=scores.offset,
        high=scores.high,
        missing=scores.missing,
        imported_at=at,
    )
    applications = _applications(call, session, scores, at)
    engagements = _engagements(session, code, scores, at)
    _sheets(held, grid, scores, applications, engagements, at)
    return call


def _programme(at: datetime) -> Programme:
    found = Programme.objects.filter(code=PROGRAMME).first()
    if found is not None:
        return found
    programme = Programme(
        code=PROGRAMME,
        title_fr="Notes venues d’ailleurs",
        title_en="Scores from elsewhere",
        title_ar="علامات من جهات أخرى",
        country="MA",
        currency="EUR",
        time_zone="UTC",
        planned_start=at.date(),
        planned_end=at.date() + timedelta(days=365),
        is_listed=False,
    )
    programme.save()
    Site.objects.create(
        programme=programme, code="ELSE", name_fr="Ailleurs", name_en="Elsewhere", name_ar="مكان آخر"
    )
    load_history([History(programme, [Fact("publish", at, ACTOR)])], recorded_at=at)
    return programme


def _call(
    programme: Programme, code: str, file_name: str, places: int | None, at: datetime
) -> tuple[Call, SelectionSession]:
    title = file_name[:200]
    call = Call(
        programme=programme,
        code=code,
        title_fr=title,
        title_en=title,
        title_ar=title,
        currency="EUR",
        opens_at=at - timedelta(days=7),
        closes_at=at - timedelta(days=6),
        is_test=True,
    )
    call.save()
    Track.objects.create(
        call=call, code="ALL", title_fr="Tous", title_en="All", title_ar="الكل", payment="none"
    )
    session = SelectionSession(call=call, number=1, cutoff_at=at - timedelta(days=5), places=places)
    session.save()
    before = at - timedelta(days=4)
    facts = [
        Fact("publish", before, ACTOR),
        Fact("open", before, ACTOR),
        Fact("close", before, ACTOR),
    ]
    held = [Fact("start_screening", before, ACTOR), Fact("start_scoring", before, ACTOR)]
    load_history([History(call, facts), History(session, held)], recorded_at=at)
    return call, session


def _grid(call: Call, scores: Scores) -> Grid:
    grid = Grid.objects.create(
        call=call,
        number=1,
        title_fr="Notes",
        title_en="Scores",
        title_ar="العلامات",
        share=POINTS,
        jurors=1,
    )
    section = Section.objects.create(
        grid=grid, key="all", title_fr="Critères", title_en="Criteria", title_ar="المعايير"
    )
    keys = keys_of(scores.criteria)
    Criterion.objects.bulk_create(
        Criterion(
            grid=grid,
            section=section,
            sort=number,
            key=keys[name],
            title_fr=name,
            title_en=name,
            title_ar=name,
            points=scores.weights[name],
            low=Decimal(0),
            high=scores.high,
            step=STEP,
            tie_order=number,
        )
        for number, name in enumerate(scores.criteria, start=1)
    )
    return Grid.objects.whole().get(pk=grid.pk)


def keys_of(criteria: tuple[str, ...]) -> dict[str, str]:
    """Return a code for every criterion: from its name where that gives one, else its number."""
    found: dict[str, str] = {}
    for number, name in enumerate(criteria, start=1):
        key = slugify(name)[:36] or f"criterion-{number}"
        found[name] = key if key not in found.values() else f"{key[:30]}-{number}"
    return found


def _applications(
    call: Call, session: SelectionSession, scores: Scores, at: datetime
) -> dict[str, Application]:
    track = call.tracks.get()
    last = Case.objects.aggregate(last=Max("serial"))["last"] or case_number.FIRST
    serials = list(range(last + 1, last + 1 + len(scores.items)))
    random.SystemRandom().shuffle(serials)
    sent = at - timedelta(days=4)
    found = {
        item: Application(
            case=Case(
                serial=serial,
                number=case_number.make(serial),
                programme_id=call.programme_id,
                opened_at=at,
            ),
            call=call,
            track=track,
            session=session,
            title=item,
            language="en",
            submitted_at=sent,
        )
        for item, serial in zip(scores.items, serials, strict=True)
    }
    Case.objects.bulk_create([one.case for one in found.values()], batch_size=BATCH)
    facts = [
        Fact("submit", sent, ACTOR),
        Fact("mark_eligible", sent, ACTOR),
        Fact("start_review", sent, ACTOR),
    ]
    load_history([History(one, facts) for one in found.values()], recorded_at=at)
    return found


def _engagements(
    session: SelectionSession, code: str, scores: Scores, at: datetime
) -> dict[str, JurorEngagement]:
    user_model: Any = get_user_model()
    nobody = make_password(None)
    users = [
        user_model(
            email=f"juror-{number}@{code.lower()}.invalid",
            full_name=judge[:150],
            password=nobody,
            is_active=False,
        )
        for number, judge in enumerate(scores.judges, start=1)
    ]
    user_model.objects.bulk_create(users, batch_size=BATCH)
    found = {
        judge: JurorEngagement(
            session=session,
            user=user,
            languages=["en"],
            invited_at=at - timedelta(days=4),
            declaration=_("Scores brought in from a file."),
            declaration_signed_at=at - timedelta(days=3),
        )
        for judge, user in zip(scores.judges, users, strict=True)
    }
    signed = Fact("accept", at - timedelta(days=3), ACTOR, {"declared": True})
    load_history([History(one, [signed]) for one in found.values()], recorded_at=at)
    return found


def _sheets(
    held: Round,
    grid: Grid,
    scores: Scores,
    applications: dict[str, Application],
    engagements: dict[str, JurorEngagement],
    at: datetime,
) -> None:
    definition, keys = grid.definition, keys_of(scores.criteria)
    criteria = {criterion.key: criterion for criterion in grid.criteria.all()}
    opened, handed_in = at - timedelta(days=2), at - timedelta(days=1)
    facts = [
        Fact("confirm", opened, ACTOR),
        Fact("open", opened, ACTOR, {"no_conflict": True}),
        Fact("finish", handed_in, ACTOR),
    ]
    by_item: dict[str, list[tuple[str, dict[str, Decimal]]]] = {}
    for (item, judge), values in scores.values.items():
        by_item.setdefault(item, []).append((judge, {keys[name]: value for name, value in values.items()}))
    items = list(by_item)
    for start in range(0, len(items), FILES_AT_ONCE):
        histories: list[History] = []
        sheets: list[History] = []
        marks: list[Mark] = []
        for item in items[start : start + FILES_AT_ONCE]:
            for judge, values in by_item[item]:
                assignment = JuryAssignment(
                    round=held,
                    engagement=engagements[judge],
                    application=applications[item],
                    opened_at=opened,
                )
                sheet = _sheet(assignment, definition, values, handed_in)
                histories.append(History(assignment, facts))
                sheets.append(History(sheet, [Fact("submit", handed_in, ACTOR)]))
                marks += [
                    Mark(sheet=sheet, criterion=criteria[key], value=value) for key, value in values.items()
                ]
        load_history([*histories, *sheets], recorded_at=at)
        Mark.objects.bulk_create(marks, batch_size=BATCH)


def _sheet(
    assignment: JuryAssignment, definition: Definition, values: dict[str, Decimal], at: datetime
) -> Scoresheet:
    found = sheet_score(definition, dict(values))
    return Scoresheet(
        assignment=assignment,
        saved_at=at,
        points=rounded(found.points),
        maximum=rounded(found.maximum),
        submitted_at=at,
    )
