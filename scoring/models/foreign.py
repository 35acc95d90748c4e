"""Where the scores of a call in test mode came from, and how they were brought to one scale."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes.models import Call


class ForeignScores(models.Model):
    """The file behind a call whose scores were given elsewhere: value = sign x score + offset.

    digest: SHA-256 of the file, so that the same one is recognised.
    """

    call = models.OneToOneField(
        Call, on_delete=models.PROTECT, related_name="foreign_scores", verbose_name=_("call")
    )
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("digest"), max_length=64)
    sign = models.SmallIntegerField(_("sign"))
    offset = models.DecimalField(_("offset"), max_digits=15, decimal_places=6)
    high = models.DecimalField(_("highest value"), max_digits=15, decimal_places=6)
    missing = models.PositiveIntegerField(_("cells without a score"), default=0)
    imported_at = models.DateTimeField(_("imported on"))

    class Meta:
        verbose_name = _("scores from elsewhere")
        verbose_name_plural = _("scores from elsewhere")
        constraints = [
            models.CheckConstraint(condition=Q(sign__in=[-1, 1]), name="foreign_scores_sign"),
            models.CheckConstraint(condition=Q(high__gt=0), name="foreign_scores_high"),
        ]

    def __str__(self) -> str:
        return self.file_name

    def original(self, value: float, maximum: float) -> float:
        """Return a number of points out of `maximum` in the units of the file."""
        from scoring.foreign.table import original

        return original(value / maximum * float(self.high), self.sign, Decimal(self.offset))
