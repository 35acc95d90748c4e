"""Visit plans: which visits a call or a programme asks for, and which instalment each one releases."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disbursements.wording import visit_word
from followup.calendar import Offset
from followup.querysets import VisitPlanQuerySet


class Anchor(models.TextChoices):
    """What the offsets are counted from."""

    FIRST_PAYMENT = "first_payment", _("First payment")
    HAND_OVER = "hand_over", _("Hand-over of the goods")
    ENROLMENT = "enrolment", _("Enrolment")


class VisitPlan(models.Model):
    """The plan of one call (for all its tracks or one of them), or of a programme that only accompanies."""

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="visit_plans"
    )
    call = models.ForeignKey(
        "programmes.Call", on_delete=models.PROTECT, null=True, blank=True, related_name="visit_plans"
    )
    track = models.ForeignKey(
        "programmes.Track", on_delete=models.PROTECT, null=True, blank=True, related_name="visit_plans"
    )
    anchor = models.CharField(
        _("counted from"), max_length=20, choices=Anchor.choices, default=Anchor.FIRST_PAYMENT
    )

    objects = VisitPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit plan")
        verbose_name_plural = _("visit plans")
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(track__isnull=True), name="followup_plan_per_call"
            ),
            models.UniqueConstraint(fields=["call", "track"], name="followup_plan_per_track"),
            models.UniqueConstraint(
                fields=["programme"], condition=Q(call__isnull=True), name="followup_plan_per_programme"
            ),
            models.CheckConstraint(
                condition=Q(track__isnull=True) | Q(call__isnull=False), name="followup_plan_track_has_call"
            ),
        ]

    def __str__(self) -> str:
        return str(self.track or self.call or self.programme)


class VisitPlanRow(models.Model):
    """One visit of a plan."""

    plan = models.ForeignKey(VisitPlan, on_delete=models.CASCADE, related_name="rows")
    code = models.CharField(_("code"), max_length=10)
    offset_months = models.PositiveSmallIntegerField(_("months after"), default=0)
    offset_days = models.PositiveSmallIntegerField(_("days after"), default=0)
    window_days = models.PositiveSmallIntegerField(
        _("days allowed"), default=14, validators=[MinValueValidator(1)]
    )
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    before_payment = models.BooleanField(_("baseline, made before the first payment"), default=False)
    gates_tranche = models.PositiveSmallIntegerField(
        _("releases instalment number"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("planned visit")
        verbose_name_plural = _("planned visits")
        ordering = ["offset_months", "offset_days"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="followup_plan_row_code"),
            models.CheckConstraint(condition=Q(window_days__gte=1), name="followup_plan_row_window"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """What the visit is called: "Month 3"; empty while it has no code."""
        return visit_word(self.code)

    @property
    def offset(self) -> Offset:
        """The row's distance from the anchor."""
        return Offset(months=self.offset_months, days=self.offset_days)
