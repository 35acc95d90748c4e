"""Rows of a table become applications to be, or problems with row, column, value and sentence."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.utils.translation import gettext as _

from applications import answers
from applications.form_definition import Form
from applications.imports import values
from applications.imports.values import Unreadable
from applications.models import Category
from documents.intake.tables import Sheet
from programmes.money import Money
from workflow import display
from workflow.digits import western

SHOWN = 60


@dataclass(frozen=True)
class Problem:
    """One thing that stands against the import."""

    row: int
    column: str
    value: str
    sentence: str


@dataclass
class Draft:
    """One application to be. values: of the person; given: answers; fingerprint: of the whole row."""

    row: int
    fingerprint: str
    values: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    track: Any = None
    site: Any = None
    sent_at: Any = None
    session: Any = None


@dataclass(frozen=True)
class Context:
    """What rows are read against. seen: fingerprints imported before; taken: documents that have applied."""

    call: Any
    form: Form
    tracks: Sequence[Any]
    sites: Mapping[str, Any]
    sessions: Sequence[Any]
    now: datetime
    seen: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    document_index: Any = None


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
    documents: dict[str, int] = {}
    for number, cells in sheet.rows:
        mark = fingerprint(sheet.headings, cells)
        if mark in context.seen:
            found.skipped += 1
        elif mark in met:
            sentence = _("The same as row %(row)s.") % {"row": met[mark]}
            found.problems.append(Problem(number, "", "", sentence))
        else:
            met[mark] = number
            _row(Draft(number, mark), sheet.headings, cells, columns, options, context, documents, found)
        if step:
            step()
    return found


def _row(
    draft: Draft,
    headings: Sequence[str],
    cells: Sequence[str],
    columns: Mapping[str, str],
    options: Mapping[str, Any],
    context: Context,
    documents: dict[str, int],
    found: Reading,
) -> None:
    before = len(found.problems)
    where: dict[str, str] = {}
    bad: set[str] = set()

    def complain(target: str, sentence: str, value: str = "") -> None:
        if target not in bad:
            found.problems.append(Problem(draft.row, where.get(target, ""), value[:SHOWN], str(sentence)))

    raw: dict[str, str] = {}
    for heading, cell in zip(headings, cells, strict=True):
        target = columns.get(heading, "")
        if not target:
            continue
        where.setdefault(target, heading)
        try:
            text = values.clean(cell)
        except Unreadable as error:
            found.problems.append(Problem(draft.row, heading, "", str(error)))
            bad.add(target)
            continue
        raw[target] = f"{raw[target]} {text}".strip() if raw.get(target) else text
    for target, text in raw.items():
        space, _dot, key = target.partition(".")
        if not text:
            continue
        try:
            if space == "form":
                draft.given[key] = _answer(context, key, text, options)
            else:
                draft.values[key] = _value(context, key, text, options)
        except Unreadable as error:
            complain(target, str(error), text)
            bad.add(target)
    broken = {problem.column for problem in found.problems[before:]}
    _whole(draft, options, context, documents, complain)
    for key, sentence in answers.problems(context.form, draft.given).items():
        if where.get(f"form.{key}", "") not in broken and key not in options.get("later", ()):
            label = context.form.question(key).label_in(display.language())
            found.problems.append(Problem(draft.row, where.get(f"form.{key}", label), "", sentence))
    if len(found.problems) == before:
        found.drafts.append(draft)


def _answer(context: Context, key: str, text: str, options: Mapping[str, Any]) -> Any:
    return values.answer(
        context.form.question(key),
        text,
        currency=context.call.currency,
        language=str(options.get("language", "fr")),
        country=context.call.programme.country,
        order=str(options.get("order", values.DAY_FIRST)),
    )


def _value(context: Context, key: str, text: str, options: Mapping[str, Any]) -> Any:
    order = str(options.get("order", values.DAY_FIRST))
    if key in ("birth_date", "submitted_at"):
        return values.a_date(text, order)
    if key == "sex":
        return values.sex(text)
    if key == "phone":
        return values.a_phone(text, context.call.programme.country)
    if key == "consent":
        return values.yes(text)
    if key == "category":
        return values.one_of(text, {value: [str(label)] for value, label in Category.choices})
    if key == "site":
        names = {code: (s.name_fr, s.name_en, s.name_ar) for code, s in context.sites.items()}
        return values.one_of(text, names)
    if key == "track":
        return values.one_of(text, {t.code: (t.title_fr, t.title_en, t.title_ar) for t in context.tracks})
    limit = {"address": 300, "organisation_name": 200, "document_number": 60}.get(key, 120)
    if len(text) > limit:
        raise Unreadable(_("At most %(limit)s letters.") % {"limit": limit})
    return western(text) if key == "document_number" else text


def _whole(
    draft: Draft, options: Mapping[str, Any], context: Context, documents: dict[str, int], complain: Any
) -> None:
    """What concerns the row as a whole: who, where, when, consent, nobody twice."""
    said = draft.values
    if not (said.get("latin_name") or said.get("arabic_name")):
        complain("person.latin_name", _("The name is missing."))
    if not said.get("birth_date"):
        complain("person.birth_date", _("The date or year of birth is missing."))
    draft.site = context.sites.get(said.get("site") or str(options.get("site", "")))
    if draft.site is None:
        complain("person.site", _("The site is missing."))
    code = said.get("track") or options.get("track")
    draft.track = next((track for track in context.tracks if track.code == code), None)
    if draft.track is None:
        complain("person.track", _("The track is missing."))
    elif draft.track.min_members > 1:
        complain("person.track", _("Groups are not imported: a row names one person."))
    elif draft.track.ceiling_minor is not None:
        asked = answers.summary(context.form, draft.given).requested
        if asked is not None and asked > draft.track.ceiling_minor:
            ceiling = display.money_text(Money(draft.track.ceiling_minor, context.call.currency))
            complain("", _("At most %(ceiling)s can be asked for.") % {"ceiling": ceiling})
    if said.get("consent", bool(options.get("consent"))) is not True:
        complain("person.consent", _("The consent to use the data is missing."))
    _when(draft, options, context, complain)
    number = said.get("document_number")
    mark = context.document_index(number) if number and context.document_index else ""
    if mark and mark in context.taken:
        complain("person.document_number", _("Somebody with this document has already applied to this call."))
    elif mark and mark in documents:
        sentence = _("The same document as in row %(row)s.") % {"row": documents[mark]}
        complain("person.document_number", sentence)
    elif mark:
        documents[mark] = draft.row


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
