"""Grids: what a round asks its jurors, and how much each answer counts.

A grid hangs on the call and is frozen when the call is published: the database refuses any change of a frozen
row. Later it is amended by a further version, with a reason (`scoring/amending.py`). How marks become a score
is `scoring/score.py`, to which `Grid.definition` hands the plain grid.
"""

from decimal import Decimal
from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from programmes import predicates
from programmes.localised import Localised, written
from programmes.models import Call
from scoring import score
from scoring.marks import Scale
from workflow import display
from workflow.append_only import append_only


class Stage(models.TextChoices):
    """When in the life of an application a round happens: on the first file, or on the plan."""

    REVIEW = "review", _("first selection")
    FINAL = "final", _("final selection")


class RoundKind(models.TextChoices):
    """What the jurors look at."""

    PANEL = "panel", _("screening panel")
    PAPER = "paper", _("paper")
    PITCH = "pitch", _("pitch")
    VISIT = "visit", _("site visit")


class GateRule(models.TextChoices):
    """When a yes/no gate is closed."""

    ANY = score.ANY, _("one “no” closes a gate")
    MAJORITY = score.MAJORITY, _("a majority of “no” closes a gate")


class GridQuerySet(models.QuerySet["Grid"]):
    """Grids; what a published call asks is public with the call."""

    def visible_to(self, user: Any) -> Self:
        """Grids of calls that the user may see; an amendment in the making for those who work inside."""
        found = self.filter(call__in=Call.objects.visible_to(user))
        inside = predicates.programme_ids(user, *predicates.INSIDE)
        return found.filter(Q(amends__isnull=True) | Q(frozen=True) | Q(call__programme__in=inside))

    def changeable_by(self, user: Any) -> Self:
        """Those that the user may still edit."""
        open_call = Q(call__state="draft") | Q(amends__isnull=False)
        programmes = predicates.programme_ids(user, "manager")
        return self.filter(open_call, frozen=False, call__programme__in=programmes)

    def current(self) -> Self:
        """The versions that new rounds take: not those replaced by an amendment, nor one in the making."""
        later = Grid.objects.filter(amends=OuterRef("pk"), frozen=True)
        return self.filter(~Exists(later)).exclude(amends__isnull=False, frozen=False)

    def whole(self) -> Self:
        """With sections and criteria, in two more queries."""
        return self.prefetch_related("sections", "criteria__section")


def points_field(label: Any, **options: Any) -> "models.DecimalField[Any, Any]":
    """Return the column of a number of points."""
    return models.DecimalField(label, max_digits=7, decimal_places=2, **options)


def mark_field(label: Any, **options: Any) -> "models.DecimalField[Any, Any]":
    """Return the column of a mark: fine enough for scales of other juries."""
    return models.DecimalField(label, max_digits=15, decimal_places=6, **options)


# `frozen` is 0/1 on SQLite and a boolean on PostgreSQL: the bare column is a condition on both.
@append_only(unique=[("id",), ("call", "number", "version")], when='OLD."frozen"')
class Grid(models.Model):
    """One version of a grid of a call, for one round of every selection session.

    amends: the version that it replaces; because: why, for everybody to read.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="grids", verbose_name=_("call"))
    number = models.PositiveSmallIntegerField(_("order"))
    title_fr = models.CharField(_("title in French"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_ar = models.CharField(_("title in Arabic"), max_length=200, blank=True)
    title = Localised()
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.REVIEW)
    kind = models.CharField(_("jurors look at"), max_length=10, choices=RoundKind, default=RoundKind.PAPER)
    share = points_field(
        _("points in the final mark"),
        help_text=_("What a full grid is worth in the end; rounds of one stage add up."),
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    pass_mark = points_field(
        _("pass mark"),
        null=True,
        blank=True,
        help_text=_("Least final mark after this round, all rounds of the stage so far counted together."),
        validators=[MinValueValidator(Decimal(0))],
    )
    jurors = models.PositiveSmallIntegerField(
        _("jurors a file"), default=3, validators=[MinValueValidator(1)]
    )
    drop_extremes = models.BooleanField(
        _("leave out the highest and the lowest sheet"),
        default=False,
        help_text=_("From four sheets a file on; with fewer all of them count."),
    )
    gate_rule = models.CharField(_("gates"), max_length=10, choices=GateRule, default=GateRule.MAJORITY)
    template = models.CharField(_("made from"), max_length=40, blank=True, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    amends = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="amendment",
        verbose_name=_("amends"),
    )
    because_fr = models.CharField(_("reason in French"), max_length=500, blank=True)
    because_en = models.CharField(_("reason in English"), max_length=500, blank=True)
    because_ar = models.CharField(_("reason in Arabic"), max_length=500, blank=True)
    because = Localised()
    frozen = models.BooleanField(_("frozen"), default=False, editable=False)
    frozen_at = models.DateTimeField(_("frozen on"), null=True, blank=True, editable=False)

    objects = GridQuerySet.as_manager()

    class Meta:
        verbose_name = _("grid")
        verbose_name_plural = _("grids")
        ordering = ["call_id", "number"]
        constraints = [
            written("title", "grid_has_a_title"),
            models.UniqueConstraint(
                fields=["call", "number", "version"],
                name="grid_number_once",
                violation_error_message=_("Another grid of this call has this number."),
            ),
            models.CheckConstraint(
                condition=Q(version=1, amends__isnull=True) | Q(version__gt=1, amends__isnull=False),
                name="grid_version_amends_another",
            ),
            models.CheckConstraint(
                condition=Q(amends__isnull=True)
                | Q(frozen=False)
                | ~Q(because_fr="", because_en="", because_ar=""),
                name="grid_amended_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(share__gt=0), name="grid_share_positive"),
            models.CheckConstraint(
                condition=Q(pass_mark__isnull=True) | Q(pass_mark__gte=0), name="grid_pass_mark_not_negative"
            ),
            models.CheckConstraint(condition=Q(jurors__gt=0), name="grid_has_jurors"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="grid_stage_known"),
            models.CheckConstraint(condition=Q(kind__in=RoundKind.values), name="grid_kind_known"),
            models.CheckConstraint(condition=Q(gate_rule__in=GateRule.values), name="grid_gate_rule_known"),
            models.CheckConstraint(
                condition=Q(frozen=False, frozen_at__isnull=True) | Q(frozen=True, frozen_at__isnull=False),
                name="grid_frozen_with_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the grid."""
        return reverse("scoring:grid", args=[self.pk])

    @property
    def is_amendment(self) -> bool:
        """Whether it replaces an earlier version."""
        return self.amends_id is not None

    @property
    def may_be_edited(self) -> bool:
        """Whether it is still open: a grid of a draft call, or an amendment that is not published."""
        return not self.frozen and (self.is_amendment or self.call.state == "draft")

    @property
    def programme_id(self) -> int:
        """The programme of its call."""
        return self.call.programme_id

    @cached_property
    def definition(self) -> score.Grid:
        """The grid as it counts."""
        lines = self.lines
        announced = sorted((line for line in lines if line.tie_order), key=lambda line: line.tie_order or 0)
        return score.Grid(
            sections=tuple(score.Section(section.key, section.threshold) for section in self.sections.all()),
            criteria=tuple(line.definition for line in lines),
            share=self.share,
            pass_mark=self.pass_mark,
            drop_extremes=self.drop_extremes,
            gate_rule=self.gate_rule,
            tie_break=tuple(line.key for line in announced),
        )

    def read_whole(self) -> None:
        """Read sections and criteria once, in two queries."""
        lines = models.Prefetch("criteria", Criterion.objects.select_related("section"))
        models.prefetch_related_objects([self], "sections", lines)

    @property
    def lines(self) -> list["Criterion"]:
        """The criteria as people read them: by section, then by their order."""
        return sorted(
            self.criteria.all(),
            key=lambda line: (
                line.section.sort if line.section else 0,
                line.section_id or 0,
                line.sort,
                line.pk,
            ),
        )

    @property
    def total(self) -> Decimal:
        """Points of a sheet with the highest mark everywhere."""
        return self.definition.total


@append_only(unique=[("id",), ("grid", "key")], when='OLD."frozen"')
class Section(models.Model):
    """A group of criteria with its subtotal."""

    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="sections", verbose_name=_("grid"))
    sort = models.PositiveSmallIntegerField(_("order"), default=0)
    key = models.SlugField(_("code"), max_length=40)
    title_fr = models.CharField(_("title in French"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_ar = models.CharField(_("title in Arabic"), max_length=200, blank=True)
    title = Localised()
    threshold = points_field(
        _("points at least"), null=True, blank=True, help_text=_("Below it the file is out.")
    )
    frozen = models.BooleanField(_("frozen"), default=False, editable=False)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["grid_id", "sort", "pk"]
        constraints = [
            written("title", "section_has_a_title"),
            models.UniqueConstraint(
                fields=["grid", "key"],
                name="section_key_once",
                violation_error_message=_("Another section of this grid has this code."),
            ),
            models.CheckConstraint(
                condition=Q(threshold__isnull=True) | Q(threshold__gt=0), name="section_threshold_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.title


@append_only(unique=[("id",), ("grid", "key")], when='OLD."frozen"')
class Criterion(models.Model):
    """One line of a grid: the points it is worth, the scale it is marked on, its rules.

    comment_at: marks for which a comment is required, as decimal strings. anchors: what a mark means, by its
    decimal string, in the three languages: {"4": {"fr": "...", "en": "...", "ar": "..."}}.
    """

    grid = models.ForeignKey(Grid, on_delete=models.CASCADE, related_name="criteria", verbose_name=_("grid"))
    section = models.ForeignKey(
        Section,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="criteria",
        verbose_name=_("section"),
    )
    sort = models.PositiveSmallIntegerField(_("order"), default=0)
    key = models.SlugField(_("code"), max_length=40)
    title_fr = models.CharField(_("title in French"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_ar = models.CharField(_("title in Arabic"), max_length=200, blank=True)
    title = Localised()
    help_fr = models.TextField(_("guidance in French"), blank=True)
    help_en = models.TextField(_("guidance in English"), blank=True)
    help_ar = models.TextField(_("guidance in Arabic"), blank=True)
    help = Localised()
    gate = models.BooleanField(
        _("yes or no"), default=False, help_text=_("A gate: no points, lets through or stops.")
    )
    points = points_field(_("points"), default=Decimal(0))
    low = mark_field(_("lowest mark"), default=Decimal(0))
    high = mark_field(_("highest mark"), default=Decimal(5))
    step = mark_field(_("step"), default=Decimal(1))
    threshold = points_field(
        _("points at least"), null=True, blank=True, help_text=_("Below it the file is out.")
    )
    comment_at = models.JSONField(_("comment required for"), default=list, blank=True)
    anchors = models.JSONField(_("what the marks mean"), default=dict, blank=True)
    tie_order = models.PositiveSmallIntegerField(
        _("place in the tie-break"),
        null=True,
        blank=True,
        help_text=_("1 is asked first when two files have the same score."),
    )
    frozen = models.BooleanField(_("frozen"), default=False, editable=False)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["grid_id", "sort", "pk"]
        constraints = [
            written("title", "criterion_has_a_title"),
            models.UniqueConstraint(
                fields=["grid", "key"],
                name="criterion_key_once",
                violation_error_message=_("Another criterion of this grid has this code."),
            ),
            models.CheckConstraint(
                condition=Q(gate=True, points=0, low=0, high=1, step=1)
                | Q(gate=False, points__gt=0, low__gte=0, high__gt=F("low"), step__gt=0),
                name="criterion_scale_makes_sense",
                violation_error_message=_(
                    "A criterion has points, and marks from the lowest to the highest in steps above zero;"
                    " a gate has no points."
                ),
            ),
            models.CheckConstraint(
                condition=Q(threshold__isnull=True) | Q(threshold__gt=0, threshold__lte=F("points")),
                name="criterion_threshold_within_points",
                violation_error_message=_("The points at least lie between zero and the points."),
            ),
            models.UniqueConstraint(
                fields=["grid", "tie_order"],
                name="criterion_tie_order_once",
                violation_error_message=_("Another criterion has this place in the tie-break."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @cached_property
    def scale(self) -> Scale:
        """The marks that may be given."""
        return Scale(self.low, self.high, self.step)

    @cached_property
    def definition(self) -> score.Criterion:
        """The criterion as it counts."""
        return score.Criterion(
            key=self.key,
            section=self.section.key if self.section else "",
            points=self.points,
            scale=self.scale,
            gate=self.gate,
            threshold=self.threshold,
            comment_at=frozenset(Decimal(mark) for mark in self.comment_at),
        )

    def anchor(self, mark: Decimal) -> str:
        """What a mark means, in the reader's language or the first one that is written."""
        texts = self.anchors.get(f"{mark.normalize():f}", {})
        own = texts.get(display.language(), "")
        return str(own or next((text for text in texts.values() if text), ""))
