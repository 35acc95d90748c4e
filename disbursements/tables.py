"""Columns of the lists of money."""

from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from disbursements.models import (
    BankLine,
    BatchState,
    CashAdvance,
    CashState,
    Destination,
    DestinationState,
    FileState,
    Grant,
    GrantState,
    Justification,
    JustificationState,
    LineState,
    OrderState,
    PaymentBatch,
    PaymentOrder,
    Procurement,
    ProcurementState,
    Recovery,
    RecoveryState,
    StatementFile,
    Tranche,
    TrancheState,
)
from disbursements.wording import role_word
from workflow import display, listing


def words_of(states: Any, model: Any) -> Any:
    """Return the function from a stored state to its word and meaning."""
    return lambda state: (states(state).label, model.MEANINGS[state])


def _page(record: Any) -> str:
    return str(record.get_absolute_url())


class GrantTable(listing.ListTable):
    """Grants of a programme."""

    reference = listing.RefColumn(verbose_name=_("Grant"), url=_page)
    state = listing.StateColumn(verbose_name=_("State"), words=words_of(GrantState, Grant))
    title = tables.Column(verbose_name=_("Project"), order_by="application__title")
    track = tables.Column(verbose_name=_("Track"), order_by="track__code")
    site = tables.Column(verbose_name=_("Site"), order_by="case__site__code")
    amount = listing.MoneyColumn(verbose_name=_("Grant"), order_by="amount_minor")
    disbursed = listing.MoneyColumn(verbose_name=_("Disbursed"), orderable=False, empty_values=())
    signed_on = listing.DateColumn(verbose_name=_("Signed"))
    caption = _("Grants")


class TrancheTable(listing.ListTable):
    """Instalments of a programme: what waits, and with whom."""

    grant = listing.RefColumn(
        accessor="grant__reference", verbose_name=_("Grant"), order_by="grant__reference", url=_page
    )
    number = listing.NumberColumn(verbose_name=_("Instalment"))
    state = listing.StateColumn(verbose_name=_("State"), words=words_of(TrancheState, Tranche))
    amount = listing.MoneyColumn(verbose_name=_("Amount"), order_by="amount_minor")
    holder = tables.Column(verbose_name=_("Who has it"))
    waiting_since = listing.DateColumn(verbose_name=_("Since"))
    paid_on = listing.DateColumn(verbose_name=_("Paid"))
    caption = _("Instalments")
    default_columns = ("grant", "number", "state", "amount", "holder", "waiting_since")

    def render_holder(self, value: str, record: Tranche) -> str:
        """Say who has it, while it waits for somebody."""
        return role_word(value) if record.state not in ("planned", "paid", "justified", "cancelled") else "–"

    def export_holder(self, record: Any) -> str:
        """The same words."""
        return self.render_holder(record.holder, record)


class OrderTable(listing.ListTable):
    """Payment orders of a programme."""

    number = listing.RefColumn(verbose_name=_("Order"), url=_page)
    state = listing.StateColumn(verbose_name=_("State"), words=words_of(OrderState, PaymentOrder))
    amount = listing.MoneyColumn(verbose_name=_("Amount"), order_by="gross_minor")
    payee = tables.Column(
        accessor="supplier", verbose_name=_("Supplier"), order_by="supplier__name", empty_values=()
    )
    channel = tables.Column(verbose_name=_("Channel"))
    account = tables.Column(accessor="frozen_masked", verbose_name=_("Account"))
    state_since = listing.DateColumn(verbose_name=_("Since"))
    executed_on = listing.DateColumn(verbose_name=_("Executed"))
    caption = _("Payment orders")

    def render_payee(self, record: PaymentOrder) -> str:
        """The supplier, else the beneficiary of the case."""
        return str(record.supplier) if record.supplier else str(_("Beneficiary"))

    def export_payee(self, record: PaymentOrder) -> str:
        """The same words."""
        return self.render_payee(record)

    def render_channel(self, record: PaymentOrder) -> str:
        """In words."""
        return str(record.get_channel_display())


class BatchTable(listing.ListTable):
    """Payment batches of a programme."""

    number = listing.RefColumn(verbose_name=_("Batch"), url=_page)
    state = listing.StateColumn(verbose_name=_("State"), words=words_of(BatchState, PaymentBatch))
    account = tables.Column(accessor="account__name", verbose_name=_("Paying account"))
    payments = listing.NumberColumn(verbose_name=_("Payments"), orderable=False)
    total = listing.MoneyColumn(verbose_name=_("Control sum"), order_by="control_minor")
    value_date = listing.DateColumn(verbose_name=_("Day of payment"))
    state_since = listing.DateColumn(verbose_name=_("Since"))
    caption = _("Payment batches")


class StatementTable(listing.ListTable):
    """Statement files of a programme."""

    name = listing.TitleColumn(verbose_name=_("Name of the file"), url=_page)
    state = listing.StateColumn(verbose_name=_("State"), words=words_of(FileState, StatementFile))
    account = tables.Column(accessor="account__name", verbose_name=_("Account"))
    first_on = listing.DateColumn(verbose_name=_("From"))
    last_on = listing.DateColumn(verbose_name=_("To"))
    lines_found = listing.NumberColumn(verbose_name=_("Movements"))
    lines_new = listing.NumberColumn(verbose_name=_("New"))
    handed_in_at = listing.DateColumn(verbose_name=_("Handed in"))
    caption = _("Statements")


class BankLineTable(listing.ListTable):
    """Movements of a programme's accounts."""

    reference = listing.RefColumn(verbose_name=_("Movement"), order_by="end_to_end", url=_page)
    state = listing.StateColumn(verbose_name=_("State"), words=words_of(LineState, BankLine))
    booked_on = listing.DateColumn(verbose_name=_("Booked"))
    amount = listing.MoneyColumn(verbose_name=_("Amount"), order_by="amount_minor")
    paid = tables.Column(verbose_name=_("Payment"), order_by=("order__number", "batch__number"))
    account = tables.Column(accessor="account__name", verbose_name=_("Account"))
    holder = tables.Column(verbose_name=_("Who has it"), accessor="state", orderable=False)
    age = tables.Column(verbose_name=_("Waiting"), accessor="state_since", order_by="-state_since")
    caption = _("Movements")

    def render_paid(self, value: Any) -> Any:
        """The number of the order or batch, linked."""
        return display.ref(value.number, value.get_absolute_url())

    def export_paid(self, record: Any) -> str:
        """The number of the order or batch."""
        return record.paid.number if record.paid else ""

    def render_holder(self, record: Any) -> str:
        """Who must say what it is, while nobody has."""
        return role_word("reconciler") if record.state == "open" else display.DASH

    def export_holder(self, record: Any) -> str:
        """The same words."""
        return self.render_holder(record)

    def render_age(self, record: Any) -> Any:
        """How long it waits, while it does."""
        if record.state != "open" or record.state_since is None:
            return display.DASH
        days = display.days_between(record.state_since, timezone.now())
        return display.isolated(display.age_text(days, short=True))

    def export_age(self, record: Any) -> Any:
        """The days that it waits."""
        if record.state != "open" or record.state_since is None:
            return None
        return display.days_between(record.state_since, timezone.now())


class DestinationTable(listing.ListTable):
    """Payees' accounts of a programme."""

    payee = listing.RefColumn(accessor="owner", verbose_name=_("Payee"), orderable=False, url=_page)
    state = listing.StateColumn(verbose_name=_("State"), words=words_of(DestinationState, Destination))
    channel = tables.Column(verbose_name=_("Channel"))
    masked = tables.Column(verbose_name=_("Account"), orderable=False)
    institution = tables.Column(verbose_name=_("Bank or operator"))
    entered_by = tables.Column(verbose_name=_("Entered by"), order_by="entered_by__full_name")
    entered_at = listing.DateColumn(verbose_name=_("Entered"))
    verified_at = listing.DateColumn(verbose_name=_("Verified"))
    caption = _("Payees' accounts")

    def render_channel(self, record: Destination) -> str:
        """In words."""
        return str(record.get_channel_display())


class SupplierTable(listing.ListTable):
    """Suppliers of a programme."""

    name = listing.TitleColumn(verbose_name=_("Supplier"), url=_page)
    trade = tables.Column(verbose_name=_("Trade"))
    town = tables.Column(verbose_name=_("Town"))
    registration = tables.Column(verbose_name=_("Register"))
    verified = tables.Column(verbose_name=_("Account"), orderable=False)
    orders = listing.NumberColumn(accessor="order_count", verbose_name=_("Orders"))
    caption = _("Suppliers")

    def render_verified(self, value: bool) -> Any:
        """Whether money can go there."""
        return _("verified") if value else _("none verified")


class ProcurementTable(listing.ListTable):
    """Purchases of a programme."""

    number = listing.RefColumn(verbose_name=_("Purchase"), url=_page)
    state = listing.StateColumn(verbose_name=_("State"), words=words_of(ProcurementState, Procurement))
    supplier = tables.Column(verbose_name=_("Supplier"), order_by="supplier__name")
    total = listing.MoneyColumn(verbose_name=_("Total"), order_by="total_minor")
    delivered_on = listing.DateColumn(verbose_name=_("Delivered"))
    handed_over_on = listing.DateColumn(verbose_name=_("Handed over"))
    caption = _("Purchases")


class JustificationTable(listing.ListTable):
    """Accountings for payments of a programme."""

    grant = listing.RefColumn(
        accessor="tranche__grant__reference",
        verbose_name=_("Grant"),
        order_by="tranche__grant__reference",
        url=_page,
    )
    number = listing.NumberColumn(
        accessor="tranche__number", verbose_name=_("Instalment"), order_by="tranche__number"
    )
    state = listing.StateColumn(verbose_name=_("State"), words=words_of(JustificationState, Justification))
    paid = listing.MoneyColumn(verbose_name=_("Paid"), order_by="paid_minor")
    percent = listing.NumberColumn(
        accessor="justified_percent", verbose_name=_("Justified, %"), orderable=False
    )
    due_on = listing.DateColumn(verbose_name=_("Due"))
    caption = _("Receipts")


class RecoveryTable(listing.ListTable):
    """Claims of a programme."""

    number = listing.RefColumn(verbose_name=_("Recovery"), url=_page)
    state = listing.StateColumn(verbose_name=_("State"), words=words_of(RecoveryState, Recovery))
    cause = tables.Column(verbose_name=_("Cause"))
    claimed = listing.MoneyColumn(verbose_name=_("Claimed"), order_by="claimed_minor")
    outstanding = listing.MoneyColumn(verbose_name=_("Still owed"), order_by="left")
    opened_at = listing.DateColumn(verbose_name=_("Opened"))
    due_on = listing.DateColumn(verbose_name=_("Due"))
    caption = _("Recoveries")

    def render_cause(self, record: Recovery) -> str:
        """In words."""
        return str(record.get_cause_display())


class CashTable(listing.ListTable):
    """Cash advances of a programme."""

    number = listing.RefColumn(verbose_name=_("Cash list"), url=_page)
    state = listing.StateColumn(verbose_name=_("State"), words=words_of(CashState, CashAdvance))
    cashier = tables.Column(verbose_name=_("Cashier"), order_by="cashier__full_name")
    place = tables.Column(verbose_name=_("Place"))
    pays_on = listing.DateColumn(verbose_name=_("Day"))
    advanced = listing.MoneyColumn(verbose_name=_("Handed out"), order_by="advanced_minor")
    returned = listing.MoneyColumn(verbose_name=_("Returned"), order_by="returned_minor")
    caption = _("Cash in hand")


class AccountTable(listing.ListTable):
    """The trial balance of a programme."""

    account = listing.TitleColumn(
        accessor="get_kind_display", verbose_name=_("Account"), orderable=False, url=_page
    )
    owner = tables.Column(accessor="owner_words", verbose_name=_("Of"), orderable=False)
    debit = listing.MoneyColumn(verbose_name=_("Debit"), order_by="debit_minor")
    credit = listing.MoneyColumn(verbose_name=_("Credit"), order_by="credit_minor")
    net = listing.MoneyColumn(verbose_name=_("Balance"), orderable=False)
    held = listing.MoneyColumn(verbose_name=_("Held"), order_by="credit_pending_minor")
    caption = _("Trial balance")
