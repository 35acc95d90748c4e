"""Synthetic juries: who read which file, every mark, rankings, and the decisions of the first session."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from demo.loading.moments import Dice, after
from demo.synthetic.cases import AWARDED, MadeCase
from demo.synthetic.scene import CUTOFFS, DECIDED, SCORING, Scene
from scoring import standings
from scoring.models import (
    Decision,
    DecisionBatch,
    JuryAssignment,
    Mark,
    RedactedCopy,
    Scoresheet,
)
from scoring.score import rounded, sheet_score
from workflow import Fact, History, System, load_history

BATCH = 1000
FINISHED = System("scoresheet.submit")
ON_THE_DESK = 12
"""Every juror has about so many files that are not handed in yet."""
REASON = "Note insuffisante au regard de la grille."


class Marking:
    """The marks of one batch of cases: its histories, then the rows that hang on them."""

    def __init__(self, scene: Scene, dice: Dice, *, marks: int, unread_from: int) -> None:
        """marks: jurors a file. unread_from: files being marked wait on desks from this place on."""
        self.scene, self.dice, self.marks, self.unread_from = scene, dice, marks, unread_from
        self.rows: list[Mark] = []
        self._scores: dict[tuple[Decimal, ...], tuple[Decimal, Decimal]] = {}

    def histories(self, made: Sequence[MadeCase], copies: dict[int, RedactedCopy]) -> list[History]:
        """Return assignments and sheets. copies: by the identity of the application object."""
        assignments, sheets = [], []
        for item in made:
            if item.session not in (DECIDED, SCORING):
                continue
            merit = self._merit(item)
            for turn in range(self.marks):
                assignment, sheet = self._reading(item, turn, merit, copies[id(item.application)])
                assignments.append(assignment)
                sheets += sheet
        return assignments + sheets

    def finish(self) -> None:
        """Store the marks, once their sheets have keys."""
        Mark.objects.bulk_create(self.rows, batch_size=BATCH)
        self.rows = []

    def _merit(self, item: MadeCase) -> tuple[int, ...]:
        if item.session == DECIDED:
            return (4, 4, 5) if item.kind == AWARDED else (2, 3)
        return tuple(self.dice.choice(((1, 2, 3), (2, 3, 4), (3, 4), (3, 4, 5), (4, 5))))

    def _reading(
        self, item: MadeCase, turn: int, merit: tuple[int, ...], copy: RedactedCopy
    ) -> tuple[History, list[History]]:
        scene, session = self.scene, item.session or SCORING
        engagements = scene.engagements[session]
        engagement = engagements[(item.place * self.marks + turn) % len(engagements)]
        secretary, juror = scene.staff["jury_secretary"], engagement.user
        cutoff = CUTOFFS[session]
        facts = [Fact("confirm", scene.at(cutoff + 8, 11), secretary)]
        opened = after(scene.at(cutoff + 9), self.dice.randint(0, 4), minutes=self.dice.randint(0, 300))
        handed_in = after(opened, self.dice.randint(0, 4), minutes=self.dice.randint(20, 90))
        assignment = JuryAssignment(
            round=scene.rounds[session], engagement=engagement, application=item.application
        )
        if session == SCORING and item.place >= self.unread_from:
            if item.place % 2 == 0:
                return History(assignment, facts), []
            assignment.opened_at, assignment.copy = opened, copy
            facts.append(Fact("open", opened, juror, {"no_conflict": True}))
            return History(assignment, facts), [History(Scoresheet(assignment=assignment))]
        assignment.opened_at, assignment.copy = opened, copy
        facts += [Fact("open", opened, juror, {"no_conflict": True}), Fact("finish", handed_in, FINISHED)]
        return History(assignment, facts), [self._sheet(assignment, session, juror, handed_in, merit)]

    def _sheet(
        self, assignment: JuryAssignment, session: int, juror: Any, at: datetime, merit: tuple[int, ...]
    ) -> History:
        values = tuple(Decimal(self.dice.choice(merit)) for _line in self.scene.criteria)
        points, maximum = self._score(values)
        sheet = Scoresheet(
            assignment=assignment, revision=2, saved_at=at, points=points, maximum=maximum, submitted_at=at
        )
        for line, value in zip(self.scene.criteria, values, strict=True):
            asked = value in {Decimal(mark) for mark in line.comment_at}
            self.rows.append(
                Mark(sheet=sheet, criterion=line, value=value, comment="Voir le dossier." if asked else "")
            )
        facts = [Fact("submit", at, juror)]
        if session == DECIDED:
            locked = self.scene.at(CUTOFFS[DECIDED] + 29)
            facts.append(Fact("lock", locked, self.scene.staff["jury_secretary"]))
        return History(sheet, facts)

    def _score(self, values: tuple[Decimal, ...]) -> tuple[Decimal, Decimal]:
        if values not in self._scores:
            grid = self.scene.rounds[SCORING].grid.definition
            found = sheet_score(
                grid, {line.key: value for line, value in zip(self.scene.criteria, values, strict=True)}
            )
            self._scores[values] = (rounded(found.points), rounded(found.maximum))
        return self._scores[values]


def unread_from(scene: Scene, files: int, marks: int) -> int:
    """Return from which place on files of the marking session are not handed in: some for every desk."""
    return max(files // 2, files - ON_THE_DESK * len(scene.staff.jurors) // marks)


def decide(scene: Scene, decided: dict[int, str]) -> None:
    """Rank the first session and announce what became of its files. decided: application key -> kind."""
    secretary, chair = scene.staff["jury_secretary"], scene.staff["jury_chair"]
    held, sat = scene.rounds[DECIDED], scene.at(-282)
    made = standings.make_snapshot(held, by=secretary, at=after(sat, -1), files=_files(scene, DECIDED))
    batch = DecisionBatch(
        session=scene.sessions[DECIDED],
        number=1,
        stage=held.stage,
        snapshot=made,
        submitted_by=secretary,
        submitted_at=sat,
        confirmed_by=chair,
        confirmed_at=after(sat, 0, minutes=60),
        announced_at=scene.at(-280, 11),
    )
    facts = [
        Fact("submit", sat, secretary),
        Fact("confirm", after(sat, 0, minutes=60), chair),
        Fact("announce", scene.at(-280, 11), chair),
    ]
    load_history([History(batch, facts)], recorded_at=scene.now)
    Decision.objects.bulk_create(
        [
            Decision(
                batch=batch,
                application_id=line.application_id,
                position=line.position,
                rank=line.rank,
                score=line.score,
                failures=line.failures,
                outcome="award" if decided[line.application_id] == AWARDED else "reject",
                amount_minor=line.application.requested_minor
                if decided[line.application_id] == AWARDED
                else None,
                reason="" if decided[line.application_id] == AWARDED else REASON,
            )
            for line in made.lines.select_related("application")
        ],
        batch_size=BATCH,
    )


def rank(scene: Scene) -> None:
    """Make a first ranking of the session that is being marked."""
    standings.make_snapshot(
        scene.rounds[SCORING],
        by=scene.staff["jury_secretary"],
        at=scene.at(-1),
        files=_files(scene, SCORING),
    )


def _files(scene: Scene, session: int) -> Any:
    from applications.models import Application

    return Application.objects.filter(
        session=scene.sessions[session], state__in=["in_review", "awarded", "rejected"]
    )
