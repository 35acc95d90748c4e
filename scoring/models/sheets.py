"""Scoresheets and their marks: saved while they are filled in, handed in, locked, never deleted.

A sheet's stored points and maximum are those of `score.sheet_score`; `verify` recomputes them. A mark that a
deliberation revises keeps its old value in `MarkRevision` for ever.
"""

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programmes import predicates
from scoring import guards
from scoring.models.grids import Criterion, RoundKind, mark_field
from scoring.models.jury import JuryAssignment
from workflow import StateField, StateModel, known_states, transition
from workflow.append_only import append_only
from workflow.declare import Firing
from workflow.states import BLOCKED, DOING, DONE, REFUSED, WAITING

TAKEN_BACK = ("reopened", "revised", "voided")
"""States in which marks that once counted count no more, or differently."""


class SheetState(models.TextChoices):
    DRAFT = "draft", _("Being filled in")
    SUBMITTED = "submitted", _("Handed in")
    REOPENED = "reopened", _("Reopened")
    LOCKED = "locked", _("Locked")
    REVISED = "revised", _("Revised")
    VOIDED = "voided", _("Voided")


EDITABLE = (SheetState.DRAFT, SheetState.REOPENED)
COUNTED = (SheetState.SUBMITTED, SheetState.LOCKED, SheetState.REVISED)
"""Sheets in these states count in a ranking."""


class ScoresheetQuerySet(models.QuerySet["Scoresheet"]):
    """Scoresheets."""

    def visible_to(self, user: Any) -> Self:
        """One's own; for who runs or audits the jury all of them, but never before handing in one's own."""
        if not user.pk:
            return self.none()
        staff = predicates.programme_ids(user, "jury_secretary", "jury_chair", "auditor")
        waiting = JuryAssignment.objects.filter(
            engagement__user=user.pk,
            application=OuterRef("assignment__application"),
            round=OuterRef("assignment__round"),
            state__in=["assigned", "opened", "recused"],
        )
        own = Q(assignment__engagement__user=user.pk)
        run = Q(assignment__round__session__call__programme__in=staff) & ~Exists(waiting)
        return self.filter(own | run)

    def counted(self) -> Self:
        """Those that count in a ranking."""
        return self.filter(state__in=COUNTED)


class ScoresheetManager(models.Manager.from_queryset(ScoresheetQuerySet)):  # type: ignore[misc]  # run time
    """Reads a sheet with its assignment, round, session, grid and case."""

    def get_queryset(self) -> Any:
        return (
            super()
            .get_queryset()
            .select_related(
                "assignment__round__session__call",
                "assignment__round__grid",
                "assignment__engagement",
                "assignment__application__case",
            )
        )


class Scoresheet(StateModel):
    """What one juror says about one file in one round."""

    MAIN_PATH = ("draft", "submitted", "locked")
    READ_WITH = ("assignment__engagement", "assignment__application__case")
    READ_APART: ClassVar = {"assignment__round": ("grid", "session__call__programme")}
    MEANINGS: ClassVar = {
        "draft": DOING,
        "submitted": WAITING,
        "reopened": BLOCKED,
        "locked": DONE,
        "revised": DONE,
        "voided": REFUSED,
    }

    assignment = models.ForeignKey(
        JuryAssignment, on_delete=models.PROTECT, related_name="sheets", verbose_name=_("assignment")
    )
    revision = models.PositiveIntegerField(_("revision"), default=0)
    saved_at = models.DateTimeField(_("saved on"), null=True, blank=True)
    points = models.DecimalField(_("points"), max_digits=11, decimal_places=4, null=True, blank=True)
    maximum = models.DecimalField(_("out of"), max_digits=11, decimal_places=4, null=True, blank=True)
    submitted_at = models.DateTimeField(_("handed in on"), null=True, blank=True)
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("typed in from paper by"),
    )
    scan = models.ForeignKey(
        "documents.Document",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed paper sheet"),
    )
    state = StateField(_("state"), default=SheetState.DRAFT, choices=SheetState.choices)

    objects = ScoresheetManager()

    class Meta:
        verbose_name = _("scoresheet")
        verbose_name_plural = _("scoresheets")
        ordering = ["assignment_id", "pk"]
        base_manager_name = "objects"
        constraints = [
            known_states("scoring_sheet", SheetState),
            models.UniqueConstraint(
                fields=["assignment"], condition=~Q(state="voided"), name="sheet_once_an_assignment"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "reopened", "voided"])
                | Q(submitted_at__isnull=False, points__isnull=False, maximum__isnull=False),
                name="sheet_submitted_with_points",
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True, maximum__isnull=True)
                | Q(points__gte=0, points__lte=models.F("maximum")),
                name="sheet_points_within_maximum",
            ),
            models.CheckConstraint(
                condition=Q(typed_by__isnull=True) | Q(scan__isnull=False), name="sheet_typed_in_with_scan"
            ),
        ]
        indexes = [
            models.Index(fields=["state"], name="sheet_by_state"),
            # what came after a ranking was made
            models.Index(fields=["submitted_at"], name="sheet_by_sending"),
            models.Index(
                fields=["state_since"], condition=Q(state__in=TAKEN_BACK), name="sheet_undone_since"
            ),
        ]

    def __str__(self) -> str:
        return str(self.assignment)

    def get_absolute_url(self) -> str:
        """The page of this sheet for those who run the jury."""
        return reverse("scoring:sheet", args=[self.pk])

    @property
    def programme_id(self) -> int:
        """The programme of its round."""
        return self.assignment.programme_id

    @property
    def stream(self) -> str:
        """The case of its file."""
        return self.assignment.stream

    @property
    def is_editable(self) -> bool:
        """Whether marks may still be entered."""
        return self.state in EDITABLE

    def hides_marks_from(self, user: Any) -> bool:
        """Whether its marks are nobody else's business yet: still being given, or pitches that go on.

        The juror, and whoever types in the juror's paper, always see them.
        """
        if user.pk in (self.assignment.juror_id, self.typed_by_id):
            return False
        return self.is_editable or (self.round.kind == RoundKind.PITCH and not self.round.is_closed)

    @property
    def round(self) -> Any:
        """The round in which it counts."""
        return self.assignment.round

    def marks_by_key(self) -> dict[str, Decimal | None]:
        """The marks by criterion key, None for an abstention: what a score is made of."""
        keys = {line.pk: line.key for line in self.round.grid.criteria.all()}
        return {keys[mark.criterion_id]: mark.value for mark in self.marks.all()}

    def read_whole(self) -> None:
        """Read marks and grid once for all that a change asks of them; reading the row again forgets them."""
        self.round.grid.read_whole()
        models.prefetch_related_objects([self], "marks")

    def forget_marks(self) -> None:
        """Read the marks again when they are next asked for: they were changed."""
        self.__dict__.get("_prefetched_objects_cache", {}).pop("marks", None)

    def recount(self) -> None:
        """Store points and maximum of the marks as they are now; does not save."""
        from scoring.score import rounded, sheet_score

        self.round.grid.read_whole()
        found = sheet_score(self.round.grid.definition, self.marks_by_key())
        self.points, self.maximum = rounded(found.points), rounded(found.maximum)

    @transition(
        source=("draft", "reopened"),
        target="submitted",
        label=_("Hand in the sheet"),
        done=_("Handed in"),
        guards=[guards.sheet_is_complete, guards.round_of_sheet_is_open, guards.typed_sheet_has_its_scan],
        style="primary",
    )
    def submit(self, firing: Firing) -> None:
        self.submitted_at = firing.at
        self.recount()

    @transition(
        source="submitted",
        target="reopened",
        label=_("Reopen"),
        done=_("Reopened"),
        guards=[guards.round_of_sheet_is_open],
        reason=True,
    )
    def reopen(self, firing: Firing) -> None:
        pass

    @transition(
        source="submitted",
        target="locked",
        label=_("Lock"),
        done=_("Locked"),
        guards=[guards.round_of_sheet_is_closed],
    )
    def lock(self, firing: Firing) -> None:
        pass

    @transition(
        source=("locked", "revised"),
        target="revised",
        label=_("Revise a mark"),
        done=_("Revised in deliberation"),
        guards=[guards.a_deliberation_is_in_session, guards.revised_marks_are_on_the_scale],
        form="scoring.forms.ReviseForm",
        reason=True,
        facts=("criterion",),
    )
    def revise(self, firing: Firing) -> None:
        mark = self.marks.select_related("criterion").get(criterion=firing.data["criterion"])
        value = Decimal(str(firing.data["value"]))
        MarkRevision.objects.create(
            mark=mark,
            before=mark.value,
            after=value,
            revised_at=firing.at,
            revised_by_id=int(firing.actor.pk or 0),
            deliberation_id=guards.sitting_of(self.round.session_id),
        )
        mark.value, mark.abstained = value, False
        mark.save(update_fields=["value", "abstained"])
        self.forget_marks()
        self.recount()

    @transition(
        source=("draft", "submitted", "reopened", "locked", "revised"),
        target="voided",
        label=_("Void"),
        done=_("Voided"),
        reason=True,
        style="danger",
    )
    def void(self, firing: Firing) -> None:
        pass


class Mark(models.Model):
    """One criterion of one sheet: a mark or an abstention with its reason, and a comment."""

    sheet = models.ForeignKey(Scoresheet, on_delete=models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="marks")
    value = mark_field(_("mark"), null=True, blank=True)
    abstained = models.BooleanField(_("abstains"), default=False)
    abstained_because = models.TextField(_("reason for abstaining"), blank=True)
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ["sheet_id", "criterion__sort", "criterion_id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="mark_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(abstained=False), name="mark_or_abstention"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="mark_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["sheet"], condition=Q(abstained=True), name="mark_abstained"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.value}"


@append_only(unique=[("id",)])
class MarkRevision(models.Model):
    """A mark that was changed in a deliberation: both values, for ever."""

    mark = models.ForeignKey(Mark, on_delete=models.PROTECT, related_name="revisions")
    before = mark_field(_("before"), null=True)
    after = mark_field(_("after"))
    deliberation = models.ForeignKey(
        "scoring.Deliberation", on_delete=models.PROTECT, related_name="revisions", null=True
    )
    revised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revised_at = models.DateTimeField(_("revised on"))

    class Meta:
        verbose_name = _("revised mark")
        verbose_name_plural = _("revised marks")
        ordering = ["mark_id", "pk"]

    def __str__(self) -> str:
        return f"{self.mark_id}: {self.before} - {self.after}"
