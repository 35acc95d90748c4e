"""Referrals to protection: seen by that role alone, sealed like the vault, in a stream of their own.

They give no points of risk, stand on no other page, in no list that can be taken away as a file, and in no
export.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.vault import SealedField
from followup import action_guards as guards
from followup.querysets import ReferralQuerySet
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.states import DOING, DONE, WAITING


class Concern(models.TextChoices):
    """What the concern is about."""

    VIOLENCE = "violence", _("Violence or threat")
    EXPLOITATION = "exploitation", _("Exploitation or abuse")
    CHILD = "child", _("A child in danger")
    HEALTH = "health", _("Health or distress")
    DOCUMENTS = "documents", _("Papers or residence")
    OTHER = "other", _("Something else")


class Urgency(models.TextChoices):
    """How soon somebody must look at it."""

    TODAY = "today", _("Today")
    WEEK = "week", _("This week")
    LATER = "later", _("It can wait")


class ReferralState(models.TextChoices):
    """States of a referral."""

    OPENED = "opened", pgettext_lazy("state of a referral", "Opened")
    ACCEPTED = "accepted", _("In hand")
    CLOSED = "closed", _("Closed")


class Referral(StateModel):
    """A concern handed to the protection officer. Who opened it cannot read it again."""

    MAIN_PATH = ("opened", "accepted", "closed")
    MEANINGS = {"opened": WAITING, "accepted": DOING, "closed": DONE}

    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("applications.Case", on_delete=models.PROTECT, related_name="+")
    concern = models.CharField(_("concern"), max_length=12, choices=Concern.choices)
    urgency = models.CharField(_("how soon"), max_length=8, choices=Urgency.choices, default=Urgency.WEEK)
    note = SealedField(_("what was seen or said"))
    outcome = SealedField(_("what became of it"), blank=True, default="")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened on"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = StateField(default=ReferralState.OPENED, choices=ReferralState.choices)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["-opened_at"]
        constraints = [
            known_states("followup_referral", ReferralState),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_by__isnull=False),
                name="followup_referral_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.case.number

    def get_absolute_url(self) -> str:
        return reverse("followup:referral", args=[self.pk])

    @transition(
        source="opened",
        target="accepted",
        label=_("Take it in hand"),
        done=_("Taken in hand"),
        style="primary",
    )
    def accept(self, firing: Firing) -> None:
        """A protection officer looks after it."""
        self.accepted_by_id = firing.actor.pk

    @transition(
        source=("opened", "accepted"),
        target="closed",
        label=_("Close the referral"),
        done=_("Referral closed"),
        form="followup.forms_actions.CloseReferralForm",
        guards=[guards.an_outcome_is_given],
    )
    def close(self, firing: Firing) -> None:
        """What became of it is sealed with it; the history holds no word of it."""
        self.closed_by_id = firing.actor.pk
        self.outcome = str(firing.data["outcome"]).strip()
