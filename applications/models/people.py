"""Persons, and what figures need to know about a person in a programme. Names lie in the vault."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.querysets import PersonQuerySet, RegistrationQuerySet
from applications.vault import SealedField


class Sex(models.TextChoices):
    """As the person says; unknown is a value of its own."""

    FEMALE = "f", _("Woman")
    MALE = "m", _("Man")
    UNKNOWN = "", _("Not said")


class Category(models.TextChoices):
    """Displacement category; stored sealed, read through `applications/categories.py` alone."""

    FORMER_COMBATANT = "former_combatant", _("Former combatant")
    REFUGEE = "refugee", _("Refugee")
    ASYLUM_SEEKER = "asylum_seeker", _("Asylum seeker")
    IDP = "idp", _("Internally displaced person")
    RETURNEE = "returnee", _("Returnee")
    HOST_COMMUNITY = "host_community", _("Host community")


class DocumentKind(models.TextChoices):
    """What identity documents people hold; stored sealed."""

    NATIONAL_ID = "national_id", _("national identity card")
    REFUGEE_CARD = "refugee_card", _("refugee card")
    PASSPORT = "passport", _("passport")
    CONSULAR_CARD = "consular_card", _("consular card")
    RESIDENCE_PERMIT = "residence_permit", _("residence permit")
    BIRTH_CERTIFICATE = "birth_certificate", _("birth certificate")
    OTHER = "other", _("other document")


class Person(models.Model):
    """A person, known everywhere by a random reference."""

    reference = models.UUIDField(_("reference"), unique=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="person"
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")

    def __str__(self) -> str:
        return f"P-{str(self.reference)[:8].upper()}"

    @classmethod
    def of(cls, user: Any) -> "Person":
        """Return the person that a signed-in user is, made when first asked for."""
        return cls.objects.get_or_create(user=user)[0]


class Registration(models.Model):
    """A person in a programme: the reception, and what figures need."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations")
    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="registrations"
    )
    site = models.ForeignKey(
        "programmes.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="registrations"
    )
    received_at = models.DateTimeField(_("received on"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True)
    vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    category = SealedField(_("displacement category"), blank=True, default="", guarded=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    expected_on = models.DateField(
        _("comes back on"), null=True, blank=True, help_text=_("The day for which the person was asked back.")
    )
    erased_at = models.DateTimeField(_("erased on"), null=True, blank=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(fields=["person", "programme"], name="registered_once"),
            models.CheckConstraint(condition=Q(sex__in=["f", "m", ""]), name="registration_sex_known"),
            models.CheckConstraint(
                condition=Q(birth_year__isnull=True) | Q(birth_year__gte=1900, birth_year__lte=2100),
                name="registration_birth_year_plausible",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(category=""), name="registration_erased_is_empty"
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "received_at"], name="registration_by_reception"),
            models.Index(fields=["programme", "expected_on"], name="registration_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.programme_id}"
