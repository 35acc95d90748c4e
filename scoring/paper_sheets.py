"""Marks that a juror gave on paper: typed in by the secretary, with the scan of the signed sheet.

The signed sheet says that the juror has no conflict with the file, so it opens the file too. A sheet that the
juror began at the desk is never touched from here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents import filing
from scoring import entry
from scoring.marks import Given
from scoring.models import JuryAssignment, Mark, Scoresheet
from workflow import Refused, fire

SCAN = "signed_sheet"


def sheet_of(assignment: JuryAssignment) -> Scoresheet | None:
    """Return the sheet of an assignment, None when nobody opened the file."""
    return Scoresheet.objects.exclude(state="voided").filter(assignment=assignment).first()


def objection(assignment: JuryAssignment, sheet: Scoresheet | None) -> str | None:
    """Return why a paper sheet cannot be typed in for an assignment, None when it can."""
    if assignment.state not in ("assigned", "opened", "done"):
        return _("This file is not with this juror.")
    if sheet is None:
        return None
    if not sheet.is_editable:
        return _("This sheet was handed in.")
    if sheet.typed_by_id is None and Mark.objects.filter(sheet=sheet).exists():
        return _("The juror has begun this sheet at the desk.")
    return None


def save(
    assignment: JuryAssignment,
    given: Mapping[int, Given],
    *,
    scan: Any,
    revision: int,
    by: Any,
    at: datetime,
) -> Scoresheet:
    """Open the file where it is not, keep the scan, save the marks; all or nothing. Returns the sheet.

    scan: the upload, None to keep the one that is there. Raises `Refused`, `FileRefused`, `entry.Stale`.
    """
    with transaction.atomic():
        if assignment.state == "assigned":
            if scan is None:
                raise Refused([_("Attach the signed paper sheet: you type in the marks of somebody else.")])
            fire(assignment, "open", actor=by, data={"no_conflict": True, "on_paper": True})
            assignment.refresh_from_db()
        sheet = sheet_of(assignment)
        if said := objection(assignment, sheet):
            raise Refused([said])
        if sheet is None:
            raise Refused([_("This file is not with this juror.")])
        if scan is not None:
            sheet.scan = filing.store(scan, owner=sheet, kind=SCAN, actor=by, at=at, stream=assignment.stream)
        if sheet.scan is None:
            raise Refused([_("Attach the signed paper sheet: you type in the marks of somebody else.")])
        Scoresheet.objects.filter(pk=sheet.pk).update(scan=sheet.scan, typed_by=by)
        sheet.typed_by = by
        entry.save(sheet, given, revision=revision, at=at)
    return sheet
