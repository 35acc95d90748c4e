"""Eligibility rules of a call, what screening found, and requests for missing pieces."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.localised import Localised, written


class RuleKind(models.TextChoices):
    """What a rule looks at."""

    AGE = "age", _("Age")
    RESIDENCE = "residence", _("Residence")
    STATUS = "status", _("Status")
    COMPOSITION = "composition", _("Composition of the group")
    PREVIOUS_WINNER = "previous_winner", _("Not funded before")
    OWN_CONTRIBUTION = "own_contribution", _("Own contribution")
    BY_HAND = "by_hand", _("To check by hand")


class Severity(models.TextChoices):
    """What a rule that is not met does."""

    BLOCK = "block", _("Blocks")
    WARN = "warn", _("Warns")


class Outcome(models.TextChoices):
    """What screening found for one rule."""

    MET = "met", _("Met")
    NOT_MET = "not_met", _("Not met")
    BY_HAND = "by_hand", _("To check by hand")
    WAIVED = "waived", _("Waived with a reason")


class EligibilityRule(models.Model):
    """One rule of a call; what its parameters say stands in `applications/eligibility.py`."""

    call = models.ForeignKey("programmes.Call", on_delete=models.CASCADE, related_name="eligibility_rules")
    kind = models.CharField(_("kind"), max_length=20, choices=RuleKind.choices)
    severity = models.CharField(_("effect"), max_length=5, choices=Severity.choices, default=Severity.BLOCK)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    title_fr = models.CharField(_("title in French"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_ar = models.CharField(_("title in Arabic"), max_length=200, blank=True)
    title = Localised()
    sort = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("eligibility rule")
        verbose_name_plural = _("eligibility rules")
        ordering = ["sort", "pk"]
        constraints = [
            written("title", "rule_has_a_title"),
            models.CheckConstraint(condition=Q(kind__in=RuleKind.values), name="rule_kind_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="rule_severity_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def programme_id(self) -> int:
        """The programme of its call."""
        return self.call.programme_id


class RuleCheck(models.Model):
    """What was found for one rule of one application: by computation, then perhaps otherwise by a person."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="checks"
    )
    rule = models.ForeignKey(EligibilityRule, on_delete=models.PROTECT, related_name="checks")
    computed = models.CharField(
        _("computed result"), max_length=8, choices=Outcome.choices, default=Outcome.BY_HAND
    )
    outcome = models.CharField(_("result"), max_length=8, choices=Outcome.choices)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(_("checked on"))

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        constraints = [
            models.UniqueConstraint(fields=["application", "rule"], name="rule_checked_once"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="check_outcome_known"),
            models.CheckConstraint(condition=Q(computed__in=Outcome.values), name="check_computed_known"),
            models.CheckConstraint(
                condition=~Q(outcome="waived") | ~Q(reason=""), name="check_waived_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.rule_id} {self.outcome}"


class PieceRequest(models.Model):
    """A request that opens only the named questions, until a date."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="piece_requests"
    )
    questions = models.JSONField(_("questions"))
    message = models.CharField(_("what is missing"), max_length=500)
    due_at = models.DateTimeField(_("due on"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked on"))
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)

    class Meta:
        verbose_name = _("request for a missing piece")
        verbose_name_plural = _("requests for missing pieces")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at__isnull=True),
                name="piece_request_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.asked_at}"
