"""Template tags of scoring: masked texts, points, outcomes. `{% load scoring %}`."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.money import Money
from scoring import redaction
from scoring.models import Outcome
from workflow import display

register = template.Library()


def hidden_word(kind: str) -> str:
    """Return what stands in place of something masked."""
    return {
        redaction.NAME: _("name hidden"),
        redaction.NUMBER: _("number hidden"),
        redaction.PLACE: _("address hidden"),
        redaction.EMAIL: _("e-mail hidden"),
    }.get(kind, _("hidden"))


@register.simple_tag
def pieces(parts: Iterable[Mapping[str, str]]) -> SafeString:
    """Show a masked text, its line breaks kept."""
    return format_html_join("", "{}", ((_piece(part),) for part in parts))


def _piece(part: Mapping[str, str]) -> Any:
    if "hidden" in part:
        return display.redacted(hidden_word(part["hidden"]))
    lines = part["text"].split("\n")
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines))


@register.simple_tag
def answer(value: Mapping[str, Any], currency: str) -> SafeString:
    """Show one value of a masked copy: an amount or a text."""
    if "minor" in value:
        return display.money(Money(value["minor"], currency))
    if "texts" in value:
        return format_html("{}", in_language(value["texts"]))
    return pieces(value.get("pieces", []))


@register.filter
def in_language(texts: Mapping[str, str]) -> str:
    """Return a text in the reader's language, else in the first that is written."""
    return texts.get(display.language()) or next((text for text in texts.values() if text), "")


@register.filter
def points(value: Decimal | None) -> str:
    """Return points without useless zeros, at most two decimals."""
    if value is None:
        return "–"
    exact = value.quantize(Decimal("0.01")).normalize()
    return display.number_text(Decimal(f"{exact:f}"))


@register.filter
def outcome_word(outcome: str) -> str:
    """Return the word of a decision."""
    return str(Outcome(outcome).label) if outcome else _("Open")
