"""What stands against publishing a form: one fault a line, with its place, in the reader's language. Pure.

A draft may be incomplete; a published form may not. Faults name where they are mended, so that pages can lead
there: the form itself, a section, a question (with its columns and totals), the summary.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from applications.form_definition import (
    CHOICES,
    DECLARATION,
    LANGUAGES,
    MONEY,
    NUMBER,
    OFFERED,
    RESTRICTED,
    SUMMARY,
    TABLE,
    VAULT,
    Column,
    DefinitionError,
    Form,
    Question,
    Section,
    Texts,
    Total,
    read,
)
from workflow import display

LANGUAGE_NAMES = {
    "fr": pgettext_lazy("in a sentence", "French"),
    "en": pgettext_lazy("in a sentence", "English"),
    "ar": pgettext_lazy("in a sentence", "Arabic"),
}
FORM, SECTION, QUESTION, SUMMED = "form", "section", "question", "summary"
NAMED_PARTS = {
    "title": gettext_lazy("title"),
    "sector": gettext_lazy("sector"),
    "requested": gettext_lazy("amount asked for"),
}
LONGEST_LABEL = 60


class Fault(NamedTuple):
    """One thing to mend. place: form, section, question or summary; key: of the section or question."""

    place: str
    key: str
    where: str
    sentence: str

    def __str__(self) -> str:
        return display.labelled(self.where, self.sentence) if self.where else self.sentence


def check(definition: Mapping[str, Any], languages: Sequence[str] = LANGUAGES, currency: str = "") -> Form:
    """Return the form of a definition that can be published, else raise `DefinitionError` (first fault)."""
    form = read(definition)
    for fault in faults(form, languages, currency):
        raise DefinitionError(str(fault))
    return form


def faults(form: Form, languages: Sequence[str] = LANGUAGES, currency: str = "") -> list[Fault]:
    """Return what stands against publishing a form in some languages, in the order of the form.

    currency: of the call; limits on money that were written in another one are faults.
    """
    return list(_faults(form, languages, currency))


def _faults(form: Form, languages: Sequence[str], currency: str) -> Iterator[Fault]:
    if not any(question.is_asked for question in form.questions()):
        yield Fault(FORM, "", "", _("The form has no question yet."))
    seen: list[Question] = []
    for number, section in enumerate(form.sections, start=1):
        where = section_name(section, number)
        for sentence in _of_section(section, languages):
            yield Fault(SECTION, section.key, where, sentence)
        for question in section.questions:
            for sentence in _of_question(question, languages, seen):
                yield Fault(QUESTION, question.key, question_name(question), sentence)
            if currency and question.currency != currency and _limits_money(question):
                yield Fault(
                    QUESTION,
                    question.key,
                    question_name(question),
                    _("Its limits were written in another currency than %(currency)s: write them again.")
                    % {"currency": currency},
                )
            seen.append(question)
    for name, source in form.summary.items():
        if sentence := _of_summary(form, name, source):
            yield Fault(SUMMED, name, _("What lists show"), sentence)


def section_name(section: Section, number: int) -> str:
    """Return what a section is called on pages of the builder, also without a title."""
    return section.title_in(display.language()) or _("Section %(number)s") % {"number": number}


def question_name(question: Question) -> str:
    """Return what a question is called on pages of the builder: its text, shortened, else its key."""
    label = question.label_in(display.language()) or question.key
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"


def _of_section(section: Section, languages: Sequence[str]) -> Iterator[str]:
    yield from _missing(_("The title"), section.title, languages)
    if not section.questions:
        yield _("This section has no question.")


def _of_question(question: Question, languages: Sequence[str], before: Iterable[Question]) -> Iterator[str]:
    yield from _missing(_("The text"), question.label, languages)
    if question.help:
        yield from _missing(_("The help"), question.help, languages)
    if question.jurors and question.sensitivity in (RESTRICTED, VAULT):
        yield _("Jurors never see restricted answers or those of the vault: show it to nobody or open it.")
    if question.minimum is not None and question.maximum is not None and question.minimum > question.maximum:
        yield _("The least is more than the most.")
    if question.kind in OFFERED:
        yield from _of_choices(question, languages)
    if question.kind == TABLE:
        yield from _of_table(question, languages)
    if question.shown_if and (sentence := _of_condition(question, before)):
        yield sentence


def _of_choices(question: Question, languages: Sequence[str]) -> Iterator[str]:
    if len(question.choices) < 2:
        yield _("Offer at least two answers to choose from.")
    values = [value for value, _texts in question.choices]
    if len(set(values)) < len(values):
        yield _("Two answers have the same key.")
    for number, (_value, texts) in enumerate(question.choices, start=1):
        yield from _missing(_("Answer %(number)s") % {"number": number}, texts, languages)
    if question.kind == CHOICES and question.minimum is not None and question.minimum > len(values):
        yield _("More answers must be chosen than are offered.")


def _of_condition(question: Question, before: Iterable[Question]) -> str:
    key, *values = question.shown_if or ("",)
    asked = next((one for one in before if one.key == key), None)
    if asked is None:
        return _("It depends on a question that does not come before it.")
    if asked.kind not in (*OFFERED, DECLARATION):
        return _("It depends on “%(question)s”, which is neither a choice nor a declaration.") % {
            "question": question_name(asked)
        }
    offered = {"true"} if asked.kind == DECLARATION else {choice for choice, _texts in asked.choices}
    if not values or not set(values) <= offered:
        return _("It depends on an answer that “%(question)s” does not offer.") % {
            "question": question_name(asked)
        }
    return ""


def _of_table(question: Question, languages: Sequence[str]) -> Iterator[str]:
    if not question.typed_columns:
        yield _("The table needs a column to fill in.")
    for number, texts in enumerate(question.row_labels, start=1):
        yield from _missing(_("Line %(number)s") % {"number": number}, texts, languages)
    kinds: dict[str, Column] = {}
    for number, column in enumerate(question.columns, start=1):
        name = column.label_in(display.language()) or _("Column %(number)s") % {"number": number}
        yield from _missing(name, column.label, languages)
        if sentence := _of_column(column, kinds):
            yield display.labelled(name, sentence)
        kinds[column.key] = column
    for total in question.totals:
        name = total.label_in(display.language()) or total.key
        yield from _missing(name, total.label, languages)
        if sentence := _of_total(total, question):
            yield display.labelled(name, sentence)
    keys = [total.key for total in question.totals]
    if len(set(keys)) < len(keys):
        yield _("Two totals have the same key.")


def _of_column(column: Column, before: Mapping[str, Column]) -> str:
    if column.minimum is not None and column.maximum is not None and column.minimum > column.maximum:
        return _("The least is more than the most.")
    sources = [before.get(key) for key in column.sources]
    if None in sources:
        return _("It is computed from a column that does not come before it.")
    kinds = sorted(source.kind for source in sources if source)
    if column.product:
        if kinds not in ([MONEY, NUMBER], [NUMBER, NUMBER]):
            return _("A product is of two numbers, one of which may be an amount.")
        return "" if column.kind == (MONEY if MONEY in kinds else NUMBER) else _wrong_kind()
    if column.is_computed and (len(set(kinds)) != 1 or kinds[0] not in (MONEY, NUMBER)):
        return _("A sum is of columns of one kind: all amounts, or all numbers.")
    return _wrong_kind() if column.is_computed and kinds[0] != column.kind else ""


def _wrong_kind() -> str:
    return _("What is computed is an amount where amounts are computed, else a number.")


def _of_total(total: Total, question: Question) -> str:
    kinds = question.column_kinds
    summed = {kinds.get(name) for name in (*total.plus, *total.minus)}
    if not total.plus or len(summed) != 1 or not summed <= {MONEY, NUMBER}:
        return _("A total is of columns of one kind: all amounts, or all numbers.")
    running = {column.key for column in question.columns if column.running}
    if running & {*total.plus, *total.minus}:
        return _("A column that is added up already cannot be added up again.")
    return ""


def _of_summary(form: Form, name: str, source: str) -> str:
    key, _dot, total = source.partition(".")
    question, part = form.by_key.get(key), NAMED_PARTS.get(name)
    if part is None or question is None:
        return _("The question that gives the %(part)s is gone: choose another.") % {"part": part or name}
    if question.sensitivity in (RESTRICTED, VAULT):
        return _("“%(question)s” is kept apart: lists cannot show it as %(part)s.") % {
            "question": question_name(question),
            "part": part,
        }
    if total:
        kinds = question.column_kinds
        found = next((one for one in question.totals if one.key == total), None)
        if name == "requested" and found and {kinds.get(column) for column in found.plus} == {MONEY}:
            return ""
    elif question.kind in SUMMARY[name]:
        return ""
    return _("“%(question)s” cannot be the %(part)s.") % {"question": question_name(question), "part": part}


def _limits_money(question: Question) -> bool:
    limited: list[Question | Column] = [question, *question.columns]
    return any(one.kind == MONEY and (one.minimum is not None or one.maximum is not None) for one in limited)


def _missing(what: str, texts: Texts, languages: Sequence[str]) -> Iterator[str]:
    lacking = [language for language in languages if not texts.get(language, "").strip()]
    if lacking:
        yield _("%(what)s is missing in %(languages)s.") % {
            "what": what,
            "languages": display.listed(language_name(language) for language in lacking),
        }


def language_name(code: str) -> str:
    """Return a language's name as it stands inside a sentence of the reader's language."""
    return str(LANGUAGE_NAMES.get(code, code))


def count_missing_texts(form: Form, languages: Sequence[str]) -> dict[str, int]:
    """Return how many texts of a form are missing in each language, languages without gaps left out."""
    found = dict.fromkeys(languages, 0)
    for texts in every_text(form):
        for language in languages:
            found[language] += not texts.get(language, "").strip()
    return {language: number for language, number in found.items() if number}


def every_text(form: Form) -> Iterator[Texts]:
    """Yield every text of a form that applicants read: those that are written in one language at least."""
    for section in form.sections:
        yield section.title
        for question in section.questions:
            yield question.label
            if question.help:
                yield question.help
            yield from (texts for _value, texts in question.choices)
            yield from question.row_labels
            yield from (column.label for column in question.columns)
            yield from (total.label for total in question.totals)
