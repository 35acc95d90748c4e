"""What a donor promised in parts: each one planned, asked for with a document, received by a movement."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements.guards import donors as guards
from disbursements.guards.inputs import own_files
from disbursements.guards.recovery import books_are_open
from disbursements.models import sentences
from disbursements.models.statements import BankLine
from disbursements.querysets import DonorInstalmentQuerySet
from programmes.money import Money, amount_property
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.display import money_text
from workflow.states import DONE, NEUTRAL, REFUSED, WAITING


class DonorInstalmentState(models.TextChoices):
    """Where a donor's instalment stands."""

    PLANNED = "planned", _("Planned")
    REQUESTED = "requested", _("Asked of the donor")
    RECEIVED = "received", _("Money received")
    CANCELLED = "cancelled", _("Cancelled")


def line_stream(instalment: "DonorInstalment", data: dict[str, Any]) -> list[str]:
    """The stream of the movement by which it came."""
    line = guards.line_of(instalment, data)
    return [line.stream] if line is not None else []


def request_sentence(instalment: "DonorInstalment") -> str:
    """Say what asking does."""
    return gettext("%(donor)s is asked for %(amount)s.") % {
        "donor": instalment.contribution.donor,
        "amount": money_text(instalment.amount),
    }


class DonorInstalment(StateModel):
    """One part of a contribution, in the contribution's currency; received in that of the account."""

    MAIN_PATH = ("planned", "requested", "received")
    MEANINGS = {"planned": NEUTRAL, "requested": WAITING, "received": DONE, "cancelled": REFUSED}
    READ_WITH = ("programme", "contribution__donor")

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="donor_instalments"
    )
    contribution = models.ForeignKey(
        "programmes.Contribution", on_delete=models.PROTECT, related_name="instalments"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    amount_minor = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    due_on = models.DateField(_("expected on"))
    requested_on = models.DateField(_("asked for on"), null=True, blank=True)
    request_reference = models.CharField(_("reference of the request"), max_length=80, blank=True)
    request_file = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    request_paper = models.ForeignKey(
        "documents.Paper", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_on = models.DateField(_("received on"), null=True, blank=True)
    bank_line = models.OneToOneField(
        BankLine, on_delete=models.PROTECT, null=True, blank=True, related_name="donor_instalment"
    )
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    state = StateField(default=DonorInstalmentState.PLANNED, choices=DonorInstalmentState.choices)

    objects = DonorInstalmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("instalment of a donor")
        verbose_name_plural = _("instalments of donors")
        ordering = ["contribution_id", "number"]
        constraints = [
            known_states("disbursements_donor_instalment", DonorInstalmentState),
            models.UniqueConstraint(
                fields=["contribution", "number"], name="disbursements_donor_instalment_number"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0), name="disbursements_donor_instalment_positive"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DonorInstalmentState.REQUESTED, DonorInstalmentState.RECEIVED])
                | Q(requested_on__isnull=False, request_file__isnull=False)
                | Q(requested_on__isnull=False, request_paper__isnull=False),
                name="disbursements_donor_instalment_asked_with_a_document",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=DonorInstalmentState.RECEIVED, bank_line__isnull=False, received_on__isnull=False
                )
                | (~Q(state=DonorInstalmentState.RECEIVED) & Q(bank_line__isnull=True)),
                name="disbursements_donor_instalment_received_by_a_movement",
            ),
        ]

    amount = amount_property("amount_minor")

    def __str__(self) -> str:
        return f"{self.contribution.donor} / {self.number}"

    @property
    def request_words(self) -> str:
        """The reference under which it was asked for: the donor's own, else that of the printed request."""
        return self.request_reference or (self.request_paper.reference if self.request_paper else "")

    @property
    def received(self) -> Money | None:
        """What the movement says, in the account's currency."""
        return self.bank_line.amount if self.bank_line is not None else None

    def get_absolute_url(self) -> str:
        """The instalment's page."""
        return reverse("disbursements:donor_instalment", args=[self.pk])

    @transition(
        source="planned",
        target="requested",
        label=_("Ask the donor for it"),
        done=_("Asked of the donor"),
        guards=[guards.request_is_documented, guards.within_the_contribution, own_files("file")],
        form="disbursements.forms.donors.RequestForm",
        facts=("requested_on", "reference", "file", "paper"),
        confirm=request_sentence,
        style="primary",
    )
    def request(self, firing: Firing) -> None:
        """The request went out, with its document."""
        self.requested_on = date.fromisoformat(firing.data["requested_on"])
        self.request_reference = firing.data.get("reference", "")
        self.request_file_id = firing.data.get("file")
        self.request_paper_id = firing.data.get("paper")

    @transition(
        source="requested",
        target="received",
        label=_("Record that the money arrived"),
        done=_("Money of the donor received"),
        guards=[guards.money_came_in, guards.not_more_than_was_asked_for, books_are_open],
        form="disbursements.forms.donors.ReceiveForm",
        facts=("line",),
        locks=line_stream,
        confirm=sentences.receive_donor_instalment,
        style="primary",
    )
    def receive(self, firing: Firing) -> None:
        """A movement of a statement is this money."""
        line = guards.line_of(self, firing.data)
        self.bank_line, self.received_on = line, line.booked_on

    @transition(
        source=("planned", "requested"),
        target="cancelled",
        label=_("Cancel the instalment of the donor"),
        done=_("Instalment of the donor cancelled"),
        reason=True,
        style="danger",
        confirm=sentences.cancel_donor_instalment,
    )
    def cancel(self, firing: Firing) -> None:
        """It will not come."""
