"""The tables of the journal: accounts with their balances, append-only postings, accounting periods.

How rows are written is in `disbursements/journal.py`; nothing else writes them.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from disbursements import balances
from disbursements.querysets import AccountQuerySet, PeriodQuerySet, PostingQuerySet
from programmes.money import Money, amount_property
from workflow.append_only import append_only, takes_no_more


class AccountKind(models.TextChoices):
    """What an account stands for; each kind has one kind of owner."""

    FUNDING = "funding", _("Contribution of a donor")
    FUNDING_POOL = "funding_pool", _("Contributions, split not known")
    DONOR_PAID_IN = "donor_paid_in", _("Paid in by a donor")
    CALL_AVAILABLE = "call_available", _("Envelope of the call, available")
    GRANT_COMMITTED = "grant_committed", _("Grant, committed")
    GRANT_IN_FLIGHT = "grant_in_flight", _("Grant, payment under way")
    GRANT_DISBURSED = "grant_disbursed", _("Grant, disbursed")
    GRANT_ADVANCE = "grant_advance", _("Grant, paid and not yet justified")
    GRANT_JUSTIFIED = "grant_justified", _("Grant, justified")
    GRANT_RECEIVABLE = "grant_receivable", _("Grant, to be recovered")
    SUPPLIER_PAYABLE = "supplier_payable", _("Owed to a supplier")
    BANK = "bank", _("Bank")
    CASH_BOX = "cash_box", _("Cash box")
    WALLET = "wallet", _("Mobile money wallet")
    WITHHOLDING = "withholding", _("Tax withheld")
    FEES = "fees", _("Fees")
    EXCHANGE_DIFFERENCE = "exchange_difference", _("Exchange difference")
    WRITE_OFF = "write_off", _("Written off")


OWNERS = {
    AccountKind.FUNDING: "programmes.contribution",
    AccountKind.FUNDING_POOL: "programmes.programme",
    AccountKind.DONOR_PAID_IN: "programmes.contribution",
    AccountKind.CALL_AVAILABLE: "programmes.call",
    AccountKind.GRANT_COMMITTED: "disbursements.grant",
    AccountKind.GRANT_IN_FLIGHT: "disbursements.grant",
    AccountKind.GRANT_DISBURSED: "disbursements.grant",
    AccountKind.GRANT_ADVANCE: "disbursements.grant",
    AccountKind.GRANT_JUSTIFIED: "disbursements.grant",
    AccountKind.GRANT_RECEIVABLE: "disbursements.grant",
    AccountKind.SUPPLIER_PAYABLE: "disbursements.supplier",
    AccountKind.BANK: "programmes.programme",
    AccountKind.CASH_BOX: "programmes.programme",
    AccountKind.WALLET: "programmes.programme",
    AccountKind.WITHHOLDING: "programmes.programme",
    AccountKind.FEES: "programmes.programme",
    AccountKind.EXCHANGE_DIFFERENCE: "programmes.programme",
    AccountKind.WRITE_OFF: "programmes.programme",
}
"""The kind of record that owns an account of each kind."""

NO_OVERDRAFT = frozenset(
    {
        AccountKind.CALL_AVAILABLE,
        AccountKind.GRANT_COMMITTED,
        AccountKind.GRANT_IN_FLIGHT,
        AccountKind.GRANT_DISBURSED,
        AccountKind.GRANT_ADVANCE,
        AccountKind.GRANT_JUSTIFIED,
        AccountKind.GRANT_RECEIVABLE,
    }
)
"""Kinds that can never give more than they hold. Funding, bank and payables are where money comes from."""


GRANT_KINDS = tuple(kind for kind, owner in OWNERS.items() if owner == "disbursements.grant")
"""Accounts that belong to a grant."""


class Account(models.Model):
    """One account: whose it is, in which currency, and its four balance columns."""

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=24, choices=AccountKind.choices)
    owner_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    no_overdraft = models.BooleanField()
    debit_minor = models.BigIntegerField(default=0)
    credit_minor = models.BigIntegerField(default=0)
    debit_pending_minor = models.BigIntegerField(default=0)
    credit_pending_minor = models.BigIntegerField(default=0)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "owner_id", "currency"], name="disbursements_account_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    debit_minor__gte=0,
                    credit_minor__gte=0,
                    debit_pending_minor__gte=0,
                    credit_pending_minor__gte=0,
                ),
                name="disbursements_account_columns_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(no_overdraft=False)
                | Q(debit_minor__gte=F("credit_minor") + F("credit_pending_minor")),
                name="disbursements_account_no_overdraft",
            ),
            models.CheckConstraint(
                condition=Q(no_overdraft=True, kind__in=sorted(NO_OVERDRAFT))
                | (Q(no_overdraft=False) & ~Q(kind__in=sorted(NO_OVERDRAFT))),
                name="disbursements_account_overdraft_by_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AccountKind.values), name="disbursements_account_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner_id} {self.currency}"

    def get_absolute_url(self) -> str:
        """The account's statement."""
        return reverse("disbursements:account", args=[self.pk])

    @property
    def balance(self) -> balances.Balance:
        """The balance columns as a value."""
        return balances.Balance(
            self.debit_minor, self.credit_minor, self.debit_pending_minor, self.credit_pending_minor
        )

    @property
    def net(self) -> Money:
        """Debits minus credits, posted."""
        return Money(self.balance.net, self.currency)

    debit = amount_property("debit_minor")
    credit = amount_property("credit_minor")
    held = amount_property("credit_pending_minor")


@append_only(unique=[("id",), ("programme", "year", "month")], when="OLD.closed_at IS NOT NULL")
class AccountingPeriod(models.Model):
    """One month of one programme's books.

    Every posting raises `postings` of its month's row, and the database refuses any change of a closed row:
    so nothing can be posted in a closed period, and `verify` finds a row that slipped past the counter.
    """

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="periods")
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    postings = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["year", "month"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "year", "month"], name="disbursements_period_once"),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12), name="disbursements_period_month"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="disbursements_period_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


class Phase(models.TextChoices):
    """What a posting does: move an amount, hold it, or end a hold one way or the other."""

    POSTED = balances.POSTED, _("In the books")
    PENDING = balances.PENDING, _("Reserved")
    SETTLED = balances.SETTLED, _("Reservation paid out")
    VOIDED = balances.VOIDED, _("Reservation given back")


@takes_no_more("period", when_set="closed_at")
@append_only(unique=[("id",), ("entry", "line"), ("resolves",), ("reverses",)])
class Posting(models.Model):
    """One line of the journal: one debit account, one credit account, one amount. Never changed.

    `entry` names the fact (record and verb); its lines are numbered from 1. A settled or voided row
    resolves one pending row, once; a reversal undoes one row, once.
    """

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="postings")
    period = models.ForeignKey(AccountingPeriod, on_delete=models.PROTECT, related_name="+")
    entry = models.CharField(max_length=120)
    line = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    verb = models.CharField(max_length=40)
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debits")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credits")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    phase = models.CharField(max_length=8, choices=Phase.choices)
    resolves = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="resolved_by"
    )
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    objects = PostingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "line"], name="disbursements_posting_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="disbursements_posting_amount_positive"
            ),
            models.CheckConstraint(
                condition=~Q(debit=F("credit")), name="disbursements_posting_two_accounts"
            ),
            models.CheckConstraint(condition=Q(line__gte=1), name="disbursements_posting_line_from_one"),
            models.CheckConstraint(
                condition=Q(phase__in=[Phase.SETTLED, Phase.VOIDED], resolves__isnull=False)
                | Q(phase__in=[Phase.POSTED, Phase.PENDING], resolves__isnull=True),
                name="disbursements_posting_resolves",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | Q(phase=Phase.POSTED),
                name="disbursements_posting_reversal_is_posted",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "object_id"], name="disbursements_posting_record"),
            models.Index(fields=["programme", "-happened_at"], name="disbursements_posting_recent"),
        ]

    amount = amount_property("amount_minor")

    def __str__(self) -> str:
        return f"{self.entry}#{self.line}"
