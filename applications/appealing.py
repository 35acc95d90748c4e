"""Lodging an appeal: once a decision, in time, as an act in the history of the case."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import appeal_guards
from applications.models import Appeal, Application
from workflow import Refused, acts
from workflow.states import WAITING

APPEAL = "applications.Appeal"


def declare_acts() -> None:
    """Name the act of this module for histories."""
    acts.declare(APPEAL, "lodge", gettext_lazy("Appeal lodged"), facts=("ground",), meaning=WAITING)


@transaction.atomic
def lodge(application: Application, *, ground: str, statement: str, actor: Any, at: datetime) -> Appeal:
    """Lodge an appeal against the present decision. Raises `Refused`; pressed twice, it is one."""
    held = Application.objects.select_for_update(of=("self",)).with_papers().get(pk=application.pk)
    before: Appeal | None = held.appeals.filter(decided_at=held.state_since, lodged_by=actor.pk).first()
    if before is not None:
        return before
    if (sentence := appeal_guards.why_not_lodge(held, at)) is not None:
        raise Refused([sentence])
    until = appeal_guards.window_of(held)
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(
                application=held,
                against=held.state,
                decided_at=held.state_since,
                ground=ground,
                statement=statement,
                lodged_at=at,
                lodged_by=actor,
                until=until,
            )
    except IntegrityError as error:
        raise Refused([_("An appeal against this decision was lodged already.")]) from error
    acts.record(appeal, "lodge", actor=actor, at=at, data={"ground": ground})
    return appeal
