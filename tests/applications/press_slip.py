"""One of several processes that use the same slip at once: run by `test_slip_races.py`.

python -m tests.applications.press_slip prepare          a case with a slip and four accounts; prints them
python -m tests.applications.press_slip guess NUMBER PIN a hundred wrong PINs; prints how many were looked at
python -m tests.applications.press_slip claim CLAIM      grants a claim; prints 1 or 0
"""

import sys
from collections.abc import Callable

import django

ACCOUNTS = 4
GUESSES = 25


def main(what: str, *arguments: str) -> None:
    """Prepare, or wait for a line on standard input and then press."""
    django.setup()
    steps: dict[str, Callable[..., str]] = {"prepare": prepare, "guess": guess, "claim": claim}
    if what != "prepare":
        print("ready", flush=True)
        sys.stdin.readline()
    print(steps[what](*arguments), flush=True)


def prepare() -> str:
    """A written-down case with its slip, and a claim of each of four accounts."""
    from django.utils import timezone

    from applications import claiming, slips
    from tests.worlds.applications import SENT, a_guest, an_assisted_draft
    from tests.worlds.programmes import a_user, open_call, programme_world

    world = programme_world()
    open_call(world)
    application = an_assisted_draft(world, a_guest(world, phone="+212612345678"))
    slip = slips.give(application, actor=world.member("field_agent"), at=SENT)
    users = [a_user(f"owner{number}") for number in range(ACCOUNTS)]
    claims = [claiming.ask(application.case, user, at=timezone.now()).pk for user in users]
    return " ".join(map(str, [application.case.number, slip.pin, *claims]))


def guess(number: str, pin: str) -> str:
    """Try wrong PINs; return how many were looked at before the case was locked."""
    from django.utils import timezone

    from applications import follow_up

    looked_at = 0
    wrong = str((int(pin) + 1) % 10 ** len(pin)).zfill(len(pin))
    for _guess in range(GUESSES):
        try:
            if follow_up.enter(number, wrong, address="192.0.2.7", now=timezone.now()) is not None:
                raise AssertionError("a wrong PIN opened the case")
            looked_at += 1
        except follow_up.Locked:
            pass
    return str(looked_at)


def claim(key: str) -> str:
    """Grant a claim to its account; return whether that was done."""
    from django.utils import timezone

    from applications import claiming
    from applications.models import Claim
    from workflow import Refused

    held = Claim.objects.select_related("user").get(pk=key)
    try:
        claiming.grant(held, way=claiming.BY_CODE, actor=held.user, at=timezone.now())
    except Refused:
        return "0"
    return "1"


if __name__ == "__main__":
    main(*sys.argv[1:])
