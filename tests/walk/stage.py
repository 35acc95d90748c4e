"""The stage of the walk: two programmes that know nothing of each other, a clock, and the records on them."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone

from disbursements.models import PaymentPolicy, WriteOffCeiling
from documents.models import Document
from tests.documents import friendly
from tests.walk.cast import Cast
from tests.worlds.disbursements import plan, thresholds
from tests.worlds.documents import filed
from tests.worlds.programmes import World, a_call, a_session, a_track, open_call, programme_world
from workflow.machines import machine_of_kind

CASH = (
    (60, "cash", True, [{"kind": "agreement_signed"}, {"kind": "destination_verified"}]),
    (40, "cash", True, [{"kind": "previous_justified", "parameter": "50"}]),
)
SUPPLIER = (
    (
        60,
        "supplier",
        True,
        [{"kind": "agreement_signed"}, {"kind": "documents", "parameter": "quotation"}],
    ),
    (40, "cash", True, [{"kind": "agreement_signed"}, {"kind": "visit_validated", "parameter": "M1"}]),
)
KIT = ((100, "kit", False, [{"kind": "agreement_signed"}]),)
PLANS = {"cash": CASH, "supplier": SUPPLIER, "kit": KIT}
PROGRAMME_OF = {
    "programmes.programme": "pk",
    "programmes.call": "programme",
    "programmes.selectionsession": "call__programme",
    "applications.application": "call__programme",
    "applications.appeal": "application__call__programme",
    "scoring.jurorengagement": "session__call__programme",
    "scoring.juryassignment": "round__session__call__programme",
    "scoring.scoresheet": "assignment__round__session__call__programme",
    "scoring.discrepancy": "round__session__call__programme",
    "scoring.decisionbatch": "session__call__programme",
    "disbursements.grant": "programme",
    "disbursements.tranche": "grant__programme",
    "disbursements.paymentorder": "programme",
    "disbursements.paymentbatch": "programme",
    "disbursements.statementfile": "programme",
    "disbursements.bankline": "programme",
    "disbursements.cashadvance": "programme",
    "disbursements.donorinstalment": "programme",
    "disbursements.recovery": "grant__programme",
    "disbursements.justification": "tranche__grant__programme",
    "disbursements.procurement": "tranche__grant__programme",
    "followup.visit": "programme",
    "followup.actionpoint": "programme",
    "followup.referral": "programme",
    "followup.supportsession": "programme",
    "followup.enrolment": "cohort__programme",
}
"""How the records of a kind lead to their programme; the others are asked one by one."""


@dataclass
class Side:
    """One of the two programmes, with everybody in it."""

    world: World
    cast: Cast


@dataclass
class Stage:
    """Where the walk takes place. rng decides everything that is left open; the clock only goes forward."""

    seed: int
    rng: random.Random = field(init=False)
    clock: datetime = field(init=False)
    sides: list[Side] = field(init=False)
    side: Side = field(init=False)
    pictures: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.clock = timezone.now() - timedelta(hours=12)
        self.sides = [self._side(f"WALK-{self.seed}-{name}") for name in ("A", "B")]
        self.side = self.sides[0]

    def _side(self, code: str) -> Side:
        world = programme_world(code)
        thresholds(world.programme, (0, 1, 1), (9_000_00, 2, 2))
        PaymentPolicy.objects.create(
            programme=world.programme, cooling_hours=1, answer_days=1, justification_days=3000
        )
        WriteOffCeiling.objects.create(programme=world.programme, currency="MAD", up_to_minor=20_000_00)
        return Side(world, Cast(world))

    # --- time --------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The moment of the next step."""
        self.clock += timedelta(minutes=2)
        return self.clock

    def until(self, moment: datetime) -> None:
        """Let time pass until after a moment."""
        self.clock = max(self.clock, moment + timedelta(minutes=1))

    @property
    def today(self) -> date:
        """The day of the clock."""
        return timezone.localdate(self.clock)

    def day(self, days: int = 0) -> str:
        """A day from today, as data say it."""
        return (self.today + timedelta(days=days)).isoformat()

    def in_days(self, days: int) -> str:
        """A moment from now, as data say it."""
        return (self.clock + timedelta(days=days)).isoformat()

    # --- things ------------------------------------------------------------------------------------

    def side_of(self, record: Any) -> Side:
        """The programme of a record."""
        key = record.pk if record.kind == "programmes.programme" else record.programme_id
        return next(side for side in self.sides if side.world.programme.pk == key)

    def member(self, role: str, number: int = 1) -> Any:
        """Somebody with a role on the present side."""
        return self.side.world.member(role, number)

    def chance(self, part: float) -> bool:
        """Yes, so often."""
        return self.rng.random() < part

    def one_of(self, rows: Iterable[Any]) -> Any:
        """One of some rows, None when there is none."""
        found = list(rows)
        return self.rng.choice(found) if found else None

    def records(self, kind: str, *states: str, **fields: Any) -> list[Any]:
        """The records of a kind on the present side, in some states."""
        rows = machine_of_kind(kind).model._default_manager.filter(**fields).order_by("pk")
        if states:
            rows = rows.filter(state__in=states)  # type: ignore[misc]
        mine = self.side.world.programme.pk
        if (path := PROGRAMME_OF.get(kind)) is not None:
            return list(rows.filter(**{path: mine}))
        return [row for row in rows if row.programme_id == mine]  # type: ignore[attr-defined]

    def file(self, owner: Any, kind: str) -> Document:
        """A photo that belongs to a record: the one there is, or a new one with its own bytes."""
        if (there := Document.objects.of(owner).filter(kind=kind).first()) is not None:
            return there
        self.pictures += 1
        data = friendly.picture(size=(40 + self.pictures % 200, 40 + self.pictures // 200))
        return filed(owner, name="photo.jpg", data=data, kind=kind)

    def a_call(self, payment: str, *, sessions: int = 1, opened: bool = True) -> World:
        """A call of the present programme that pays in one way; its world shares the programme's people."""
        programme, opens = self.side.world.programme, self.clock + timedelta(hours=1)
        call = a_call(programme, opens_at=opens, closes_at=opens + timedelta(days=2), appeal_days=1)
        track = a_track(call, payment=payment)
        if payment != "none":
            plan(call, track, PLANS[payment])
        first = a_session(call)
        for number in range(1, sessions):
            a_session(call, cutoff_at=first.cutoff_at + timedelta(days=number))
        world = World(programme, call, track, first, self.side.world.people)
        if opened:
            self.open(world)
        return world

    def open(self, world: World) -> None:
        """Publish and open a call of the stage."""
        open_call(world)
        world.call.refresh_from_db()
        self.until(world.call.opens_at)


def model_named(label: str) -> Any:
    """A model by its label."""
    return apps.get_model(label)
