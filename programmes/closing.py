"""A closed programme is read-only: one guard on every arrow of every machine, and one question for pages.

Erasing identities and recovering money go on after closing; the packages above say which arrows that are.
"""

from functools import reduce
from typing import Any

from django.utils.translation import gettext as _

from workflow import once
from workflow.actors import Actor
from workflow.declare import Guard
from workflow.guards import register_guard
from workflow.machines import machines

_open_after_closing: set[tuple[str, str]] = set()


def allow_after_closing(model_label: str, *verbs: str) -> None:
    """Let arrows go on in a closed programme; without verbs all arrows of the machine.

    Called from an upper package's `apps.ready()`: `allow_after_closing("disbursements.Recovery")`.
    """
    for verb in verbs or ("*",):
        _open_after_closing.add((model_label.lower(), verb))


def goes_on(kind: str, verb: str) -> bool:
    """Whether an arrow may be walked in a closed programme."""
    return not _open_after_closing.isdisjoint({(kind, "*"), (kind, verb)})


def guard_all_machines() -> None:
    """Hang the guard on every arrow but the programme's own; once all models are loaded."""
    for machine in machines():
        if machine.kind != "programmes.programme":
            for verb in {arrow.verb for arrow in machine.arrows}:
                register_guard(machine.kind, verb, _guard_of(machine.kind, verb))


def _guard_of(kind: str, verb: str) -> Guard:
    def programme_is_not_closed(record: Any, actor: Actor, data: dict[str, Any] | None) -> str | None:
        """Nothing of a closed programme changes."""
        if goes_on(kind, verb) or not _is_closed(record, fresh=data is not None):
            return None
        return _("The programme is closed: it is read-only.")

    return programme_is_not_closed


def _is_closed(record: Any, *, fresh: bool) -> bool:
    """Ask the database, unless the record was read with its programme: the door has just done so.

    A page about one record asks once for all its actions, a change once for its chain.

    No chain closes a programme and then changes something in it: this guard would have to refuse it.
    """
    from programmes.models import Programme

    programme_id = getattr(record, "programme_id", None)
    if programme_id is None:
        return False
    question = ("programme closed", programme_id)
    if (read := _programme_read_with(record)) is not None:
        closed = bool(read.is_closed)
        once.ask(question, lambda: closed)  # what follows in the chain need not ask
        return closed
    known = None if fresh else record.__dict__.get("_programme_closed")
    if known is None:
        known = once.ask(question, Programme.objects.filter(pk=programme_id, state="closed").exists)
        record.__dict__["_programme_closed"] = known
    return bool(known)


def _programme_read_with(record: Any) -> Any:
    """The programme, where the door reads it with the row; None where it does not."""
    path = next((path for path in record.paths_read() if path.rpartition("__")[2] == "programme"), None)
    return reduce(getattr, path.split("__"), record) if path is not None else None
