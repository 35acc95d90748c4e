"""What a person decides about a likely duplicate: a duplicate, or none, with the reason.

The decision is an act in the histories of both cases. A duplicate raises a flag on the later file, which then
is declared ineligible or, once somebody has said how the doubt was resolved, goes on; nothing is merged.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import flags
from applications.models import Alike, Application, Duplicate, Finding, FlagKind
from workflow import Refused, access, acts, once
from workflow.door import NotAllowed
from workflow.states import BLOCKED, DONE

DUPLICATE = "applications.Duplicate"
VERBS = {Finding.SAME: "confirm", Finding.DIFFERENT: "dismiss"}
SHORTEST_REASON = 8


def declare_acts() -> None:
    """Name the acts of this module for histories."""
    acts.declare(
        DUPLICATE,
        "confirm",
        gettext_lazy("Found to be a duplicate"),
        facts=("other",),
        meaning=BLOCKED,
        reason=True,
    )
    acts.declare(
        DUPLICATE,
        "dismiss",
        gettext_lazy("Found to be no duplicate"),
        facts=("other",),
        meaning=DONE,
        reason=True,
    )


@transaction.atomic
def decide(record: Duplicate, *, finding: str, reason: str, actor: Any, at: datetime) -> Duplicate:
    """Keep what a person decided; raises `NotAllowed`, or `Refused` with a sentence.

    A decision stands: whoever disagrees says so on the flag, or raises one.
    """
    if not access.may(actor, "applications.decide_duplicate", record):
        raise NotAllowed([_("You may not do this.")])
    said = " ".join(reason.split())[:4000]
    if finding not in VERBS:
        raise Refused([_("Say whether it is a duplicate.")])
    if len(said) < SHORTEST_REASON:
        raise Refused([_("Say in a few words how you know.")])
    later, earlier = record.later, record.earlier
    event = None
    # Heads of histories are locked in one order everywhere.
    for file, other in sorted({later.stream: (later, earlier), earlier.stream: (earlier, later)}.items()):
        made = acts.record(
            record,
            VERBS[Finding(finding)],
            actor=actor,
            at=at,
            reason=said,
            data={"other": other[1].case_id},
            stream=file,
        )
        event = made if file == later.stream else event
    taken = Duplicate.objects.filter(pk=record.pk, finding=Finding.OPEN).update(
        finding=finding, decided_by=actor, decided_at=at, event=event
    )
    if not taken:
        raise Refused([_("Somebody else has decided this meanwhile.")])
    record.refresh_from_db()
    if finding == Finding.SAME:
        _flag(record, said, actor, at)
    return record


def _flag(record: Duplicate, said: str, actor: Any, at: datetime) -> None:
    later: Application = record.later
    if later.state not in flags.OPEN_STATES or not access.may(actor, "applications.raise_flag", later):
        return
    words = _("Same plan as case %(number)s: %(reason)s")
    if record.alike == Alike.PERSON:
        words = _("Same person as in case %(number)s: %(reason)s")
    reason = words % {"number": record.earlier.case.number, "reason": said}
    flags.raise_flag(later, kind=FlagKind.TWICE, reason=reason, actor=actor, at=at)


def still_open(application: Application) -> int:
    """Return how many likely duplicates of an application nobody has decided."""
    # Most files look like no other: asked first, without the joins that compare programmes. A comparison that
    # finds a known pair more alike at this very moment comes too late, for one file as for many.
    if not once.ask_of(application, "undecided duplicates", _undecided):
        return 0
    return Duplicate.objects.holding().filter(later=application).count()


def _undecided(applications: Collection[int]) -> dict[int, bool]:
    found = Duplicate.objects.undecided().filter(later__in=applications)
    return dict.fromkeys(found.values_list("later_id", flat=True), True)
