"""Slips: case number and PIN, which a person without account takes home. The PIN is stored nowhere."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SlipEnding(models.TextChoices):
    """Why a PIN no longer opens anything."""

    REPLACED = "replaced", _("a new slip was given")
    CLAIMED = "claimed", _("the case was claimed by its owner")


class Slip(models.Model):
    """One slip of a case. pin: a salted, slow hash of a keyed digest of case number and PIN."""

    case = models.ForeignKey("applications.Case", on_delete=models.PROTECT, related_name="slips")
    number = models.PositiveSmallIntegerField(_("number"))
    pin = models.CharField(max_length=200, editable=False)
    issued_at = models.DateTimeField(_("given on"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("given by")
    )
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)
    ending = models.CharField(_("ended because"), max_length=8, choices=SlipEnding.choices, blank=True)

    class Meta:
        verbose_name = _("slip")
        verbose_name_plural = _("slips")
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="slip_numbered_per_case"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="slip_one_valid_per_case"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="")
                | Q(ended_at__isnull=False, ending__in=SlipEnding.values),
                name="slip_ended_for_a_cause",
            ),
            models.CheckConstraint(condition=Q(pin__contains="$"), name="slip_pin_is_hashed"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number}"


class Attempts(models.Model):
    """How often somebody tried lately: at one case number, existing or not, or from one address (blind)."""

    key = models.CharField(max_length=80, unique=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    strikes = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("attempts")
        verbose_name_plural = _("attempts")
        indexes = [models.Index(fields=["since"], name="attempts_by_age")]

    def __str__(self) -> str:
        return self.key


class Claim(models.Model):
    """A signed-in person asks to write the own case from now on.

    The vault's phone proves it, or a field agent who sees the person: `match` is the number that the person
    reads out to the agent.
    """

    case = models.ForeignKey("applications.Case", on_delete=models.PROTECT, related_name="claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    match = models.CharField(max_length=4, editable=False)
    asked_at = models.DateTimeField(_("asked on"))
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    granted = models.BooleanField(_("granted"), null=True, blank=True)

    class Meta:
        verbose_name = _("claim of a case")
        verbose_name_plural = _("claims of cases")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"], condition=Q(decided_at__isnull=True), name="claim_one_open"
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(granted=True), name="claim_granted_once"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, granted__isnull=True)
                | Q(decided_at__isnull=False, granted__isnull=False),
                name="claim_decided_one_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.user_id}"

    @property
    def programme_id(self) -> int:
        """The programme of its case."""
        return self.case.programme_id
