"""Columns of the lists of applications. Nobody is named in them."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applications.models import (
    Application,
    ApplicationMember,
    ApplicationState,
    Flag,
    PieceRequest,
    Reveal,
)
from programmes.localised import columns, reading_order
from workflow import display, listing
from workflow.states import BLOCKED

WORDS = {value: (label, Application.MEANINGS[value]) for value, label in ApplicationState.choices}
LANGUAGES = {"fr": _("French"), "en": _("English"), "ar": _("Arabic")}


def state_words(value: str) -> tuple[Any, str]:
    """Return word and meaning of a state."""
    return WORDS[value]


class FlagColumn(listing.NumberColumn):
    """How many flags are open."""

    def render(self, value: Any) -> SafeString:
        """Say it in words with the colour of an alarm; nothing for none."""
        words = ngettext("%(count)s flag", "%(count)s flags", value) % {"count": value}
        return display.dot(words, BLOCKED) if value else SafeString("")


class ApplicationTable(listing.ListTable):
    """Applications by case number: nobody is named."""

    pick = listing.PickColumn(form="batch", name=lambda record: record.case.number, accessor="pk")
    case = listing.RefColumn(
        verbose_name=_("Case"),
        accessor="case__number",
        order_by="case__serial",
        url=lambda record: record.get_absolute_url(),
    )
    title = listing.tables.Column(verbose_name=_("Activity"))
    site = listing.tables.Column(verbose_name=_("Site"), accessor="case__site")
    track = listing.tables.Column(verbose_name=_("Track"))
    call = listing.tables.Column(verbose_name=_("Call"), accessor="call__title", order_by="call")
    session = listing.NumberColumn(verbose_name=_("Session"), accessor="session__number", order_by="session")
    sector = listing.tables.Column(verbose_name=_("Sector"))
    organisation = listing.tables.Column(verbose_name=_("Organisation"), accessor="organisation_name")
    members = listing.NumberColumn(verbose_name=_("Persons"), accessor="member_count", orderable=False)
    language = listing.tables.Column(verbose_name=_("Language"))
    state = listing.StateColumn(verbose_name=_("State"), words=state_words)
    flags = FlagColumn(verbose_name=_("Open flags"), accessor="open_flags", orderable=False)
    asked = listing.DateColumn(verbose_name=_("Missing piece due"), accessor="piece_due", orderable=False)
    requested = listing.MoneyColumn(verbose_name=_("Requested"), order_by="requested_minor")
    awarded = listing.MoneyColumn(verbose_name=_("Awarded"), order_by="awarded_minor")
    submitted_at = listing.DateColumn(verbose_name=_("Sent on"))
    age = listing.AgeColumn(verbose_name=_("Age"), accessor="state_since", order_by="-state_since")
    caption = _("Applications")
    default_columns: tuple[str, ...] = (
        "pick",
        "case",
        "title",
        "site",
        "track",
        "state",
        "flags",
        "requested",
        "submitted_at",
        "age",
    )

    @cached_property
    def today(self) -> date:
        """The day of the page, in its time zone."""
        return timezone.localdate()

    def render_age(self, value: Any) -> Any:
        """Days in the present state."""
        return display.isolated(display.age_text(display.days_between(value, self.today), short=True))

    def export_age(self, record: Any) -> Any:
        """The number of days."""
        return display.days_between(record.state_since, self.today) if record.state_since else None

    def render_language(self, value: str) -> Any:
        """The language in which it was written."""
        return LANGUAGES.get(value, value)

    def order_site(self, rows: "QuerySet[Any]", descending: bool) -> tuple["QuerySet[Any]", bool]:
        """By the name that the reader sees."""
        return _by_text(rows, "case__site__name", descending)

    def order_track(self, rows: "QuerySet[Any]", descending: bool) -> tuple["QuerySet[Any]", bool]:
        """By the title that the reader sees."""
        return _by_text(rows, "track__title", descending)


class ScreeningTable(ApplicationTable):
    """Files that wait for a screening officer."""

    caption = _("Applications to screen")
    default_columns = ("pick", "case", "title", "site", "track", "flags", "requested", "submitted_at", "age")


def _by_text(rows: "QuerySet[Any]", name: str, descending: bool) -> tuple["QuerySet[Any]", bool]:
    """Order by a text of three columns as the reader's language shows it; nothing stands last."""
    own = F(f"{name}_{reading_order()[0]}")
    order = own.desc(nulls_last=True) if descending else own.asc(nulls_last=True)
    return rows.order_by(order, "pk"), True


ALWAYS = (
    "title",
    "sector",
    "organisation_name",
    "language",
    "state",
    "state_since",
    "submitted_at",
    "requested_minor",
    "awarded_minor",
    "case__number",
    "call__currency",
)
JOINED = {
    "site": columns("case__site__name"),
    "track": columns("track__title"),
    "call": columns("call__title"),
    "session": ["session__number"],
}
"""What a column needs from a record beside the application."""


def with_desk(rows: "QuerySet[Any]", shown: Collection[str]) -> "QuerySet[Any]":
    """Read what the shown columns show, and count what they count. Limited by key later.

    shown: names of columns; those that need neither a join nor a count are always there.
    """
    beside = [name for column in JOINED if column in shown for name in JOINED[column]]
    joins = {name.rpartition("__")[0] for name in (*ALWAYS, *beside) if "__" in name}
    return rows.select_related(*sorted(joins)).only(*ALWAYS, *beside).annotate(**_counted(shown))


def _counted(shown: Collection[str]) -> dict[str, Any]:
    flags = Flag.objects.filter(application=OuterRef("pk"), resolved_at__isnull=True).order_by()
    counted = flags.values("application").annotate(count=Count("pk")).values("count")
    members = ApplicationMember.objects.filter(application=OuterRef("pk")).order_by()
    persons = members.values("application").annotate(count=Count("pk"))
    asked = PieceRequest.objects.filter(application=OuterRef("pk"), answered_at__isnull=True)
    found: dict[str, tuple[str, Any]] = {
        "flags": ("open_flags", Coalesce(Subquery(counted), 0)),
        "asked": ("piece_due", Subquery(asked.values("due_at")[:1])),
        "members": ("member_count", Coalesce(Subquery(persons.values("count")), 0)),
    }
    return dict(annotation for column, annotation in found.items() if column in shown)


class OpeningTable(listing.ListTable):
    """Openings of identities, by case number."""

    case = listing.RefColumn(verbose_name=_("Case"), accessor="pk", order_by="case__serial")
    at = listing.DateColumn(verbose_name=_("Opened on"))
    actor = listing.tables.Column(verbose_name=_("By"), orderable=False)
    shown = listing.tables.Column(verbose_name=_("What"), accessor="get_shown_display", order_by="shown")
    reason = listing.tables.Column(verbose_name=_("Reason"), orderable=False)
    caption = _("Openings of identities")

    def render_case(self, record: Reveal) -> Any:
        """The case, else the person's reference."""
        return display.person(str(record), with_icon=False)

    def render_at(self, value: Any) -> Any:
        """Day and time."""
        return display.moment(value)
