"""The declared machines, read from the models: arrows, initial states, tables, diagrams."""

from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.utils.encoding import force_str

from workflow.declare import Arrow
from workflow.states import StateField, StateModel, state_words


@dataclass(frozen=True)
class Machine:
    """One machine: its model and its arrows."""

    model: type[StateModel]
    arrows: tuple[Arrow, ...]

    def __hash__(self) -> int:
        return hash(self.model)

    def arrow(self, verb: str, source: str) -> Arrow | None:
        """Return the arrow that leaves a state under a verb, None when there is none."""
        return next((arrow for arrow in self.arrows if arrow.verb == verb and source in arrow.sources), None)

    def leaving(self, source: str) -> list[Arrow]:
        """Return the arrows that leave a state."""
        return [arrow for arrow in self.arrows if source in arrow.sources]

    def done_label(self, verb: str) -> str:
        """Return how the timeline names a change that happened."""
        return next((force_str(arrow.done) for arrow in self.arrows if arrow.verb == verb), verb)

    @property
    def name(self) -> str:
        return self.model.__name__

    @property
    def field(self) -> str:
        """The name of the field that holds the state."""
        return _state_field(self.model).name

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower

    @property
    def initial(self) -> str:
        return str(_state_field(self.model).get_default())

    @property
    def states(self) -> dict[str, str]:
        return state_labels(self.model)

    def state_label(self, state: str) -> str:
        """Return the label of one state; what stands in an old event and is no state any more is its own."""
        return force_str(state_words(self.model).get(state, state))

    def rows(self) -> list[dict[str, str]]:
        """Return one row per declared source and target."""
        return [
            {"machine": self.name, "source": source, "verb": arrow.verb, "target": target}
            for arrow in self.arrows
            for source in arrow.sources
            for target in arrow.targets
        ]

    def permission(self, verb: str) -> str:
        """Return the name of the rule that says who may fire the verb."""
        meta = self.model._meta
        return f"{meta.app_label}.{verb}_{meta.model_name}"


@cache
def machine_of(model: type[StateModel]) -> Machine:
    """Return the machine declared on a model."""
    arrows: list[Arrow] = []
    for method in _state_field(model).transitions[model].values():
        for declared in method._django_fsm.transitions.values():
            if declared.custom["arrow"] not in arrows:
                arrows.append(declared.custom["arrow"])
    order = list(state_labels(model))
    arrows.sort(key=lambda arrow: (order.index(arrow.sources[0]), order.index(arrow.targets[0]), arrow.verb))
    return Machine(model=model, arrows=tuple(arrows))


def _state_field(model: type[StateModel]) -> StateField:
    name = "state"  # a plain string: the base itself has no such field, each machine declares it
    field: StateField = model._meta.get_field(name)  # type: ignore[assignment]
    return field


def state_labels(model: type[StateModel]) -> dict[str, str]:
    """Return the states of a machine with their labels, in the order declared."""
    return {str(value): force_str(label) for value, label in state_words(model).items()}


@cache
def machine_of_kind(kind: str) -> Machine:
    """Return the machine of a kind such as `disbursements.grant`; LookupError when there is none."""
    model = apps.get_model(kind)
    if not issubclass(model, StateModel):
        raise LookupError(kind)
    return machine_of(model)  # type: ignore[arg-type]


def machines() -> list[Machine]:
    """Return every machine of the installed packages, in the order of packages and models."""
    return [
        machine_of(model)
        for model in apps.get_models()
        if issubclass(model, StateModel) and not model._meta.proxy
    ]


def mermaid(machine: Machine) -> str:
    """Return the machine as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {machine.initial}"]
    lines += [f"    {row['source']} --> {row['target']}: {row['verb']}" for row in machine.rows()]
    leaving = {row["source"] for row in machine.rows()}
    lines += [f"    {state} --> [*]" for state in machine.states if state not in leaving]
    return "\n".join(lines)
