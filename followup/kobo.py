"""Reading exports of KoboToolbox and ODK: which column is which question, and a row as answers. Pure.

Such a table has one line per submission. Groups stand before a name with slashes ("money/turnover"; ODK
Central uses "-" or ":"), a question with several answers has one column more for each answer
("tools/hammer" with 1 or 0), media columns hold file names, and the submission's identifier stands under
`meta/instanceID` ("uuid:…"; Kobo also has `_uuid`). Format: ODK XForms specification, and the export
settings of KoboToolbox.
"""

import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from followup.form_parts import (
    CHOICE,
    CHOICES,
    COUNT,
    DATE,
    LONG,
    MONEY,
    NOTE,
    NUMBER,
    PHOTOS,
    PLACE,
    SIGNATURE,
    SIGNED,
    TABLE,
    TEXT,
    YES_NO,
    Ask,
    Part,
    asks_of,
)

UID, CASE, VISIT, COACH, ENDED = "_uid", "_case", "_visit", "_coach", "_ended"
OWN_TARGETS = (UID, CASE, VISIT, COACH, ENDED)
GUESSES = {
    UID: ("metainstanceid", "instanceid", "uuid", "key"),
    CASE: ("case", "casenumber", "dossier", "numerododossier", "numerodedossier", "jalon"),
    VISIT: ("visit", "visitcode", "visite"),
    COACH: ("coach", "submittedby", "username", "accompagnateur"),
    ENDED: ("end", "submissiontime", "submissiondate"),
}
YES = {"yes", "oui", "نعم", "1", "true", "y", "o"}
NO = {"no", "non", "لا", "0", "false", "n"}
PARTS = re.compile(r"[/:]")
NEVER = {"", "none", "nan", "n/a", "na"}


@dataclass
class Line:
    """One row as it will be taken in. problems: sentences; with one of them the row is refused.

    media: question and name of each file.
    """

    number: int
    uid: uuid.UUID | None = None
    case: str = ""
    visit: str = ""
    coach: str = ""
    performed_at: datetime | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    media: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def targets(parts: Iterable[Part]) -> list[Ask]:
    """Return the questions that a column can answer; tables have files of their own in such exports."""
    return [ask for ask in asks_of(parts) if ask.kind not in (TABLE, NOTE)]


def tables(parts: Iterable[Part]) -> list[Ask]:
    """Return the questions that a table of what repeats can answer."""
    return [ask for ask in asks_of(parts) if ask.kind == TABLE]


def folded(text: str) -> str:
    """Return a name without case, accents and signs, to be compared."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum() and not unicodedata.combining(letter))


def parents(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> dict[str, str]:
    """Return the columns that are one answer of a question with several answers, each with its question.

    Such a column extends the name of another one, and holds nothing but 1, 0, true and false.
    """
    names = set(headings)
    found = {}
    for heading in headings:
        for at in (match.start() for match in PARTS.finditer(heading)):
            if heading[:at] in names:
                found[heading] = heading[:at]
    if not found:
        return found
    places = {heading: headings.index(heading) for heading in found}
    flags = {"", "0", "1", "true", "false"}
    odd = {
        heading
        for row in rows
        for heading, at in places.items()
        if at < len(row) and row[at].strip().casefold() not in flags
    }
    return {heading: parent for heading, parent in found.items() if heading not in odd}


def suggest(headings: Sequence[str], parts: Iterable[Part]) -> dict[str, str]:
    """Return a column for each target whose name says it, by whole name first, then by its last part."""
    whole = {folded(heading): heading for heading in reversed(headings)}
    last = {folded(PARTS.split(heading)[-1]): heading for heading in reversed(headings)}
    found = {}
    for target, names in GUESSES.items():
        hits = [place[name] for name in names for place in (whole, last) if name in place]
        if hits:
            found[target] = hits[0]
    for ask in targets(parts):
        if (hit := whole.get(folded(ask.name)) or last.get(folded(ask.name))) is not None:
            found.setdefault(ask.name, hit)
    return found


def left_out(
    headings: Sequence[str],
    rows: Sequence[tuple[int, Sequence[str]]],
    mapping: Mapping[str, str],
    options: Mapping[str, str],
) -> list[tuple[str, int]]:
    """Return the columns that nothing takes, each with how many of its cells are filled; empty ones not."""
    taken = set(mapping.values())
    taken |= {heading for heading, parent in options.items() if parent in taken}
    found = []
    for at, heading in enumerate(headings):
        if heading not in taken:
            filled = sum(1 for _number, cells in rows if at < len(cells) and cells[at].strip())
            if filled:
                found.append((heading, filled))
    return found


def suggest_repeats(repeats: Mapping[str, Sequence[str]], parts: Iterable[Part]) -> dict[str, str]:
    """Return a column of a table of what repeats for each column of a question: "jobs.sex" to "jobs\\tsex".

    repeats: headings by the table's name, those of the tables above it behind them as "table, tab, heading".
    A table is taken for the question of its name.
    """
    found = {}
    for ask in tables(parts):
        for name, headings in repeats.items():
            if folded(PARTS.split(name.split("-")[-1])[-1]) != folded(ask.name):
                continue
            last = {
                folded(PARTS.split(heading.rpartition("\t")[2])[-1]): heading
                for heading in reversed(headings)
            }
            for column in ask.columns:
                if heading := last.get(folded(column.name)):
                    found[f"{ask.name}.{column.name}"] = f"{name}\t{heading}"
    return found


def line_of(
    number: int,
    row: Mapping[str, str],
    mapping: Mapping[str, str],
    *,
    parts: Iterable[Part],
    exponent: int,
    repeated: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
) -> Line:
    """Return a row as it will be taken in.

    row: cells by heading. mapping: heading by target. exponent: decimals of the programme's currency; money
    in the table is in whole units. repeated: lines that belong to the row by the table of what repeats.
    """
    line = Line(number)

    def cell(target: str) -> str:
        return row.get(mapping.get(target, ""), "").strip()

    try:
        line.uid = uuid.UUID(cell(UID).removeprefix("uuid:"))
    except ValueError:
        line.problems.append(_("No identifier of the submission (meta/instanceID)."))
    line.case, line.visit, line.coach = cell(CASE), cell(VISIT).upper(), cell(COACH)
    if not line.case:
        line.problems.append(_("No case number."))
    for ask in targets(parts):
        text = cell(ask.name if ask.kind != PLACE else "place")
        if text.casefold() in NEVER and ask.kind != CHOICE:
            continue
        if not text:
            continue
        _take(line, ask, text, exponent)
    for ask in tables(parts):
        _take_table(line, ask, mapping, repeated or {}, exponent)
    line.performed_at = _moment(cell(ENDED)) or _noon(line.answers.get("performed_on"))
    if line.performed_at is not None:
        line.answers.setdefault("performed_on", line.performed_at.date().isoformat())
    else:
        line.problems.append(_("No date of the visit."))
    return line


def _take(line: Line, ask: Ask, text: str, exponent: int) -> None:
    if ask.kind in (PHOTOS, SIGNATURE):
        line.media += [(ask.name, name) for name in text.split()]
        return
    if ask.kind == PLACE:
        _place(line, text)
        return
    value = _value(ask, text, exponent)
    if value is None:
        line.problems.append(_("%(question)s: this is no answer.") % {"question": ask.label})
    else:
        line.answers[ask.name] = value


def _take_table(
    line: Line,
    ask: Ask,
    mapping: Mapping[str, str],
    repeated: Mapping[str, Sequence[Mapping[str, str]]],
    exponent: int,
) -> None:
    columns = [
        (one, mapping[f"{ask.name}.{one.name}"]) for one in ask.columns if f"{ask.name}.{one.name}" in mapping
    ]
    names = {meant.partition("\t")[0] for _column, meant in columns}
    rows = []
    for name in sorted(names):
        for cells in repeated.get(name, ()):
            found = {}
            for column, meant in columns:
                table, _tab, heading = meant.partition("\t")
                text = cells.get(heading, "").strip() if table == name else ""
                if not text:
                    continue
                value = _value(column, text, exponent)
                if value is None:
                    line.problems.append(
                        _("%(question)s: this is no answer.") % {"question": f"{ask.label}, {column.label}"}
                    )
                else:
                    found[column.name] = value
            if found:
                rows.append(found)
    if rows:
        line.answers[ask.name] = rows


def _value(ask: Ask, text: str, exponent: int) -> Any:
    if ask.kind in (TEXT, LONG):
        return text if not ask.limit or len(text) <= ask.limit else None
    if ask.kind == COUNT:
        found = _decimal(text)
        return int(found) if found is not None and found == found.to_integral_value() else None
    if ask.kind in (MONEY, SIGNED):
        found = _decimal(text)
        minor = found.scaleb(exponent) if found is not None else None
        return int(minor) if minor is not None and minor == minor.to_integral_value() else None
    if ask.kind == NUMBER:
        found = _decimal(text)
        return None if found is None else int(found) if found == found.to_integral_value() else float(found)
    if ask.kind == CHOICES:
        chosen = [_choice(ask, one) for one in ([text] if _choice(ask, text) else text.split())]
        return None if None in chosen else list(dict.fromkeys(chosen))
    if ask.kind == YES_NO:
        said = text.casefold()
        return True if said in YES else False if said in NO else None
    if ask.kind == CHOICE:
        return _choice(ask, text)
    if ask.kind == DATE:
        moment = _moment(text)
        return moment.date().isoformat() if moment else None
    return None


def _choice(ask: Ask, text: str) -> str | None:
    """Return the answer that a text means: its code, or its words in any of our languages."""
    said = folded(text)
    for code, _label in ask.choices:
        if folded(code) == said:
            return str(code)
    for language in ("en", "fr", "ar"):
        with translation.override(language):
            for code, label in ask.choices:
                if folded(str(label)) == said:
                    return str(code)
    return None


def _decimal(text: str) -> Decimal | None:
    plain = re.sub(r"[\s\u00a0\u202f]", "", text)
    if plain.count(",") == 1 and "." not in plain and len(plain.split(",")[1]) != 3:
        plain = plain.replace(",", ".")
    try:
        found = Decimal(plain.replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal(10) ** 13 else None


def _place(line: Line, text: str) -> None:
    """Take "latitude longitude altitude accuracy" apart."""
    parts = text.replace(",", " ").split()
    try:
        numbers = [float(part) for part in parts]
        latitude, longitude = numbers[0], numbers[1]
    except (ValueError, IndexError):
        line.problems.append(_("The place is none."))
        return
    line.answers |= {"latitude": latitude, "longitude": longitude}
    if len(numbers) > 3:
        line.answers["accuracy"] = numbers[3]


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _noon(day: Any) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(day), time(12), tzinfo=UTC)
    except (TypeError, ValueError):
        return None
