"""Who may read the files of a programme: its logo and documents are public, nothing else is kept with it."""

from typing import Any

from documents.models import Sensitivity
from programmes.models import Programme
from workflow import access


def may_read_file(user: Any, record: Any) -> bool:
    """Public files for whoever may see the programme, others for people who work on it."""
    programme = record.owner
    if record.sensitivity == Sensitivity.PUBLIC:
        return Programme.objects.visible_to(user).filter(pk=programme.pk).exists()
    return access.may(user, "programmes.work_on_programme", programme)
