"""The stored risk rating of an enterprise, with the parts that explain it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followup.querysets import RiskRatingQuerySet
from followup.risk import SENTENCES
from workflow.states import BLOCKED, DONE, WAITING

LEVELS = [("green", _("Low risk")), ("orange", _("Watch")), ("red", _("High risk"))]
MEANINGS = {"green": DONE, "orange": WAITING, "red": BLOCKED}


class RiskRating(models.Model):
    """A rating after a visit, or a manager's override with reason and expiry."""

    enterprise = models.ForeignKey("followup.Enterprise", on_delete=models.CASCADE, related_name="ratings")
    visit = models.ForeignKey(
        "followup.Visit", on_delete=models.PROTECT, null=True, blank=True, related_name="ratings"
    )
    rated_at = models.DateTimeField(_("rated at"))
    points = models.PositiveSmallIntegerField(_("points"))
    level = models.CharField(_("level"), max_length=6, choices=LEVELS)
    parts = models.JSONField(default=list)
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    override_reason = models.CharField(_("reason"), max_length=300, blank=True)
    expires_on = models.DateField(_("until"), null=True, blank=True)

    objects = RiskRatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk rating")
        verbose_name_plural = _("risk ratings")
        ordering = ["-rated_at"]
        constraints = [
            models.CheckConstraint(condition=Q(points__lte=100), name="followup_risk_points"),
            models.CheckConstraint(
                condition=Q(overridden_by__isnull=True)
                | (~Q(override_reason="") & Q(expires_on__isnull=False)),
                name="followup_risk_override_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.points}"

    @property
    def meaning(self) -> str:
        """What the level means to a reader, for the badge."""
        return MEANINGS[self.level]

    @property
    def explained(self) -> list[tuple[str, int]]:
        """The parts in words with their points, heaviest first."""
        return [
            (str(SENTENCES[part["code"]]), part["points"]) for part in self.parts if part["code"] in SENTENCES
        ]

    @property
    def sentences(self) -> list[str]:
        """The parts in words, heaviest first."""
        return [str(SENTENCES[part["code"]]) for part in self.parts if part["code"] in SENTENCES]
