"""The lists that a programme is described by, and that its managers edit: one declaration each."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.forms import parts as forms
from programmes.models import (
    Contribution,
    ExchangeRate,
    ExpectedResult,
    Office,
    Partnership,
    Programme,
    ProgrammeLink,
    Site,
)
from workflow import display


class Part(NamedTuple):
    """One list: its word in addresses, its texts, its form, and how a row reads.

    related: the attribute of the programme that holds the rows. reads: `row -> (title, detail)`.
    """

    word: str
    label: Any
    add: Any
    model: type[Model]
    related: str
    form: type[forms.PartForm]
    reads: Callable[[Any], tuple[Any, Any]]
    follow: tuple[str, ...] = ()
    empty: Any = ""

    def rows(self, programme: Programme) -> "QuerySet[Any]":
        """Return the rows of a programme."""
        rows: QuerySet[Any] = getattr(programme, self.related).all()
        return rows.select_related(*self.follow) if self.follow else rows


def _contribution(row: Contribution) -> tuple[Any, Any]:
    amount = display.money(row.amount, unknown=_("not published"))
    source = f"{row.get_basis_display()} · {row.source}" if row.source else row.get_basis_display()
    return row.donor, format_html('{}<br><span class="muted small">{}</span>', amount, source)


def _partnership(row: Partnership) -> tuple[Any, Any]:
    if row.signed_on is None:
        return row.organisation, row.role
    signed = _("signed on %(date)s") % {"date": display.date_text(row.signed_on)}
    return row.organisation, f"{row.role} · {signed}" if row.role else signed


def _site(row: Site) -> tuple[Any, Any]:
    where = "" if row.latitude is None else f"{row.latitude:.4f}, {row.longitude:.4f}"
    return row.name, format_html("{} {}", display.ref(row.code), display.isolated(where))


def _office(row: Office) -> tuple[Any, Any]:
    return row.name, " · ".join(filter(None, [row.address, row.email, row.phone]))


def _result(row: ExpectedResult) -> tuple[Any, Any]:
    return _("Result %(number)s") % {"number": row.number}, row.text


def _link(row: ProgrammeLink) -> tuple[Any, Any]:
    return row.title, row.get_kind_display()


def _rate(row: ExchangeRate) -> tuple[Any, Any]:
    rate = f"1 {row.base} = {row.rate.normalize():f} {row.quote}"
    return display.isolated(rate), f"{display.date_text(row.on)} · {row.source}"


PARTS = {
    part.word: part
    for part in (
        Part(
            "contributions",
            gettext_lazy("Donors and contributions"),
            gettext_lazy("Add a contribution"),
            Contribution,
            "contributions",
            forms.ContributionForm,
            _contribution,
            ("donor",),
        ),
        Part(
            "sites",
            gettext_lazy("Sites"),
            gettext_lazy("Add a site"),
            Site,
            "sites",
            forms.SiteForm,
            _site,
            empty=gettext_lazy("A programme needs at least one site before it is published."),
        ),
        Part(
            "partnerships",
            gettext_lazy("Partners"),
            gettext_lazy("Add a partner"),
            Partnership,
            "partnerships",
            forms.PartnershipForm,
            _partnership,
            ("organisation",),
        ),
        Part(
            "offices",
            gettext_lazy("Offices"),
            gettext_lazy("Add an office"),
            Office,
            "offices",
            forms.OfficeForm,
            _office,
        ),
        Part(
            "results",
            gettext_lazy("Results"),
            gettext_lazy("Add a result"),
            ExpectedResult,
            "results",
            forms.ResultForm,
            _result,
        ),
        Part(
            "links",
            gettext_lazy("Links, videos and documents"),
            gettext_lazy("Add a link or document"),
            ProgrammeLink,
            "links",
            forms.LinkForm,
            _link,
        ),
        Part(
            "rates",
            gettext_lazy("Exchange rates"),
            gettext_lazy("Add a rate"),
            ExchangeRate,
            "rates",
            forms.RateForm,
            _rate,
        ),
    )
}
