"""Extensions of calls: every move of a closing date is kept, for the public page and for those who check."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.models.calls import Call


class CallExtension(models.Model):
    """The closing date of a call was moved: from when to when, and on which day. The event says why."""

    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, related_name="extensions", verbose_name=_("call")
    )
    before = models.DateTimeField(_("closing date before"))
    until = models.DateTimeField(_("new closing date"))
    at = models.DateTimeField(_("moved on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("extension of a call")
        verbose_name_plural = _("extensions of calls")
        ordering = ["call_id", "at"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=models.F("before")), name="extension_leads_to_later")
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.until:%Y-%m-%d}"

    @property
    def stream(self) -> str:
        """Its event is one of the call."""
        return self.call.stream

    @property
    def was_open(self) -> bool:
        """Whether the call had not closed yet."""
        return self.at <= self.before

    @classmethod
    def note(cls, call: Call, before: datetime, *, by: int | None, at: datetime) -> "CallExtension":
        """Keep that the closing date of a call moved to what it is now."""
        return cls.objects.create(call=call, before=before, until=call.closes_at, at=at, by_id=by)
