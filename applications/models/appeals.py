"""Appeals against a decision: a record of its own, with its own machine, in the stream of the case."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications import appeal_guards as guards
from applications.querysets import AppealQuerySet
from applications.vault import SealedField
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.states import DOING, DONE, REFUSED, WAITING


class AppealState(models.TextChoices):
    """Where an appeal stands."""

    LODGED = "lodged", _("Lodged")
    ADMITTED = "admitted", _("Admitted")
    INADMISSIBLE = "inadmissible", _("Not admitted")
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Dismissed")


OPEN = (AppealState.LODGED, AppealState.ADMITTED)


class Appeal(StateModel):
    """An applicant says that a decision was not made by the rules.

    against and decided_at: the state of the application and since when, so that there is one appeal a
    decision. until: the end of the time to appeal, as it was when it was lodged.
    """

    class Ground(models.TextChoices):
        """What an appeal is about."""

        PROCEDURE = "procedure", _("A rule of the call was not followed")
        OPINION = "opinion", _("I disagree with what the committee thought")

    MAIN_PATH = ("lodged", "admitted", "upheld")
    MEANINGS: ClassVar = {
        "lodged": WAITING,
        "admitted": DOING,
        "inadmissible": REFUSED,
        "upheld": DONE,
        "dismissed": REFUSED,
    }

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="appeals"
    )
    against = models.CharField(_("against"), max_length=20)
    decided_at = models.DateTimeField(_("decided on"))
    ground = models.CharField(_("ground"), max_length=10, choices=Ground.choices)
    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    statement = SealedField(_("what happened"), blank=True, default="")
    lodged_at = models.DateTimeField(_("lodged on"))
    lodged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(_("appeals until"))
    state = StateField(_("state"), default=AppealState.LODGED, choices=AppealState.choices)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["lodged_at", "pk"]
        constraints = [
            known_states("applications_appeal", AppealState),
            models.UniqueConstraint(fields=["application", "decided_at"], name="appeal_once_a_decision"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=["lodged", "admitted"]),
                name="appeal_one_open",
            ),
            models.CheckConstraint(
                condition=Q(against__in=guards.APPEALABLE), name="appeal_against_a_decision"
            ),
            models.CheckConstraint(
                condition=Q(ground__in=["procedure", "opinion"]), name="appeal_ground_known"
            ),
            models.CheckConstraint(condition=Q(lodged_at__lte=F("until")), name="appeal_lodged_in_time"),
        ]
        indexes = [models.Index(fields=["state", "lodged_at"], name="appeal_by_state")]

    def __str__(self) -> str:
        return str(self.application)

    def get_absolute_url(self) -> str:
        """The page of whoever hears it."""
        return reverse("applications:appeal", args=[self.application.call.programme.code, self.pk])

    @property
    def stream(self) -> str:
        """The stream of its case."""
        return self.application.stream

    @property
    def programme_id(self) -> int:
        """The programme of its application."""
        return self.application.programme_id

    @transition(
        source="lodged",
        target="admitted",
        label=_("Admit the appeal"),
        done=_("Appeal admitted"),
        guards=[guards.within_the_window, guards.the_ground_is_procedure],
        style="primary",
    )
    def admit(self, firing: Firing) -> None:
        """It will be heard."""

    @transition(
        source="lodged",
        target="inadmissible",
        label=_("Do not admit"),
        done=_("Appeal not admitted"),
        reason=True,
        style="danger",
    )
    def refuse(self, firing: Firing) -> None:
        """Too late, or not about the procedure: the reason says which."""

    @transition(
        source="admitted",
        target="upheld",
        label=_("Uphold the appeal"),
        done=_("Appeal upheld"),
        guards=[guards.took_no_part_before],
        reason=True,
        confirm=guards.what_upholding_does,
        style="primary",
    )
    def uphold(self, firing: Firing) -> None:
        """The application is reinstated (`applications/reactions.py`)."""

    @transition(
        source="admitted",
        target="dismissed",
        label=_("Dismiss the appeal"),
        done=_("Appeal dismissed"),
        guards=[guards.took_no_part_before],
        reason=True,
        style="danger",
    )
    def dismiss(self, firing: Firing) -> None:
        """The decision stands."""
