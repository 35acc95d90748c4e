"""What a person can do with a record now, what is blocked and why: read by the page fragment and the API."""

from typing import Any, NamedTuple

import rules
from django.urls import reverse
from django.utils.module_loading import import_string

from workflow.actors import Actor
from workflow.declare import Arrow
from workflow.forms import ActionForm
from workflow.guards import objections
from workflow.machines import machine_of
from workflow.models import Proposal
from workflow.second_person import open_proposal
from workflow.states import StateModel


class Action(NamedTuple):
    """One verb as a button: available, or blocked with its sentences."""

    record: StateModel
    arrow: Arrow
    reasons: list[str]
    proposal: Proposal | None = None

    @property
    def available(self) -> bool:
        return not self.reasons

    @property
    def applies(self) -> bool:
        """Whether the action can ever concern this record."""
        return self.arrow.applies is None or self.arrow.applies(self.record)

    @property
    def verb(self) -> str:
        return self.arrow.verb

    @property
    def label(self) -> str:
        return str(self.arrow.label)

    @property
    def needs_input(self) -> bool:
        """True when the button leads to a page of its own: a form, a reason, a sentence to confirm."""
        arrow = self.arrow
        return bool(arrow.form or arrow.reason or arrow.confirm or arrow.second_person)

    @property
    def url(self) -> str:
        return reverse("workflow:act", args=[self.record.kind, str(self.record.pk), self.arrow.verb])


def actions_for(record: StateModel, actor: Actor) -> list[Action]:
    """Return the actions that the actor's roles allow from the present state, blocked ones included."""
    machine = machine_of(type(record))
    found = []
    for arrow in machine.leaving(record.state):
        if rules.has_perm(machine.permission(arrow.verb), actor, record):
            proposal = open_proposal(record, arrow.verb) if arrow.second_person else None
            found.append(Action(record, arrow, objections(record, arrow, actor, None), proposal))
    weight = {"primary": 0, "": 1, "danger": 2}
    return sorted(found, key=lambda action: (not action.available, weight.get(action.arrow.style, 1)))


def form_for(action: Action, actor: Actor, data: Any = None, files: Any = None) -> ActionForm:
    """Return the action's form: its own, or a plain one that asks for the reason where one is needed."""
    form_class = import_string(action.arrow.form) if action.arrow.form else ActionForm
    form: ActionForm = form_class(data, files, record=action.record, actor=actor, arrow=action.arrow)
    return form


def can(record: StateModel, verb: str, actor: Actor) -> bool:
    """Tell whether the actor could fire the verb now, as far as that is known without its data."""
    machine = machine_of(type(record))
    arrow = machine.arrow(verb, record.state)
    return (
        arrow is not None
        and rules.has_perm(machine.permission(verb), actor, record)
        and not objections(record, arrow, actor, None)
    )
