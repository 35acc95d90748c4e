"""Why an action point or a referral may not move."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from documents.models import Document
from workflow.actors import Actor

if TYPE_CHECKING:
    from followup.models import ActionPoint, Referral

Data = dict[str, Any] | None


def seen_in_a_later_visit_or_proved(point: "ActionPoint", actor: Actor, data: Data) -> str | None:
    """A visit handed in after the action was agreed saw it, or a photo or paper of it is here."""
    if data is None:
        return None
    visit, file = data.get("visit"), data.get("file")
    if visit is None and file is None:
        return _("Name the visit that saw it, or add a photo or paper.")
    if visit is not None and not _is_later(point, visit):
        return _("Only a visit handed in after this was agreed can confirm it.")
    if file is not None and not _is_its_own(point, file):
        return _("This file does not belong here: add it again.")
    return None


def _is_later(point: "ActionPoint", key: Any) -> bool:
    if not isinstance(key, str):
        return False
    keys = {str(found) for found in point.enterprise.visits_after(point).values_list("pk", flat=True)}
    return key in keys


def _is_its_own(point: "ActionPoint", key: Any) -> bool:
    is_key = isinstance(key, int) and not isinstance(key, bool)
    return is_key and Document.objects.of(point).filter(pk=key).exists()


def an_outcome_is_given(referral: "Referral", actor: Actor, data: Data) -> str | None:
    """Closing says what became of it."""
    if data is None:
        return None
    said = data.get("outcome")
    if not isinstance(said, str) or not said.strip():
        return _("Say what became of it.")
    return None
