"""Template tags of scoring: masked texts, points, outcomes. `{% load scoring %}`."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from programmes.money import Money
from scoring import board_rows, line_words, redaction
from scoring.gauges import Gauge
from scoring.models import Outcome
from workflow import display

register = template.Library()
register.simple_tag(board_rows.juror_rows)
register.simple_tag(board_rows.file_rows)


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
def languages(codes: Iterable[str]) -> str:
    """Return languages by name, in the order of the product."""
    return display.listed(_(str(name)) for code, name in settings.LANGUAGES if code in set(codes))


@register.filter
def listed(words: Iterable[object]) -> str:
    """Return words with the commas of the reader's language."""
    return display.listed(words)


@register.filter
def outcome_word(outcome: str) -> str:
    """Return the word of a decision."""
    return str(Outcome(outcome).label) if outcome else _("Not decided yet")


@register.simple_tag
def minor_money(minor: int | None, currency: str) -> SafeString:
    """Show an amount that is known in minor units."""
    return display.money(None if minor is None else Money(minor, currency))


@register.simple_tag
def signed_money(minor: int, currency: str) -> SafeString:
    """Show what something costs (+) or leaves (−)."""
    return display.isolated(f"{'+' if minor > 0 else '−'}{display.money_text(Money(abs(minor), currency))}")


@register.simple_tag
def chance(part: float) -> SafeString:
    """Show a part of one as whole percent."""
    return display.isolated(display.percent_text(Decimal(repr(round(100 * part)))))


@register.inclusion_tag("components/gauge.html")
def quota_gauge(one: Gauge) -> dict[str, Any]:
    """Draw how far a quota is: its goal, what there is, whether reserved places served."""
    return {
        "label": one.sentence,
        "bar": display.bar(one.value, one.whole, mark=one.mark) if one.shown else "",
        "shown": line_words.gauge_figure(one),
        "note": line_words.gauge_note(one),
        "meaning": "done" if one.met and not one.missing else "waiting",
    }


@register.simple_tag
def quota_figure(one: Gauge) -> str:
    """Return what a quota has, as "9 of 42"; of a status only whether its goal is met."""
    return line_words.gauge_figure(one)
