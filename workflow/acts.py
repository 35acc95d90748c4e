"""Acts: what was done about a case without changing any state, such as an identity opened.

    declare("applications.Case", "claim", _("Claimed by its owner"), facts=("person",))
    record(case, "claim", actor=user, at=now, data={"person": person.pk})

An act is an event like any other, in the stream and hash chain of its case, but it leads from no state to no
state. Its subject is a model without a machine, so that replaying machines never meets it. Facts are ids,
amounts and dates, never a name; the reason lies in an erasable note.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models, transaction

from workflow.actors import Actor
from workflow.states import NEUTRAL

if TYPE_CHECKING:
    from workflow.models import Event


class Act(NamedTuple):
    """One declared act. done: how the history names it; facts: keys of data that the event keeps."""

    kind: str
    verb: str
    done: Any
    facts: tuple[str, ...] = ()
    meaning: str = NEUTRAL
    reason: bool = False


class UndeclaredAct(LookupError):
    """Nobody declared this act."""


_acts: dict[tuple[str, str], Act] = {}


def declare(
    model_label: str,
    verb: str,
    done: Any,
    *,
    facts: Sequence[str] = (),
    meaning: str = NEUTRAL,
    reason: bool = False,
) -> None:
    """Name an act on records of a model without a machine; from a package's `apps.ready()`.

    reason: the act is refused without one (ValueError: the form asks for it, with its own sentence).
    """
    kind = model_label.lower()
    _acts[kind, verb] = Act(kind, verb, done, tuple(facts), meaning, reason)


def declared(kind: str, verb: str) -> Act | None:
    """Return the act of a kind of record under a verb, None when nobody declared it."""
    return _acts.get((kind, verb))


def record(
    subject: models.Model,
    verb: str,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
    stream: str = "",
) -> "Event":
    """Append an act to the subject's stream and return its event.

    stream: where the subject has none of its own. Call it first in the transaction that carries the act out:
    it locks the stream's head. Inside a running `fire` the stream must be locked by that.
    Raises UndeclaredAct, ValueError without a reason that the act needs.
    """
    from workflow.door import head_of
    from workflow.events import append

    kind = subject._meta.label_lower
    act = declared(kind, verb)
    if act is None:
        raise UndeclaredAct(f"{kind} {verb}")
    said = " ".join(reason.split())
    if act.reason and not said:
        raise ValueError(f"{kind} {verb} needs a reason")
    given = data or {}
    with transaction.atomic():
        head = head_of(stream or subject.stream)  # type: ignore[attr-defined]
        return append(
            head,
            kind=kind,
            object_id=str(subject.pk),
            verb=verb,
            actor=actor,
            at=at,
            reason=said[:4000],
            data={name: given[name] for name in act.facts if name in given},
        )
