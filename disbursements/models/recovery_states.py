"""Words of claims: where one stands, why it was opened, how a part of it ended. No rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RecoveryState(models.TextChoices):
    """Where a claim stands."""

    OPENED = "opened", pgettext_lazy("state of a recovery", "Opened")
    NOTIFIED = "notified", _("Beneficiary told")
    CONTESTED = "contested", _("Contested")
    SCHEDULED = "scheduled", _("Repayment agreed")
    PARTLY_REPAID = "partly_repaid", _("Partly paid back")
    REPAID = "repaid", _("Paid back")
    WRITTEN_OFF = "written_off", _("Written off")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Dropped")


TO_COLLECT = (RecoveryState.NOTIFIED, RecoveryState.SCHEDULED, RecoveryState.PARTLY_REPAID)
"""States in which money may come in."""
STANDING = (RecoveryState.OPENED, RecoveryState.CONTESTED, *TO_COLLECT)
"""States in which something may still be owed."""


class RecoveryCause(models.TextChoices):
    """Why money is claimed back."""

    OVERDUE = "overdue", _("Receipts did not come in time")
    REFUSED = "refused", _("Receipts were not accepted")
    TERMINATED = "terminated", _("The grant was ended early")
    BY_HAND = "by_hand", _("Found during a check")


class MoveKind(models.TextChoices):
    """How a part of a claim came to an end."""

    REPAID = "repaid", _("Paid back")
    OFFSET = "offset", _("Kept back from an instalment")
    WRITTEN_OFF = "written_off", _("Written off")
