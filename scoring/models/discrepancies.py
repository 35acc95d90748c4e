"""Discrepancies: files of a round on which jurors differ so much that somebody has to look at them again."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programmes import predicates
from scoring import guards
from scoring.models.jury import DeclaredConflict, JuryAssignment
from scoring.models.rounds import Round
from workflow import StateField, StateModel, known_states, transition
from workflow.declare import Firing
from workflow.states import BLOCKED, DOING, DONE, NEUTRAL


class DiscrepancyState(models.TextChoices):
    OPEN = "open", _("To look at")
    EXTRA_JUROR = "extra_juror", _("One more juror")
    MODERATION = "moderation", _("To be talked over")
    RESOLVED = "resolved", _("Settled")
    WAIVED = "waived", _("Left as it is")


class DiscrepancyQuerySet(models.QuerySet["Discrepancy"]):
    """Discrepancies."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose jury one runs or audits, but for files one must not know the marks of."""
        if not user.pk:
            return self.none()
        run = predicates.programme_ids(user, "jury_secretary", "jury_chair", "auditor")
        waiting = JuryAssignment.objects.filter(
            engagement__user=user.pk,
            application=OuterRef("application"),
            round=OuterRef("round"),
            state__in=["assigned", "opened"],
        )
        return (
            self.filter(round__session__call__programme__in=run)
            .exclude(Exists(waiting))
            .exclude(_in_conflict(user, OuterRef("application"), OuterRef("round__session")))
        )


def _in_conflict(user: Any, application: Any, session: Any) -> Any:
    declared = DeclaredConflict.objects.filter(
        engagement__user=user.pk,
        engagement__session=session,
        application=application,
        lifted_at__isnull=True,
    )
    aside = JuryAssignment.objects.filter(
        engagement__user=user.pk, engagement__session=session, application=application, state="recused"
    )
    return Exists(declared) | Exists(aside)


class DiscrepancyManager(models.Manager.from_queryset(DiscrepancyQuerySet)):  # type: ignore[misc]  # run time
    """Reads a discrepancy with its round and the case of its file."""

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("round__session__call__programme", "application__case")


class Discrepancy(StateModel):
    """One file of one round to look at again; how it is found is in `scoring/discrepancy.py`.

    range: of the jurors' marks as a part of the scale. chance: to be funded, where the advice knows it.
    extra: one juror more than the round asks for was called.
    """

    MAIN_PATH = ("open", "moderation", "resolved")
    MEANINGS: ClassVar = {
        "open": BLOCKED,
        "extra_juror": DOING,
        "moderation": DOING,
        "resolved": DONE,
        "waived": NEUTRAL,
    }

    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="discrepancies", verbose_name=_("round")
    )
    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="discrepancies",
        verbose_name=_("application"),
    )
    range = models.FloatField(_("range of the marks"))
    wide = models.BooleanField(_("the marks are far apart"))
    chance = models.FloatField(_("chance to be funded"), null=True, blank=True)
    unsure = models.BooleanField(_("near the funding line"))
    extra = models.BooleanField(_("has one juror more"), default=False, editable=False)
    found_at = models.DateTimeField(_("found on"))
    state = StateField(_("state"), default=DiscrepancyState.OPEN, choices=DiscrepancyState.choices)

    objects = DiscrepancyManager()

    class Meta:
        verbose_name = _("discrepancy")
        verbose_name_plural = _("discrepancies")
        ordering = ["round_id", "-range", "pk"]
        base_manager_name = "objects"
        constraints = [
            known_states("scoring_discrepancy", DiscrepancyState),
            models.UniqueConstraint(fields=["round", "application"], name="discrepancy_once_a_round"),
            models.CheckConstraint(condition=Q(wide=True) | Q(unsure=True), name="discrepancy_for_a_reason"),
            models.CheckConstraint(
                condition=Q(unsure=False) | Q(chance__isnull=False), name="discrepancy_unsure_with_chance"
            ),
        ]
        indexes = [models.Index(fields=["round", "state", "-range"], name="discrepancy_of_round")]

    def __str__(self) -> str:
        return self.application.case.number

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("scoring:discrepancy", args=[self.pk])

    @property
    def programme_id(self) -> int:
        """The programme of its round."""
        return self.round.programme_id

    @property
    def stream(self) -> str:
        """The case of its file."""
        return self.application.case.stream

    @transition(
        source="open",
        target="extra_juror",
        label=_("Give it to one more juror"),
        done=_("One more juror is asked for"),
        guards=[guards.round_takes_one_more_juror],
        style="primary",
    )
    def call_extra_juror(self, firing: Firing) -> None:
        """From now on the draw of the round gives the file one juror more than the others."""
        self.extra = True

    @transition(
        source="open",
        target="moderation",
        label=_("Talk it over in the sitting"),
        done=_("To be talked over in the sitting"),
    )
    def moderate(self, firing: Firing) -> None:
        pass

    @transition(
        source=("extra_juror", "moderation"),
        target="resolved",
        label=_("Settle it"),
        done=_("Discrepancy settled"),
        reason=True,
        style="primary",
    )
    def resolve(self, firing: Firing) -> None:
        pass

    @transition(
        source="open",
        target="waived",
        label=_("Leave it as it is"),
        done=_("Discrepancy left as it is"),
        reason=True,
    )
    def waive(self, firing: Firing) -> None:
        pass
