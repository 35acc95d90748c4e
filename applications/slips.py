"""Giving slips out and knowing them again: the case number, and a PIN that is shown once.

A PIN has eight digits. What is stored is Argon2 over a digest keyed with the vault's index key: a copy of the
database alone does not let anybody try the hundred million PINs there are.
"""

import secrets
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application, Case, Person, Slip, SlipEnding
from applications.vault import blind
from workflow import Refused, acts
from workflow.states import DOING

CASE = "applications.Case"
DIGITS = 8


class Given(NamedTuple):
    """A slip that was just given out, with its PIN: for the page and paper that show it once."""

    slip: Slip
    pin: str

    @property
    def shown(self) -> str:
        """The PIN in two groups, as it is read aloud."""
        return in_groups(self.pin)


def follow_address(number: str = "") -> str:
    """Return the public address of the page where a case is followed; with a number it is filled in."""
    path = reverse("applications:follow_number", args=[number]) if number else reverse("applications:follow")
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def declare_acts() -> None:
    """Name the acts of this module."""
    acts.declare(CASE, "issue_slip", gettext_lazy("Slip with PIN given"), facts=("slip",), meaning=DOING)
    acts.declare(
        CASE,
        "reissue_slip",
        gettext_lazy("New slip given, the old PIN is void"),
        facts=("slip",),
        reason=True,
        meaning=DOING,
    )


def in_groups(pin: str) -> str:
    """Return a PIN in groups of four."""
    return f"{pin[:4]} {pin[4:]}"


def typed(text: str) -> str:
    """Return the digits of a PIN as somebody typed it; Arabic digits are digits too."""
    return "".join(str(int(letter)) for letter in text if letter.isdecimal())


def _digest(number: str, pin: str) -> str:
    return blind(f"{number}\n{pin}", "slip")


@cache
def _somebody_else_s() -> str:
    """A hash that fits nothing, so that an unknown case takes as long as a known one."""
    return make_password(secrets.token_hex(16))


def fits(slip: Slip | None, number: str, pin: str) -> bool:
    """Tell whether a PIN is the slip's; without a slip the same work is done for nothing."""
    held = slip.pin if slip is not None else _somebody_else_s()
    return check_password(_digest(number, pin), held) and slip is not None


def valid_slip(case: Case) -> Slip | None:
    """Return the slip of a case whose PIN holds, None when there is none."""
    return case.slips.filter(ended_at__isnull=True).first()


@transaction.atomic
def give(application: Application, *, actor: Any, at: datetime, reason: str = "") -> Given:
    """Give a slip out; a second one needs a reason and makes the first one void. Raises `Refused`."""
    case = application.case
    last = case.slips.order_by("-number").first()
    number = last.number + 1 if last else 1
    if application.applicant is not None and application.applicant.user_id is not None:
        raise Refused([_("This person has an account and needs no slip.")])
    if last is None:
        acts.record(case, "issue_slip", actor=actor, at=at, data={"slip": number})
    elif not reason.strip():
        raise Refused([_("Say why a new slip is needed.")])
    else:
        acts.record(case, "reissue_slip", actor=actor, at=at, reason=reason, data={"slip": number})
    _end(case, SlipEnding.REPLACED, at)
    pin = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    slip = Slip.objects.create(
        case=case,
        number=number,
        pin=make_password(_digest(case.number, pin)),
        issued_at=at,
        issued_by=actor,
    )
    return Given(slip, pin)


def _end(case: Case, ending: str, at: datetime) -> None:
    case.slips.filter(ended_at__isnull=True).update(ended_at=at, ending=ending)


def end_for(person: Person, at: datetime) -> None:
    """Make every PIN of a person's cases void: the person has an account now."""
    for application in person.applications.select_related("case"):
        _end(application.case, SlipEnding.CLAIMED, at)
