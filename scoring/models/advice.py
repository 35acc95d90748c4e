"""Advice beside a ranking, as it was when the ranking was made. It decides nothing.

What the figures mean is in `scoring/advice/`; making them from the marks is `scoring/advising.py`.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from scoring.models.rankings import RankingSnapshot
from workflow.append_only import append_only


class AdviceQuerySet(models.QuerySet["RankingAdvice"]):
    """Advice, for those who read the ranking."""

    def visible_to(self, user: Any) -> Self:
        """That of rankings that the user may see."""
        return self.filter(snapshot__in=RankingSnapshot.objects.visible_to(user))


@append_only(unique=[("id",), ("snapshot",)])
class RankingAdvice(models.Model):
    """Figures of all marks of a ranking's last round, in points of its grid.

    spread_*: standard deviations of files, jurors and the rest. components: parts of the set that no juror
    links. objections: [kind, got, needed] of each condition that was not met; empty when adjusted means and
    chances are shown. places: how many files the chances are about.
    """

    snapshot = models.OneToOneField(
        RankingSnapshot, on_delete=models.PROTECT, related_name="advice", verbose_name=_("ranking")
    )
    components = models.PositiveIntegerField(_("parts that no juror links"))
    spread_files = models.FloatField(_("spread of files"), null=True)
    spread_jurors = models.FloatField(_("spread of jurors"), null=True)
    spread_rest = models.FloatField(_("spread of the rest"), null=True)
    icc_single = models.FloatField(_("reliability of one mark"), null=True)
    icc_mean = models.FloatField(_("reliability of the mean"), null=True)
    alpha = models.FloatField(_("agreement (alpha)"), null=True)
    objections = models.JSONField(_("not shown because"), default=list)
    places = models.PositiveIntegerField(_("places"), null=True)
    seed = models.BigIntegerField(_("seed of the draws"))

    objects = AdviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("advice on a ranking")
        verbose_name_plural = _("advice on rankings")

    def __str__(self) -> str:
        return str(self.snapshot_id)

    @property
    def shown(self) -> bool:
        """Whether adjusted means and chances are shown."""
        return not self.objections


@append_only(unique=[("id",), ("advice", "application")])
class FileAdvice(models.Model):
    """What the marks of one file say beside its rank, in points of the grid."""

    advice = models.ForeignKey(RankingAdvice, on_delete=models.PROTECT, related_name="lines")
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="advised"
    )
    marks = models.PositiveSmallIntegerField(_("sheets"))
    mean = models.FloatField(_("mean"), null=True)
    median = models.FloatField(_("median"), null=True)
    spread = models.FloatField(_("spread"), null=True)
    adjusted = models.FloatField(_("adjusted for severity"), null=True)
    chance = models.FloatField(_("chance to be funded"), null=True)

    class Meta:
        verbose_name = _("advice on a file")
        verbose_name_plural = _("advice on files")
        indexes = [models.Index(fields=["advice", "chance"], name="advice_by_chance")]
        constraints = [
            models.UniqueConstraint(fields=["advice", "application"], name="advice_file_once"),
            models.CheckConstraint(
                condition=Q(chance__isnull=True) | Q(chance__gte=0, chance__lte=1),
                name="advice_chance_within_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advice_id} {self.application_id}"
