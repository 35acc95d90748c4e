"""The order in which files are pitched in a round: drawn by lot, then moved by hand where it must be."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes import predicates
from scoring.models.rounds import Round


class PitchTurnQuerySet(models.QuerySet["PitchTurn"]):
    """Turns of pitches."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose jury one runs, manages or audits, and those of a juror's own rounds."""
        run = predicates.programme_ids(user, "jury_secretary", "jury_chair", "manager", "auditor")
        own = Q(
            round__assignments__engagement__user=user.pk,
            round__assignments__state__in=["assigned", "opened", "done"],
        )
        found = self.filter(Q(round__session__call__programme__in=run) | own if user.pk else Q(pk=None))
        return self.filter(pk__in=found.values("pk"))


class PitchTurn(models.Model):
    """When a file is pitched: its place in the order, and its time where one is set."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="turns", verbose_name=_("round"))
    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="pitch_turns",
        verbose_name=_("application"),
    )
    place = models.PositiveSmallIntegerField(_("turn"))
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)

    objects = PitchTurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn of a pitch")
        verbose_name_plural = _("turns of pitches")
        ordering = ["round_id", "place"]
        constraints = [
            models.UniqueConstraint(fields=["round", "application"], name="pitch_turn_once_a_file"),
            models.UniqueConstraint(fields=["round", "place"], name="pitch_turn_place_once"),
            models.CheckConstraint(condition=Q(place__gt=0), name="pitch_turn_place_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.place}"
