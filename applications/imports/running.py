"""An import from upload to result: the table handed in, its mapping, dry run and writing as long works."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from applications.imports import reading, targets, writing
from applications.models import Application, Identity, ImportBatch, ImportedRow, ImportMapping, current_form
from applications.vault import blind, fold
from documents.intake.tables import Sheet, likely_headings, read_table
from workflow import Refused, access, jobs

KIND = "application_import"
OPEN = ("open", "closed")
MOST_SHOWN = 500
OPTIONS = ("track", "site", "received_on", "order", "consent", "note", "language")


def read_file(data: bytes, name: str, row: int | None = None) -> Sheet:
    """Return the table in an uploaded file; row: that of the headings, else they are looked for.

    Raises `FileRefused`.
    """
    return read_table(data, name, headings=(lambda lines: row - 1) if row else likely_headings)


def hand_in(
    call: Any, data: bytes, name: str, *, actor: Any, at: datetime, sheet: Sheet | None = None
) -> ImportBatch:
    """Keep an uploaded table, sealed, with guesses for its columns; raises `FileRefused`, `Refused`.

    sheet: the table in the file, where it was read already.
    """
    form_version = current_form(call, "idea")
    if form_version is None:
        raise Refused([_("This call has no form yet.")])
    sheet = sheet or read_file(data, name)
    return ImportBatch.objects.create(
        call=call,
        file_name=name[:120],
        sha256=hashlib.sha256(data).hexdigest(),
        headings=sheet.headings,
        row_count=len(sheet.rows),
        columns=targets.guess(sheet.headings, form_version.form),
        table=json.dumps(sheet.rows, ensure_ascii=False),
        made_by=actor,
        made_at=at,
    )


def map_columns(batch: ImportBatch, columns: Mapping[str, str], options: Mapping[str, Any]) -> None:
    """Keep what the columns mean; meanings that do not exist, and headings of other files, are left out."""
    version = current_form(batch.call, "idea")
    known = targets.known(version.form) if version else set()
    headings = set(batch.headings)
    batch.columns = {h: t for h, t in columns.items() if h in headings and t in known}
    batch.options = {name: options[name] for name in OPTIONS if options.get(name)}
    batch.checked_at = None
    batch.report = ""
    batch.save()


def save_mapping(batch: ImportBatch, name: str, *, actor: Any, at: datetime) -> ImportMapping | None:
    """Keep the mapping for the next file of the call; None without a name."""
    called = " ".join(name.split())[:60]
    if not called:
        return None
    kept = {key: value for key, value in batch.options.items() if key != "received_on"}
    values = {"columns": batch.columns, "options": kept, "made_by": actor, "made_at": at}
    return ImportMapping.objects.update_or_create(call=batch.call, name=called, defaults=values)[0]


def context_of(call: Any, now: datetime) -> reading.Context:
    """Gather what rows are read against."""
    version = current_form(call, "idea")
    if version is None:
        raise Refused([_("This call has no form yet.")])
    applied = Application.objects.filter(call=call).exclude(state="withdrawn").values("members__person")
    documents = Identity.objects.filter(person__in=applied).exclude(document_index="")
    return reading.Context(
        call=call,
        form=version.form,
        tracks=list(call.tracks.all()),
        sites={site.code: site for site in call.programme.sites.all()},
        sessions=list(
            call.sessions.filter(state__in=["planned", "screening"]).order_by("cutoff_at", "number")
        ),
        now=now,
        seen=frozenset(ImportedRow.objects.filter(call=call).values_list("fingerprint", flat=True)),
        taken=frozenset(documents.values_list("document_index", flat=True)),
        compositions=[
            rule
            for rule in call.eligibility_rules.filter(kind="composition", severity="block")
            if not rule.parameters.get("waivable")
        ],
        document_index=lambda number: blind(fold(number).replace(" ", ""), "document"),
    )


def sheet_of(batch: ImportBatch) -> Sheet:
    """Return the table of an import that is not through."""
    return Sheet(batch.headings, [(number, cells) for number, cells in json.loads(batch.table or "[]")])


def check(
    batch: ImportBatch, *, at: datetime, step: Any = None, context: reading.Context | None = None
) -> reading.Reading:
    """Read every row without writing anything, and keep what was found, sealed."""
    if batch.call.state not in OPEN:
        raise Refused([_("Applications are imported into a call that is open, or closed and in screening.")])
    context = context or context_of(batch.call, at)
    found = reading.read(sheet_of(batch), batch.columns, batch.options, context, step)
    shown = [[one.row, one.column, one.value, one.sentence] for one in found.problems[:MOST_SHOWN]]
    batch.report = json.dumps(
        {
            "ready": len(found.drafts),
            "skipped": found.skipped,
            "left_out": _left_out(batch),
            "problems": shown,
            "count": len(found.problems),
        },
        ensure_ascii=False,
    )
    batch.checked_at = at
    batch.save(update_fields=["report", "checked_at"])
    return found


def _left_out(batch: ImportBatch) -> list[tuple[str, int]]:
    """Return the columns that nothing takes, each with how many of its cells are filled; empty ones not."""
    rows = sheet_of(batch).rows
    found = [
        (heading, sum(bool(cells[place].strip()) for _number, cells in rows))
        for place, heading in enumerate(batch.headings)
        if not batch.columns.get(heading)
    ]
    return [(heading, count) for heading, count in found if count]


def carry_out(batch: ImportBatch, *, actor: Any, at: datetime, step: Any = None) -> dict[str, int]:
    """Read every row again and write all of them, or none. Raises `Refused` with what stands in the way."""
    if not access.may(actor, "applications.import_applications", batch.call):
        raise Refused([_("You may not do this.")])
    if batch.imported_at is not None:
        raise Refused([_("This file is imported already.")])
    context = context_of(batch.call, at)
    found = check(batch, at=at, step=step, context=context)
    if found.problems:
        raise Refused([_("Nothing was imported: some rows have problems.")])
    version = current_form(batch.call, "idea")
    written = 0
    if found.drafts:
        written = writing.write(batch, found.drafts, context, version, actor=actor, at=at)
    else:
        batch.imported_at, batch.table, batch.report = at, "", ""
        batch.save()
    return {"written": written, "skipped": found.skipped}


def work(progress: jobs.Progress) -> None:
    """The long work: the dry run, or the import itself."""
    given = progress.job.given
    batch = ImportBatch.objects.select_related("call__programme").get(pk=given["batch"])
    progress.result = {"batch": batch.pk}
    progress.begin(batch.row_count, _("Reading rows"))
    try:
        if given["write"]:
            done = carry_out(batch, actor=progress.job.owner, at=timezone.now(), step=progress.step)
            progress.result |= done
        else:
            found = check(batch, at=timezone.now(), step=progress.step)
            progress.result |= {"ready": len(found.drafts), "problems": len(found.problems)}
    except Refused as refused:
        raise jobs.Failed(" ".join(refused.sentences)) from refused


def start(batch: ImportBatch, *, write: bool, actor: Any, at: datetime) -> Any:
    """Put the dry run or the import in the queue; return the work."""
    title = _("Import “%(file)s”") if write else _("Dry run of “%(file)s”")
    return jobs.start(
        KIND,
        owner=actor,
        title=title % {"file": batch.file_name},
        given={"batch": batch.pk, "write": write},
        at=at,
        programme_id=batch.programme_id,
    )


def result(request: Any, job: Any) -> dict[str, Any]:
    """What the result page shows: the report, opened for those who may import."""
    batch = ImportBatch.objects.select_related("call__programme").get(pk=job.given["batch"])
    report = json.loads(batch.report) if batch.report else {}
    return {"batch": batch, "report": report, "most": MOST_SHOWN}


def may_read(user: Any, job: Any) -> bool:
    """Whether the owner of a work may still import into its call."""
    batch = ImportBatch.objects.select_related("call").filter(pk=job.given.get("batch")).first()
    return batch is not None and access.may(user, "applications.import_applications", batch.call)


def forget(now: datetime) -> int:
    """Empty tables that nobody imported within a week; for `tick`."""
    from datetime import timedelta

    old = ImportBatch.objects.filter(imported_at__isnull=True, made_at__lt=now - timedelta(days=7))
    stale = list(old.exclude(table="").only("pk", "vault_key"))
    for batch in stale:
        batch.table, batch.report = "", ""
        batch.save(update_fields=["table", "report"])
    return len(stale)


def register() -> None:
    """Make the long work and the cleaning known."""
    from workflow import tick

    jobs.register(jobs.Kind(KIND, work, "applications/_import_result.html", result, may_read))
    tick.register("tables of imports emptied", forget)
