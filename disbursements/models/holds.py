"""Holds: money of an instalment or of a whole grant is stopped. A row, not a state of what is held.

Placing one is an act beside the machine (`disbursements/holds.py`); releasing it is its only arrow.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from disbursements.guards import tranches as guards
from disbursements.querysets import HoldQuerySet
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.states import BLOCKED, DONE

if TYPE_CHECKING:
    from disbursements.models.grants import Grant
    from disbursements.models.tranches import Tranche


class HoldState(models.TextChoices):
    """Whether a hold stops money."""

    PLACED = "placed", _("Held")
    RELEASED = "released", _("Released")


class Hold(StateModel):
    """Money of an instalment or of a whole grant is stopped, by a red visit or by a person, with a reason.

    cleared_*: a later validated visit, marked by the package that knows visits. asked_*: somebody asked in
    writing for a release without one; then another person may release.
    """

    MAIN_PATH = ("placed", "released")
    MEANINGS = {"placed": BLOCKED, "released": DONE}

    grant = models.ForeignKey(
        "disbursements.Grant", on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    tranche = models.ForeignKey(
        "disbursements.Tranche", on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    reason = models.TextField(_("reason"), max_length=4000)
    link_kind = models.CharField(max_length=60, blank=True)
    link_id = models.CharField(max_length=40, blank=True)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    placed_at = models.DateTimeField(_("placed on"))
    cleared_kind = models.CharField(max_length=60, blank=True)
    cleared_id = models.CharField(max_length=40, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_reason = models.TextField(_("why it may be released"), max_length=4000, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = StateField(default=HoldState.PLACED, choices=HoldState.choices)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["-placed_at", "-id"]
        constraints = [
            known_states("disbursements_hold", HoldState),
            models.CheckConstraint(
                condition=Q(grant__isnull=False, tranche__isnull=True)
                | Q(grant__isnull=True, tranche__isnull=False),
                name="disbursements_hold_on_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(released_by=F("placed_by")), name="disbursements_hold_not_released_by_placer"
            ),
            models.CheckConstraint(
                condition=~Q(released_by=F("asked_by")), name="disbursements_hold_not_released_by_asker"
            ),
            models.CheckConstraint(
                condition=~Q(state=HoldState.RELEASED)
                | Q(cleared_at__isnull=False)
                | Q(asked_by__isnull=False),
                name="disbursements_hold_released_for_a_cause",
            ),
        ]

    def __str__(self) -> str:
        return str(self.target)

    @property
    def target(self) -> "Grant | Tranche":
        """What is held."""
        held = self.grant or self.tranche
        assert held is not None  # noqa: S101  the database says so
        return held

    @property
    def programme_id(self) -> int:
        """The programme of what is held."""
        return self.target.programme_id

    @property
    def stream(self) -> str:
        """The case's stream."""
        return self.target.stream

    def get_absolute_url(self) -> str:
        """The page of what is held."""
        return self.target.get_absolute_url()

    @transition(
        source="placed",
        target="released",
        label=_("Release the hold"),
        done=_("Hold released"),
        guards=[guards.releaser_is_not_the_placer, guards.visit_validated_since_or_asked_by_another_person],
        style="primary",
    )
    def release(self, firing: Firing) -> None:
        """Money may move again."""
        self.released_by_id = firing.actor.pk
