"""Words of instalments: where one stands. No rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TrancheState(models.TextChoices):
    """Where an instalment stands."""

    PLANNED = "planned", _("Planned")
    DUE = "due", _("Due")
    EVIDENCE_SUBMITTED = "evidence_submitted", _("Papers received")
    RETURNED = "returned", _("Sent back")
    VERIFIED = "verified", _("Verified")
    APPROVED = "approved", _("Approved")
    ORDERED = "ordered", _("Ordered")
    PAID = "paid", _("Paid")
    JUSTIFIED = "justified", _("Justified")
    CANCELLED = "cancelled", _("Cancelled")


UNORDERED = (
    TrancheState.PLANNED,
    TrancheState.DUE,
    TrancheState.EVIDENCE_SUBMITTED,
    TrancheState.RETURNED,
    TrancheState.VERIFIED,
    TrancheState.APPROVED,
)
"""States in which no money was asked for yet."""
