"""The one door through which a record changes state, and what every page needs around it.

`fire` changes one record now; `load_history` loads past facts in bulk; nothing else changes a state.
The names below are imported on first use, because models are not loaded yet when Django imports this.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workflow.actors import System
    from workflow.declare import Firing, known_states, transition
    from workflow.door import Conflict, Outcome, Refused, fire, new_key
    from workflow.guards import register_guard
    from workflow.history import Fact, History, PastAct, load_history
    from workflow.reactions import on
    from workflow.second_person import propose
    from workflow.states import StateField, StateModel

_HOME = {
    "System": "actors",
    "Firing": "declare",
    "known_states": "declare",
    "transition": "declare",
    "Conflict": "door",
    "Outcome": "door",
    "Refused": "door",
    "fire": "door",
    "new_key": "door",
    "register_guard": "guards",
    "Fact": "history",
    "History": "history",
    "PastAct": "history",
    "load_history": "history",
    "on": "reactions",
    "propose": "second_person",
    "StateField": "states",
    "StateModel": "states",
}

__all__ = [
    "Conflict",
    "Fact",
    "Firing",
    "History",
    "Outcome",
    "PastAct",
    "Refused",
    "StateField",
    "StateModel",
    "System",
    "fire",
    "known_states",
    "load_history",
    "new_key",
    "on",
    "propose",
    "register_guard",
    "transition",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"workflow.{_HOME[name]}"), name)
    raise AttributeError(name)
