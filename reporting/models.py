"""Stored objects of reporting: published claims, the counting rules in use, narrative results."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.localised import Localised
from programmes.predicates import programme_ids

READERS = ("manager", "auditor", "donor", "supervisor")


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Published figures."""

    def visible_to(self, user: Any) -> "ClaimQuerySet":
        """Claims were published: whoever reads the programme's figures reads them."""
        return self.filter(programme__in=programme_ids(user, *READERS))


class Claim(models.Model):
    """A figure that a programme published, a target, or a fact, with its source and counting rule."""

    class Kind(models.TextChoices):
        ACHIEVED = "achieved", _("Achieved")
        TARGET = "target", _("Target")
        HEADCOUNT = "headcount", _("Headcount")
        FACT = "fact", _("Fact")

    class Operator(models.TextChoices):
        EQUAL = "=", _("exactly")
        MORE = ">", _("more than")
        AT_LEAST = ">=", _("at least")
        NONE = "", _("without a number")

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="claims")
    indicator = models.CharField(_("indicator"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    operator = models.CharField(_("operator"), max_length=2, choices=Operator.choices, blank=True)
    value = models.DecimalField(_("published value"), max_digits=18, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20)
    statement = models.TextField(_("as published"))
    counting_rule = models.TextField(_("counting rule"))
    demo_value = models.DecimalField(max_digits=18, decimal_places=3)
    basis = models.CharField(_("basis"), max_length=20, default="published")
    sort = models.PositiveSmallIntegerField(default=0)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        ordering = ["sort"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "indicator"], name="reporting_claim_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["achieved", "target", "headcount", "fact"]),
                name="reporting_claim_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.indicator}"


class CountingRule(models.Model):
    """Which of an indicator's counting rules a programme uses; a manager may switch it, with a reason."""

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="counting_rules"
    )
    name = models.CharField(_("name"), max_length=60)
    rule = models.CharField(_("rule"), max_length=2)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    chosen_at = models.DateTimeField(_("chosen at"))

    class Meta:
        verbose_name = _("counting rule")
        verbose_name_plural = _("counting rules")
        get_latest_by = "chosen_at"
        ordering = ["chosen_at", "pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.rule}"


class NarrativeResult(models.Model):
    """A qualitative result: words with a source and a document, never an invented number."""

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="narrative_results"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    title_fr = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    title_ar = models.CharField(max_length=300)
    title = Localised()
    narrative = models.TextField(_("what is reported"), blank=True)
    source = models.CharField(_("source"), max_length=300)
    document_title = models.CharField(_("document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("narrative result")
        verbose_name_plural = _("narrative results")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="reporting_narrative_number"),
        ]

    def __str__(self) -> str:
        return self.title_en
