"""A form on one page of the builder: its sections and questions with what is to be known at a glance."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import limit_words
from applications.builder.bench import Bench
from applications.form_definition import DECLARATION, TABLE, Question
from applications.form_faults import QUESTION, SECTION, Fault, question_name, section_name
from workflow import display


def sections_of(bench: Bench, faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Return the sections of a draft with their questions, notes on these, and what stands against each."""
    by_place: dict[tuple[str, str], list[str]] = defaultdict(list)
    for fault in faults:
        by_place[fault.place, fault.key].append(fault.sentence)
    form = bench.form
    asked = {question.key: question for question in bench.known()}
    asked |= {question.key: bench.as_asked(question) for question in form.questions()}
    return [
        {
            "section": section,
            "name": section_name(section, number),
            "faults": by_place[SECTION, section.key],
            "first": number == 1,
            "last": number == len(form.sections),
            "questions": [
                {
                    "question": question,
                    "label": question.label_in(display.language()) or question.key,
                    "kind": bench.kind_labels[question.kind],
                    "notes": _notes(question, bench, asked),
                    "faults": by_place[QUESTION, question.key],
                }
                for question in section.questions
            ],
        }
        for number, section in enumerate(form.sections, start=1)
    ]


def _notes(question: Question, bench: Bench, asked: dict[str, Question]) -> list[str]:
    """What is to be known of a question at a glance."""
    found = []
    if question.required:
        found.append(_("required"))
    if limits := limit_words.words_of(question, bench.currency):
        found.append(limits.rstrip("."))
    found += bench.notes(question)
    if question.shown_if:
        found.append(_condition(question, asked))
    if question.kind == TABLE:
        columns = ngettext("%(number)s column", "%(number)s columns", len(question.columns))
        found.append(columns % {"number": len(question.columns)})
    return found


def _condition(question: Question, asked: dict[str, Question]) -> str:
    key, *values = question.shown_if or ("",)
    source = asked.get(key)
    if source is None:
        return _("shown only after an answer that is gone")
    if source.kind == DECLARATION:
        return _("only if “%(question)s” is ticked") % {"question": question_name(source)}
    chosen = display.listed(source.choice_in(value, display.language()) for value in values)
    return _("only if “%(question)s” is: %(answers)s") % {
        "question": question_name(source),
        "answers": chosen,
    }
