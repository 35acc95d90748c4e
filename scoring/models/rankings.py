"""Rankings as they were: snapshots that never change and can be computed again to the byte.

What a snapshot says is in `scoring/snapshot.py`; making one from the marks is `scoring/standings.py`.
"""

from fractions import Fraction
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programmes import predicates
from programmes.models import SelectionSession
from scoring.models.grids import Criterion
from scoring.models.rounds import Round
from workflow.append_only import append_only

SEES_RANKINGS = ("jury_secretary", "jury_chair", "manager", "auditor")


class SnapshotQuerySet(models.QuerySet["RankingSnapshot"]):
    """Rankings."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose jury one runs, manages or audits."""
        return self.filter(session__call__programme__in=predicates.programme_ids(user, *SEES_RANKINGS))

    def with_points(self) -> "models.QuerySet[Any]":
        """With `points`, those of a sheet of the round with the highest mark everywhere."""
        lines = Criterion.objects.filter(grid=OuterRef("round__grid")).order_by().values("grid")
        return self.annotate(points=Subquery(lines.annotate(sum=Sum("points")).values("sum")))


class SnapshotManager(models.Manager.from_queryset(SnapshotQuerySet)):  # type: ignore[misc]  # run time
    """Reads rankings without what they were made from, which is megabytes: it follows when asked for."""

    def get_queryset(self) -> SnapshotQuerySet:
        """All rankings."""
        rows: SnapshotQuerySet = super().get_queryset().defer("inputs")
        return rows


@append_only(unique=[("id",), ("round", "number")])
class RankingSnapshot(models.Model):
    """One ranking after one round: all rounds of its stage so far, added up.

    inputs: everything it was computed from. digest: SHA-256 of inputs and list together.
    """

    session = models.ForeignKey(
        SelectionSession,
        on_delete=models.PROTECT,
        related_name="rankings",
        verbose_name=_("selection session"),
    )
    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="rankings", verbose_name=_("round")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    seed = models.CharField(_("seed of the lot"), max_length=40)
    inputs = models.TextField(_("made from"))
    digest = models.CharField(_("digest"), max_length=64)
    files = models.PositiveIntegerField(_("files"))
    ranked = models.PositiveIntegerField(_("files with a rank"))
    maximum = models.DecimalField(_("out of"), max_digits=9, decimal_places=2)
    made_at = models.DateTimeField(_("made on"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = SnapshotManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("ranking")
        verbose_name_plural = _("rankings")
        ordering = ["session_id", "round_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="ranking_number_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="ranking_number_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.number}"

    def get_absolute_url(self) -> str:
        """Its first page."""
        return reverse("scoring:ranking", args=[self.pk])

    @property
    def programme_id(self) -> int:
        """The programme of its session."""
        return self.session.call.programme_id


@append_only(unique=[("id",), ("snapshot", "position")])
class RankedApplication(models.Model):
    """One line of a ranking.

    position counts all lines, rank only files in the running. exact is the score as a fraction of points;
    score the same to four decimals. criteria: mean points by round number and criterion key.
    """

    snapshot = models.ForeignKey(RankingSnapshot, on_delete=models.PROTECT, related_name="lines")
    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="ranked",
        verbose_name=_("application"),
    )
    position = models.PositiveIntegerField(_("line"))
    rank = models.PositiveIntegerField(_("rank"), null=True)
    score = models.DecimalField(_("mark"), max_digits=11, decimal_places=4, null=True)
    exact = models.CharField(max_length=80, blank=True)
    sheets = models.PositiveSmallIntegerField(_("sheets"))
    decided_by = models.CharField(_("tie decided by"), max_length=20, blank=True)
    failures = models.JSONField(_("not met"), default=list)
    criteria = models.JSONField(_("means by criterion"), default=dict)

    class Meta:
        verbose_name = _("line of a ranking")
        verbose_name_plural = _("lines of a ranking")
        ordering = ["snapshot_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "position"], name="ranked_position_once"),
            models.UniqueConstraint(fields=["snapshot", "application"], name="ranked_application_once"),
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | Q(score__isnull=False), name="ranked_with_score"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank}"

    @property
    def points(self) -> Fraction | None:
        """The score without rounding."""
        return Fraction(self.exact) if self.exact else None
