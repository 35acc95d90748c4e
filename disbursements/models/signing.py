"""Who signs what: the steps that orders and batches share, and the person behind an act. No rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workflow import Firing


class SignatureStep(models.TextChoices):
    """What a signature says."""

    PREPARE = "prepare", _("Prepared by")
    APPROVE = "approve", _("Approved by")
    RELEASE = "release", _("Released by")
    RECONCILE = "reconcile", _("Reconciled by")


def person(firing: Firing) -> int:
    """Return the id of the person who acts.

    Raises `TypeError` for the system, which a rule or a guard has already sent away.
    """
    if firing.actor.pk is None:
        raise TypeError("the system signs nothing")
    return firing.actor.pk
