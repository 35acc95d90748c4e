"""Taking in tables of visits from KoboToolbox and ODK: every row becomes a report like those of our own app.

So the same rules hold: one identifier counts once, a second report of a visit waits for a decision, what
cannot count is put aside. No row is dropped in silence: it is new, known already, or refused with a sentence.
Photos that a row names are announced with it; their bytes come in an archive, at once or later.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from documents.intake import FileRefused, inspect
from documents.limits import PHOTOS as PICTURES
from followup import field_exports, kobo, media, repeats, sync
from followup.arriving import Report, Unreadable
from followup.field_exports import Export, Pictures
from followup.form_parts import SIGNATURE, VERSION_1, Part, asks_of
from followup.form_versions import STANDARD_NAMES, newest_number, parts_for
from followup.models import Enterprise, Visit, VisitMedia, VisitSubmission
from followup.models.imports import VisitImport, VisitMapping, WaitingTable
from followup.models.submissions import MediaKind
from followup.read_answers import label_of
from programmes.models import Programme
from programmes.money import exponent
from workflow import display


def digest_of(export: Export) -> str:
    """Return what tells one kind of export from another: its headings, table by table."""
    lines = list(export.main.headings)
    for name, sheet in export.repeats.items():
        lines += [f"[{name}]", *sheet.headings]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def parts_now(programme: Programme) -> tuple[int, tuple[Part, ...]]:
    """Return the version that imported visits answer, the newest, and its parts."""
    number = newest_number(programme.pk)
    return number, parts_for(programme.pk, number)


def mapping_for(export: Export, programme: Programme) -> dict[str, str]:
    """Return the meaning of the columns as it was saved, else as their names suggest it."""
    saved = VisitMapping.objects.filter(programme=programme, digest=digest_of(export)).first()
    if saved:
        known = saved.columns
    else:
        _number, parts = parts_now(programme)
        known = kobo.suggest(export.main.headings, parts)
        known |= kobo.suggest_repeats(_headings(export), parts)
    columns = columns_of(export)
    return {target: heading for target, heading in known.items() if heading in columns}


def columns_of(export: Export) -> dict[str, str]:
    """Return the columns of all tables: what names one, and what it is called on the page.

    A table of what repeats within a repeat has the columns of that one too.
    """
    found = {heading: heading for heading in export.main.headings}
    for name, headings in _headings(export).items():
        for heading in headings:
            above, _tab, own = heading.rpartition("\t")
            found[f"{name}\t{heading}"] = f"{name} ({above}): {own}" if above else display.labelled(name, own)
    return found


def _headings(export: Export) -> dict[str, list[str]]:
    """Return the columns of each table of what repeats, then those of the tables above it."""
    above = repeats.ancestors(export.main, export.repeats)
    return {
        name: [
            *sheet.headings,
            *(
                f"{other}\t{heading}"
                for other in above[name]
                for heading in export.repeats[other].headings
                if not repeats.is_own(heading)
            ),
        ]
        for name, sheet in export.repeats.items()
    }


def hand_in(export: Export, programme: Programme, *, name: str, by: Any, at: datetime) -> WaitingTable:
    """Keep a table until its columns have a meaning; an older one that the same person left waiting goes."""
    WaitingTable.objects.filter(programme=programme, handed_by=by.pk).delete()
    return WaitingTable.objects.create(
        programme=programme,
        file_name=name[-200:],
        table=field_exports.as_text(export),
        handed_by_id=by.pk,
        handed_at=at,
    )


def forget_tables(now: datetime) -> int:
    """Delete tables that nobody took in within a week; for `tick`."""
    return WaitingTable.objects.filter(handed_at__lt=now - timedelta(days=7)).delete()[0]


def take_in(
    export: Export,
    mapping: Mapping[str, str],
    programme: Programme,
    *,
    name: str,
    by: Any,
    at: datetime,
    pictures: Pictures | None = None,
) -> VisitImport:
    """Take every row in, save the meaning of the columns, and return what became of each row."""
    VisitMapping.objects.update_or_create(
        programme=programme,
        digest=digest_of(export),
        defaults={"columns": dict(mapping), "saved_at": at},
    )
    main = export.main
    version, parts = _answered(mapping, programme)
    options = kobo.parents(main.headings, (cells for _number, cells in main.rows))
    made = VisitImport(programme=programme, file_name=name[-200:], taken_by=by, taken_at=at)
    made.left_out = kobo.left_out(main.headings, main.rows, mapping, options)
    found = repeats.attached(main, export.repeats)
    made.left_out += _columns_left_out(export, mapping)
    for number, cells in main.rows:
        line = kobo.line_of(
            number,
            dict(zip(main.headings, cells, strict=False)),
            mapping,
            parts=parts,
            exponent=exponent(programme.currency),
            repeated={title: rows.get(number, []) for title, rows in found.lines.items()},
        )
        word, why, submission = _take_line(line, programme, version, parts, by=by, at=at)
        if submission is not None:
            _announce(submission, line, parts)
        setattr(made, word, getattr(made, word) + 1)
        made.rows.append([number, str(line.uid or ""), word, why, [file for _ask, file in line.media]])
    for lost in [*found.lost, *repeats.unused(found, _taken_above(mapping), export.repeats)]:
        made.rows.append([f"{lost.table} {lost.number}", "", "lost", lost.why, []])
    made.save()
    if pictures is not None:
        attach(pictures, programme, by=by, at=at)
    return made


def _of_repeats(mapping: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield columns of repeats that answer: the table, the one above it whose column it is, the heading."""
    for kept in mapping.values():
        name, tab, rest = kept.partition("\t")
        if tab:
            above, _tab, heading = rest.rpartition("\t")
            yield name, above, heading


def _columns_left_out(export: Export, mapping: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Yield the columns of repeats that nothing takes, each with how many of its cells are filled."""
    taken: dict[str, dict[str, str]] = {}
    for name, above, heading in _of_repeats(mapping):
        taken.setdefault(above or name, {})[heading] = heading
    for title, sheet in export.repeats.items():
        for heading, filled in kobo.left_out(sheet.headings, sheet.rows, taken.get(title, {}), {}):
            if not repeats.is_own(heading):
                yield display.labelled(title, heading), filled


def _taken_above(mapping: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the tables whose lines answer a question, each with those above it that are carried along."""
    found: dict[str, list[str]] = {}
    for name, above, _heading in _of_repeats(mapping):
        found.setdefault(name, []).extend([above] if above else [])
    return found


def _answered(mapping: Mapping[str, str], programme: Programme) -> tuple[int, tuple[Part, ...]]:
    """Return the version that a table answers: the standard one where no column answers an own question."""
    asked = {target.partition(".")[0] for target in mapping}
    if asked <= STANDARD_NAMES | {*kobo.OWN_TARGETS, "place"}:
        return 1, VERSION_1
    return parts_now(programme)


def _take_line(
    line: kobo.Line, programme: Programme, version: int, parts: tuple[Part, ...], *, by: Any, at: datetime
) -> tuple[str, str, VisitSubmission | None]:
    """Return what became of a row (new, known, refused), why, and the report that it is."""
    if line.problems or line.uid is None or line.performed_at is None:
        return "refused", " ".join(line.problems), None
    enterprise = Enterprise.objects.filter(programme=programme, case__number=line.case).first()
    if enterprise is None:
        return "refused", _("No enterprise of this case number in the programme."), None
    sender = _sender(line, enterprise)
    if sender is None:
        return "refused", _("No coach follows this enterprise, and the table names none."), None
    planned = _planned(line, enterprise)
    if line.visit and planned is None:
        return "refused", _("No visit %(code)s of this enterprise is planned.") % {"code": line.visit}, None
    body = json.dumps([line.case, line.visit, line.answers, line.performed_at.isoformat()], sort_keys=True)
    report = Report(
        sha256=hashlib.sha256(body.encode()).hexdigest(),
        planned=planned.pk if planned else None,
        enterprise=enterprise.pk,
        form_version=version,
        base_revision=planned.revision if planned else 0,
        started_at=None,
        device_at=line.performed_at,
        clock_offset=0,
        answers=line.answers,
    )
    try:
        receipt = sync.receive(line.uid, report, sender=sender, now=at, offset=0, rescued_by=by)
    except Unreadable as wrong:
        named = [
            display.labelled(label_of(name, parts), " ".join(texts)) for name, texts in wrong.faults.items()
        ]
        return "refused", " ".join(named), None
    except sync.OtherContent:
        return "refused", _("This submission was taken in before with other answers."), None
    return ("new" if receipt.is_new else "known"), "", receipt.submission


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


# Photos


@dataclass
class Attached:
    """What became of an archive of photos: kept, not readable as a picture, asked for by no visit."""

    kept: int = 0
    refused: int = 0
    unknown: int = 0


def _announce(submission: VisitSubmission, line: kobo.Line, parts: tuple[Part, ...]) -> None:
    """Note the files that a row names, each once however often the table comes; the bytes follow.

    A visit that was validated without them is left as it is.
    """
    if submission.visit is not None and submission.visit.state == "validated":
        return
    kinds = {ask.name: ask.kind for ask in asks_of(parts)}
    rows = []
    for field, name in line.media:
        is_signature = kinds.get(field) == SIGNATURE
        rows.append(
            VisitMedia(
                uid=uuid.uuid5(submission.uid, f"{field}/{name}"),
                submission=submission,
                visit=submission.visit,
                kind=MediaKind.SIGNATURE if is_signature else MediaKind.PHOTO,
                field=field,
                caption=name[-200:],
            )
        )
    VisitMedia.objects.bulk_create(rows, ignore_conflicts=True)


def awaited(programme: Programme) -> Any:
    """Return the files of imported visits whose bytes have not come yet."""
    rows = VisitMedia.objects.filter(
        submission__programme=programme, document__isnull=True, sha256="", refusal=""
    )
    return rows.exclude(caption="").select_related("submission__enterprise__case", "visit")


def attach(pictures: Pictures, programme: Programme, *, by: Any, at: datetime) -> Attached:
    """Keep the pictures of an archive beside the visits that named them; the same one twice adds nothing."""
    found = Attached()
    for one in awaited(programme):
        entry = pictures.find(str(one.submission.uid), one.caption)
        if entry is None:
            continue
        try:
            accepted = inspect(pictures.bytes_of(entry), one.caption, PICTURES)
        except FileRefused:
            VisitMedia.objects.filter(pk=one.pk).update(refusal="unreadable")
            found.refused += 1
            continue
        found.kept += media.keep(one, accepted, actor=by, at=at)
    found.unknown = max(0, len(pictures) - found.kept - found.refused)
    return found
