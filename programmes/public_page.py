"""What the public page of a programme says: period, durations, money, relatives; plain data."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes import validators
from programmes.models import Contribution, Programme, ProgrammeLink
from programmes.models.places import LinkKind
from programmes.money import Money
from workflow import display


class Duration(NamedTuple):
    """One duration that somebody stated, or that the dates give."""

    label: str
    text: str
    source: str


class Share(NamedTuple):
    """One donor's contribution; amount None: not published, percent None: cannot be said."""

    contribution: Contribution
    amount: Money | None
    percent: int | None


def month(day: date) -> str:
    """Return a month in words: "May 2013"."""
    return date_format(day, "F Y")


def period_text(programme: Programme) -> str:
    """Return the execution period in months, "May 2013 – April 2015"; "" when it is not known."""
    start, end = programme.period
    if start is None and end is None:
        return ""
    return f"{month(start) if start else '…'} – {month(end) if end else '…'}"


def months_text(months: int) -> str:
    """Return a number of months in words."""
    return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}


def durations(programme: Programme) -> list[Duration]:
    """Return planned, published and actual duration; they may contradict each other, all are shown."""
    found = []
    if programme.planned_months is not None:
        found.append(
            Duration(_("planned"), months_text(programme.planned_months), programme.planned_months_source)
        )
    if programme.published_months is not None:
        found.append(
            Duration(
                _("published"), months_text(programme.published_months), programme.published_months_source
            )
        )
    if programme.actual_months is not None:
        between = f"{display.date_text(programme.actual_start)} – {display.date_text(programme.actual_end)}"  # type: ignore[arg-type]
        found.append(Duration(_("by the dates"), months_text(programme.actual_months), between))
    return found


def shares(contributions: list[Contribution]) -> list[Share]:
    """Return the split of contributions; percentages only when every amount is known, in one currency."""
    amounts = [row.amount for row in contributions]
    known = [amount for amount in amounts if amount is not None]
    total = sum(amount.minor for amount in known)
    whole = len(known) == len(amounts) and len({amount.currency for amount in known}) == 1 and total > 0
    return [
        Share(row, amount, round(100 * amount.minor / total) if whole and amount else None)
        for row, amount in zip(contributions, amounts, strict=True)
    ]


def country_name(code: str) -> str:
    """Return a country's name in the reader's language, "" for none."""
    return validators.countries(display.language()).get(code, code)


def relatives(programme: Programme, user: Any) -> dict[str, list[Programme]]:
    """Return the programme above, those beside it and those below that the reader may see: one query."""
    wanted = Q(parent=programme)
    if programme.parent_id is not None:
        wanted |= Q(pk=programme.parent_id) | Q(parent=programme.parent_id)
    seen = Programme.objects.visible_to(user).filter(wanted).exclude(pk=programme.pk).order_by("code")
    found: dict[str, list[Programme]] = {"above": [], "beside": [], "below": []}
    for one in seen:
        if one.pk == programme.parent_id:
            found["above"].append(one)
        elif one.parent_id == programme.pk:
            found["below"].append(one)
        else:
            found["beside"].append(one)
    return found


def links_by_kind(links: list[ProgrammeLink]) -> list[tuple[str, list[ProgrammeLink]]]:
    """Return the links under their headings, final evaluation first."""
    headings = (
        (LinkKind.EVALUATION, _("Final evaluation")),
        (LinkKind.DOCUMENT, _("Documents")),
        (LinkKind.VIDEO, _("Videos")),
        (LinkKind.LINK, _("Links")),
    )
    grouped = [(title, [link for link in links if link.kind == kind]) for kind, title in headings]
    return [(title, found) for title, found in grouped if found]
