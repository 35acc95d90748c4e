"""Programmes with sites, donors, people of every role, calls, tracks, sessions, built through the door.

    world = programme_world()                       # running programme, draft call with a track and a session
    world.member("manager")                         # a user with that role, made when first asked for
    open_call(world)                                # published and opened, after every package prepared it

Packages above make a call publishable: a module of `tests/worlds/` that defines `prepare_call(call)` is asked
before a call is published (grid, tranche plan, visit plan, forms).
"""

import pkgutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from itertools import count
from typing import Any

import tests.worlds
from accounts.models import User
from programmes.models import (
    Basis,
    Call,
    Contribution,
    ExchangeRate,
    Membership,
    Office,
    Organisation,
    Programme,
    SelectionSession,
    Site,
    Track,
)
from tests.worlds.people import account
from workflow import fire
from workflow.actors import System

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
OPENS, CLOSES = NOON, NOON + timedelta(days=60)
TICK = System("tick")
# None of these numbers begins another one, and sorted as text they stand in their order.
_numbers = count(61_001)


@dataclass
class World:
    """A programme and what belongs to it."""

    programme: Programme
    call: Call
    track: Track
    session: SelectionSession
    people: dict[tuple[str, int], User] = field(default_factory=dict)

    def member(self, role: str, number: int = 1) -> User:
        """The user with a role; `number` tells several jurors or coaches apart."""
        if (role, number) not in self.people:
            self.people[role, number] = a_member(self.programme, role)
        return self.people[role, number]

    @property
    def site(self) -> Site:
        """The first site."""
        return self.programme.sites.get(code="rabat")


def a_user(name: str = "Somebody") -> User:
    """A user without any role."""
    return account(f"{name} {next(_numbers)}")


def a_member(programme: Programme, role: str, user: User | None = None, **fields: Any) -> User:
    """A user with a role in a programme, since long ago."""
    user = user or a_user(role.replace("_", " ").capitalize())
    if role == "donor" and "donor" not in fields:
        fields["donor"] = programme.contributions.all()[0].donor
    given = {"valid_from": date(2020, 1, 1), **fields}
    Membership.objects.create(user=user, programme=programme, role=role, **given)
    return user


def an_organisation(name: str = "European Union", **fields: Any) -> Organisation:
    """An institution."""
    return Organisation.objects.create(name_fr=name, name_en=name, name_ar=name, **fields)


def a_programme(code: str = "", *, currency: str = "MAD", running: bool = True, **fields: Any) -> Programme:
    """A programme with two sites, an office, a donor whose share is known and one whose share is not."""
    code = code or f"PRG-{next(_numbers)}"
    given = {
        "title_fr": f"Programme {code}",
        "title_en": f"Programme {code}",
        "title_ar": f"برنامج {code}",
        "country": "MA",
        "planned_start": date(2026, 1, 1),
        "planned_end": date(2027, 12, 31),
        "budget_minor": 1_000_000_00,
        "budget_currency": "EUR",
        **fields,
    }
    programme = Programme.objects.create(code=code, currency=currency, **given)
    for code_, french, arabic in (("rabat", "Rabat", "الرباط"), ("fes", "Fès", "فاس")):
        Site.objects.create(programme=programme, code=code_, name_fr=french, name_ar=arabic)
    Office.objects.create(
        programme=programme, name_fr="Bureau de Rabat", name_en="Rabat office", country="MA"
    )
    amounts = (("European Union", 600_000_00), ("Monaco", None))
    for sort, (name, amount) in enumerate(amounts):
        Contribution.objects.create(
            programme=programme,
            donor=an_organisation(name, short_name=name[:2].upper()),
            amount_minor=amount,
            currency="EUR",
            basis=Basis.PUBLISHED,
            source="Annual report",
            sort=sort,
        )
    if currency != "EUR":
        ExchangeRate.objects.create(
            programme=programme,
            base="EUR",
            quote=currency,
            rate="10.80",
            on=date(2026, 1, 1),
            source="Central bank",
            basis=Basis.DEMONSTRATION,
        )
    if running:
        fire(programme, "publish", actor=a_member(programme, "manager"), at=NOON)
    return programme


def a_call(programme: Programme, code: str = "", **fields: Any) -> Call:
    """A draft call, without tracks and sessions."""
    code = code or f"call-{next(_numbers)}"
    given = {
        "title_fr": "Appel à projets",
        "title_en": "Call for projects",
        "title_ar": "دعوة لتقديم المشاريع",
        "currency": programme.currency,
        "envelope_minor": 3_000_000_00,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        **fields,
    }
    return Call.objects.create(programme=programme, code=code, **given)


def a_track(call: Call, code: str = "", **fields: Any) -> Track:
    """A track: individual creation, paid to a supplier, up to 15,000.00."""
    code = code or f"track-{next(_numbers)}"
    given = {
        "title_fr": "Création individuelle",
        "title_en": "Individual creation",
        "title_ar": "إحداث فردي",
        "payment": "supplier",
        "ceiling_minor": 15_000_00,
        **fields,
    }
    return Track.objects.create(call=call, code=code, **given)


def a_session(call: Call, number: int = 0, **fields: Any) -> SelectionSession:
    """A planned session that cuts off when the call closes."""
    given = {"cutoff_at": call.closes_at, **fields}
    return SelectionSession.objects.create(call=call, number=number or call.sessions.count() + 1, **given)


def programme_world(code: str = "", *, currency: str = "MAD", **fields: Any) -> World:
    """A running programme and a draft call with one track and one session; fields are the programme's."""
    programme = a_programme(code, currency=currency, **fields)
    call = a_call(programme)
    track = a_track(call)
    return World(programme, call, track, a_session(call))


def prepare_with(function: str, record: Any) -> None:
    """Let every package above give a record what its guards ask for, by a function of its world's module."""
    for found in pkgutil.iter_modules(tests.worlds.__path__):
        if found.name != "programmes":
            prepare = getattr(import_module(f"tests.worlds.{found.name}"), function, None)
            if prepare is not None:
                prepare(record)


def prepare_call(call: Call) -> None:
    """Let every package above give the call what its publishing guards ask for."""
    prepare_with("prepare_call", call)


def publish_call(world: World) -> Call:
    """Publish the world's call as its manager."""
    prepare_call(world.call)
    fire(world.call, "publish", actor=world.member("manager"), at=NOON - timedelta(days=7))
    return world.call


def open_call(world: World) -> Call:
    """Publish the world's call and open it on its date, as `tick` would."""
    fire(publish_call(world), "open", actor=TICK, at=world.call.opens_at)
    return world.call


def close_call(world: World) -> Call:
    """Close the world's open call at its deadline, as `tick` would."""
    fire(world.call, "close", actor=TICK, at=world.call.deadline)
    return world.call


def start_screening(world: World) -> SelectionSession:
    """Start screening once the call is closed."""
    fire(world.session, "start_screening", actor=TICK, at=world.call.deadline)
    return world.session
