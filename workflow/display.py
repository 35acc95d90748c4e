"""How one value looks on a page: amount, date, reference, person, state, number that opens its records.

Pure functions from a value to safe HTML, used by the template tags and by table columns, so that a value
looks the same wherever it stands. What is larger (panels, timelines, tables) is a component: see
`workflow/templatetags/jalon.py` and `templates/components/`.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple, Protocol

from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, npgettext
from django.utils.translation import gettext as _

Text = str | Promise
MEANINGS = frozenset({"waiting", "doing", "done", "blocked", "refused", "neutral"})
NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
# Letters and digits joined by hyphens: 98004-1, CS-2026-0016, P-3F2A91AB, 2026-11-29.
REFERENCE = re.compile(r"(?<![\w-])[A-Z\d]+(?:-[A-Z\d]+)+(?![\w-])", re.ASCII)
KEPT_TOGETHER = re.compile(rf"(?P<address>https?://[^\s<]+)|{REFERENCE.pattern}", re.ASCII)
ARABIC = re.compile("[\u0600-\u06ff]")
MARKUP = re.compile("[&<>\"']").search
MINUS = "\u2212"
DASH = "\u2013"
DAYS_THEN_MONTHS, DAYS_IN_A_MONTH, MONTHS_THEN_YEARS = 92, 30.44, 24


class Amount(Protocol):
    """An amount of money: whole minor units and the code of their currency."""

    @property
    def minor(self) -> int: ...

    @property
    def currency(self) -> str: ...


class Writing(NamedTuple):
    """How a language writes: its code without region, signs between thousands and before decimals, direction.

    Digits are Latin everywhere. direction: the attribute that keeps a Latin run in order, empty where the
    text runs left to right anyway.
    """

    language: str
    thousands: str
    point: str
    direction: str


@lru_cache
def _writing(language: str) -> Writing:
    thousands, point = (NARROW_SPACE, ",") if language == "fr" else (",", ".")
    rtl = language in settings.LANGUAGES_BIDI
    return Writing(language, thousands, point, ' dir="ltr"' if rtl else "")


_kept: ContextVar[Writing | None] = ContextVar("writing", default=None)
_zone: ContextVar[datetime.tzinfo | None] = ContextVar("zone", default=None)


def writing() -> Writing:
    """Return how the active language writes."""
    return _kept.get() or _writing((get_language() or "en").split("-")[0])


@contextmanager
def one_writing() -> Iterator[None]:
    """Keep the writing of the active language and the time zone, for hundreds of values on one page."""
    token, zone = _kept.set(writing()), _zone.set(timezone.get_current_timezone())
    try:
        yield
    finally:
        _kept.reset(token)
        _zone.reset(zone)


def language() -> str:
    """Return the active language without its region (`fr-ma` is `fr`)."""
    return writing().language


def check_meaning(meaning: str) -> str:
    """Return the meaning as given.

    Raises `ValueError` for a word that is none of the six meanings: a badge without colour and shape would
    otherwise pass unseen.
    """
    if meaning not in MEANINGS:
        raise ValueError(f"{meaning!r} is no state meaning, expected one of {sorted(MEANINGS)}")
    return meaning


def escaped(value: Any) -> str:
    """Return a value as text that cannot be markup; what is safe already stays as it is.

    `conditional_escape` with a short way for plain strings: a page of a list escapes a thousand of them, and
    few have a sign of markup.
    """
    kind = type(value)
    if kind is SafeString:
        return value
    if kind is str:
        return escape(value) if MARKUP(value) else value
    return conditional_escape(value)


def labelled(label: object, text: object) -> str:
    """Set a name before what is said of it, with the colon of the language: `98004-1 : payé` in French."""
    return _("%(label)s: %(value)s") % {"label": label, "value": text}


def isolated(text: Text, css: str = "") -> SafeString:
    """Wrap a run of figures or Latin letters so that Arabic text around it does not reorder it."""
    classes = f' class="{css}"' if css else ""
    inner = escaped(text)
    direction = writing().direction
    if direction and not inner.isascii() and ARABIC.search(inner):
        direction = ""  # "4 أشهر" begins on the right: the browser finds that out by itself
    return SafeString(f"<bdi{classes}{direction}>{inner}</bdi>")


def in_order(text: Text) -> SafeString:
    """Return a sentence in which references and addresses keep their order beside Arabic words.

    Between Arabic letters the halves of 98004-1 change places: a hyphen between digits is no part of a number
    there (rule W4 of UAX #9).
    """
    shown = escaped(text)
    if not writing().direction or "<" in shown:  # markup says by itself how its parts stand
        return SafeString(shown)
    return SafeString(KEPT_TOGETHER.sub(_in_its_order, shown))


def _in_its_order(found: re.Match[str]) -> str:
    css = "" if found["address"] else ' class="ref"'
    return f'<bdi{css} dir="ltr">{found[0]}</bdi>'


def listed(words: Iterable[object]) -> str:
    """Return words in a row, between the commas of the active language."""
    return ("، " if writing().direction else ", ").join(str(word) for word in words)


# Numbers and amounts


def grouped(digits: str, separator: str) -> str:
    """Group a run of digits by thousands."""
    head = len(digits) % 3
    parts = [digits[:head]] if head else []
    parts += [digits[i : i + 3] for i in range(head, len(digits), 3)]
    return separator.join(parts)


def number_text(value: int | Decimal, decimals: int | None = None) -> str:
    """Return a number with grouping and decimal sign of the active language, in Latin digits.

    `decimals` fixes the number of decimals (rounded half up); without it a whole number has none and a
    decimal keeps its own.
    """
    exact = Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding="ROUND_HALF_UP")
    whole, _point, fraction = f"{abs(exact):f}".partition(".")
    style = writing()
    text = grouped(whole, style.thousands)
    if fraction:
        text += style.point + fraction
    return (MINUS if exact < 0 else "") + text


def percent_text(value: int | Decimal, decimals: int = 0) -> str:
    """Return a percentage: 64.8 is `64,8 %` in French, `64.8%` in English and Arabic."""
    space = NO_BREAK_SPACE if language() == "fr" else ""
    return f"{number_text(value, decimals)}{space}%"


@lru_cache(maxsize=256)
def minor_digits(currency: str) -> int:
    """Return how many decimals a currency has (LYD 3, MAD 2, XOF 0)."""
    from babel.numbers import get_currency_precision  # heavy

    return get_currency_precision(currency)


def amount_text(amount: Amount) -> str:
    """Return an amount without its currency, with all its decimals: 3760000 LYD is `3 760,000`."""
    exponent = getattr(amount, "exponent", None)
    digits = minor_digits(amount.currency) if exponent is None else exponent
    text = str(abs(amount.minor)).rjust(digits + 1, "0")
    whole, fraction = (text[:-digits], text[-digits:]) if digits else (text, "")
    style = writing()
    sign = MINUS if amount.minor < 0 else ""
    return sign + grouped(whole, style.thousands) + (style.point + fraction if fraction else "")


def money_text(amount: Amount) -> str:
    """Return an amount with its currency as plain text, for titles, labels and messages."""
    return f"{amount_text(amount)}{NO_BREAK_SPACE}{amount.currency}"


def money(amount: Amount | None, unknown: Text = DASH) -> SafeString:
    """Return an amount that never wraps, its currency small.

    None is not zero: it shows `unknown` (a dash, or a sentence such as "not published").
    """
    if amount is None:
        return SafeString(f'<span class="muted">{escaped(unknown)}</span>')
    inner = SafeString(f"{amount_text(amount)} <small>{escaped(amount.currency)}</small>")
    return SafeString(f'<span class="money">{isolated(inner)}</span>')


class Figure(int):
    """A whole number that is written with signs between its thousands, and still chooses a plural."""

    def __str__(self) -> str:
        return number_text(int(self))

    __html__ = __str__


def number(value: int | Decimal | None, decimals: int | None = None, unknown: Text = DASH) -> SafeString:
    """Return a number, isolated; None shows `unknown`."""
    if value is None:
        return SafeString(f'<span class="muted">{escaped(unknown)}</span>')
    return isolated(number_text(value, decimals))


def fig(value: Any, url: str, label: Text = "") -> SafeString:
    """Return a number (or any value) as a link to the records that it counts (dotted underline).

    Without an address it is the value alone: a figure whose records the reader may not open.
    """
    text = number(value) if isinstance(value, int | Decimal) else value
    if not url:
        return format_html("{}", text)
    name = format_html(' aria-label="{}"', label) if label else ""
    return format_html('<a class="fig" href="{}"{}>{}</a>', url, name, text)


def count(value: int, label: Text = "") -> SafeString:
    """Return the small round counter beside a heading or a menu entry; `label` is read, not seen."""
    spoken = format_html('<span class="visually-hidden"> {}</span>', label) if label else ""
    return format_html('<span class="count">{}{}</span>', number_text(value), spoken)


# References, persons, states


def ref(text: Text, url: str = "") -> SafeString:
    """Return a reference or case number, isolated and unbroken, as a link when it has an address."""
    inner = isolated(text, "ref")
    return SafeString(f'<a href="{escaped(url)}">{inner}</a>') if url else inner


def person(case_number: str, url: str = "", with_icon: bool = True) -> SafeString:
    """Return the badge that stands for a person: the pseudonymous case number, check digit in grey."""
    stem, dash, check = str(case_number).rpartition("-")
    body = f"{escaped(stem)}<b>-{escaped(check)}</b>" if dash else escaped(case_number)
    inner = (icon("person") if with_icon else "") + isolated(SafeString(body))
    if url:
        return SafeString(f'<a class="person" href="{escaped(url)}">{inner}</a>')
    return SafeString(f'<span class="person">{inner}</span>')


def state(word: Text, meaning: str) -> SafeString:
    """Return the state badge: word, shape and colour of one of the six meanings."""
    return SafeString(f'<span class="state is-{check_meaning(meaning)}">{escaped(word)}</span>')


def dot(word: Text, meaning: str) -> SafeString:
    """Return the state in its light form, for dense tables and lists."""
    return SafeString(f'<span class="dot is-{check_meaning(meaning)}">{escaped(word)}</span>')


def tag(text: Text) -> SafeString:
    """Return a small outlined label without a state's meaning ("reserved place")."""
    return format_html('<span class="tag">{}</span>', text)


def redacted(text: Text) -> SafeString:
    """Return the hatched words that replace a masked name or place."""
    return format_html('<bdi class="redacted">{}</bdi>', text)


@lru_cache(maxsize=512)
@lru_cache(maxsize=256)
def icon(name: str, flip: bool = False) -> SafeString:
    """Return a decorative icon of the sprite; `flip` mirrors an arrow in right-to-left pages.

    Names are those of `scripts/icons.txt`; the word beside the icon carries the meaning. An icon is the same
    for everybody, and a page draws thirty: each is written once.
    """
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        "ico flip" if flip else "ico",
        static("vendor/bootstrap-icons/sprite.svg"),
        name,
    )


# Time


def _local(value: datetime.date) -> datetime.date:
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        return value.astimezone(_zone.get() or timezone.get_current_timezone())
    return value


def _time_tag(value: datetime.date, text: str) -> SafeString:
    return SafeString(f'<time datetime="{value.isoformat()}">{isolated(text)}</time>')


def _day_tag(value: datetime.date, text: str) -> SafeString:
    """Mark a date, of which machines need to know no more than people read."""
    return _time_tag(value.date() if isinstance(value, datetime.datetime) else value, text)


def date_text(value: datetime.date) -> str:
    """Return a short date as text: `14.02.2023` in French and Arabic, `14 Feb 2023` in English."""
    local = _local(value)
    if language() == "en":
        return date_format(local, "j M Y")
    return f"{local.day:02}.{local.month:02}.{local.year:04}"


def date(value: datetime.date | None, unknown: Text = DASH) -> SafeString:
    """Return a short date; None shows `unknown`."""
    if value is None:
        return format_html('<span class="muted">{}</span>', unknown)
    local = _local(value)
    return _day_tag(local, date_text(local))


def day(value: datetime.date, today: datetime.date | None = None) -> SafeString:
    """Return a date without its year when it is `today`'s year: `15.06`, `15 Jun`."""
    local = _local(value)
    if today is not None and local.year != today.year:
        return date(value)
    text = date_format(local, "j M") if language() == "en" else f"{local:%d.%m}"
    return _day_tag(local, text)


def long_date(value: datetime.date, weekday: bool = False) -> SafeString:
    """Return a date in words: `15 juin 2023`, with `weekday` `jeudi 15 juin 2023`."""
    local = _local(value)
    text = date_format(local, "l j F Y" if weekday else "j F Y")
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), text)


def clock(value: datetime.datetime) -> SafeString:
    """Return the time of day, `14:03`."""
    local = _local(value)
    return _time_tag(local, f"{local:%H:%M}")


def moment(value: datetime.datetime | None, unknown: Text = DASH) -> SafeString:
    """Return date and time: `12.06.2023, 10:14`."""
    if value is None:
        return format_html('<span class="muted">{}</span>', unknown)
    local = _local(value)
    return _time_tag(local, f"{date_text(value)}, {local:%H:%M}")


def days_between(earlier: datetime.date, later: datetime.date) -> int:
    """Return the whole days from one date or moment to another, in the active time zone."""
    first, second = _local(earlier), _local(later)
    first = first.date() if isinstance(first, datetime.datetime) else first
    second = second.date() if isinstance(second, datetime.datetime) else second
    return (second - first).days


def age_text(days: int, short: bool = False) -> str:
    """Return an age: "today", "11 days", from three months on "4 months", from two years on "3 years".

    The short form, for a narrow column, always counts days: "11 d".
    """
    if short:
        return _short_age(days, language())
    if days <= 0:
        return _("today")
    if days < DAYS_THEN_MONTHS:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": number_text(days)}
    months = int(days / DAYS_IN_A_MONTH)
    if months < MONTHS_THEN_YEARS:
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": number_text(months)}
    years = months // 12
    return ngettext("%(n)s year", "%(n)s years", years) % {"n": number_text(years)}


@lru_cache(maxsize=4096)
def _short_age(days: int, _language: str) -> str:
    # Translators: very short form of a number of days, in a narrow table column
    return npgettext("short", "%(n)s d", "%(n)s d", days) % {"n": number_text(days)}


# Bars


def bar(
    value: float,
    of: float = 100,
    *,
    soft: float = 0,
    mark: float | None = None,
    thin: bool = False,
    stake: bool = False,
) -> SafeString:
    """Return a bar as inline SVG whose widths are attributes (a strict content policy holds).

    `value` is filled, `soft` follows it in a lighter tone, `mark` is a threshold; all in the unit of `of`.
    What passes `of` is drawn as the overrun at the end. `stake` draws the funnel's form: a light bar with a
    solid end. The bar is decoration: the number stands beside it.
    """
    scale = 100 / of if of else 0
    share = max(0.0, value * scale)
    marked = mark if mark is not None else None
    if share > 100:
        # the whole length is the value: what fits, then what is over
        fits = 100 * 100 / share
        rects = [("", 0.0, fits), ("over", fits, 100 - fits), ("mark", fits, 0.6)]
    elif stake:
        end = max(0.0, share - 1)
        rects = [("soft", 0.0, share), ("end-mark", end, min(1.0, share))]
    else:
        rects = [("", 0.0, share)]
        if soft:
            rects.append(("soft", share, min(100 - share, soft * scale)))
        if marked is not None:
            rects.append(("mark", min(99.4, marked * scale), 0.6))
    drawn = format_html_join(
        "",
        '<rect{} x="{}" width="{}" height="8"></rect>',
        (
            (format_html(' class="{}"', css) if css else "", f"{x:.4g}", f"{width:.4g}")
            for css, x, width in rects
        ),
    )
    return format_html(
        '<span class="bar{}">'
        '<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{}</svg></span>',
        " thin" if thin else "",
        drawn,
    )


def spark(values: Iterable[float]) -> SafeString:
    """Return a small trend line of at least two values, oldest first (decoration beside its words)."""
    points = list(values)
    if len(points) < 2:
        return mark_safe("")
    low, high = min(points), max(points)
    span = (high - low) or 1
    step = 62 / (len(points) - 1)
    path = " ".join(f"{1 + i * step:.1f},{18 - 16 * (v - low) / span:.1f}" for i, v in enumerate(points))
    return format_html(
        '<svg class="spark flip" viewBox="0 0 64 20" aria-hidden="true">'
        '<polyline points="{}"></polyline></svg>',
        path,
    )
