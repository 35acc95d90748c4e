"""What stands against an erasure, what it says before it is done, and what it keeps a digest of.

Guards of upper packages, such as money that still moves, are registered by them.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from workflow import chain, clock, display
from workflow.actors import Actor, System

if TYPE_CHECKING:
    from applications.models import Application, Erasure

Data = dict[str, Any] | None


def by_itself_only_when_the_period_is_over(erasure: "Erasure", actor: Actor, data: Data) -> str | None:
    """The system erases for one cause alone, and not before its day."""
    if not isinstance(actor, System):
        return None
    today = timezone.localdate(clock.now(), erasure.programme.zone)
    if erasure.cause == "retention" and erasure.state == "requested" and erasure.due_on <= today:
        return None
    return _("A person decides about this erasure.")


def a_period_is_not_taken_back(erasure: "Erasure", actor: Actor, data: Data) -> str | None:
    """Nobody asked for it: whoever must keep the identity says why."""
    if erasure.cause != "retention":
        return None
    return _("The period of retention is over: keep the identity for a reason, or change the period.")


def open_applications(erasure: "Erasure") -> "list[Application]":
    """Return the person's applications that somebody could still decide about; none in a closed programme."""
    from applications.erasing import scope_of
    from applications.models import Application
    from applications.models.application import WITHDRAWABLE

    if erasure.programme.is_closed:
        return []
    cases = scope_of(erasure.person, erasure.programme, clock.now()).case_keys
    rows = Application.objects.filter(case__in=cases, state__in=WITHDRAWABLE)
    return list(rows.with_papers().order_by("pk"))


def what_erasing_does(erasure: "Erasure") -> str:
    """Say what goes, what stays and what is withdrawn."""
    said = _(
        "Name, telephone, papers, photos and everything written about %(who)s will be erased for ever. "
        "Amounts, dates and what statistics count stay."
    ) % {"who": erasure}
    still_open = open_applications(erasure)
    if not still_open:
        return said
    numbers = display.listed(application.case.number for application in still_open)
    return f"{said} " + _("What is still open will be withdrawn: %(numbers)s.") % {"numbers": numbers}


def digest_of_kept(answer_sets: Sequence[int]) -> str:
    """Return the digest of what is kept of erased answers; the event of the erasure holds it."""
    from applications.models import AnswerSet

    rows = AnswerSet.objects.filter(pk__in=answer_sets).order_by("pk").values_list("pk", "answers")
    return chain.digest([[pk, answers] for pk, answers in rows])
