"""Words of payment orders: where one stands, what proves an outcome. No rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderState(models.TextChoices):
    """Where a payment order stands."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    RELEASED = "released", _("Released")
    EXPORTED = "exported", _("Instruction issued")
    EXECUTED = "executed", _("Executed")
    RECEIPTED = "receipted", _("Received")
    REJECTED = "rejected", _("Rejected")
    IN_DOUBT = "in_doubt", _("In doubt")
    FAILED = "failed", _("Failed")
    RETURNED = "returned", _("Returned")
    CANCELLED = "cancelled", _("Cancelled")


OVER = (OrderState.FAILED, OrderState.RETURNED, OrderState.CANCELLED)
"""States in which an order came to nothing: its instalment may get another one."""
PAID = (OrderState.EXECUTED, OrderState.RECEIPTED)


class EvidenceUse(models.TextChoices):
    """What a proof was given for."""

    EXECUTED = "executed", _("Executed")
    FAILED = "failed", _("Failed")
    RETURNED = "returned", _("Returned")


class EvidenceKind(models.TextChoices):
    """What proves that money moved, or did not."""

    STATEMENT = "statement", _("Line of the bank statement")
    RECEIPT = "receipt", _("Signed receipt")
    OPERATOR = "operator", _("Message of the operator")
    BANK_NOTICE = "bank_notice", _("Notice of the bank")
    CASH_COUNT = "cash_count", _("Cash list, counted: nobody signed")
