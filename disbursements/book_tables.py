"""Columns of the books: lines of the journal, of an account, parts of donors. Each line opens its entry."""

from typing import Any

import django_tables2 as tables
from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from disbursements.models import Tranche, TrancheState
from disbursements.tables import words_of
from workflow import StateModel, acts, display, listing
from workflow.machines import machine_of_kind


def entry_url(posting: Any) -> str:
    """The page of the entry that a line belongs to."""
    return reverse("disbursements:entry", args=[posting.pk])


def entry_words(posting: Any) -> str:
    """What happened, in the words of the timeline, which name their record within this package."""
    model = apps.get_model(posting.kind)
    if not issubclass(model, StateModel):
        return str(posting.entry)
    if model._meta.app_label == "disbursements":
        return done_words(posting)
    return display.labelled(str(model._meta.verbose_name).capitalize(), done_words(posting))


def done_words(posting: Any) -> str:
    """What was done: a transition, or an act beside the machine."""
    act = acts.declared(posting.kind, posting.verb)
    return str(act.done if act else machine_of_kind(posting.kind).done_label(posting.verb))


def phase_words(posting: Any) -> str:
    """What a line does, in words; a reversal says so."""
    return str(_("Reversal")) if posting.reverses_id else str(posting.get_phase_display())


class LineTable(listing.ListTable):
    """Lines of the journal."""

    entry = listing.TitleColumn(verbose_name=_("Entry"), url=entry_url)
    happened_at = listing.DateColumn(verbose_name=_("Date"))
    line = listing.NumberColumn(verbose_name=_("Line"))
    credit = tables.Column(verbose_name=_("From account"), orderable=False)
    debit = tables.Column(verbose_name=_("To account"), orderable=False)
    phase = tables.Column(verbose_name=_("Kind"))
    amount = listing.MoneyColumn(verbose_name=_("Amount"), order_by="amount_minor")
    caption = _("Lines of the journal")

    def render_entry(self, record: Any) -> Any:
        """In words, leading to the entry; its own name stays in files."""
        column: Any = self.columns["entry"].column
        return column.render(entry_words(record), record)

    def render_debit(self, value: Any) -> str:
        """The kind of account."""
        return str(value.get_kind_display())

    def render_credit(self, value: Any) -> str:
        """The kind of account."""
        return str(value.get_kind_display())

    def render_phase(self, record: Any) -> str:
        """In words."""
        return phase_words(record)

    def export_debit(self, record: Any) -> str:
        """Kind and owner."""
        return str(record.debit)

    def export_credit(self, record: Any) -> str:
        """Kind and owner."""
        return str(record.credit)


class AccountLineTable(listing.ListTable):
    """Lines of one account: what came in, what went out, against which account."""

    entry = listing.TitleColumn(verbose_name=_("Entry"), url=entry_url)
    happened_at = listing.DateColumn(verbose_name=_("Date"))
    other = tables.Column(verbose_name=_("Other account"), orderable=False)
    phase = tables.Column(verbose_name=_("Kind"))
    debited = listing.MoneyColumn(verbose_name=_("Debit"), orderable=False)
    credited = listing.MoneyColumn(verbose_name=_("Credit"), orderable=False)
    caption = _("Lines of the journal")

    def render_entry(self, record: Any) -> Any:
        """In words, leading to the entry; its own name stays in files."""
        column: Any = self.columns["entry"].column
        return column.render(entry_words(record), record)

    def render_other(self, value: Any) -> str:
        """The kind of account."""
        return str(value.get_kind_display())

    def render_phase(self, record: Any) -> str:
        """In words."""
        return phase_words(record)


class ShareTable(listing.ListTable):
    """Parts of instalments, by whose money they are."""

    grant = listing.RefColumn(
        accessor="tranche__grant__reference",
        verbose_name=_("Grant"),
        order_by="tranche__grant__reference",
        url=lambda share: reverse("disbursements:statement", args=[share.tranche.grant_id]),
    )
    instalment = listing.NumberColumn(
        accessor="tranche__number", verbose_name=_("Instalment"), order_by="tranche__number"
    )
    donor = tables.Column(accessor="donor_words", verbose_name=_("Donor"), orderable=False)
    call = tables.Column(
        accessor="tranche__grant__track__call__code",
        verbose_name=_("Call"),
        order_by="tranche__grant__track__call",
    )
    state = listing.StateColumn(
        accessor="tranche__state",
        verbose_name=_("State"),
        words=words_of(TrancheState, Tranche),
        order_by="tranche__state",
    )
    paid_on = listing.DateColumn(verbose_name=_("Paid on"))
    whole = listing.MoneyColumn(
        accessor="tranche__amount", verbose_name=_("Instalment in all"), order_by="tranche__amount_minor"
    )
    amount = listing.MoneyColumn(verbose_name=_("Part of the donor"), order_by="amount_minor")
    caption = _("Statement of the donors")


class OwnShareTable(ShareTable):
    """The same for a donor: references of grants lead nowhere, for nothing behind them is for donors."""

    grant = listing.RefColumn(
        accessor="tranche__grant__reference",
        verbose_name=_("Grant"),
        order_by="tranche__grant__reference",
    )
