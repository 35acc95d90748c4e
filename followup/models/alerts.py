"""Alerts: what somebody must look at, until somebody says what was done about it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from followup.escalation import Step
from followup.querysets import AlertQuerySet
from followup.risk import SENTENCES
from workflow import display


class AlertKind(models.TextChoices):
    """What an alert is about."""

    RISK = "risk", _("High risk")
    MONEY_OUT = "money_out", _("Visit reopened after its money left")


class Alert(models.Model):
    """One alert on one enterprise. facts: codes and numbers, never words of people.

    step: how far up it has climbed (`followup/escalation.py`), kept by `tick`. settled: a later visit
    settled it, nobody had to.
    """

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="alerts")
    case = models.ForeignKey("applications.Case", on_delete=models.PROTECT, related_name="alerts")
    enterprise = models.ForeignKey("followup.Enterprise", on_delete=models.PROTECT, related_name="alerts")
    visit = models.ForeignKey(
        "followup.Visit", on_delete=models.PROTECT, null=True, blank=True, related_name="alerts"
    )
    kind = models.CharField(_("alert"), max_length=12, choices=AlertKind.choices)
    facts = models.JSONField(default=dict, blank=True)
    raised_at = models.DateTimeField(_("raised on"))
    step = models.PositiveSmallIntegerField(_("with"), default=Step.SUPERVISOR)
    handled_at = models.DateTimeField(_("dealt with on"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("what was done"), max_length=500, blank=True)
    settled = models.BooleanField(default=False)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-step", "raised_at"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AlertKind.values), name="followup_alert_known_kind"),
            models.UniqueConstraint(
                fields=["enterprise", "kind"],
                condition=Q(handled_at__isnull=True, kind="risk"),
                name="followup_one_open_risk_alert",
            ),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True)
                | Q(handled_at__isnull=False, settled=True)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="followup_alert_handled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "handled_at", "raised_at"], name="followup_alert_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.case.number}"

    def get_absolute_url(self) -> str:
        return reverse("followup:alert", args=[self.pk])

    @property
    def stream(self) -> str:
        return self.case.stream

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look at it."""
        return self.handled_at is None

    @property
    def sentences(self) -> list[str]:
        """Why it was raised, in words."""
        if self.kind == AlertKind.MONEY_OUT:
            numbers = ", ".join(str(number) for number in self.facts.get("tranches", ()))
            words = gettext(
                "The visit was reopened, but money it released has left already: instalment %(numbers)s."
            )
            return [words % {"numbers": numbers}]
        return [str(SENTENCES[code]) for code in self.facts.get("codes", ()) if code in SENTENCES]

    @property
    def summary(self) -> str:
        """The first reason, for a list."""
        return next(iter(self.sentences), str(self.get_kind_display()))

    @property
    def age(self) -> int:
        """Days since it was raised, until it was dealt with."""
        return display.days_between(self.raised_at, self.handled_at or timezone.now())


class AlertNotice(models.Model):
    """That somebody was told of alerts by a message: one a day and person, which the database holds to."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(_("day"))
    alerts = models.ManyToManyField(Alert, related_name="told", verbose_name=_("alerts"))
    notice = models.OneToOneField(
        "workflow.Notice", on_delete=models.PROTECT, related_name="alert_notice", verbose_name=_("message")
    )

    class Meta:
        verbose_name = _("message about alerts")
        verbose_name_plural = _("messages about alerts")
        ordering = ["-on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "on"], name="followup_told_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.on}"
