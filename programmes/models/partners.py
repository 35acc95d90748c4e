"""Who pays and who works along: organisations, contributions, partnerships, and exchange rates."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programmes import validators
from programmes.basis import Basis
from programmes.localised import Localised, written
from programmes.models.programme import Programme
from programmes.money import amount_property
from programmes.querysets import InsideProgrammeQuerySet, OfProgrammeQuerySet, OrganisationQuerySet

__all__ = ["Basis", "Contribution", "ExchangeRate", "Organisation", "OrganisationKind", "Partnership"]


class OrganisationKind(models.TextChoices):
    GOVERNMENT = "government", _("Government")
    MULTILATERAL = "multilateral", _("Multilateral organisation")
    AGENCY = "agency", _("State agency or service")
    LOCAL_GOVERNMENT = "local_government", _("Region or municipality")
    NGO = "ngo", _("Association or foundation")
    SCHOOL = "school", _("School or training centre")
    COMPANY = "company", _("Company")
    OTHER = "other", _("Other")


class Organisation(models.Model):
    """An institution that gives money to programmes or works along with them."""

    name_fr = models.CharField(_("name in French"), max_length=200, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    name_ar = models.CharField(_("name in Arabic"), max_length=200, blank=True)
    name = Localised()
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    kind = models.CharField(
        _("kind"), max_length=20, choices=OrganisationKind, default=OrganisationKind.OTHER
    )
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[validators.country])
    website = models.URLField(_("website"), blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name_fr", "name_en", "name_ar", "pk"]
        constraints = [
            written("name", "organisation_has_a_name"),
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Contribution(models.Model):
    """What a donor gives to a programme. An amount that was not published is null; zero is zero."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("programme")
    )
    donor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("donor")
    )
    amount_minor = models.BigIntegerField(_("amount"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, validators=[validators.currency])
    amount = amount_property("amount_minor")
    basis = models.CharField(_("basis"), max_length=16, choices=Basis)
    source = models.CharField(_("source"), max_length=200, blank=True)
    source_date = models.DateField(_("date of the source"), null=True, blank=True)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OfProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["programme_id", "sort", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "donor"],
                name="contribution_once_per_donor",
                violation_error_message=_("This donor is listed already."),
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gte=0),
                name="contribution_not_negative",
            ),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="contribution_basis_known"),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.donor}"


class Partnership(models.Model):
    """An organisation that works along in a programme, and since when that is signed."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="partnerships", verbose_name=_("programme")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="partnerships", verbose_name=_("organisation")
    )
    role_fr = models.CharField(_("role in French"), max_length=200, blank=True)
    role_en = models.CharField(_("role in English"), max_length=200, blank=True)
    role_ar = models.CharField(_("role in Arabic"), max_length=200, blank=True)
    role = Localised()
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    basis = models.CharField(_("basis"), max_length=16, choices=Basis, default=Basis.PUBLISHED)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OfProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering = ["programme_id", "sort", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation"],
                name="partnership_once",
                violation_error_message=_("This partner is listed already."),
            ),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="partnership_basis_known"),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.organisation}"


class ExchangeRate(models.Model):
    """What one unit of `base` cost in `quote` on a day, and who said so."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="rates", verbose_name=_("programme")
    )
    base = models.CharField(_("one unit of"), max_length=3, validators=[validators.currency])
    quote = models.CharField(_("is worth, in"), max_length=3, validators=[validators.currency])
    rate = models.DecimalField(_("rate"), max_digits=20, decimal_places=10)
    on = models.DateField(_("on"))
    source = models.CharField(_("source"), max_length=200)
    basis = models.CharField(_("basis"), max_length=16, choices=Basis)

    objects = InsideProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["programme_id", "base", "quote", "-on"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "base", "quote", "on"], name="rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_positive"),
            models.CheckConstraint(condition=~Q(base=models.F("quote")), name="rate_between_two_currencies"),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="rate_basis_known"),
        ]

    def __str__(self) -> str:
        return f"{self.base}/{self.quote} {self.on}"
