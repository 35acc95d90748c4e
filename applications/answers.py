"""What stands in the answers to a form: which questions apply, what is missing, what tables add up to.

Pure functions on the form (`applications/form_definition.py`) and plain JSON. Amounts are whole minor units,
numbers are text in plain decimal form, a declaration is true, a date is "2019" or "2019-05-14", several
choices are a list, a file answer is a list of references, a table is a list of rows {column: value} (fixed
rows all of them, empty ones included). What cannot be read as its kind stays in a draft as it was typed, so
that nothing is lost; it stands in the way of sending.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.form_definition import (
    CHOICE,
    CHOICES,
    DATE,
    DAY,
    DECLARATION,
    FILE,
    MONEY,
    NUMBER,
    PHONE,
    TABLE,
    TEXT,
    WRITTEN,
    YEAR,
    Column,
    Form,
    Question,
)
from programmes.money import MAX_MINOR, Money
from workflow import display

Answers = Mapping[str, Any]
OLDEST, NEWEST = 1900, 2100
MOST_NAMED = 10
"""How many faulty cells of a table are named in one sentence."""


def is_empty(value: Any) -> bool:
    """Tell whether nothing was answered: 0 is an answer; an unticked box, blanks, blank rows are none."""
    if isinstance(value, list):
        return not any(value)
    if isinstance(value, str):
        return not value.strip()
    return value is None or value is False or (isinstance(value, dict) and not value)


def shown(form: Form, answers: Answers) -> list[Question]:
    """Return the questions that apply: a question does not when the one that it depends on does not."""
    found: dict[str, Question] = {}
    for question in form.questions():
        if question.shown_if is None:
            found[question.key] = question
            continue
        key, *values = question.shown_if
        if key in found and _chosen(answers.get(key)) & set(values):
            found[question.key] = question
    return list(found.values())


def _chosen(value: Any) -> set[str]:
    if isinstance(value, bool):
        return {"true"} if value else set()
    if isinstance(value, list):
        return {str(item) for item in value}
    return {str(value)} if value else set()


def problems(form: Form, answers: Answers, only: Iterable[str] | None = None) -> dict[str, str]:
    """Return what stands against sending: a sentence per question key, in the order of the form.

    only: keys of the questions to look at, all that apply when it is None.
    """
    wanted = None if only is None else set(only)
    found = {}
    for question in shown(form, answers):
        if wanted is not None and question.key not in wanted:
            continue
        if sentence := problem(question, answers.get(question.key)):
            found[question.key] = sentence
    return found


def problem(question: Question, value: Any) -> str | None:
    """Return what is wrong with one answer, or that it is missing; None when it can be sent."""
    if not question.is_asked:
        return None
    if is_empty(value):
        return _missing(question) if question.required else None
    return malformed(question, value)


def _missing(question: Question) -> str:
    if question.kind == DECLARATION:
        return _("Tick this box to go on.")
    if question.kind == FILE:
        return _("Add a file or a photo.")
    if question.kind == TABLE:
        return _("Fill in the table.")
    return _("Answer this question.")


def malformed(question: Question, value: Any) -> str | None:
    """Return what is wrong with a value that is not empty, None when it is of its kind."""
    kind = question.kind
    if kind in WRITTEN:
        return _text_problem(value, question.limit)
    if kind == NUMBER:
        return _number_problem(value, question.minimum, question.maximum, whole=question.whole)
    if kind == MONEY:
        return _money_problem(value, question, question.currency)
    if kind == CHOICE:
        known = value in {choice for choice, _texts in question.choices}
        return None if known else _("Choose one of the answers offered.")
    if kind == CHOICES:
        return _choices_problem(question, value)
    if kind == DATE:
        return _date_problem(value, question.only)
    if kind == PHONE:
        return None if is_phone(value) else _("Write the number with its country code, such as +212 ….")
    if kind == DECLARATION:
        return None if value is True else _("Tick this box to go on.")
    if kind == TABLE:
        return _table_problem(question, value)
    return _files_problem(question, value)


def _choices_problem(question: Question, value: Any) -> str | None:
    known = {choice for choice, _texts in question.choices}
    if not isinstance(value, list) or not {str(item) for item in value} <= known:
        return _("Choose among the answers offered.")
    if question.minimum is not None and len(value) < question.minimum:
        return ngettext(
            "Choose at least %(number)s answer.", "Choose at least %(number)s answers.", int(question.minimum)
        ) % {"number": question.minimum}
    if question.maximum is not None and len(value) > question.maximum:
        return ngettext(
            "Choose at most %(number)s answer.", "Choose at most %(number)s answers.", int(question.maximum)
        ) % {"number": question.maximum}
    return None


def _date_problem(value: Any, only: str) -> str | None:
    if not is_date_or_year(value):
        return {
            DAY: _("Write a date: year, month and day."),
            YEAR: _("Write a year, such as 1994."),
        }.get(only, _("Write a date, or a year alone."))
    if only == DAY and len(str(value)) == 4:
        return _("Write a date: year, month and day.")
    if only == YEAR and len(str(value)) != 4:
        return _("Write a year, such as 1994.")
    return None


def _files_problem(question: Question, value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return _("Add a file or a photo.")
    if question.maximum is not None and len(value) > question.maximum:
        return ngettext("At most %(number)s file.", "At most %(number)s files.", int(question.maximum)) % {
            "number": question.maximum
        }
    return None


def _text_problem(value: Any, limit: int | None) -> str | None:
    if not isinstance(value, str):
        return _("Write a text.")
    if limit and len(value) > limit:
        return _("%(over)s letters too many (at most %(limit)s).") % {
            "over": len(value) - limit,
            "limit": limit,
        }
    return None


def _number_problem(
    value: Any, minimum: Decimal | None = None, maximum: Decimal | None = None, *, whole: bool = False
) -> str | None:
    number = decimal_of(value)
    if number is None:
        return _("Write a number.")
    if whole and number != number.to_integral_value():
        return _("Write a whole number.")
    if minimum is not None and number < minimum:
        return _("At least %(minimum)s.") % {"minimum": minimum}
    if maximum is not None and number > maximum:
        return _("At most %(maximum)s.") % {"maximum": maximum}
    return None


def _money_problem(value: Any, asked: Question | Column, currency: str) -> str | None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_MINOR:
        return _("Write an amount.")
    if asked.minimum is not None and value < asked.minimum:
        return _("At least %(minimum)s.") % {"minimum": _amount(asked.minimum, currency)}
    if asked.maximum is not None and value > asked.maximum:
        return _("At most %(maximum)s.") % {"maximum": _amount(asked.maximum, currency)}
    return None


def _amount(limit: Decimal, currency: str) -> str:
    return display.money_text(Money(int(limit), currency))


def decimal_of(value: Any) -> Decimal | None:
    """Return a number answer as an exact decimal, None when it is none."""
    if isinstance(value, bool | float) or value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 12 else None


def is_date_or_year(value: Any) -> bool:
    """Tell whether a text is a year ("1994") or a date ("1994-02-28")."""
    text = str(value)
    if len(text) == 4 and text.isascii() and text.isdigit():
        return OLDEST <= int(text) <= NEWEST
    try:
        return len(text) == 10 and OLDEST <= date.fromisoformat(text).year <= NEWEST
    except ValueError:
        return False


def is_phone(value: Any) -> bool:
    """Tell whether a text is a telephone number in international form that some country gives out."""
    import phonenumbers  # heavy: the numbering plans of the world

    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(str(value), None))
    except phonenumbers.NumberParseException:
        return False


# Tables


def _table_problem(question: Question, value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        return _("Fill in the table.")
    if len(value) > question.rows:
        return _("At most %(rows)s lines.") % {"rows": question.rows}
    if faults := cell_faults(question, value):
        said = [cell_sentence(question, *where, sentence) for where, sentence in faults.items()]
        left = len(said) - MOST_NAMED
        if left > 0:
            more = ngettext(
                "%(number)s more cell of this table.", "%(number)s more cells of this table.", left
            )
            said[MOST_NAMED:] = [more % {"number": left}]
        return " ".join(said)
    return _negative_total(question, value)


def cell_faults(question: Question, value: Any) -> dict[tuple[int, str], str]:
    """Return what is wrong with each cell of a table, by row from 0 and column; {} for what is no table."""
    rows = value if isinstance(value, list) else []
    return {
        (number, column.key): sentence
        for number, row in enumerate(rows)
        if isinstance(row, Mapping)
        for column in question.typed_columns
        if (sentence := cell_problem(column, row.get(column.key), question.currency))
    }


def cell_sentence(question: Question, number: int, key: str, sentence: str) -> str:
    """Return what is wrong with a cell, with the names of its line and column. number: of the row, from 0."""
    language = display.language()
    column = next(one for one in question.columns if one.key == key)
    return _("%(line)s, “%(column)s”: %(problem)s") % {
        "line": question.row_label_in(number, language) or _("Line %(number)s") % {"number": number + 1},
        "column": column.label_in(language),
        "problem": sentence,
    }


def cell_problem(column: Column, value: Any, currency: str) -> str | None:
    """Return what is wrong with one cell of a table, None when nothing is."""
    if is_empty(value):
        return _("Fill this in.") if column.required else None
    if column.kind == TEXT:
        return _text_problem(value, column.limit)
    if column.kind == MONEY:
        return _money_problem(value, column, currency)
    least = Decimal(0) if column.minimum is None else column.minimum
    return _number_problem(value, least, column.maximum, whole=column.whole)


def _negative_total(question: Question, rows: list[Any]) -> str | None:
    sums = totals(question, rows)
    for total in question.totals:
        if not total.signed and sums[total.key] < 0:
            return _("“%(total)s” would be less than nothing.") % {
                "total": total.label_in(display.language())
            }
    return None


def computed(question: Question, row: Mapping[str, Any]) -> dict[str, int | Decimal]:
    """Return the cells of one row that are computed from the row alone: products and sums.

    Amounts are rounded half up to the minor unit. A product of which a factor is missing or no number is left
    out, and so is a sum of which nothing is known.
    """
    found: dict[str, int | Decimal] = {}
    for column in question.columns:
        cells = {**row, **found}
        if column.product is not None:
            value = _product(*(decimal_of(cells.get(key)) for key in column.product))
        elif column.plus or column.minus:
            value = _sum(
                [decimal_of(cells.get(key)) for key in column.plus],
                [decimal_of(cells.get(key)) for key in column.minus],
            )
        else:
            continue
        if value is not None:
            found[column.key] = int(value.to_integral_value(ROUND_HALF_UP)) if column.kind == MONEY else value
    return found


def _product(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one * other


def _sum(plus: list[Decimal | None], minus: list[Decimal | None]) -> Decimal | None:
    if all(number is None for number in (*plus, *minus)):
        return None
    zero = Decimal(0)
    return sum((number or zero for number in plus), zero) - sum((number or zero for number in minus), zero)


def lines(question: Question, rows: Any) -> list[dict[str, Any]]:
    """Return the rows of a table with every computed cell, those included that add up from row to row."""
    found = []
    carried: dict[str, int | Decimal] = {column.key: 0 for column in question.columns if column.running}
    for row in rows if isinstance(rows, list) else []:
        cells = dict(row) if isinstance(row, Mapping) else {}
        cells |= computed(question, cells)
        for column in question.columns:
            if column.running:
                number = decimal_of(cells.get(column.running)) or Decimal(0)
                total = carried[column.key] + number
                carried[column.key] = int(total) if column.kind == MONEY else total
                cells[column.key] = carried[column.key]
        found.append(cells)
    return found


def totals(question: Question, rows: Any) -> dict[str, int | Decimal]:
    """Return the figures under a table by key, over every cell that can be read."""
    sums: dict[str, Decimal] = {column.key: Decimal(0) for column in question.columns}
    kinds = question.column_kinds
    for cells in lines(question, rows):
        for key in sums:
            if (number := decimal_of(cells.get(key))) is not None:
                sums[key] += number
    found: dict[str, int | Decimal] = {}
    for total in question.totals:
        value = sum((sums.get(key, Decimal(0)) for key in total.plus), Decimal(0))
        value -= sum((sums.get(key, Decimal(0)) for key in total.minus), Decimal(0))
        is_money = any(kinds.get(key) == MONEY for key in total.plus)
        found[total.key] = int(value) if is_money else value
    return found


# What lists show of an application


class Summary(NamedTuple):
    """Title, sector and amount asked for (minor units), as the form's `summary` names them."""

    title: str = ""
    sector: str = ""
    requested: int | None = None


def summary(form: Form, answers: Answers) -> Summary:
    """Return what the answers say about title, sector and amount; empty or None where they say nothing."""
    return Summary(
        title=str(_summarised(form, answers, "title") or "")[:200],
        sector=str(_summarised(form, answers, "sector") or "")[:60],
        requested=_requested(_summarised(form, answers, "requested")),
    )


def _summarised(form: Form, answers: Answers, name: str) -> Any:
    key, _dot, total = form.summary.get(name, "").partition(".")
    value = answers.get(key)
    if total and value:
        return totals(form.question(key), value).get(total)
    return value


def _requested(value: Any) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value <= MAX_MINOR else None
