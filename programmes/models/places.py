"""What the page of a programme shows beside its figures: offices, sites, results, links, documents."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programmes import validators
from programmes.localised import Localised, written
from programmes.models.programme import Programme
from programmes.querysets import OfProgrammeQuerySet


class Office(models.Model):
    """An office that answers for the programme, the country office first."""

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="offices", verbose_name=_("programme")
    )
    name_fr = models.CharField(_("name in French"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    name_ar = models.CharField(_("name in Arabic"), max_length=200, blank=True)
    name = Localised()
    address = models.TextField(_("address"), blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[validators.country])
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone number"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OfProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["programme_id", "sort", "pk"]
        constraints = [written("name", "office_has_a_name")]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place where the programme works; a point on the map, never a person's home."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="sites", verbose_name=_("programme")
    )
    code = models.SlugField(_("code"), max_length=40)
    name_fr = models.CharField(_("name in French"), max_length=120, blank=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    name_ar = models.CharField(_("name in Arabic"), max_length=120, blank=True)
    name = Localised()
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OfProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["programme_id", "sort", "pk"]
        constraints = [
            written("name", "site_has_a_name"),
            models.UniqueConstraint(
                fields=["programme", "code"],
                name="site_code_once",
                violation_error_message=_("Another site has this code."),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="site_on_the_globe",
                violation_error_message=_(
                    "Give latitude (-90 to 90) and longitude (-180 to 180), or neither."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ExpectedResult(models.Model):
    """One result that the programme works towards, in words; figures and targets are indicators."""

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="results", verbose_name=_("programme")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text_fr = models.TextField(_("result in French"), blank=True)
    text_en = models.TextField(_("result in English"), blank=True)
    text_ar = models.TextField(_("result in Arabic"), blank=True)
    text = Localised()

    objects = OfProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["programme_id", "number"]
        constraints = [
            written("text", "result_has_a_text"),
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="result_number_once",
                violation_error_message=_("Another result has this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.number}"


class LinkKind(models.TextChoices):
    LINK = "link", _("Link")
    VIDEO = "video", _("Video")
    DOCUMENT = "document", _("Document")
    EVALUATION = "evaluation", _("Final evaluation")


class ProgrammeLink(models.Model):
    """A link, a video, a document or the final evaluation: an address elsewhere, or a file kept here."""

    Kind = LinkKind

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="links", verbose_name=_("programme")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=LinkKind)
    title_fr = models.CharField(_("title in French"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    title_ar = models.CharField(_("title in Arabic"), max_length=200, blank=True)
    title = Localised()
    url = models.URLField(_("address"), max_length=500, blank=True)
    document = models.ForeignKey(
        "documents.Document",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("file"),
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OfProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("link or document")
        verbose_name_plural = _("links and documents")
        ordering = ["programme_id", "kind", "sort", "pk"]
        constraints = [
            written("title", "link_has_a_title"),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="link_kind_known"),
            models.CheckConstraint(
                condition=(Q(url="") & Q(document__isnull=False)) | (~Q(url="") & Q(document__isnull=True)),
                name="link_has_one_target",
                violation_error_message=_("Give an address or a file, one of the two."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def href(self) -> str:
        """Where it leads: the address, or the download of the file."""
        return self.url if self.document is None else reverse("documents:download", args=[self.document.uid])
