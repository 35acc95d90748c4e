"""What belongs to an instalment: whose money it is, what it waits for, the papers handed in for it.

A condition is a row that the package that knows about it marks as met (`disbursements/conditions.py`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disbursements.models.plans import ConditionKind
from disbursements.querysets import TrancheChildQuerySet, TrancheShareQuerySet
from programmes.money import Money


class TrancheShare(models.Model):
    """How much of an instalment is whose money: parts of the call's funding shares, by largest remainder."""

    tranche = models.ForeignKey("disbursements.Tranche", on_delete=models.CASCADE, related_name="shares")
    contribution = models.ForeignKey(
        "programmes.Contribution", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount_minor = models.BigIntegerField()

    objects = TrancheShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tranche", "contribution"], name="disbursements_part_once"),
            models.UniqueConstraint(
                fields=["tranche"],
                condition=Q(contribution__isnull=True),
                name="disbursements_part_one_pool",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="disbursements_part_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.tranche_id}: {self.amount_minor}"

    @property
    def amount(self) -> Money:
        """The part."""
        return Money(self.amount_minor, self.tranche.grant.currency)


class Condition(models.Model):
    """One thing an instalment waits for: what, since when it is missing, or when and by which record met.

    parameter: visit code, percentage, kind of document or ISO date, by kind; empty where there is none.
    """

    tranche = models.ForeignKey("disbursements.Tranche", on_delete=models.CASCADE, related_name="conditions")
    kind = models.CharField(_("condition"), max_length=24, choices=ConditionKind.choices)
    parameter = models.CharField(_("parameter"), max_length=40, blank=True)
    missing_since = models.DateTimeField(_("missing since"))
    met_at = models.DateTimeField(_("met on"), null=True, blank=True)
    met_kind = models.CharField(max_length=60, blank=True)
    met_id = models.CharField(max_length=40, blank=True)

    objects = TrancheChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["tranche_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tranche", "kind", "parameter"], name="disbursements_condition_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ConditionKind.values), name="disbursements_condition_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True, met_kind="", met_id="")
                | (Q(met_at__isnull=False) & ~Q(met_kind="") & ~Q(met_id="")),
                name="disbursements_condition_met_by_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.parameter}".strip()

    @property
    def programme_id(self) -> int:
        """The programme of the grant."""
        return self.tranche.programme_id

    @property
    def is_met(self) -> bool:
        """Whether it stands in the way no more."""
        return self.met_at is not None


class Evidence(models.Model):
    """A paper handed in for an instalment: quotation, invoice, photo; its file lies in `documents`.

    sha256 is the digest of the file as it came, invoice_key the supplier and number folded for comparison: a
    file or an invoice that was used in another grant blocks the verification.
    """

    tranche = models.ForeignKey("disbursements.Tranche", on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(_("kind of document"), max_length=40)
    file = models.OneToOneField("documents.Document", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, db_index=True)
    supplier_name = models.CharField(_("shop or supplier"), max_length=120, blank=True)
    invoice_number = models.CharField(_("invoice or quotation number"), max_length=60, blank=True)
    invoice_key = models.CharField(max_length=190, blank=True, db_index=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField()

    objects = TrancheChildQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper of an instalment")
        ordering = ["tranche_id", "added_at"]

    def __str__(self) -> str:
        return f"{self.tranche_id} {self.kind}"
