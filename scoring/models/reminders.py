"""Reminders to jurors: one a day and person at most, each with the notice that left or waits to be read."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scoring.models.jury import JurorEngagement
from scoring.models.rounds import Round

BY_HAND = "hand"


class JurorReminder(models.Model):
    """That a juror was reminded of a round. stage: which reminder it was (`progress.stage`), or by hand."""

    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="reminders", verbose_name=_("round")
    )
    engagement = models.ForeignKey(
        JurorEngagement, on_delete=models.PROTECT, related_name="reminders", verbose_name=_("juror")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    stage = models.CharField(_("stage"), max_length=12)
    notice = models.OneToOneField(
        "workflow.Notice", on_delete=models.PROTECT, related_name="juror_reminder", verbose_name=_("message")
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "on"], name="juror_reminded_once_a_day"),
            models.UniqueConstraint(
                fields=["round", "engagement", "stage"],
                condition=~Q(stage=BY_HAND),
                name="juror_reminded_once_a_stage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.on} {self.stage}"
