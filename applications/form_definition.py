"""What a form is: sections of typed questions in several languages. Plain data; no database.

A definition is JSON:

    {"sections": [{"key", "title": TEXTS, "questions": [QUESTION, ...]}, ...],
     "summary": {"title": "project", "sector": "trade", "requested": "budget.asked"},
     "currency": "MAD"}

TEXTS is {"fr", "en", "ar"}. A QUESTION has key, kind, label (TEXTS) and, as its kind needs: help (TEXTS),
required, limit (letters), minimum and maximum (a number, minor units of money, how many choices or files),
whole (a number without decimals), only ("day" or "year" of a date), choices ([[value, TEXTS], ...]),
shown_if ([key, value, ...]: the key of an earlier question and the answers to it), sensitivity, jurors (shown
to jurors or not), columns, totals, rows (how many) and row_labels ([TEXTS, ...]: fixed rows) of a table.
`summary` names the answers that lists show: title, sector, and the amount asked for (a money question or a
total of a table). `currency` is that of the limits on money.

A column has key, kind, label, required, limit, minimum, maximum and whole, as a question. It is typed, or
computed from columns before it: product ([number, money]), plus and minus (sums across the row), running (a
column added up from the first row on).

Reading is tolerant: a draft may lack texts and choices. What stands against publishing is in
`applications/form_faults.py`, what an answer may be in `applications/answers.py`, how a question looks in
`applications/answer_forms.py`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

(
    TEXT,
    LONG_TEXT,
    NUMBER,
    MONEY,
    CHOICE,
    CHOICES,
    DATE,
    PHONE,
    PLACE,
    FILE,
    TABLE,
    DECLARATION,
    NOTE,
) = KINDS = (
    "text",
    "long_text",
    "number",
    "money",
    "choice",
    "choices",
    "date",
    "phone",
    "place",
    "file",
    "table",
    "declaration",
    "note",
)
WRITTEN = (TEXT, LONG_TEXT, PLACE)
OFFERED = (CHOICE, CHOICES)
CELLS = (TEXT, NUMBER, MONEY)
PUBLIC, INTERNAL, RESTRICTED, VAULT = SENSITIVITIES = ("public", "internal", "restricted", "vault")
ANY_DATE, DAY, YEAR = DATE_PARTS = ("", "day", "year")
LANGUAGES = ("fr", "en", "ar")
SUMMARY = {"title": (TEXT,), "sector": (TEXT, CHOICE), "requested": (MONEY,)}
RESERVED = ("about", "members", "review", "missing", "new")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
MOST_ROWS = 30

Texts = Mapping[str, str]


class DefinitionError(ValueError):
    """The definition is not a form; the message names the place, in the reader's language."""


def in_language(texts: Texts, language: str) -> str:
    """Return a text in a language, else in the first language that has one, else nothing."""
    return texts.get(language) or next((text for text in texts.values() if text), "")


class Column(NamedTuple):
    """One column of a table: typed, or computed from columns before it.

    limit, minimum, maximum, whole: of each cell; a number without minimum is not below zero.
    product: two columns that are multiplied. plus, minus: columns that are added and taken away in each row.
    running: the column that is added up from the first row on.
    """

    key: str
    kind: str
    label: Texts
    required: bool = False
    limit: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    whole: bool = False
    product: tuple[str, str] | None = None
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    running: str = ""

    def label_in(self, language: str) -> str:
        """The column's heading in a language."""
        return in_language(self.label, language)

    @property
    def is_computed(self) -> bool:
        """Whether nobody types into it."""
        return bool(self.product or self.plus or self.minus or self.running)

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns that it is computed from."""
        return (*(self.product or ()), *self.plus, *self.minus, *([self.running] if self.running else []))


class Total(NamedTuple):
    """A figure under a table: the sum of some columns less the sum of others.

    signed: it may be below zero (a result); otherwise the table cannot be sent with such a figure.
    """

    key: str
    label: Texts
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()
    signed: bool = False

    def label_in(self, language: str) -> str:
        """What the figure is called in a language."""
        return in_language(self.label, language)


@dataclass(frozen=True)
class Question:
    """One question. shown_if: the key of an earlier question, then answers to it: one must be given."""

    key: str
    kind: str
    label: Texts
    help: Texts = field(default_factory=dict)
    required: bool = False
    limit: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    whole: bool = False
    only: str = ANY_DATE
    choices: tuple[tuple[str, Texts], ...] = ()
    shown_if: tuple[str, ...] | None = None
    sensitivity: str = INTERNAL
    jurors: bool = False
    columns: tuple[Column, ...] = ()
    totals: tuple[Total, ...] = ()
    rows: int = MOST_ROWS
    row_labels: tuple[Texts, ...] = ()
    currency: str = ""

    def label_in(self, language: str) -> str:
        """The question's text in a language."""
        return in_language(self.label, language)

    def help_in(self, language: str) -> str:
        """The help text in a language, empty when there is none."""
        return in_language(self.help, language)

    def choice_in(self, value: str, language: str) -> str:
        """What a choice is called in a language; the value itself when it is none."""
        return next((in_language(texts, language) for key, texts in self.choices if key == value), value)

    def row_label_in(self, number: int, language: str) -> str:
        """What a fixed row is called in a language, "" where rows are free; rows are counted from 0."""
        return in_language(self.row_labels[number], language) if number < len(self.row_labels) else ""

    @property
    def is_asked(self) -> bool:
        """Whether somebody answers it: a note is only read."""
        return self.kind != NOTE

    @property
    def typed_columns(self) -> tuple[Column, ...]:
        """The columns that people fill in."""
        return tuple(column for column in self.columns if not column.is_computed)

    @property
    def column_kinds(self) -> dict[str, str]:
        """The kind of each column by its key."""
        return {column.key: column.kind for column in self.columns}


class Section(NamedTuple):
    """A page of questions."""

    key: str
    title: Texts
    questions: tuple[Question, ...]

    def title_in(self, language: str) -> str:
        """The section's title in a language."""
        return in_language(self.title, language)


@dataclass(frozen=True)
class Form:
    """A whole form. summary: which answer is the title, the sector and the amount asked for."""

    sections: tuple[Section, ...]
    summary: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""

    @cached_property
    def by_key(self) -> dict[str, Question]:
        """Every question, in order, by its key."""
        return {question.key: question for section in self.sections for question in section.questions}

    def questions(self) -> Iterator[Question]:
        """Every question in order."""
        yield from self.by_key.values()

    def question(self, key: str) -> Question:
        """The question of a key; KeyError when there is none."""
        return self.by_key[key]

    def section(self, key: str) -> Section:
        """The section of a key; KeyError when there is none."""
        return {section.key: section for section in self.sections}[key]

    def section_of(self, question: str) -> Section:
        """The section in which a question stands; KeyError when there is none."""
        for section in self.sections:
            if any(one.key == question for one in section.questions):
                return section
        raise KeyError(question)


# Reading a definition


def read(definition: Mapping[str, Any]) -> Form:
    """Return the form that a JSON definition describes, however incomplete.

    Raises `DefinitionError` naming the place where something is of no known form: a key, a kind, a number.
    """
    currency = str(definition.get("currency", ""))
    sections = tuple(_section(item, currency) for item in definition.get("sections", []))
    _once(_("section"), [section.key for section in sections])
    _once(_("question"), [question.key for section in sections for question in section.questions])
    summary = {str(name): str(source) for name, source in definition.get("summary", {}).items()}
    return Form(sections, summary, currency)


def _section(item: Mapping[str, Any], currency: str) -> Section:
    key = _key(item, _("section"))
    if key in RESERVED:
        raise DefinitionError(_("“%(key)s” is kept for the product itself.") % {"key": key})
    questions = tuple(_question(one, currency) for one in item.get("questions", []))
    return Section(key, _texts(item.get("title")), questions)


def _question(item: Mapping[str, Any], currency: str) -> Question:
    key, kind = _key(item, _("question")), str(item.get("kind", ""))
    if kind not in KINDS:
        raise DefinitionError(_("%(key)s: there is no kind “%(kind)s”.") % {"key": key, "kind": kind})
    sensitivity, only = str(item.get("sensitivity", INTERNAL)), str(item.get("only", ANY_DATE))
    if sensitivity not in SENSITIVITIES:
        raise DefinitionError(
            _("%(key)s: there is no sensitivity “%(name)s”.") % {"key": key, "name": sensitivity}
        )
    if only not in DATE_PARTS:
        raise DefinitionError(_("%(key)s: “%(value)s” is no part of a date.") % {"key": key, "value": only})
    condition = item.get("shown_if")
    columns = tuple(_column(key, one) for one in item.get("columns", ()))
    _once(_("column"), [column.key for column in columns])
    return Question(
        key=key,
        kind=kind,
        label=_texts(item.get("label")),
        help=_texts(item.get("help")),
        required=bool(item.get("required")),
        limit=_whole(key, item, "limit"),
        minimum=_bound(key, item, "minimum"),
        maximum=_bound(key, item, "maximum"),
        whole=bool(item.get("whole")),
        only=only,
        choices=tuple((str(value), _texts(texts)) for value, texts in item.get("choices", ())),
        shown_if=tuple(str(part) for part in condition) if condition else None,
        sensitivity=sensitivity,
        jurors=bool(item.get("jurors")),
        columns=columns,
        totals=tuple(_total(key, one) for one in item.get("totals", ())),
        rows=_whole(key, item, "rows") or MOST_ROWS,
        row_labels=tuple(_texts(texts) for texts in item.get("row_labels", ())),
        currency=currency,
    )


def _column(question: str, item: Mapping[str, Any]) -> Column:
    key, kind = _key(item, _("column")), str(item.get("kind", ""))
    if kind not in CELLS:
        raise DefinitionError(
            _("%(key)s: there is no kind “%(kind)s”.") % {"key": f"{question}.{key}", "kind": kind}
        )
    product = item.get("product")
    if product and len(product) != 2:
        raise DefinitionError(_("%(key)s: a product is of two columns.") % {"key": f"{question}.{key}"})
    return Column(
        key=key,
        kind=kind,
        label=_texts(item.get("label")),
        required=bool(item.get("required")),
        limit=_whole(question, item, "limit"),
        minimum=_bound(question, item, "minimum"),
        maximum=_bound(question, item, "maximum"),
        whole=bool(item.get("whole")),
        product=(str(product[0]), str(product[1])) if product else None,
        plus=_names(item.get("plus")),
        minus=_names(item.get("minus")),
        running=str(item.get("running", "")),
    )


def _total(question: str, item: Mapping[str, Any]) -> Total:
    key = _key(item, _("total"))
    return Total(
        key=key,
        label=_texts(item.get("label")),
        plus=_names(item.get("plus")),
        minus=_names(item.get("minus")),
        signed=bool(item.get("signed")),
    )


def _key(item: Any, what: str) -> str:
    if not isinstance(item, Mapping):
        raise DefinitionError(_("This is no %(what)s: %(value)s") % {"what": what, "value": str(item)[:60]})
    key = str(item.get("key", ""))
    if not KEY.match(key):
        raise DefinitionError(_("“%(key)s” is no key of a %(what)s.") % {"key": key, "what": what})
    return key


def _names(value: Any) -> tuple[str, ...]:
    return tuple(str(name) for name in value or ())


def _texts(value: Any) -> Texts:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise DefinitionError(_("“%(value)s” is no text by language.") % {"value": str(value)[:60]})
    return {language: str(value[language]).strip() for language in LANGUAGES if value.get(language)}


def _whole(place: str, item: Mapping[str, Any], name: str) -> int | None:
    value = item.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise DefinitionError(
            _("%(key)s: “%(value)s” is no number (%(name)s).")
            % {"key": place, "value": str(value), "name": name}
        )
    return value


def _bound(place: str, item: Mapping[str, Any], name: str) -> Decimal | None:
    value = item.get(name)
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise DefinitionError(
            _("%(key)s: “%(value)s” is no number (%(name)s).")
            % {"key": place, "value": str(value), "name": name}
        )
    return number


def plain_bound(value: Decimal | int) -> Any:
    """Return a limit as JSON: whole numbers as such, decimals as text."""
    if isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")


def _once(what: str, keys: list[str]) -> None:
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise DefinitionError(
            _("There is the same %(what)s twice: %(keys)s") % {"what": what, "keys": ", ".join(twice)}
        )
