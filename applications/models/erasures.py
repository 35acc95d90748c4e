"""Erasures: whose identity is to go in which programme, why, until when, and what went.

A request waits for the protection officer, or for its day when the period of retention is over. What goes
stands in `applications/erasing.py`; money records and what statistics need stay.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications import erasure_guards as guards
from applications.querysets import ErasureQuerySet
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.append_only import append_only
from workflow.reactions import streams_of
from workflow.states import DONE, NEUTRAL, REFUSED, WAITING

if TYPE_CHECKING:
    from datetime import date


class Cause(models.TextChoices):
    """Why an identity is to go."""

    CONSENT = "consent", _("Consent to the use of the data taken back")
    RETENTION = "retention", _("Period of retention over")
    ASKED = "asked", _("Asked for by the person")
    OFFICE = "office", _("Asked for by the office")


class ErasureState(models.TextChoices):
    """Where a request stands."""

    REQUESTED = "requested", _("To erase")
    KEPT = "kept", _("Kept for a reason")
    DROPPED = "dropped", _("Taken back")
    ERASED = "erased", _("Erased")


def streams_of_open_applications(erasure: "Erasure", data: dict[str, Any]) -> list[str]:
    """The streams to which withdrawing what is still open writes."""
    found = []
    for application in guards.open_applications(erasure):
        found += [application.stream, *streams_of(application, "withdraw", {})]
    return found


@append_only(unique=[("id",)], when="OLD.state = 'erased'")
class Erasure(StateModel):
    """One request to erase one person in one programme.

    whole: the person was in no other programme that still needs the identity, so that it went altogether.
    erased: how many things of each kind went. answer_sets: whose words went; its event holds a digest of what
    was kept of them.
    """

    MAIN_PATH = ("requested", "erased")
    MEANINGS: ClassVar = {"requested": WAITING, "kept": REFUSED, "dropped": NEUTRAL, "erased": DONE}

    person = models.ForeignKey("applications.Person", on_delete=models.PROTECT, related_name="erasures")
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(
        "applications.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="erasures"
    )
    cause = models.CharField(_("cause"), max_length=10, choices=Cause.choices)
    requested_at = models.DateTimeField(_("requested on"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("due on"))
    erased_at = models.DateTimeField(_("erased on"), null=True, blank=True)
    whole = models.BooleanField(default=False)
    erased = models.JSONField(default=dict, blank=True)
    answer_sets = models.JSONField(default=list, blank=True, editable=False)
    state = StateField(_("state"), default=ErasureState.REQUESTED, choices=ErasureState.choices)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["due_on", "pk"]
        constraints = [
            known_states("applications_erasure", ErasureState),
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="erasure_cause_known"),
            models.CheckConstraint(
                condition=Q(state="erased", erased_at__isnull=False)
                | (~Q(state="erased") & Q(erased_at__isnull=True)),
                name="erasure_erased_when",
            ),
            models.UniqueConstraint(
                fields=["person", "programme"],
                condition=Q(state__in=["requested", "kept"]),
                name="erasure_one_open",
            ),
        ]
        indexes = [models.Index(fields=["programme", "state", "due_on"], name="erasure_by_programme")]

    def __str__(self) -> str:
        return str(self.case or self.person)

    @property
    def stream(self) -> str:
        """The case, else its own."""
        return self.case.stream if self.case is not None else super().stream

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("applications:erasure", args=[self.programme.code, self.pk])

    def is_late(self, today: "date") -> bool:
        """Whether its day has passed and nobody has decided."""
        return bool(self.state == ErasureState.REQUESTED and self.due_on < today)

    @transition(
        source=("requested", "kept"),
        target="erased",
        label=_("Erase the identity"),
        done=_("Identity erased"),
        guards=[guards.by_itself_only_when_the_period_is_over],
        reason=True,
        confirm=guards.what_erasing_does,
        facts=("cause", "kept"),
        locks=streams_of_open_applications,
        style="danger",
    )
    def carry_out(self, firing: Firing) -> None:
        """Everything by which the person could be found goes; see `applications/erasing.py`.

        What is still open is withdrawn first: nobody decides about somebody who is not there any more.
        """
        from applications import erasing

        for application in guards.open_applications(self):
            firing.then(application, "withdraw")
        outcome = erasing.erase(self.person, self.programme, at=firing.at)
        self.erased, self.whole, self.answer_sets = outcome.counts, outcome.whole, outcome.answer_sets
        self.erased_at = firing.at
        firing.data.update(cause=self.cause, kept=guards.digest_of_kept(self.answer_sets))

    @transition(
        source="requested",
        target="kept",
        label=_("Keep for a reason"),
        done=_("Kept for a reason"),
        reason=True,
    )
    def keep(self, firing: Firing) -> None:
        """The law or a dispute demands that the identity stays for now."""

    @transition(
        source=("requested", "kept"),
        target="dropped",
        label=_("Take the request back"),
        done=_("Request taken back"),
        guards=[guards.a_period_is_not_taken_back],
        reason=True,
    )
    def drop(self, firing: Firing) -> None:
        """Whoever asked does not wish it any more."""
