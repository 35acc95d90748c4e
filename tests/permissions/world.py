"""The world of the permission matrix: our programme, its twin next door, and one person for each stand.

Every record that a URL can be about exists twice, here and there, so that a refusal means "not yours" and
never "nothing there". Each package adds its records and the people who stand in a special way to them, in
the function `fill(world)` of its table.
"""

from tests.permissions.matrix import MEMBERS, Somebody, World
from tests.worlds import people
from tests.worlds.programmes import World as ProgrammeWorld
from tests.worlds.programmes import a_member, programme_world


def build() -> World:
    """Make the whole world, in the caller's transaction. Both programmes are kept from the public."""
    from tests.permissions.tables import PACKAGES

    here = programme_world("OURS-2026", is_listed=False, title_en="Kingfisher", title_fr="Kingfisher")
    there = programme_world("NEXT-2026", is_listed=False)
    world = World(here, there, _strangers(), canaries={"OURS-2026", "Kingfisher"})
    for role in MEMBERS:
        label = role.replace("_", " ")
        world.people += [
            Somebody(label, here.member(role), frozenset({f"{role}@same"})),
            Somebody(f"{label} elsewhere", there.member(role), frozenset({f"{role}@other"})),
        ]
    world.people += _people_with_two_roles(here, there)
    for package in PACKAGES:
        package.fill(world)
    return world


def _strangers() -> list[Somebody]:
    return [
        Somebody("anonymous", None),
        Somebody("nobody", people.account("Nobody")),
        Somebody(
            "system administrator", people.system_administrator(), frozenset({"system_administrator@none"})
        ),
    ]


def _people_with_two_roles(here: ProgrammeWorld, there: ProgrammeWorld) -> list[Somebody]:
    """What two roles give is what each of them gives, and nothing more."""
    both = a_member(here.programme, "coach", a_member(here.programme, "juror"))
    mixed = a_member(there.programme, "manager", a_member(here.programme, "juror"))
    return [
        Somebody("juror and coach", both, frozenset({"juror@same", "coach@same"})),
        Somebody("juror here, manager there", mixed, frozenset({"juror@same", "manager@other"})),
    ]
