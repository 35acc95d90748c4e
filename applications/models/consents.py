"""Consents: for the use of the data and for photos, apart, dated, taken back whenever the person wishes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.querysets import ConsentQuerySet


class Consent(models.Model):
    """A dated consent of one person in one programme; one given again is a new row.

    Giving and taking back, and what follows from it, stand in `applications/consents.py`.
    """

    class Kind(models.TextChoices):
        DATA = "data", _("Use of the data for this programme")
        PHOTO = "photo", _("Photos")

    person = models.ForeignKey("applications.Person", on_delete=models.PROTECT, related_name="consents")
    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    given_at = models.DateTimeField(_("given on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme", "kind"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_in_force_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_it_was_given",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | Q(withdrawn_by__isnull=True),
                name="consent_withdrawn_by_somebody_when_withdrawn",
            ),
            models.CheckConstraint(condition=Q(kind__in=["data", "photo"]), name="consent_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.kind}"

    @property
    def is_in_force(self) -> bool:
        """Whether it holds now."""
        return self.withdrawn_at is None
