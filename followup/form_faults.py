"""What stands against publishing a visit form; the same faults as of other forms, and those of visits.

Questions that others depend on are looked at as visits ask them: the standard ones come first, and a question
of yes or no has these two answers.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from applications import form_definition as own
from applications.form_faults import QUESTION, Fault, faults, question_name
from followup import form_parts
from followup.form_versions import KINDS, left_out
from programmes.models import Call

MOST_QUESTIONS = 60
STANDARD = "standard"


def languages_of(programme: Any) -> list[str]:
    """Return the languages in which a programme's form is asked: those of its calls, else all."""
    spoken = {code for row in Call.objects.filter(programme=programme) for code in row.languages}
    return [code for code in own.LANGUAGES if not spoken or code in spoken]


def faults_of(definition: Mapping[str, Any], programme: Any) -> list[Fault]:
    """Return what stands against publishing a definition in a programme, in the order of the form."""
    form = own.read(definition)
    asked = [
        section._replace(questions=tuple(as_asked(one) for one in section.questions))
        for section in form.sections
    ]
    standard = own.Section(STANDARD, _everywhere("-"), tuple(standard_questions(definition)))
    whole = own.Form((standard, *asked), {}, form.currency)
    found = faults(whole, languages_of(programme), programme.currency)
    found += _of_visits(form)
    return found


def _of_visits(form: own.Form) -> list[Fault]:
    found = []
    for question in form.questions():
        if question.kind not in KINDS:
            found.append(_fault(question, _("A visit cannot ask for this kind of answer.")))
        if any(column.is_computed for column in question.columns) or question.totals:
            found.append(_fault(question, _("In a visit nothing is computed: take computed columns out.")))
    if sum(question.is_asked for question in form.questions()) > MOST_QUESTIONS:
        sentence = _("More than %(number)s questions of its own: no visit has the time for them.")
        found.append(Fault("form", "", "", sentence % {"number": MOST_QUESTIONS}))
    return found


def _fault(question: own.Question, sentence: str) -> Fault:
    return Fault(QUESTION, question.key, question_name(question), sentence)


def as_asked(question: own.Question) -> own.Question:
    """Return a question as others may depend on it: one of yes or no is a choice of two."""
    if question.kind != own.DECLARATION:
        return question
    return replace(question, kind=own.CHOICE, choices=_yes_no())


def standard_questions(definition: Mapping[str, Any]) -> list[own.Question]:
    """Return the standard questions on which own ones may depend, as the builder knows questions."""
    off = left_out(definition)
    return [
        own.Question(ask.name, own.CHOICE, _everywhere(ask.label), choices=_answers(ask))
        for ask in form_parts.asks_of(form_parts.VERSION_1)
        if ask.kind in (form_parts.CHOICE, form_parts.YES_NO) and ask.name not in off
    ]


def _answers(ask: form_parts.Ask) -> tuple[tuple[str, own.Texts], ...]:
    if ask.kind == form_parts.YES_NO:
        return _yes_no()
    return tuple((value, _everywhere(label)) for value, label in ask.choices)


def _yes_no() -> tuple[tuple[str, own.Texts], ...]:
    found = {value: {} for value in ("true", "false")}  # type: dict[str, dict[str, str]]
    for language in own.LANGUAGES:
        with translation.override(language):
            found["true"][language], found["false"][language] = _("yes"), _("no")
    return tuple(found.items())


def _everywhere(text: Any) -> own.Texts:
    found = {}
    for language in own.LANGUAGES:
        with translation.override(language):
            found[language] = str(text)
    return found
