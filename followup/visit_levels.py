"""What a programme demands of answers beyond the standard rules: needed, asked for, bounds. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from followup.form_parts import MONEY, NOTE, PLACE, SIGNED, Ask, Part, asks_of
from followup.visit_form import Problem
from programmes.money import Money
from workflow import display

ASKED_ELSEWHERE = ("performed_on", "modality", "status")
"""Questions whose rule stands in `followup/visit_form.py`, with a sentence of their own."""


def problems(
    parts: Iterable[Part], answers: Mapping[str, Any], *, code: str, is_group: bool, currency: str
) -> Iterator[Problem]:
    """Yield what stands against answers: what is missing, and what lies beyond its bounds.

    code: of the visit, for questions that only some visits ask. currency: of amounts in minor units.
    """
    for ask in asks_of(parts):
        if ask.kind in (NOTE, PLACE) or ask.is_file or not ask.is_asked(code, is_group=is_group):
            continue
        if not ask.is_shown(answers):
            continue
        value = answers.get(ask.name)
        if value in (None, "", []):
            if (ask.must or ask.wish) and ask.name not in ASKED_ELSEWHERE:
                yield Problem(ask.name, _("This is needed.") if ask.must else _unanswered(ask), ask.must)
        elif isinstance(value, int | float | list) and not isinstance(value, bool):
            size = len(value) if isinstance(value, list) else value
            if ask.least is not None and size < ask.least:
                sentence = _("At least %(number)s is expected.") % {"number": _said(ask, ask.least, currency)}
                yield Problem(ask.name, sentence, not ask.soft)
            if ask.most is not None and size > ask.most:
                sentence = _("At most %(number)s is expected.") % {"number": _said(ask, ask.most, currency)}
                yield Problem(ask.name, sentence, not ask.soft)


def _unanswered(ask: Ask) -> str:
    return _("“%(question)s” is not answered.") % {"question": ask.label}


def _said(ask: Ask, bound: float, currency: str) -> str:
    if ask.kind in (MONEY, SIGNED):
        return display.money_text(Money(int(bound), currency))
    return f"{bound:g}"
