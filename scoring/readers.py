"""Who reads the files of masked copies and the scans of paper sheets."""

from typing import Any

from scoring.models import RedactedCopy, Scoresheet
from workflow import access


def may_read_copy(user: Any, document: Any) -> bool:
    """Whether the copy that a picture belongs to is one that this reader may open."""
    return bool(RedactedCopy.objects.visible_to(user).filter(pk=document.owner_id).exists())


def reads_blind(user: Any, document: Any) -> bool:
    """Everybody reads the pictures of a masked copy blind: under neutral names, only those for jurors."""
    return True


def may_read_scan(user: Any, document: Any) -> bool:
    """Whether a reader may see the signed paper of a sheet."""
    sheet = document.owner
    visible = Scoresheet.objects.visible_to(user).filter(pk=sheet.pk).exists()
    return bool(visible) and (
        access.may(user, "scoring.view_marks", sheet) or access.may(user, "scoring.mark_sheet", sheet)
    )
