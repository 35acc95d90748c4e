"""Writing for somebody: a field agent at a person's side, and what the person confirmed.

While an assistance is in force its helper writes in place of the applicant, and nobody else does. It ends
when another agent takes over or when the person claims the case.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from applications.vault import SealedField


class Ending(models.TextChoices):
    """Why somebody stopped writing for a person."""

    TAKEN_OVER = "taken_over", _("another agent goes on")
    CLAIMED = "claimed", _("the person writes now")


class Assistance(models.Model):
    """One agent writes one application for a person who agreed, in a language that the person speaks."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="assistances"
    )
    helper = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("helper")
    )
    language = models.CharField(_("language spoken"), max_length=40)
    began_at = models.DateTimeField(_("began on"))
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)
    ending = models.CharField(_("ended because"), max_length=12, choices=Ending.choices, blank=True)

    class Meta:
        verbose_name = _("assistance")
        verbose_name_plural = _("assistances")
        ordering = ["began_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(ended_at__isnull=True),
                name="assistance_one_helper_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="")
                | Q(ended_at__isnull=False, ending__in=Ending.values),
                name="assistance_ended_for_a_cause",
            ),
            models.CheckConstraint(condition=~Q(language=""), name="assistance_names_the_language"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.helper_id}"


class Mark(models.TextChoices):
    """How a person confirms what was read back."""

    SIGNATURE = "signature", _("signs")
    MARK = "mark", _("makes a mark")
    THUMBPRINT = "thumbprint", _("gives a thumbprint")


class Capacity(models.TextChoices):
    """In what capacity a witness stands there."""

    RELATIVE = "relative", _("relative or friend")
    NEIGHBOUR = "neighbour", _("neighbour")
    INTERPRETER = "interpreter", _("interpreter")
    ASSOCIATION = "association", _("association or local authority")
    COLLEAGUE = "colleague", _("another member of the office")


class ReadBack(models.Model):
    """What was written, read back to the person and confirmed: of exactly these answers, before witnesses.

    answers: the digest of the answers that were read back; others cannot be sent on its strength. sheet: the
    photograph of the signed sheet, once it is there.
    """

    assistance = models.ForeignKey(Assistance, on_delete=models.PROTECT, related_name="read_backs")
    answers = models.CharField(_("digest of the answers"), max_length=64)
    language = models.CharField(_("language spoken"), max_length=40)
    at = models.DateTimeField(_("read back on"))
    mark = models.CharField(_("confirmed by"), max_length=12, choices=Mark.choices)
    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first_witness = SealedField(_("first witness"), blank=True, default="")
    first_capacity = models.CharField(_("as"), max_length=12, choices=Capacity.choices, blank=True)
    second_witness = SealedField(_("second witness"), blank=True, default="")
    second_capacity = models.CharField(_("as"), max_length=12, choices=Capacity.choices, blank=True)
    sheet = models.OneToOneField(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("read-back")
        verbose_name_plural = _("read-backs")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Exact(Length("answers"), 64), name="read_back_of_answers"),
            models.CheckConstraint(condition=Q(mark__in=Mark.values), name="read_back_mark_known"),
            models.CheckConstraint(
                condition=Q(mark=Mark.SIGNATURE)
                | (
                    ~Q(first_witness="")
                    & ~Q(second_witness="")
                    & Q(first_capacity__in=Capacity.values, second_capacity__in=Capacity.values)
                ),
                name="read_back_mark_has_two_witnesses",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assistance_id} {self.at}"
