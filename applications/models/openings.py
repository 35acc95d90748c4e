"""Openings of identities: who read whose name, when, in which programme and why. Rows are never changed.

Each one has its event in the chain of the case (`workflow/acts.py`); the reason lies in its note.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.querysets import RevealQuerySet
from workflow.append_only import append_only


class Shown(models.TextChoices):
    """How much was opened."""

    IDENTITY = "identity", _("The identity, on a page")
    NAME = "name", _("The name, on a paper")


@append_only(unique=[("id",), ("key",), ("event",)])
class Reveal(models.Model):
    """One opening of one person's identity in one programme. key: of the form that asked, good for once."""

    person = models.ForeignKey("applications.Person", on_delete=models.PROTECT, related_name="reveals")
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(
        "applications.Case", on_delete=models.PROTECT, null=True, blank=True, related_name="reveals"
    )
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("opened on"))
    shown = models.CharField(_("what was opened"), max_length=8, choices=Shown.choices)
    key = models.CharField(max_length=80, unique=True, editable=False)
    event = models.OneToOneField("workflow.Event", on_delete=models.PROTECT, related_name="+")

    objects = RevealQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening of an identity")
        verbose_name_plural = _("openings of identities")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(shown__in=Shown.values), name="reveal_of_something"),
            models.CheckConstraint(condition=~Q(key=""), name="reveal_has_a_key"),
        ]
        indexes = [models.Index(fields=["programme", "-at"], name="reveal_by_programme")]

    def __str__(self) -> str:
        return str(self.case or self.person)

    @property
    def reason(self) -> str:
        """Why it was opened; empty once the person was erased."""
        note: Any = self.event.note
        return note.text if note else ""
