"""The wording that a programme chose for a message; where there is none, the wording in the code holds."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models.programme import Programme
from programmes.querysets import InsideProgrammeQuerySet


class MessageTemplate(models.Model):
    """One message of one programme in one language, see `programmes/messages.py`."""

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="message_templates", verbose_name=_("programme")
    )
    key = models.CharField(_("message"), max_length=60)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("text"), max_length=4000)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    edited_at = models.DateTimeField(_("changed on"))

    objects = InsideProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["programme_id", "key", "language"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "key", "language"], name="message_template_once")
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.key} ({self.language})"
