"""Guards that upper packages hang on lower machines, and the evaluation of all guards of an arrow."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from workflow.actors import Actor
from workflow.declare import Arrow, Guard

_registered: dict[tuple[str, str], list[Guard]] = defaultdict(list)


def register_guard(model_label: str, verb: str, guard: Guard) -> None:
    """Add a guard to an arrow of a lower package: `register_guard("programmes.Call", "publish", guard)`."""
    guards = _registered[(model_label.lower(), verb)]
    if guard not in guards:
        guards.append(guard)


def guards_of(record: Any, arrow: Arrow) -> list[Guard]:
    """Return the arrow's own guards and the registered ones, in order."""
    return [*arrow.guards, *_registered[(record.kind, arrow.verb)]]


def objections(record: Any, arrow: Arrow, actor: Actor, data: dict[str, Any] | None) -> list[str]:
    """Return the sentences that say why not, empty when nothing stands in the way.

    data: the input of the action, or None when a page only asks whether it could be offered.
    """
    sentences = [
        str(said) for guard in guards_of(record, arrow) if (said := guard(record, actor, data)) is not None
    ]
    if arrow.reason and data is not None and not str(data.get("reason", "")).strip():
        sentences.append(_("Give a reason."))
    return sentences
