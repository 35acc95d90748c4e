"""Makes what browser tests of applicants need in a served database: `python -m tests.applications.served`.

    world                    a programme with an open call; prints its code and the call's
    draft NAME [STAGE]       a draft of a new applicant NAME@example.org; prints its case number.
                             STAGE: begun (nothing written, by default), complete, submitted,
                             incomplete, ineligible

Passwords are `tests.worlds.people.PASSWORD`.
"""

import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.utils import timezone  # noqa: E402  # needs the registry

from accounts.models import User  # noqa: E402
from applications import drafting  # noqa: E402
from applications.models import Person  # noqa: E402
from programmes.models import Call, Membership, Programme, SelectionSession  # noqa: E402
from tests.worlds import applications as worlds  # noqa: E402
from tests.worlds.people import PASSWORD  # noqa: E402
from tests.worlds.programmes import World, open_call, programme_world  # noqa: E402


def make_world() -> None:
    """Make a programme with an open call and print where it is."""
    world = programme_world()
    world.member("screening_officer")
    open_call(world)
    later = timezone.now() + timedelta(days=30)
    Call.objects.filter(pk=world.call.pk).update(closes_at=later)
    world.call.sessions.update(cutoff_at=later)
    print(world.programme.code, world.call.code)


def the_world() -> World:
    """The world that was made before."""
    call = Call.objects.select_related("programme").get()
    session = SelectionSession.objects.get(call=call)
    world = World(Programme.objects.get(), call, call.tracks.get(), session)
    for held in Membership.objects.filter(programme=world.programme).select_related("user"):
        world.people.setdefault((held.role, 1), held.user)
    return world


def make_draft(name: str, stage: str = "begun") -> None:
    """Make an applicant and a draft as far as the stage says, and print its case number."""
    world = the_world()
    user = User.objects.create_user(email=f"{name}@example.org", password=PASSWORD, language="en")
    now = timezone.now()
    if stage == "begun":
        person = Person.of(user)
        application, _new = drafting.begin(world.call, world.track, person, language="en", at=now)
    else:
        person = worlds.a_person(world, name.title(), user=user)
        application = worlds.a_draft(world, person, at=now)
        if stage != "complete":
            worlds.submit(application, at=now)
        if stage == "incomplete":
            worlds.ask_again(world, application, at=now)
        elif stage == "ineligible":
            worlds.turn_down(world, application, at=now)
    print(application.case.number)


if __name__ == "__main__":
    if sys.argv[1] == "world":
        make_world()
    else:
        make_draft(*sys.argv[2:])
