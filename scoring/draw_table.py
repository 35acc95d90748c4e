"""What a draw is made from: the files and jurors of a round, who must not meet, who knows which sector.

Reads the database into plain values; `draw.py` draws from them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import QuerySet

from applications.models import Application, ApplicationMember, Identity, Person
from applications.vault import blind, fold
from scoring import assignment, discrepant
from scoring.models import (
    DeclaredConflict,
    JurorEngagement,
    JuryAssignment,
    Round,
    RoundKind,
    Stage,
)
from scoring.models.jury import APART, DRAWN_IN, LIVE

LANGUAGE, SITE, DECLARED, ASIDE, BEFORE, SAME_PERSON = (
    "language",
    "site",
    "declared",
    "aside",
    "before",
    "same_person",
)
PHONE_DIGITS = 9


@dataclass(frozen=True)
class File:
    """One file that needs jurors."""

    pk: int
    number: str
    language: str
    site_id: int | None
    sector: str = ""


@dataclass(frozen=True)
class Table:
    """Everything a draw is made from: files and jurors in a fixed order, and why pairs stay apart.

    apart: (row of the file, column of the juror) -> reason. kept: pairs that exist already. called: files
    for which one more juror was called.
    """

    round: Round
    files: list[File]
    jurors: list[JurorEngagement]
    apart: dict[tuple[int, int], str]
    kept: set[tuple[int, int]]
    called: frozenset[int] = frozenset()

    @property
    def extra(self) -> assignment.Loads:
        """One number a file: 1 where one more juror was called."""
        return np.array([file.pk in self.called for file in self.files], dtype=np.int64)

    @property
    def allowed(self) -> assignment.Pairs:
        """files x jurors, false where they must not meet."""
        matrix = np.ones((len(self.files), len(self.jurors)), dtype=np.bool_)
        for row, column in self.apart:
            matrix[row, column] = False
        return matrix

    @property
    def existing(self) -> assignment.Pairs:
        """files x jurors, true where an assignment exists."""
        matrix = np.zeros((len(self.files), len(self.jurors)), dtype=np.bool_)
        for row, column in self.kept:
            matrix[row, column] = True
        return matrix

    @cached_property
    def preference(self) -> assignment.Preference:
        """files x jurors, 1 where the juror knows the sector of the file."""
        known = [[word for word in map(fold, juror.sectors) if word] for juror in self.jurors]
        columns: dict[str, assignment.Preference] = {}
        for file in self.files:
            if file.sector not in columns:
                said = fold(file.sector)
                hits = [bool(said) and any(word in said or said in word for word in words) for words in known]
                columns[file.sector] = np.array(hits, dtype=np.int8)
        return np.array([columns[file.sector] for file in self.files], dtype=np.int8)

    @property
    def kinds(self) -> Any:
        """One number a file: files in one language are read by the same jurors."""
        numbers: dict[str, int] = {}
        return np.array([numbers.setdefault(file.language, len(numbers)) for file in self.files])


def read_table(held: Round) -> Table:
    """Read files, jurors and everything that keeps them apart."""
    applications = (
        files_of(held)
        .order_by("case__serial")
        .values_list("pk", "case__number", "language", "case__site_id", "sector")
    )
    files = [File(*row) for row in applications]
    jurors = _jurors_of(held)
    rows = {file.pk: row for row, file in enumerate(files)}
    columns = {juror.pk: column for column, juror in enumerate(jurors)}
    kept = {
        (rows[application_id], columns[engagement_id])
        for application_id, engagement_id in JuryAssignment.objects.filter(
            round=held, state__in=LIVE
        ).values_list("application_id", "engagement_id")
        if application_id in rows and engagement_id in columns
    }
    apart: dict[tuple[int, int], str] = {}
    # The last reason found for a pair is the one that is told: the most personal one.
    for pair, reason in _apart(held, files, jurors, rows, columns):
        apart[pair] = reason
    open_pairs = {pair: why for pair, why in apart.items() if pair not in kept}
    return Table(held, files, jurors, open_pairs, kept, frozenset(discrepant.extra_in(held)))


def _jurors_of(held: Round) -> list[JurorEngagement]:
    """Who may be drawn: agents for a site visit where some were invited, jurors for anything else."""
    accepted = JurorEngagement.objects.filter(session=held.session_id, state="accepted")
    found = list(accepted.prefetch_related("sites").order_by("pk"))
    agents = [one for one in found if one.visits]
    if held.kind == RoundKind.VISIT and agents:
        return agents
    return [one for one in found if not one.visits]


def files_of(held: Round) -> "QuerySet[Application]":
    """Return the applications that need jurors in a round."""
    return Application.objects.filter(session=held.session_id, state__in=DRAWN_IN[Stage(held.grid.stage)])


Pair = tuple[tuple[int, int], str]


def _apart(
    held: Round,
    files: list[File],
    jurors: list[JurorEngagement],
    rows: dict[int, int],
    columns: dict[int, int],
) -> Iterator[Pair]:
    by_language: dict[str, list[int]] = defaultdict(list)
    by_site: dict[int | None, list[int]] = defaultdict(list)
    for row, file in enumerate(files):
        by_language[file.language].append(row)
        by_site[file.site_id].append(row)
    for column, juror in enumerate(jurors):
        for language, listed in by_language.items():
            if language not in juror.languages:
                yield from (((row, column), LANGUAGE) for row in listed)
        own = {site.pk for site in juror.sites.all()}
        for site_id, listed in by_site.items():
            # A juror marks no file of the own site; an agent goes to the own sites alone.
            if own and (site_id in own) != juror.visits:
                yield from (((row, column), SITE) for row in listed)
    declared = DeclaredConflict.objects.filter(engagement__in=jurors, lifted_at__isnull=True)
    aside = JuryAssignment.objects.filter(round__session=held.session_id, state__in=APART)
    for reason, found in ((DECLARED, declared), (ASIDE, aside)):
        for application_id, engagement_id in found.values_list("application_id", "engagement_id"):
            if application_id in rows and engagement_id in columns:
                yield (rows[application_id], columns[engagement_id]), reason
    by_user = {juror.user_id: column for column, juror in enumerate(jurors)}
    for application_id, user_id in _marked_before(held):
        if application_id in rows and user_id in by_user:
            yield (rows[application_id], by_user[user_id]), BEFORE
    for application_id, engagement_id in _same_persons(held, jurors):
        if application_id in rows:
            yield (rows[application_id], columns[engagement_id]), SAME_PERSON


def _marked_before(held: Round) -> Iterator[tuple[int, int]]:
    """Files that an appeal brought back, and who had them in an earlier session: fresh jurors read them."""
    returned = Application.objects.filter(session=held.session_id, appeals__state="upheld")
    had = JuryAssignment.objects.filter(application__in=returned).exclude(round__session=held.session_id)
    had = had.exclude(state__in=["proposed", "discarded"])
    yield from had.values_list("application_id", "engagement__user_id").distinct()


def _same_persons(held: Round, jurors: list[JurorEngagement]) -> Iterator[tuple[int, int]]:
    """Applications of which a juror is applicant or member, or shares a household with one.

    The same account or identity document is the same person; who gives the same phone lives together.
    """
    by_user = {juror.user_id: juror.pk for juror in jurors}
    by_phone: dict[str, set[int]] = defaultdict(set)
    by_document: dict[str, set[int]] = defaultdict(set)
    for juror in jurors:
        if digits := fold(str(juror.user.phone or "")).replace(" ", ""):
            by_phone[blind(digits[-PHONE_DIGITS:], "phone")].add(juror.pk)
    own = Identity.objects.filter(person__user__in=by_user)
    for document, phone, user_id in own.values_list("document_index", "phone_index", "person__user"):
        by_document[document].add(by_user[user_id])
        by_phone[phone].add(by_user[user_id])
    persons: dict[int, set[int]] = defaultdict(set)
    by_phone.pop("", None)
    by_document.pop("", None)
    lookups: tuple[tuple[str, dict[Any, set[int]]], ...] = (
        ("person__user", {user_id: {pk} for user_id, pk in by_user.items()}),
        ("phone_index", by_phone),
        ("document_index", by_document),
    )
    for index_field, known in lookups:
        found = Identity.objects.filter(**{f"{index_field}__in": list(known)})
        for person_id, index in found.values_list("person", index_field):
            persons[person_id] |= known[index]
    # An account without a vault row is the person all the same.
    for person_id, user_id in Person.objects.filter(user__in=by_user).values_list("pk", "user"):
        persons[person_id].add(by_user[user_id])
    members = ApplicationMember.objects.filter(person__in=persons, application__session=held.session_id)
    applicants = Application.objects.filter(applicant__in=persons, session=held.session_id)
    pairs = [
        *members.values_list("application_id", "person_id"),
        *applicants.values_list("pk", "applicant_id"),
    ]
    for application_id, person_id in pairs:
        for engagement_id in persons[person_id]:
            yield application_id, engagement_id
