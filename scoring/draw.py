"""Drawing jurors for the files of a round: the database's edge of `assignment.py`.

Who may not meet is decided in `draw_table.py`, who gets what in `assignment.py`. A draw can be looked at as
often as one likes; only `propose` writes anything.
"""

import hashlib
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.bidi import isolate
from scoring import assignment
from scoring.draw_table import (
    ASIDE,
    BEFORE,
    DECLARED,
    LANGUAGE,
    SAME_PERSON,
    SITE,
    File,
    Table,
    read_table,
)
from scoring.models import Draw, JurorEngagement, JuryAssignment, Round
from workflow import display, fire

SEED_BITS = 48
BATCH = 1000
LINKING = 0.1
"""Share of the assignments that chance alone makes, where jurors prefer sectors: they link the groups."""


def new_seed() -> int:
    """Return a seed from the system's source of chance."""
    return secrets.randbits(SEED_BITS)


@dataclass(frozen=True)
class Preview:
    """A draw as it would be: the table, the seed, who would get what, and what stands in the way."""

    table: Table
    seed: int
    drawn: assignment.Draw
    problems: list[str] = field(default_factory=list)

    @cached_property
    def new_pairs(self) -> list[tuple[int, int]]:
        """(row, column) of the assignments that the draw adds, in order."""
        fresh = self.drawn.pairs & ~self._existing
        return [(int(row), int(column)) for row, column in np.argwhere(fresh)]

    def line(self, row: int) -> tuple[File, list[JurorEngagement], list[JurorEngagement]]:
        """The file of a row, the jurors that the draw gives it, and those that it has."""
        has, gets = self._existing[row], self.drawn.pairs[row]
        fresh = [self.table.jurors[column] for column in np.flatnonzero(gets & ~has)]
        return self.table.files[row], fresh, [self.table.jurors[column] for column in np.flatnonzero(has)]

    @cached_property
    def _existing(self) -> assignment.Pairs:
        return self.table.existing

    @property
    def fingerprint(self) -> str:
        """A digest of what would be written: confirming asks that nothing changed since the preview."""
        text = ";".join(
            f"{self.table.files[row].pk}:{self.table.jurors[column].pk}" for row, column in self.new_pairs
        )
        return hashlib.sha256(f"{self.seed}|{text}".encode()).hexdigest()[:16]

    @property
    def loads(self) -> list[tuple[JurorEngagement, int, int]]:
        """Jurors with the files that they have and would have."""
        before = self._existing.sum(axis=0)
        return [
            (juror, int(before[column]), int(self.drawn.loads[column]))
            for column, juror in enumerate(self.table.jurors)
        ]

    @property
    def worst_served(self) -> tuple[File, int] | None:
        """The file with the fewest jurors who know its sector, and how many; None without known sectors."""
        row = assignment.fewest_preferred(self.drawn, self.table.preference)
        if row is None:
            return None
        return self.table.files[row], int((self.drawn.pairs[row] * self.table.preference[row]).sum())

    @property
    def reasons(self) -> Counter[str]:
        """How many pairs are kept apart, by reason."""
        return Counter(self.table.apart.values())


def preview(held: Round, *, seed: int) -> Preview:
    """Draw jurors for the files of a round without writing anything."""
    table = read_table(held)
    if not table.jurors or not table.files:
        missing = _("No juror has accepted yet.") if table.files else _("No file waits for jurors.")
        return Preview(table, seed, assignment.Draw(table.existing), [missing])
    drawn = assignment.draw(
        table.allowed,
        held.jurors + table.extra,
        seed=seed,
        kept=table.existing,
        limits=[juror.max_files for juror in table.jurors],
        preference=table.preference,
        kinds=table.kinds,
        linking=LINKING if table.preference.any() else 0.0,
    )
    return Preview(table, seed, drawn, list(diagnosis(table, drawn)))


def reason_label(reason: str) -> str:
    """Return why a pair is kept apart, in words."""
    return {
        LANGUAGE: _("does not read the language of the file"),
        SITE: _("site"),
        DECLARED: _("declared conflict"),
        ASIDE: _("stepped aside or declined before"),
        BEFORE: _("had the file before the appeal"),
        SAME_PERSON: _("same person or household"),
    }[reason]


def language_name(code: str) -> str:
    """Return the name of a language of the product."""
    return str(dict(settings.LANGUAGES).get(code, code))


def diagnosis(table: Table, drawn: assignment.Draw) -> Iterator[str]:
    """Say why a draw could not be completed, naming files and what is missing."""
    groups: dict[tuple[str, int, tuple[int, ...]], list[File]] = defaultdict(list)
    for short in drawn.shortages:
        file = table.files[short.file]
        groups[file.language, short.needed - len(short.allowed), short.allowed].append(file)
    for (language, lacking, allowed), files in groups.items():
        rows = {row for row, file in enumerate(table.files) if file in files}
        why = Counter(reason for (row, _column), reason in table.apart.items() if row in rows)
        yield _(
            "%(files)s: %(lacking)s more jurors who read %(language)s are needed, %(allowed)s may take them"
            " now. Kept apart: %(why)s."
        ) % {
            "files": _numbers(files),
            "lacking": lacking,
            "language": language_name(language),
            "allowed": len(allowed),
            "why": ", ".join(f"{reason_label(reason)} ({count})" for reason, count in why.most_common())
            or "–",
        }
    if drawn.full is not None:
        jurors = [str(table.jurors[column]) for column in drawn.full.jurors]
        yield ngettext(
            "%(missing)s sheet finds no juror: those who could take it are full (%(jurors)s).",
            "%(missing)s sheets find no juror: those who could take them are full (%(jurors)s).",
            drawn.full.missing,
        ) % {"missing": display.number_text(drawn.full.missing), "jurors": ", ".join(jurors)}


def _numbers(files: Iterable[File], most: int = 5) -> str:
    numbers = [isolate(file.number) for file in files]
    if len(numbers) <= most:
        return ", ".join(numbers)
    return _("%(files)s and %(count)s more") % {
        "files": ", ".join(numbers[:most]),
        "count": display.number_text(len(numbers) - most),
    }


class DrawChanged(Exception):
    """Files or jurors changed since the draw was looked at."""


def propose(held: Round, *, seed: int, fingerprint: str, by: Any, at: datetime) -> Draw:
    """Write the assignments of a draw as proposals; raises `DrawChanged` when it is not what was looked at.

    Raises ValueError when the draw is not complete.
    """
    with transaction.atomic():
        Round._base_manager.select_for_update(of=("self",)).get(pk=held.pk)
        found = preview(held, seed=seed)
        if found.problems:
            raise ValueError(" ".join(found.problems))
        if found.fingerprint != fingerprint:
            raise DrawChanged
        made = Draw.objects.create(
            round=held,
            seed=seed,
            jurors_a_file=held.jurors,
            files=len(found.table.files),
            jurors=len(found.table.jurors),
            conflicts=len(found.table.apart),
            linked=found.drawn.linked,
            matched=found.drawn.gained,
            best_matched=found.drawn.bound,
            made_at=at,
            made_by=by,
        )
        JuryAssignment.objects.bulk_create(
            [
                JuryAssignment(
                    round=held,
                    engagement=found.table.jurors[column],
                    application_id=found.table.files[row].pk,
                    draw=made,
                )
                for row, column in found.new_pairs
            ],
            batch_size=BATCH,
        )
    return made


def confirm(held: Round, *, actor: Any, limit: int | None = None) -> int:
    """Confirm the proposals of a round, one transaction each; return how many."""
    waiting = JuryAssignment.objects.filter(round=held, state="proposed").order_by("pk")
    done = 0
    for proposal in waiting[:limit] if limit else waiting:
        fire(proposal, "confirm", actor=actor)
        done += 1
    return done


def discard(held: Round, *, actor: Any) -> int:
    """Discard the proposals of a round; return how many."""
    done = 0
    for proposal in JuryAssignment.objects.filter(round=held, state="proposed").order_by("pk"):
        fire(proposal, "discard", actor=actor)
        done += 1
    return done
