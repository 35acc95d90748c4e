"""Who is paid and where: suppliers, and the accounts ("destinations") of suppliers and beneficiaries.

A destination's content is never edited: another account is another row, verified anew. Its number and the
holder's name are encrypted; lists and pages show the last digits.
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.vault import SealedField
from disbursements.guards import payees as guards
from disbursements.guards.inputs import own_files
from disbursements.models import sentences
from disbursements.querysets import DestinationQuerySet, ProgrammeOwnedQuerySet
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.append_only import append_only
from workflow.states import DONE, NEUTRAL, REFUSED, WAITING


class Supplier(models.Model):
    """A business that is paid for goods or work, in one programme."""

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="suppliers")
    name = models.CharField(_("name"), max_length=200)
    registration = models.CharField(_("trade register or tax number"), max_length=60, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    trade = models.CharField(_("trade"), max_length=100, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField()

    objects = ProgrammeOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "programme",
                Lower("name"),
                name="disbursements_supplier_once",
                violation_error_message=_("This supplier is in the list already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The supplier's page."""
        return reverse("disbursements:supplier", args=[self.pk])


class Channel(models.TextChoices):
    """How money reaches its payee."""

    BANK = "bank", _("Bank transfer")
    MOBILE = "mobile", _("Mobile money")
    CASH = "cash", _("Cash in hand")
    CHEQUE = "cheque", _("Cheque")


class DestinationState(models.TextChoices):
    """Whether money may go there."""

    ENTERED = "entered", _("To verify")
    VERIFIED = "verified", _("Verified")
    REFUSED = "refused", _("Refused")
    RETIRED = "retired", _("Retired")


class VerificationEvidence(models.TextChoices):
    """By what a second person saw that an account is the payee's."""

    BANK_LETTER = "bank_letter", _("Letter or certificate of the bank")
    CHEQUE = "cheque", _("Cancelled cheque")
    CALL_BACK = "call_back", _("Called back on a number known before")
    IN_PERSON = "in_person", _("Seen in person with an identity paper")
    REGISTER = "register", _("Trade register or signed contract")


class SecondChannel(models.TextChoices):
    """How the owner was told that the account is not used any more."""

    PHONE = "phone", _("Telephone call")
    SMS = "sms", _("SMS")
    IN_PERSON = "in_person", _("In person")
    LETTER = "letter", _("Letter")
    EMAIL = "email", _("E-mail")


class Destination(StateModel):
    """One account, wallet or person in whose hand cash is put; of a grant's beneficiary or of a supplier.

    fingerprint: keyed digest of the content, for comparison without decryption. masked: last digits.
    """

    MAIN_PATH = ("entered", "verified", "retired")
    MEANINGS = {"entered": WAITING, "verified": DONE, "refused": REFUSED, "retired": NEUTRAL}

    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="destinations"
    )
    grant = models.ForeignKey(
        "disbursements.Grant", on_delete=models.PROTECT, null=True, blank=True, related_name="destinations"
    )
    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, null=True, blank=True, related_name="destinations"
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    holder = SealedField(_("holder"))
    number = SealedField(_("account or telephone number"), blank=True, default="")
    masked = models.CharField(_("number, last digits"), max_length=40, blank=True)
    institution = models.CharField(_("bank or operator"), max_length=120, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    fingerprint = models.CharField(max_length=64, db_index=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered on"))
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_at = models.DateTimeField(_("verified on"), null=True, blank=True)
    evidence = models.CharField(_("seen by"), max_length=12, choices=VerificationEvidence.choices, blank=True)
    evidence_file = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    told_by = models.CharField(_("owner told by"), max_length=10, choices=SecondChannel.choices, blank=True)
    state = StateField(default=DestinationState.ENTERED, choices=DestinationState.choices)

    objects = DestinationQuerySet.as_manager()

    class Meta:
        verbose_name = _("payee's account")
        verbose_name_plural = _("payees' accounts")
        ordering = ["-entered_at", "-id"]
        constraints = [
            known_states("disbursements_destination", DestinationState),
            models.CheckConstraint(
                condition=Q(grant__isnull=False, supplier__isnull=True)
                | Q(grant__isnull=True, supplier__isnull=False),
                name="disbursements_destination_one_owner",
            ),
            models.UniqueConstraint(
                fields=["grant"],
                condition=Q(state=DestinationState.VERIFIED),
                name="disbursements_destination_one_verified_per_grant",
            ),
            models.UniqueConstraint(
                fields=["supplier"],
                condition=Q(state=DestinationState.VERIFIED),
                name="disbursements_destination_one_verified_per_supplier",
            ),
            models.CheckConstraint(
                condition=~Q(verified_by=F("entered_by")),
                name="disbursements_destination_verifier_did_not_enter",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DestinationState.VERIFIED, DestinationState.RETIRED])
                | (Q(verified_by__isnull=False, verified_at__isnull=False) & ~Q(evidence="")),
                name="disbursements_destination_verified_with_evidence",
            ),
            models.CheckConstraint(
                condition=~Q(state=DestinationState.RETIRED) | ~Q(told_by=""),
                name="disbursements_destination_owner_was_told",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="disbursements_destination_known_channel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.masked}".strip()

    @property
    def owner(self) -> Any:
        """The grant or the supplier that it belongs to."""
        return self.grant or self.supplier

    @property
    def stream(self) -> str:
        """The case's stream for a beneficiary, its own for a supplier."""
        return self.grant.stream if self.grant else super().stream

    def get_absolute_url(self) -> str:
        """The destination's page."""
        return reverse("disbursements:destination", args=[self.pk])

    @transition(
        source="entered",
        target="verified",
        label=_("Confirm the account"),
        done=_("Account verified"),
        guards=[
            guards.verifier_did_not_enter_it,
            guards.evidence_is_named,
            guards.no_other_account_is_verified,
            guards.content_is_what_was_entered,
            own_files("file"),
        ],
        form="disbursements.forms.payees.VerifyForm",
        facts=("evidence", "file"),
        style="primary",
    )
    def verify(self, firing: Firing) -> None:
        """A second person saw that the account is the payee's."""
        self.verified_by_id, self.verified_at = firing.actor.pk, firing.at
        self.evidence = firing.data["evidence"]
        self.evidence_file_id = firing.data.get("file")

    @transition(
        source="entered",
        target="refused",
        label=_("Refuse the account"),
        done=_("Account refused"),
        reason=True,
        style="danger",
        confirm=sentences.refuse_account,
    )
    def refuse(self, firing: Firing) -> None:
        """It is not the payee's, or not usable."""

    @transition(
        source="verified",
        target="retired",
        label=_("Stop using the account"),
        done=_("Account retired"),
        guards=[guards.owner_was_told_by_a_second_channel],
        form="disbursements.forms.payees.RetireForm",
        facts=("told_by",),
        reason=True,
        style="danger",
        confirm=sentences.retire_account,
    )
    def retire(self, firing: Firing) -> None:
        """No new order goes there; the owner was told in another way than the change came in."""
        self.told_by = firing.data["told_by"]


@append_only()
class DestinationOpening(models.Model):
    """Who read the whole number of an account, when and why."""

    destination = models.ForeignKey(Destination, on_delete=models.PROTECT, related_name="openings")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.OneToOneField("workflow.EventNote", on_delete=models.PROTECT, related_name="+")
    note_digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["destination_id", "at"]

    def __str__(self) -> str:
        return str(self.destination_id)
