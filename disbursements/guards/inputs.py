"""What data of an action may hold: days that exist, files that belong to the record.

Forms send nothing else; whoever comes to the door another way is told so in a sentence.
"""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Document
from workflow import clock
from workflow.actors import Actor
from workflow.declare import Guard

Data = dict[str, Any] | None


def day_of(value: Any) -> date | None:
    """Return the day that data name, None when they name none."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def past_day_problem(value: Any) -> str | None:
    """Say what is wrong with a day on which something happened, None when nothing is."""
    given = day_of(value)
    if given is None:
        return _("Say on which day.")
    return _("This day has not come yet.") if given > timezone.localdate(clock.now()) else None


def own_files(*names: str) -> Guard:
    """Return the guard that the files named in the data were filed for this very record."""

    def files_are_its_own(record: Any, actor: Actor, data: Data) -> str | None:
        """Nobody proves something with a file of another record."""
        given = [data[name] for name in names if data.get(name) is not None] if data else []
        if not all(isinstance(key, int) and not isinstance(key, bool) for key in given):
            return _("This file does not belong here: add it again.")
        if given and Document.objects.of(record).filter(pk__in=given).count() < len(set(given)):
            return _("This file does not belong here: add it again.")
        return None

    return files_are_its_own
