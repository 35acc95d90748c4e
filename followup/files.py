"""Who may read the files and papers of the follow-up: asked by `documents` for every record that owns one."""

from typing import Any

from documents.readers import register_reader
from followup.rules import coach_of_action, staff


def _of_action(user: Any, record: Any) -> bool:
    return bool(staff(user, record.owner) or coach_of_action(user, record.owner))


def register() -> None:
    """Register the readers of every model that owns files or papers."""
    register_reader("followup.actionpoint", _of_action)
