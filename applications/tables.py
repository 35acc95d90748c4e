"""Columns of the lists of applications. Nobody is named in them."""

from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applications.models import Application, ApplicationState, Reveal
from programmes.localised import reading_order
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
        words = ngettext("%(count)s flag", "%(count)s flags", value) % {"count": display.number_text(value)}
        return display.dot(words, BLOCKED) if value else SafeString("")


class ApplicationTable(listing.ListTable):
    """Applications by case number: nobody is named."""

    pick = listing.PickColumn(form="batch", name=lambda record: record.number, accessor="pk")
    case = listing.RefColumn(
        verbose_name=_("Case"),
        accessor="number",
        order_by="case__serial",
        url=lambda record: record.get_absolute_url(),
    )
    title = listing.tables.Column(verbose_name=_("Activity"))
    site = listing.tables.Column(verbose_name=_("Site"), accessor="site")
    track = listing.tables.Column(verbose_name=_("Track"))
    call = listing.tables.Column(verbose_name=_("Call"), order_by="call")
    session = listing.NumberColumn(verbose_name=_("Session"), accessor="session_number", order_by="session")
    sector = listing.tables.Column(verbose_name=_("Sector"))
    organisation = listing.tables.Column(verbose_name=_("Organisation"), accessor="organisation_name")
    members = listing.NumberColumn(verbose_name=_("Persons"), accessor="member_count", orderable=False)
    language = listing.tables.Column(verbose_name=_("Language"))
    state = listing.StateColumn(verbose_name=_("State"), words=state_words)
    flags = FlagColumn(verbose_name=_("Open flags"), accessor="open_flags", orderable=False)
    asked = listing.DateColumn(verbose_name=_("Missing piece due"), accessor="piece_due", orderable=False)
    requested = listing.MoneyColumn(verbose_name=_("Requested"), order_by="requested_minor")
    awarded = listing.MoneyColumn(verbose_name=_("Amount awarded"), order_by="awarded_minor")
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
