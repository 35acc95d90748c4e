"""How a package declares an arrow of a machine: one decorated method on the model, one arrow.

Everything that the door, the page fragment, the diagram and `verify` need to know about an arrow
stands in `Arrow`, kept in django-fsm's `custom` dictionary of the transition.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import django_fsm
from django.db import models

from workflow.gate import inside_the_door

if TYPE_CHECKING:
    from workflow.actors import Actor
    from workflow.models import Event

Guard = Callable[[Any, "Actor", "dict[str, Any] | None"], "str | None"]


@dataclass
class Firing:
    """One change of state while it happens; handed to the transition method and to reactions."""

    record: Any
    verb: str
    actor: "Actor"
    data: dict[str, Any]
    at: datetime
    source: str
    event: "Event | None" = None
    proposer_id: int | None = None

    @property
    def reason(self) -> str:
        """The reason given, empty when none was asked for."""
        return str(self.data.get("reason", ""))

    def then(
        self, record: Any, verb: str, data: dict[str, Any] | None = None, *, by: "Actor | None" = None
    ) -> None:
        """Fire a consequence as the system, in the same transaction, with this event as its cause.

        The consequence's stream must be locked already: same stream, or named by the arrow's `locks`.
        by: the actor, where the consequence is that person's own act too (who releases a batch releases its
        orders): permission and guards are asked for that person.
        """
        from workflow.door import fire_consequence

        fire_consequence(self, record, verb, data or {}, by)


class Arrow(NamedTuple):
    """What is known about one verb from some source states of one machine."""

    verb: str
    method: str
    label: Any
    done: Any
    guards: Sequence[Guard] = ()
    reason: bool = False
    form: str = ""
    second_person: bool = False
    facts: Sequence[str] = ()
    locks: "Callable[[Any, dict[str, Any]], Iterable[str]] | None" = None
    confirm: "Callable[[Any], str] | None" = None
    style: str = ""
    applies: "Callable[[Any], bool] | None" = None
    sources: Sequence[str] = ()
    targets: Sequence[str] = ()


def transition(
    *,
    source: str | Sequence[str],
    target: str | Sequence[str],
    label: Any,
    done: Any,
    guards: Sequence[Guard] = (),
    reason: bool = False,
    form: str = "",
    second_person: bool = False,
    facts: Sequence[str] = (),
    locks: "Callable[[Any, dict[str, Any]], Iterable[str]] | None" = None,
    confirm: "Callable[[Any], str] | None" = None,
    style: str = "",
    applies: "Callable[[Any], bool] | None" = None,
) -> Callable[[Any], Any]:
    """Declare the decorated method as one arrow of the machine on field `state`.

    Stack the decorator when the same verb goes elsewhere, or under other conditions, from other sources.

    The method takes `(self, firing)`, may set fields of the record and create rows, and returns the
    target state when `target` names several. Its name is the verb (`return_` stands for "return").
    Who may is the rule `<app>.<verb>_<model>` in the package's `rules.py`.

    source, target: state or states. label: the button ("Approve"). done: the timeline ("Approved").
    guards: functions `(record, actor, data) -> sentence | None`; data is None when a page only asks
        whether the action could be offered.
    reason: a reason is required; it is kept as an erasable note, never in the event.
    form: dotted path of a `workflow.forms.ActionForm` when the action needs input.
    second_person: one person proposes with the same data, another one fires.
    facts: the keys of data that the event keeps: ids, amounts, dates; never identity values.
    locks: `(record, data) -> streams` that reactions will also write to, locked in sorted order.
    confirm: `(record) -> sentence` that says what will happen, with names and amounts.
    style: "", "primary" or "danger".
    applies: `(record) -> bool`: False when the action can never concern this record, so that its page
        does not offer it as blocked. It refuses nothing: a guard must say why not.
    """
    sources = (source,) if isinstance(source, str) else tuple(source)
    targets = (target,) if isinstance(target, str) else tuple(target)

    def decorate(method: Any) -> Any:
        arrow = Arrow(
            verb=method.__name__.rstrip("_"),
            method=method.__name__,
            label=label,
            done=done,
            guards=tuple(guards),
            reason=reason,
            form=form,
            second_person=second_person,
            facts=tuple(facts),
            locks=locks,
            confirm=confirm,
            style=style,
            applies=applies,
            sources=sources,
            targets=targets,
        )
        return django_fsm.transition(
            field="state",
            source=list(sources),
            target=targets[0] if len(targets) == 1 else django_fsm.RETURN_VALUE(*targets),
            custom={"arrow": arrow},
        )(method if hasattr(method, "_django_fsm") else inside_the_door(method))

    return decorate


def known_states(name: str, states: type[models.TextChoices]) -> models.CheckConstraint:
    """Return the database constraint that only declared states can be stored."""
    return models.CheckConstraint(condition=models.Q(state__in=states.values), name=f"{name}_known_state")
