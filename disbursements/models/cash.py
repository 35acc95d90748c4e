"""Cash in hand: an advance to a cashier, one signed line per person, the remainder returned.

Every line is a payment order of its own, signed by four persons like any other; the advance says who
carried the money. Advance = distributed + returned, to the minor unit.
"""

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
from disbursements.guards import cash as guards
from disbursements.guards.recovery import books_are_open
from disbursements.models import sentences
from disbursements.models.orders import PaymentOrder
from disbursements.models.paying_accounts import PayingAccount
from disbursements.querysets import CashAdvanceQuerySet, CashLineQuerySet
from programmes.money import Money
from workflow import Firing, StateField, StateModel, display, known_states, transition
from workflow.append_only import append_only
from workflow.display import money_text
from workflow.states import DOING, DONE, NEUTRAL, REFUSED, WAITING


class CashState(models.TextChoices):
    """Where an advance stands."""

    OPEN = "open", _("List open")
    HANDED_OUT = "handed_out", _("Handed to the cashier")
    IN_HAND = "in_hand", _("In the cashier's hand")
    COUNTED = "counted", _("Counted")
    CANCELLED = "cancelled", _("Cancelled")


class CashMethod(models.TextChoices):
    """How a person signed for cash."""

    SIGNATURE = "signature", _("Signature")
    THUMBPRINT = "thumbprint", _("Thumbprint, with a witness")


def order_streams(advance: "CashAdvance", data: dict[str, Any]) -> Iterable[str]:
    """The streams of the orders on the list."""
    lines = advance.live_lines().select_related("order__tranche__grant__case")
    return [line.order.stream for line in lines]


def hand_out_sentence(advance: "CashAdvance") -> str:
    """Say what handing out does, with the amount and who carries it."""
    return gettext("%(amount)s in cash are handed to %(cashier)s; persons on the list: %(count)s.") % {
        "amount": money_text(advance.listed),
        "count": display.number_text(advance.live_lines().count()),
        "cashier": advance.cashier,
    }


def take_sentence(advance: "CashAdvance") -> str:
    """Say what taking means."""
    return gettext("You have counted %(amount)s and answer for them. The list shows you who is paid.") % {
        "amount": money_text(advance.advanced)
    }


class CashAdvance(StateModel):
    """One advance to one cashier. Amounts in minor units; advanced once it is handed out."""

    MAIN_PATH = ("open", "handed_out", "in_hand", "counted")
    MEANINGS = {
        "open": NEUTRAL,
        "handed_out": WAITING,
        "in_hand": DOING,
        "counted": DONE,
        "cancelled": REFUSED,
    }
    READ_WITH = ("programme", "account")

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="cash_advances"
    )
    number = models.CharField(_("number"), max_length=40, unique=True)
    account = models.ForeignKey(PayingAccount, on_delete=models.PROTECT, related_name="cash_advances")
    currency = models.CharField(_("currency"), max_length=3)
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="cash_advances",
        verbose_name=_("cashier"),
    )
    place = models.CharField(_("place"), max_length=120)
    pays_on = models.DateField(_("day of payment"))
    advanced_minor = models.BigIntegerField(_("handed out"), default=0)
    distributed_minor = models.BigIntegerField(_("distributed"), default=0)
    returned_minor = models.BigIntegerField(_("returned"), default=0)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened on"))
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = StateField(default=CashState.OPEN, choices=CashState.choices)

    objects = CashAdvanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("cash advance")
        verbose_name_plural = _("cash advances")
        ordering = ["-opened_at", "-id"]
        constraints = [
            known_states("disbursements_cash_advance", CashState),
            models.CheckConstraint(
                condition=Q(advanced_minor__gte=0, distributed_minor__gte=0, returned_minor__gte=0),
                name="disbursements_cash_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(state=CashState.COUNTED)
                | Q(advanced_minor=F("distributed_minor") + F("returned_minor")),
                name="disbursements_cash_is_distributed_or_returned",
            ),
            models.CheckConstraint(
                condition=~Q(cashier=F("handed_by"))
                & ~Q(cashier=F("counted_by"))
                & ~Q(cashier=F("opened_by"))
                & ~Q(handed_by=F("counted_by"))
                & ~Q(handed_by=F("opened_by"))
                & ~Q(counted_by=F("opened_by")),
                name="disbursements_cash_four_persons",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[CashState.OPEN, CashState.CANCELLED])
                | Q(advanced_minor__gt=0, handed_by__isnull=False),
                name="disbursements_cash_handed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["programme", "state"], name="disbursements_cash_list")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The advance's page."""
        return reverse("disbursements:cash_advance", args=[self.pk])

    def _money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    @property
    def advanced(self) -> Money:
        """What the cashier took."""
        return self._money(self.advanced_minor)

    @property
    def listed(self) -> Money:
        """What stands on the list."""
        return self._money(sum(self.live_lines().values_list("net_minor", flat=True)))

    @property
    def signed(self) -> Money:
        """What was signed for so far."""
        return self._money(sum(self.paid_lines().values_list("net_minor", flat=True)))

    @property
    def left(self) -> Money:
        """What must come back as it stands now."""
        return self._money(self.advanced_minor - self.signed.minor)

    @property
    def returned(self) -> Money:
        """What came back."""
        return self._money(self.returned_minor)

    @property
    def amount(self) -> Money:
        """The advance, or what it will be."""
        return self.advanced if self.advanced_minor else self.listed

    def live_lines(self) -> Any:
        """The lines that stand."""
        return self.lines.filter(is_live=True)

    def shown_lines(self) -> Any:
        """The lines of its page: once counted, also those of people who were not there."""
        return self.lines.all() if self.state == CashState.COUNTED else self.live_lines()

    def paid_lines(self) -> Any:
        """The lines that were signed for."""
        return self.live_lines().filter(paid_at__isnull=False)

    @transition(
        source="open",
        target="handed_out",
        label=_("Hand the cash out"),
        done=_("Cash handed out"),
        guards=[
            guards.list_is_not_empty,
            guards.orders_still_wait,
            guards.hander_is_another_person,
            guards.cashier_signed_none_of_them,
            books_are_open,
        ],
        confirm=hand_out_sentence,
        style="primary",
    )
    def hand_out(self, firing: Firing) -> None:
        """The money of the list leaves the account for the cash box, in the cashier's hand."""
        self.advanced_minor = self.listed.minor
        self.handed_by_id = firing.actor.pk

    @transition(
        source="handed_out",
        target="in_hand",
        label=_("I have the money"),
        done=_("Cash taken by the cashier"),
        guards=[guards.only_the_cashier],
        confirm=take_sentence,
        style="primary",
    )
    def take(self, firing: Firing) -> None:
        """The cashier counted it and answers for it."""

    @transition(
        source="in_hand",
        target="counted",
        label=_("Count what came back"),
        done=_("Cash counted"),
        guards=[
            guards.counter_is_another_person,
            guards.nothing_is_missing,
            guards.orders_say_yes,
            books_are_open,
        ],
        form="disbursements.forms.cash.CountForm",
        facts=("returned",),
        locks=order_streams,
        style="primary",
        confirm=sentences.count_cash,
    )
    def count(self, firing: Firing) -> None:
        """What was signed for is paid, what was not comes back: together the advance, to the minor unit."""
        self.distributed_minor = self.signed.minor
        self.returned_minor = firing.data["returned"]
        self.counted_by_id = firing.actor.pk

    @transition(
        source="open",
        target="cancelled",
        label=_("Cancel the list"),
        done=_("List cancelled"),
        reason=True,
        style="danger",
        confirm=sentences.cancel_cash_list,
    )
    def cancel(self, firing: Firing) -> None:
        """Nothing was handed out; the orders are free again."""
        self.lines.update(is_live=False)


@append_only(unique=[("id",), ("advance", "position")], when="OLD.paid_at IS NOT NULL", erasable=("witness",))
class CashLine(models.Model):
    """One person on the list: one order, and how it was signed for; never changed once signed."""

    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    advance = models.ForeignKey(CashAdvance, on_delete=models.PROTECT, related_name="lines")
    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="cash_lines")
    position = models.PositiveSmallIntegerField()
    net_minor = models.BigIntegerField(_("amount"))
    is_live = models.BooleanField(default=True)
    paid_at = models.DateTimeField(_("paid on"), null=True, blank=True)
    method = models.CharField(_("signed by"), max_length=10, choices=CashMethod.choices, blank=True)
    witness = SealedField(_("witness"), blank=True, default="")
    witnessed = models.BooleanField(default=False)
    file = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CashLineQuerySet.as_manager()

    class Meta:
        ordering = ["advance_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["advance", "position"], name="disbursements_cash_line_place"),
            models.UniqueConstraint(
                fields=["order"], condition=Q(is_live=True), name="disbursements_cash_line_one_live_per_order"
            ),
            models.CheckConstraint(condition=Q(net_minor__gt=0), name="disbursements_cash_line_positive"),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=True, method="", file__isnull=True)
                | (Q(paid_at__isnull=False, file__isnull=False, recorded_by__isnull=False) & ~Q(method="")),
                name="disbursements_cash_line_signed",
            ),
            models.CheckConstraint(
                condition=~Q(method=CashMethod.THUMBPRINT) | Q(witnessed=True),
                name="disbursements_cash_line_thumbprint_witnessed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advance_id} / {self.position}"

    @property
    def amount(self) -> Money:
        """What the person gets."""
        return Money(self.net_minor, self.advance.currency)
