"""A tidy file of scores: columns item, judge, criterion and score, one row a score. Pure.

Any scale, any rotation, missing cells. Scores are brought to one scale from zero up, higher is better, by
adding and turning only: `value = sign x score + offset`, which `raw` undoes. So a mean of values is the mean
of the scores, in the units of the file.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

COLUMNS = ("item", "judge", "score")
MOST_ROWS = 200_000
DECIMALS = 6
LARGEST = Decimal(10) ** 7
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "."})
ONLY_CRITERION = "score"
MOST_PROBLEMS = 50
SEPARATORS = ",;\t|"
SAID = re.compile(r"\"?sep=.\"?", re.IGNORECASE)
# Between thousands; U+066C is the Arabic sign.
SPACES = re.compile("(?<=\\d)[ \u00a0\u202f\u2009'\u2019\u066c](?=\\d{3}(?!\\d))")


class Unreadable(ValueError):
    """The file cannot be taken; `problems` are sentences, each naming its line where there is one."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Scores:
    """A file that was read.

    values: (item, judge) -> criterion -> value on the common scale. items, judges, criteria: in the order of
    the file. weights: of every criterion. missing: how many cells held no score. rounded: how many scores had
    more decimals than are kept. repeated: how many rows said once more what a row before them says.
    """

    values: Mapping[tuple[str, str], Mapping[str, Decimal]]
    items: tuple[str, ...]
    judges: tuple[str, ...]
    criteria: tuple[str, ...]
    weights: Mapping[str, Decimal]
    sign: int
    offset: Decimal
    high: Decimal
    missing: int = 0
    rounded: int = 0
    repeated: int = 0


@dataclass
class _Reading:
    rows: dict[tuple[str, str], dict[str, Decimal]] = field(default_factory=dict)
    items: dict[str, None] = field(default_factory=dict)
    judges: dict[str, None] = field(default_factory=dict)
    criteria: dict[str, None] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    missing: int = 0
    rounded: int = 0
    repeated: int = 0


def read(
    lines: Iterable[str],
    *,
    lower_is_better: bool = False,
    weights: Mapping[str, Decimal] | None = None,
) -> Scores:
    """Read a file of scores from its lines of text; raises `Unreadable` with every problem, at most 50.

    The separator (comma, semicolon, tab, bar) is that of the heading. A file without the column criterion has
    one criterion. weights: by criterion, 1 where none is given.
    """
    reading = _Reading()
    for number, cells in _rows(lines):
        _take(reading, number, cells)
        if len(reading.problems) >= MOST_PROBLEMS:
            break
    if not reading.problems and not reading.rows:
        reading.problems.append(_("The file holds no score."))
    given = {} if weights is None else dict(weights)
    for name, weight in given.items():
        if not reading.problems and name not in reading.criteria:
            reading.problems.append(_("No score is given for “%(criterion)s”.") % {"criterion": name})
        if weight <= 0:
            reading.problems.append(_("“%(criterion)s” needs a weight above zero.") % {"criterion": name})
    if reading.problems:
        raise Unreadable(reading.problems)
    return _scaled(reading, given, -1 if lower_is_better else 1)


def raw(scores: Scores, value: float) -> float:
    """Return a value of the common scale, or a mean of such, in the units of the file."""
    return original(value, scores.sign, scores.offset)


def original(value: float, sign: int, offset: Decimal) -> float:
    """Undo `value = sign x score + offset`."""
    return sign * (value - float(offset))


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    given = enumerate(lines, start=1)
    before, heading = _heading(given)
    separator = max(SEPARATORS, key=heading.count)
    names = [name.strip().strip('"').lower() for name in next(csv.reader([heading], delimiter=separator), [])]
    absent = [name for name in COLUMNS if name not in names]
    if absent:
        raise Unreadable(
            [
                _("The file needs the columns item, judge, criterion and score; missing: %(names)s.")
                % {"names": ", ".join(absent)}
            ]
        )
    reader = csv.reader((line for _number, line in given), delimiter=separator)
    try:
        for count, cells in enumerate(reader, start=1):
            if count > MOST_ROWS:
                raise Unreadable([_("At most %(rows)s rows are taken at once.") % {"rows": f"{MOST_ROWS:,}"}])
            if any(cell.strip() for cell in cells):
                yield reader.line_num + before, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise Unreadable(
            [
                _("Line %(line)s cannot be read: %(error)s")
                % {"line": reader.line_num + before, "error": error}
            ]
        ) from error


def _heading(lines: Iterator[tuple[int, str]]) -> tuple[int, str]:
    """Return the line of the headings and its number; neither empty lines nor Excel's "sep=;" are it."""
    for number, line in lines:
        plain = line.lstrip("\ufeff")
        if plain.strip() and not SAID.fullmatch(plain.strip()):
            return number, plain
    return 1, ""


def number_in(text: str) -> Decimal:
    """Return the number that a text is: "1 234,5", "1.234,5" and "1,234.5" are one; raises InvalidOperation.

    The sign that comes last is the decimal one, a comma alone too. Digits may be Arabic, a minus typographic.
    """
    plain = SPACES.sub("", text).replace("٫", ".").replace("\u2212", "-")
    if "," in plain and "." in plain:
        plain = plain.replace("," if plain.rindex(".") > plain.rindex(",") else ".", "")
    return Decimal(plain.replace(",", "."))


def _take(reading: _Reading, number: int, cells: Mapping[str, str]) -> None:
    def problem(sentence: str) -> None:
        reading.problems.append(_("Line %(line)s: %(problem)s") % {"line": number, "problem": sentence})

    item, judge = _name(cells.get("item")), _name(cells.get("judge"))
    criterion = _name(cells.get("criterion")) or ONLY_CRITERION
    if not item or not judge:
        problem(_("item and judge are needed."))
        return
    reading.items[item] = reading.judges[judge] = None
    text = (cells.get("score") or "").strip()
    if text.lower() in MISSING:
        reading.missing += 1
        return
    reading.criteria[criterion] = None
    try:
        score = number_in(text)
    except InvalidOperation:
        problem(_("“%(text)s” is no number.") % {"text": text[:40]})
        return
    if not score.is_finite() or abs(score) >= LARGEST:
        problem(_("“%(text)s” is out of range.") % {"text": text[:40]})
        return
    kept = round(score, DECIMALS)
    marks = reading.rows.setdefault((item, judge), {})
    if marks.get(criterion) == kept:
        reading.repeated += 1
        return
    if criterion in marks:
        problem(
            _("%(judge)s scored %(item)s twice on “%(criterion)s”, and not alike.")
            % {"judge": judge, "item": item, "criterion": criterion}
        )
        return
    reading.rounded += kept != score
    marks[criterion] = kept


def _name(text: str | None) -> str:
    return " ".join((text or "").replace("\x00", "").split())[:200]


def _scaled(reading: _Reading, weights: Mapping[str, Decimal], sign: int) -> Scores:
    every = [sign * score for marks in reading.rows.values() for score in marks.values()]
    lowest, highest = min(every), max(every)
    offset = -lowest if sign < 0 or lowest < 0 else Decimal(0)
    high = highest + offset
    return Scores(
        values={
            pair: {name: sign * score + offset for name, score in marks.items()}
            for pair, marks in reading.rows.items()
        },
        items=tuple(reading.items),
        judges=tuple(reading.judges),
        criteria=tuple(reading.criteria),
        weights={name: weights.get(name, Decimal(1)) for name in reading.criteria},
        sign=sign,
        offset=offset,
        high=high if high > 0 else Decimal(1),
        missing=reading.missing,
        rounded=reading.rounded,
        repeated=reading.repeated,
    )
