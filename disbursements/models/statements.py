"""Statements of the programme's accounts: the files that were handed in, and their lines, each kept once.

A line waits until somebody says what it is: a payment of ours that went out or came back, a fee of the bank,
or nothing of this programme. What moves money fires the order's own verbs, as the person who says so.
"""

import base64
import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.vault import SealedField
from disbursements.guards import batch_movements as whole
from disbursements.guards import statements as guards
from disbursements.guards.orders import books_are_open
from disbursements.models import sentences
from disbursements.models.batches import PaymentBatch
from disbursements.models.orders import PaymentOrder
from disbursements.models.paying_accounts import PayingAccount
from disbursements.querysets import BankLineQuerySet, ProgrammeOwnedQuerySet
from disbursements.statements.reading import StatementForm
from programmes.money import Money, amount_property
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.display import date_text, money_text
from workflow.states import DONE, NEUTRAL, REFUSED, WAITING


class FileState(models.TextChoices):
    """Where a statement file stands."""

    HANDED_IN = "handed_in", _("To import")
    IMPORTED = "imported", _("Imported")
    DISCARDED = "discarded", _("Discarded")


class StatementFile(StateModel):
    """One file as it came: its bytes sealed in the vault (base64), what it said when it was imported."""

    MAIN_PATH = ("handed_in", "imported")
    READ_WITH = ("programme", "account")
    MEANINGS = {"handed_in": WAITING, "imported": DONE, "discarded": REFUSED}

    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="statement_files"
    )
    account = models.ForeignKey(PayingAccount, on_delete=models.PROTECT, related_name="statement_files")
    name = models.CharField(_("name"), max_length=120)
    form = models.CharField(_("form"), max_length=10, choices=StatementForm.choices)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = SealedField()
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField()
    lines_found = models.PositiveIntegerField(_("movements"), null=True, blank=True)
    lines_new = models.PositiveIntegerField(_("new movements"), null=True, blank=True)
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    closing_minor = models.BigIntegerField(null=True, blank=True)
    state = StateField(default=FileState.HANDED_IN, choices=FileState.choices)

    objects = ProgrammeOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-handed_in_at", "-id"]
        constraints = [
            known_states("disbursements_statement_file", FileState),
            models.UniqueConstraint(
                fields=["account", "sha256"],
                condition=~Q(state=FileState.DISCARDED),
                name="disbursements_statement_file_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=FileState.IMPORTED)
                | Q(lines_found__isnull=False, lines_new__isnull=False, lines_new__lte=F("lines_found")),
                name="disbursements_statement_file_counted",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The file's page."""
        return reverse("disbursements:statement_file", args=[self.pk])

    @property
    def data(self) -> bytes:
        """The bytes as they came."""
        return base64.b64decode(self.content)

    @property
    def closing(self) -> Any:
        """The closing balance, None where the file did not tell it."""
        return None if self.closing_minor is None else Money(self.closing_minor, self.account.currency)

    @transition(
        source="handed_in",
        target="imported",
        label=_("Import the movements"),
        done=_("Movements imported"),
        guards=[guards.can_be_read],
        facts=("found", "new"),
        style="primary",
    )
    def take_in(self, firing: Firing) -> None:
        """Keep every movement that is not there yet."""
        from disbursements import reconciling

        taken = reconciling.take_in(self, at=firing.at)
        self.lines_found, self.lines_new = taken.found, taken.new
        self.first_on, self.last_on = taken.first_on, taken.last_on
        self.closing_minor = taken.closing_minor
        firing.data.update(found=taken.found, new=taken.new)

    @transition(
        source="handed_in",
        target="discarded",
        label=_("Discard the file"),
        done=_("File discarded"),
        style="danger",
        confirm=sentences.discard_statement,
    )
    def discard(self, firing: Firing) -> None:
        """Nothing of it is taken; the file stays for the record."""


class LineState(models.TextChoices):
    """Whether it is known what a movement is."""

    OPEN = "open", _("To explain")
    MATCHED = "matched", _("Payment found")
    FEE = "fee", _("Bank fee")
    RECEIVED = "received", _("Money received")
    SET_ASIDE = "set_aside", _("Set aside")


class LineOutcome(models.TextChoices):
    """What a movement told about a payment."""

    PAID = "paid", _("It was executed")
    SEEN = "seen", _("It confirms what was recorded before")
    RETURNED = "returned", _("It came back")


def order_stream(line: "BankLine", data: dict[str, Any]) -> Iterable[str]:
    """The stream of the order that a movement is matched with."""
    order = guards.order_of(line, data)
    return [order.stream] if order is not None else []


def batch_streams(line: "BankLine", data: dict[str, Any]) -> Iterable[str]:
    """The streams of the orders of the batch that a movement is matched with."""
    batch = whole.batch_of(line, data)
    return sorted({order.stream for order in whole.orders_of(batch)}) if batch is not None else []


def batch_sentence(line: "BankLine") -> str:
    """Say what matching a whole batch does."""
    return (
        gettext(
            "%(amount)s of %(day)s are all payments of one batch: "
            "each of them is recorded as executed on this day, by this movement."
        )
        % line.in_words()
    )


def match_sentence(line: "BankLine") -> str:
    """Say what matching does: money that went out pays, money that came in is a return."""
    if line.amount_minor > 0:
        return (
            gettext(
                "%(amount)s of %(day)s are recorded as a payment that came back: its instalment can be "
                "ordered again, and what is missing of the payment is booked as a fee."
            )
            % line.in_words()
        )
    return (
        gettext(
            "%(amount)s of %(day)s prove that the chosen payment was executed: it is recorded so, or "
            "confirmed where it is recorded already."
        )
        % line.in_words()
    )


def fee_sentence(line: "BankLine") -> str:
    """Say what booking a fee does."""
    return gettext("%(amount)s of %(day)s are booked as a fee of the bank.") % line.in_words()


class BankLine(StateModel):
    """One movement. amount_minor in minor units, above zero when money came in.

    fingerprint: keyed digest of all that the line says; occurrence: the how-manieth such line (`statements/
    lines.py`). Name and text can name people: they are sealed.
    """

    MAIN_PATH = ("open", "matched")
    READ_WITH = ("programme", "account")
    MEANINGS = {"open": WAITING, "matched": DONE, "fee": DONE, "received": DONE, "set_aside": NEUTRAL}

    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="bank_lines")
    account = models.ForeignKey(PayingAccount, on_delete=models.PROTECT, related_name="bank_lines")
    file = models.ForeignKey(StatementFile, on_delete=models.PROTECT, related_name="bank_lines")
    fingerprint = models.CharField(max_length=64)
    occurrence = models.PositiveIntegerField()
    booked_on = models.DateField(_("booked on"))
    value_on = models.DateField(_("value day"), null=True, blank=True)
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    end_to_end = models.CharField(_("reference of the payment"), max_length=80, blank=True, db_index=True)
    bank_reference = models.CharField(_("reference of the bank"), max_length=80, blank=True)
    name = SealedField(_("name of the other side"), blank=True, default="")
    text = SealedField(_("text"), blank=True, default="")
    order = models.ForeignKey(
        PaymentOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="bank_lines"
    )
    batch = models.ForeignKey(
        PaymentBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="bank_lines"
    )
    outcome = models.CharField(_("says"), max_length=10, choices=LineOutcome.choices, blank=True)
    state = StateField(default=LineState.OPEN, choices=LineState.choices)

    objects = BankLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("movement")
        verbose_name_plural = _("movements")
        ordering = ["-booked_on", "-id"]
        constraints = [
            known_states("disbursements_bank_line", LineState),
            models.UniqueConstraint(
                fields=["account", "fingerprint", "occurrence"], name="disbursements_bank_line_once"
            ),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="disbursements_bank_line_moves"),
            models.CheckConstraint(condition=Q(occurrence__gte=1), name="disbursements_bank_line_from_one"),
            models.CheckConstraint(
                condition=(
                    Q(state=LineState.MATCHED)
                    & (
                        Q(order__isnull=False, batch__isnull=True)
                        | Q(order__isnull=True, batch__isnull=False)
                    )
                    & ~Q(outcome="")
                )
                | (~Q(state=LineState.MATCHED) & Q(order__isnull=True, batch__isnull=True, outcome="")),
                name="disbursements_bank_line_matched_with_an_order",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=LineOutcome.RETURNED) | Q(amount_minor__gt=0),
                name="disbursements_bank_line_returned_came_in",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=[LineOutcome.PAID, LineOutcome.SEEN]) | Q(amount_minor__lt=0),
                name="disbursements_bank_line_paid_went_out",
            ),
            models.CheckConstraint(
                condition=Q(batch__isnull=True) | Q(amount_minor__lt=0),
                name="disbursements_bank_line_batch_went_out",
            ),
            models.UniqueConstraint(
                fields=["batch"],
                condition=Q(batch__isnull=False),
                name="disbursements_bank_line_one_batch",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(outcome__in=[LineOutcome.PAID, LineOutcome.SEEN]),
                name="disbursements_bank_line_one_payment",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(outcome=LineOutcome.RETURNED),
                name="disbursements_bank_line_one_return",
            ),
        ]
        indexes = [models.Index(fields=["programme", "state"], name="disbursements_bank_line_list")]

    amount = amount_property("amount_minor")

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The movement's page."""
        return reverse("disbursements:bank_line", args=[self.pk])

    @property
    def reference(self) -> str:
        """What names this movement: the payment's reference, else the bank's, else its day and number."""
        return self.end_to_end or self.bank_reference or f"{self.booked_on:%Y-%m-%d}/{self.pk}"

    @property
    def proof(self) -> str:
        """The reference under which it proves something."""
        return (self.bank_reference or self.reference)[:80]

    @property
    def paid(self) -> PaymentOrder | PaymentBatch | None:
        """The payment or the batch that it is."""
        return self.order or self.batch

    def in_words(self) -> dict[str, Any]:
        """What sentences about this movement name."""
        return {
            "amount": money_text(Money(abs(self.amount_minor), self.currency)),
            "day": date_text(self.booked_on),
        }

    def say(self, firing: Firing) -> None:
        """Keep which order it is, and what it tells about it."""
        order = guards.order_of(self, firing.data)
        assert order is not None  # noqa: S101  the guard has just found it
        self.order = order
        if self.amount_minor > 0:
            self.outcome = LineOutcome.RETURNED
        else:
            self.outcome = LineOutcome.PAID if order.state in ("exported", "in_doubt") else LineOutcome.SEEN

    @transition(
        source="open",
        target="matched",
        label=_("It is a payment of ours"),
        done=_("Payment found"),
        guards=[guards.order_fits, guards.order_is_not_in_doubt, guards.order_says_yes],
        form="disbursements.forms.statements.MatchForm",
        facts=("order",),
        locks=order_stream,
        confirm=match_sentence,
        style="primary",
    )
    def match(self, firing: Firing) -> None:
        """It is this payment going out, or coming back: the order is executed or returned with it."""
        self.say(firing)

    @transition(
        source="open",
        target="matched",
        label=_("It is a payment in doubt"),
        done=_("Payment in doubt found"),
        guards=[guards.order_fits, guards.order_is_in_doubt, guards.order_says_yes],
        form="disbursements.forms.statements.MatchInDoubtForm",
        facts=("order",),
        locks=order_stream,
        confirm=match_sentence,
        second_person=True,
        applies=guards.went_out,
    )
    def match_in_doubt(self, firing: Firing) -> None:
        """Two persons say that this movement is the payment of which no answer came."""
        self.say(firing)

    @transition(
        source="open",
        target="matched",
        label=_("It is a whole batch"),
        done=_("Batch found"),
        guards=[whole.batch_fits, whole.orders_fit, whole.orders_say_yes],
        form="disbursements.forms.statements.MatchBatchForm",
        facts=("batch",),
        locks=batch_streams,
        confirm=batch_sentence,
        style="primary",
        applies=whole.may_be_a_batch,
    )
    def match_batch(self, firing: Firing) -> None:
        """The bank booked a batch as one sum: each of its orders is executed by this movement."""
        self.batch = whole.batch_of(self, firing.data)
        news = any(order.state == "exported" for order in whole.orders_of(self.batch))
        self.outcome = LineOutcome.PAID if news else LineOutcome.SEEN

    @transition(
        source="open",
        target="fee",
        label=_("It is a fee of the bank"),
        done=_("Fee booked"),
        guards=[guards.money_went_out, books_are_open],
        confirm=fee_sentence,
        applies=guards.went_out,
    )
    def book_fee(self, firing: Firing) -> None:
        """What the bank took for itself is a cost of the programme."""

    @transition(
        source="open",
        target="received",
        label=_("It is money that was owed"),
        done=_("Money received"),
        guards=[guards.somebody_recorded_it],
    )
    def receive(self, firing: Firing) -> None:
        """Follows from who recorded it: a repayment, or what a donor had promised."""

    @transition(
        source="open",
        target="set_aside",
        label=_("Set it aside"),
        done=_("Set aside"),
        reason=True,
    )
    def set_aside(self, firing: Firing) -> None:
        """It is nothing of this programme, or is booked elsewhere; the reason says what."""

    @transition(
        source="set_aside",
        target="open",
        label=_("Take it up again"),
        done=_("Taken up again"),
    )
    def reopen(self, firing: Firing) -> None:
        """It is to be explained after all."""
