"""Pairs of files and jurors as a table: taken away, changed elsewhere, brought in and checked row by row.

A table adds pairs and takes none away: who should leave a file is withdrawn on the page of that pair. Every
rule of the draw holds for a pair that is brought in: no conflict, no limit passed, no more jurors than a file
needs.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.bidi import isolate
from documents.intake.tables import Sheet
from scoring.draw import BATCH, reason_label
from scoring.draw_table import Table, read_table
from scoring.models import JuryAssignment, Round
from scoring.models.jury import LIVE
from workflow.digits import western
from workflow.export import csv_chunks

NOTHING = "–"
HEAD = ("case", "juror", "name", "state")
CASE_WORDS = {"case", "file", "dossier", "ملف", "case number", "numero", "numéro"}
JUROR_WORDS = {"juror", "jure", "juré", "e-mail", "email", "محكم", "المحكم"}


@dataclass
class Found:
    """What a table holds: pairs as (row of the file, column of the juror), and (row, sentence) of problems.

    known: pairs that exist already and are left as they are.
    """

    table: Table
    pairs: list[tuple[int, int]] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    known: int = 0

    @property
    def shown(self) -> list[tuple[str, Any]]:
        """(case number, juror) of each new pair."""
        return [(self.table.files[row].number, self.table.jurors[column]) for row, column in self.pairs]

    @property
    def text(self) -> str:
        """The new pairs as a table, for the page that confirms them."""
        return "".join(csv_chunks(HEAD[:2], [(number, juror.user.email) for number, juror in self.shown]))


def as_csv(held: Round) -> str:
    """Return the pairs of a round that have not ended as a table: brought back, it adds nothing."""
    rows = (
        JuryAssignment.objects.filter(round=held)
        .filter(state__in=["proposed", *LIVE])
        .order_by("application__case__serial", "engagement__user__full_name")
        .values_list(
            "application__case__number", "engagement__user__email", "engagement__user__full_name", "state"
        )
    )
    return "".join(csv_chunks(HEAD, rows.iterator()))


def read(held: Round, sheet: Sheet) -> Found:
    """Read pairs and check each against the rules of a draw; nothing is written."""
    table = read_table(held)
    found = Found(table)
    columns = _columns(sheet.headings)
    if columns is None:
        found.problems.append(
            (1, _("The table needs a column “case” with case numbers and a column “juror” with e-mails."))
        )
        return found
    files = {file.number: row for row, file in enumerate(table.files)}
    jurors = {(juror.user.email or "").lower(): column for column, juror in enumerate(table.jurors)}
    loads = Counter(column for _row, column in table.kept)
    sizes = Counter(row for row, _column in table.kept)
    seen = set(table.kept)
    for line, cells in sheet.rows:
        number, email = (_cell(cells, place) for place in columns)
        if not number and not email:
            continue
        row = files.get(western(number))
        column = jurors.get(email.lower())
        if row is not None and column is not None and (row, column) in seen:
            found.known += 1
            continue
        shown = (isolate(number or NOTHING), isolate(email or NOTHING))
        problem = _problem(held, table, row, column, *shown, sizes, loads)
        if problem or row is None or column is None:
            found.problems.append((line, problem))
            continue
        found.pairs.append((row, column))
        seen.add((row, column))
        sizes[row] += 1
        loads[column] += 1
    return found


def _cell(cells: list[str], place: int) -> str:
    """Return a cell as it was before a file made it harmless for spreadsheets."""
    return cells[place].strip().removeprefix("'") if place < len(cells) else ""


def _columns(headings: list[str]) -> tuple[int, int] | None:
    folded = [heading.strip().lower() for heading in headings]
    case = next((place for place, heading in enumerate(folded) if heading in CASE_WORDS), None)
    juror = next((place for place, heading in enumerate(folded) if heading in JUROR_WORDS), None)
    return None if case is None or juror is None else (case, juror)


def _problem(
    held: Round,
    table: Table,
    row: int | None,
    column: int | None,
    number: str,
    email: str,
    sizes: Counter[int],
    loads: Counter[int],
) -> str:
    if row is None:
        return _("%(number)s waits for no juror in this round.") % {"number": number}
    if column is None:
        return _("%(juror)s has not accepted to sit in this jury.") % {"juror": email}
    if (row, column) in table.apart:
        why = reason_label(table.apart[row, column])
        return _("%(juror)s and %(number)s are kept apart: %(why)s.") % {
            "juror": email,
            "number": number,
            "why": why,
        }
    if sizes[row] >= held.jurors:
        return _("%(number)s has its %(count)s jurors already.") % {"number": number, "count": held.jurors}
    limit = table.jurors[column].max_files
    if limit is not None and loads[column] >= limit:
        return _("%(juror)s takes %(limit)s files at most.") % {"juror": email, "limit": limit}
    return ""


def propose(held: Round, found: Found) -> int:
    """Write the pairs as proposals, to be confirmed like those of a draw; return how many."""
    with transaction.atomic():
        Round._base_manager.select_for_update(of=("self",)).get(pk=held.pk)
        taken = set(
            JuryAssignment.objects.filter(round=held)
            .exclude(state__in=["discarded", "withdrawn"])
            .values_list("application_id", "engagement_id")
        )
        fresh = [
            JuryAssignment(round=held, engagement=juror, application_id=file.pk)
            for row, column in found.pairs
            if ((file := found.table.files[row]).pk, (juror := found.table.jurors[column]).pk) not in taken
        ]
        JuryAssignment.objects.bulk_create(fresh, batch_size=BATCH)
    return len(fresh)
