"""Rounds: one sitting of a session's jurors on one grid, with its dates and who may see what in it.

The shares, kinds and numbers of jurors are the grid's, so that every session of a call marks alike.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programmes import predicates
from programmes.models import SelectionSession
from scoring.models.grids import Grid


class OthersMarks(models.TextChoices):
    """When a juror may see what the others gave: never before the own sheet is handed in."""

    NEVER = "never", _("never")
    AFTER_OWN = "after_own", _("after handing in the own sheet")


class RoundQuerySet(models.QuerySet["Round"]):
    """Rounds, for people who work on the programme."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes in which the user has a role other than donor."""
        inside = predicates.programme_ids(user, *predicates.INSIDE)
        return self.filter(session__call__programme__in=inside)


class RoundManager(models.Manager.from_queryset(RoundQuerySet)):  # type: ignore[misc]  # built at run time
    """Reads a round with its session, call and grid, which every rule asks for."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("session__call", "grid")


class Round(models.Model):
    """One round of one selection session.

    seed decides ties that nothing else decides; it is drawn when the round is made, long before any mark,
    and printed with the ranking.
    """

    session = models.ForeignKey(
        SelectionSession, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("selection session")
    )
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("grid"))
    opens_at = models.DateTimeField(_("opens on"), null=True, blank=True)
    closes_at = models.DateTimeField(
        _("marks due"),
        null=True,
        blank=True,
        help_text=_("Sheets can be handed in until the round is closed."),
    )
    closed_at = models.DateTimeField(_("closed on"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    others_marks = models.CharField(
        _("jurors see the marks of others"), max_length=10, choices=OthersMarks, default=OthersMarks.NEVER
    )
    reminds = models.BooleanField(
        _("remind jurors by message"),
        default=True,
        help_text=_("7, 3 and 1 days before marks are due, and while they are late; once a day at most."),
    )
    names_hidden = models.BooleanField(
        _("names are hidden from jurors"),
        default=True,
        help_text=_("Then a person confirms the masked copy of every file before anybody marks it."),
    )
    seed = models.CharField(_("seed of the lot"), max_length=40, editable=False)

    objects = RoundManager()

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["session_id", "grid__number"]
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["session", "grid"], name="round_grid_once"),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="round_closes_after_it_opens",
                violation_error_message=_("Marks are due after the round opens."),
            ),
            models.CheckConstraint(
                condition=Q(others_marks__in=OthersMarks.values), name="round_others_marks_known"
            ),
            models.CheckConstraint(condition=~Q(seed=""), name="round_has_a_seed"),
        ]

    def __str__(self) -> str:
        return self.grid.title

    def get_absolute_url(self) -> str:
        """The progress board of the round."""
        return reverse("scoring:round", args=[self.pk])

    @property
    def programme_id(self) -> int:
        """The programme of its session."""
        return self.session.call.programme_id

    @property
    def number(self) -> int:
        """Its place among the rounds of the session."""
        return self.grid.number

    @property
    def kind(self) -> str:
        """What the jurors look at."""
        return self.grid.kind

    @property
    def stage(self) -> str:
        """Whether it belongs to the first or to the final selection."""
        return self.grid.stage

    @property
    def share(self) -> Decimal:
        """Points of the final mark."""
        return self.grid.share

    @property
    def jurors(self) -> int:
        """How many jurors every file has."""
        return self.grid.jurors

    @property
    def is_closed(self) -> bool:
        """Whether no sheet can be handed in any more."""
        return self.closed_at is not None

    def is_open(self, at: datetime) -> bool:
        """Whether sheets can be handed in at a moment; being late is shown, closing is an act."""
        return not self.is_closed and (self.opens_at is None or at >= self.opens_at)
