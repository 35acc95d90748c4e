"""Who says so: the basis that every stored figure of a programme carries, and that screens show."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Basis(models.TextChoices):
    """Where a figure comes from."""

    PUBLISHED = "published", _("published by the programme")
    OTHER = "other", _("published elsewhere")
    DEMONSTRATION = "demonstration", _("demonstration value")
