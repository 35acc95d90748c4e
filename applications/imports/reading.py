"""Rows of a table become applications to be, or problems with row, column, value and sentence."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property, partial
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from applications import answers
from applications.form_definition import Form
from applications.imports import cells, groups, values
from applications.imports.targets import PERSON
from applications.imports.values import Unreadable
from applications.models import Category
from applications.written_dates import DAY_FIRST
from documents.intake.tables import Sheet
from programmes.money import Money
from workflow import display
from workflow.digits import western

SHOWN = 60


class Problem(NamedTuple):
    """One thing that stands against the import; row 0 is the file as a whole: it lacks a column."""

    row: int
    column: str
    value: str
    sentence: str


@dataclass
class Draft:
    """One row: an application to be, or one more person of it.

    values: of the person; given: answers; fingerprint: of the whole row; members: the rows of those who apply
    together with this one.
    """

    row: int
    fingerprint: str
    values: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    track: Any = None
    site: Any = None
    sent_at: Any = None
    session: Any = None
    members: list["Draft"] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)

    @property
    def people(self) -> list["Draft"]:
        """The rows of everybody who applies, the applicant first."""
        return [self, *self.members]


@dataclass(frozen=True)
class Context:
    """What rows are read against.

    seen: fingerprints imported before; taken: documents that have applied; compositions: rules on groups that
    nobody may waive.
    """

    call: Any
    form: Form
    tracks: Sequence[Any]
    sites: Mapping[str, Any]
    sessions: Sequence[Any]
    now: datetime
    seen: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    document_index: Any = None
    compositions: Sequence[Any] = ()

    @cached_property
    def names_of_sites(self) -> dict[str, tuple[str, ...]]:
        """What each site is called, by its code."""
        return {code: (site.name_fr, site.name_en, site.name_ar) for code, site in self.sites.items()}


@dataclass
class Reading:
    """What a dry run found."""

    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: int = 0


def fingerprint(headings: Sequence[str], cells: Sequence[str]) -> str:
    """Return the digest of a row, the same whatever the order of the columns."""
    pairs = sorted(
        (heading, cell.strip()) for heading, cell in zip(headings, cells, strict=True) if cell.strip()
    )
    return hashlib.sha256(json.dumps(pairs, ensure_ascii=False).encode()).hexdigest()


def read(
    sheet: Sheet, columns: Mapping[str, str], options: Mapping[str, Any], context: Context, step: Any = None
) -> Reading:
    """Read every row; columns: heading -> meaning. step: called after each row."""
    found = Reading()
    met: dict[str, int] = {}
    reader = _Reader(sheet.headings, columns, options, context, found)
    for bundle in groups.bundles(sheet, columns):
        fresh: list[tuple[Draft, list[str]]] = []
        for number, cells_of_row in bundle:
            mark = fingerprint(sheet.headings, cells_of_row)
            if mark in context.seen:
                found.skipped += 1
            elif mark in met:
                sentence = _("The same as row %(row)s.") % {"row": met[mark]}
                found.problems.append(Problem(number, "", "", sentence))
            else:
                met[mark] = number
                fresh.append((Draft(number, mark), cells_of_row))
            if step:
                step()
        if fresh and any(mark_in in context.seen for mark_in in _marks(sheet.headings, bundle)):
            sentence = _("A part of this group was imported before. A group is imported as a whole.")
            found.problems.append(Problem(fresh[0][0].row, "", "", sentence))
        elif fresh:
            reader.read(fresh)
    return found


def _marks(headings: Sequence[str], bundle: Sequence[tuple[int, list[str]]]) -> list[str]:
    return (
        [fingerprint(headings, cells_of_row) for _number, cells_of_row in bundle] if len(bundle) > 1 else []
    )


@dataclass
class _Reader:
    """Reads the rows of one application after another, and keeps what it found."""

    headings: Sequence[str]
    columns: Mapping[str, str]
    options: Mapping[str, Any]
    context: Context
    found: Reading
    documents: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.where: dict[str, str] = {}
        self.mapped: list[tuple[str, str, int]] = []
        self.lacking: set[str] = set()
        self.faulty = False
        for place, heading in enumerate(self.headings):
            if target := self.columns.get(heading, ""):
                self.where.setdefault(target, heading)
                self.mapped.append((heading, target, place))

    def complain(self, draft: Draft, target: str, sentence: str, value: str = "") -> None:
        """Keep a problem of a row; no second one about a cell that could not be read."""
        if target not in draft.unreadable:
            self.faulty = True
            heading = self.where.get(target, "")
            self.found.problems.append(Problem(draft.row, heading, value[:SHOWN], str(sentence)))

    def lack(self, draft: Draft, target: str, label: str, sentence: str) -> None:
        """Keep that a row has nothing where something is needed; once for a file without such a column."""
        if any(one == target or one.startswith(f"{target}.") for one in self.where):
            self.complain(draft, target, sentence)
            return
        self.faulty = True
        if target not in self.lacking:
            self.lacking.add(target)
            if target.startswith("form."):
                sentence = _("No column of the file answers this question, and it is required.")
            self.found.problems.append(Problem(0, label, "", str(sentence)))

    def read(self, rows: Sequence[tuple[Draft, list[str]]]) -> None:
        """Read the rows of one application: the first carries the answers, the others are members."""
        self.faulty = False
        lead = rows[0][0]
        for draft, row in rows:
            self._cells(draft, row)
            self._person(draft, lead)
        self._whole(lead)
        lead.members = [draft for draft, _row in rows[1:]]
        groups.check(lead.people, self.context, self.complain)
        self._answers(lead)
        if not self.faulty:
            self.found.drafts.append(lead)

    def _cells(self, draft: Draft, row: Sequence[str]) -> None:
        """What stands in each cell, as the columns mean it."""
        raw: dict[str, str] = {}
        for heading, target, place in self.mapped:
            cell = row[place]
            if not cell:
                continue
            try:
                text = values.clean(cell)
            except Unreadable as error:
                self.faulty = True
                self.found.problems.append(Problem(draft.row, heading, "", str(error)))
                draft.unreadable.add(target)
                continue
            raw[target] = f"{raw[target]} {text}".strip() if raw.get(target) else text
        for target, text in raw.items():
            space, _dot, key = target.partition(".")
            if not text:
                continue
            try:
                if space == "form":
                    draft.given[key] = _answer(self.context, key, text, self.options)
                else:
                    draft.values[key] = _value(self.context, key, text, self.options)
            except Unreadable as error:
                self.complain(draft, target, str(error), text)
                draft.unreadable.add(target)
        draft.given = cells.gather(self.context.form, draft.given)

    def _answers(self, lead: Draft) -> None:
        """What is missing or wrong in the answers, beside the cells that could not be read."""
        spoiled = {target.split(".")[1] for target in lead.unreadable if target.startswith("form.")}
        for key, sentence in answers.problems(self.context.form, lead.given).items():
            if key in spoiled or key in self.options.get("later", ()):
                continue
            label = self.context.form.question(key).label_in(display.language())
            if answers.is_empty(lead.given.get(key)):
                self.lack(lead, f"form.{key}", label, sentence)
                continue
            self.faulty = True
            heading = self.where.get(f"form.{key}", label)
            self.found.problems.append(Problem(lead.row, heading, "", sentence))

    def _nothing(self, draft: Draft, key: str, sentence: str) -> None:
        """Keep that something of the person or of the application is missing."""
        label, _words = PERSON[key]
        self.lack(draft, f"person.{key}", str(label), sentence)

    def _person(self, draft: Draft, lead: Draft) -> None:
        """Who it is, that the person agreed, and that nobody applies twice."""
        said, context = draft.values, self.context
        if not (said.get("latin_name") or said.get("arabic_name")):
            target = "arabic_name" if "person.arabic_name" in self.where else "latin_name"
            self._nothing(draft, target, _("The name is missing."))
        if not said.get("birth_date"):
            self._nothing(draft, "birth_date", _("The date or year of birth is missing."))
        elif said["birth_date"] > context.now.astimezone(context.call.programme.zone).date().isoformat():
            self.complain(draft, "person.birth_date", _("This day lies in the future."), said["birth_date"])
        draft.site = context.sites.get(said.get("site") or str(self.options.get("site", ""))) or lead.site
        if draft.site is None:
            self._nothing(draft, "site", _("The site is missing."))
        if said.get("consent", bool(self.options.get("consent"))) is not True:
            self._nothing(draft, "consent", _("The consent to use the data is missing."))
        number = said.get("document_number")
        mark = context.document_index(number) if number and context.document_index else ""
        if mark and mark in context.taken:
            sentence = _("Somebody with this document has already applied to this call.")
            self.complain(draft, "person.document_number", sentence)
        elif mark and mark in self.documents:
            sentence = _("The same document as in row %(row)s.") % {"row": self.documents[mark]}
            self.complain(draft, "person.document_number", sentence)
        elif mark:
            self.documents[mark] = draft.row

    def _whole(self, draft: Draft) -> None:
        """What concerns the application: its track, how much it asks for, its day and session."""
        context = self.context
        code = draft.values.get("track") or self.options.get("track")
        draft.track = next((track for track in context.tracks if track.code == code), None)
        if draft.track is None:
            self._nothing(draft, "track", _("The track is missing."))
        elif draft.track.ceiling_minor is not None:
            asked = answers.summary(context.form, draft.given).requested
            if asked is not None and asked > draft.track.ceiling_minor:
                ceiling = display.money_text(Money(draft.track.ceiling_minor, context.call.currency))
                self.complain(draft, "", _("At most %(ceiling)s can be asked for.") % {"ceiling": ceiling})
        if not (draft.values.get("submitted_at") or self.options.get("received_on")):
            self._nothing(draft, "submitted_at", _("The day on which it was received is missing."))
            return
        _when(draft, self.options, context, partial(self.complain, draft))


def _answer(context: Context, key: str, text: str, options: Mapping[str, Any]) -> Any:
    language = str(options.get("language", "fr"))
    if "." in key:
        return cells.cell(context.form, key, text, currency=context.call.currency, language=language)
    return values.answer(
        context.form.question(key),
        text,
        currency=context.call.currency,
        language=language,
        country=context.call.programme.country,
        order=str(options.get("order", DAY_FIRST)),
    )


def _value(context: Context, key: str, text: str, options: Mapping[str, Any]) -> Any:
    order = str(options.get("order", DAY_FIRST))
    if key in ("birth_date", "submitted_at"):
        return values.a_date(text, order)
    if key == "sex":
        return values.sex(text)
    if key == "phone":
        return values.a_phone(text, context.call.programme.country)
    if key in ("consent", "photo_consent"):
        return values.yes(text)
    if key == "role":
        return groups.role(text)
    if key == "share":
        return groups.share(text)
    if key == "category":
        return values.one_of(text, {value: [str(label)] for value, label in Category.choices})
    if key == "site":
        return values.one_of(text, context.names_of_sites)
    if key == "track":
        return values.one_of(text, {t.code: (t.title_fr, t.title_en, t.title_ar) for t in context.tracks})
    limit = {"address": 300, "organisation_name": 200, "document_number": 60}.get(key, 120)
    if len(text) > limit:
        raise Unreadable(_("At most %(limit)s letters.") % {"limit": limit})
    return western(text) if key == "document_number" else text


def _when(draft: Draft, options: Mapping[str, Any], context: Context, complain: Any) -> None:
    day = draft.values.get("submitted_at") or str(options.get("received_on", ""))
    zone = context.call.programme.zone
    try:
        noon = datetime.combine(datetime.fromisoformat(day).date(), time(12), tzinfo=zone)
    except ValueError:
        complain("person.submitted_at", _("The day on which it was received is missing."))
        return
    draft.sent_at = min(noon, context.now)
    end = context.call.deadline
    if noon.date() > context.now.astimezone(zone).date():
        complain("person.submitted_at", _("This day lies in the future."), day)
    elif context.call.opens_at and noon.date() < context.call.opens_at.astimezone(zone).date():
        complain("person.submitted_at", _("The call was not open yet on this day."), day)
    elif end and noon.date() > end.astimezone(zone).date():
        complain("person.submitted_at", _("The call was closed on this day."), day)
    else:
        open_ones = [one for one in context.sessions if one.cutoff_at.astimezone(zone).date() >= noon.date()]
        draft.session = open_ones[0] if open_ones else None
        if draft.session is None:
            complain("", _("No selection session of this call takes applications any more."))
