"""Taking in tables of visits from KoboToolbox and ODK: every row becomes a report like those of our own app.

So the same rules hold: one identifier counts once, a second report of a visit waits for a decision, what
cannot count is put aside. No row is dropped in silence: it is new, known already, or refused with a sentence.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from documents.intake.tables import Sheet
from followup import kobo, sync
from followup.arriving import Report, Unreadable
from followup.form_parts import LATEST
from followup.models import Enterprise, Visit
from followup.models.imports import VisitImport, VisitMapping
from programmes.models import Programme
from programmes.money import exponent


def digest_of(sheet: Sheet) -> str:
    """Return what tells one kind of table from another: its headings."""
    return hashlib.sha256("\n".join(sheet.headings).encode()).hexdigest()


def mapping_for(sheet: Sheet, programme: Programme) -> dict[str, str]:
    """Return the meaning of the columns as it was saved, else as their names suggest it."""
    saved = VisitMapping.objects.filter(programme=programme, digest=digest_of(sheet)).first()
    known = saved.columns if saved else kobo.suggest(sheet.headings, LATEST)
    return {target: heading for target, heading in known.items() if heading in sheet.headings}


def take_in(
    sheet: Sheet, mapping: Mapping[str, str], programme: Programme, *, name: str, by: Any, at: datetime
) -> VisitImport:
    """Take every row in, save the meaning of the columns, and return what became of each row."""
    VisitMapping.objects.update_or_create(
        programme=programme,
        digest=digest_of(sheet),
        defaults={"columns": dict(mapping), "saved_at": at},
    )
    options = kobo.parents(sheet.headings, (cells for _number, cells in sheet.rows))
    made = VisitImport(programme=programme, file_name=name[-200:], taken_by=by, taken_at=at)
    made.left_out = kobo.left_out(sheet.headings, sheet.rows, mapping, options)
    for number, cells in sheet.rows:
        row = dict(zip(sheet.headings, cells, strict=False))
        line = kobo.line_of(number, row, mapping, version=LATEST, exponent=exponent(programme.currency))
        word, why = _take_line(line, programme, by=by, at=at)
        setattr(made, word, getattr(made, word) + 1)
        made.rows.append([number, str(line.uid or ""), word, why, line.media])
    made.save()
    return made


def _take_line(line: kobo.Line, programme: Programme, *, by: Any, at: datetime) -> tuple[str, str]:
    """Return what became of a row (new, known, refused) and why."""
    if line.problems or line.uid is None or line.performed_at is None:
        return "refused", " ".join(line.problems)
    enterprise = Enterprise.objects.filter(programme=programme, case__number=line.case).first()
    if enterprise is None:
        return "refused", _("No enterprise of this case number in the programme.")
    sender = _sender(line, enterprise)
    if sender is None:
        return "refused", _("No coach follows this enterprise, and the table names none.")
    planned = _planned(line, enterprise)
    if line.visit and planned is None:
        return "refused", _("No visit %(code)s of this enterprise is planned.") % {"code": line.visit}
    body = json.dumps([line.case, line.visit, line.answers, line.performed_at.isoformat()], sort_keys=True)
    report = Report(
        sha256=hashlib.sha256(body.encode()).hexdigest(),
        planned=planned.pk if planned else None,
        enterprise=enterprise.pk,
        form_version=LATEST,
        base_revision=planned.revision if planned else 0,
        started_at=None,
        device_at=line.performed_at,
        clock_offset=0,
        answers=line.answers,
    )
    try:
        receipt = sync.receive(line.uid, report, sender=sender, now=at, offset=0, rescued_by=by)
    except Unreadable as wrong:
        return "refused", " ".join(text for texts in wrong.faults.values() for text in texts)
    except sync.OtherContent:
        return "refused", _("This submission was taken in before with other answers.")
    return ("new" if receipt.is_new else "known"), ""


def _sender(line: kobo.Line, enterprise: Enterprise) -> User | None:
    if line.coach:
        named = User.objects.filter(email__iexact=line.coach, caseload__enterprise=enterprise).first()
        if named is not None:
            return named
    row = enterprise.caseload.filter(role="lead").order_by("-valid_from").select_related("coach").first()
    return row.coach if row else None


def _planned(line: kobo.Line, enterprise: Enterprise) -> Visit | None:
    if not line.visit:
        return None
    return enterprise.visits.live().filter(code__iexact=line.visit).order_by("due_on").first()
