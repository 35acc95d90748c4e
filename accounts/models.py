"""The user: one account per person who signs in, by e-mail or by phone.

What somebody may do is not here: roles are memberships of a programme, asked at every request.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import phone_numbers
from accounts.sealing import blind, cipher


class UserQuerySet(models.QuerySet["User"]):
    """Accounts, and who may see them."""

    def visible_to(self, user: Any) -> "UserQuerySet":
        """The visitor's own account; lists of people come from memberships."""
        return self.filter(pk=user.pk) if user.is_authenticated else self.none()


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes accounts on somebody's behalf (self sign-up goes through allauth)."""

    @transaction.atomic
    def create_user(
        self,
        *,
        email: str | None = None,
        phone: str | None = None,
        password: str | None = None,
        **fields: Any,
    ) -> "User":
        """Make an account whose e-mail address counts as confirmed.

        Raises ValueError without e-mail and phone, IntegrityError when one of them is taken.
        """
        if not email and not phone:
            raise ValueError("an account needs an e-mail address or a phone number")
        user = self.model(email=email, phone=phone, **fields)
        user.phone_verified_at = timezone.now() if phone else None
        user.set_password(password)
        user.save(using=self._db)
        if user.email:
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def of_phone(self, number: str) -> "User | None":
        """Return the account of a number in E.164, None when there is none."""
        return self.filter(phone_index=phone_index(number)).first()

    def create_superuser(self, *, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an account that may set the product up; it opens no case and no vault."""
        return self.create_user(email=email, password=password, is_staff=True, is_superuser=True, **fields)


def phone_index(number: str) -> str:
    """Return the blind index by which an account is found by its number (E.164)."""
    return blind(number, "phone")


class User(AbstractBaseUser):
    """A person who signs in. `is_staff` and `is_superuser` open the set-up pages, nothing else.

    The phone number is a way to find a person: it is stored sealed, and found through a blind index.
    """

    email = models.EmailField(gettext_lazy("e-mail address"), null=True, blank=True, unique=True)
    phone_sealed = models.TextField(blank=True, default="", editable=False)
    phone_index = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    phone_verified_at = models.DateTimeField(gettext_lazy("number confirmed on"), null=True, blank=True)
    full_name = models.CharField(gettext_lazy("full name"), max_length=200, blank=True)
    language = models.CharField(
        gettext_lazy("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE
    )
    is_active = models.BooleanField(gettext_lazy("may sign in"), default=True)
    is_staff = models.BooleanField(gettext_lazy("may open the set-up pages"), default=False)
    is_superuser = models.BooleanField(gettext_lazy("administers the system"), default=False)
    date_joined = models.DateTimeField(gettext_lazy("joined on"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = gettext_lazy("user")
        verbose_name_plural = gettext_lazy("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once_in_any_case",
                violation_error_message=gettext_lazy("An account with this e-mail address exists already."),
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(phone_index__isnull=False),
                name="user_has_email_or_phone",
                violation_error_message=gettext_lazy("Give an e-mail address or a phone number."),
            ),
            models.CheckConstraint(
                condition=~Q(email="") & ~Q(phone_index=""), name="user_no_empty_email_or_phone"
            ),
            models.CheckConstraint(
                condition=Q(phone_index__isnull=True, phone_sealed="")
                | Q(phone_index__isnull=False) & ~Q(phone_sealed=""),
                name="user_phone_sealed_and_indexed",
            ),
            models.CheckConstraint(
                condition=Q(language__in=[code for code, _name in settings.LANGUAGES]),
                name="user_language_known",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or _("Account %(number)s") % {"number": self.pk}

    @property
    def signs_in_with(self) -> str:
        """How the person recognises the own account: the address, else the last digits of the phone."""
        return self.email or (phone_numbers.hidden(self.phone) if self.phone else "")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the address in lower case, and an empty address as none."""
        self.email = self.email.lower() if self.email else None
        super().save(*args, **kwargs)

    @property
    def phone(self) -> str | None:
        """The number in E.164, opened; None when there is none."""
        return cipher("phone").decrypt(self.phone_sealed.encode()).decode() if self.phone_sealed else None

    @phone.setter
    def phone(self, number: str | None) -> None:
        """Seal a number and note its index; raises `phone_numbers.NotANumber`."""
        plain = phone_numbers.read(number, settings.PHONE_REGIONS) if number else ""
        self.phone_sealed = cipher("phone").encrypt(plain.encode()).decode() if plain else ""
        self.phone_index = phone_index(plain) if plain else None

    def confirm_phone(self, number: str, at: datetime) -> None:
        """Take over a number whose code was entered. Raises IntegrityError when it is another account's."""
        self.phone = number
        self.phone_verified_at = at
        self.save(update_fields=["phone_sealed", "phone_index", "phone_verified_at"])

    def get_full_name(self) -> str:
        """The name as the person writes it."""
        return self.full_name

    def get_short_name(self) -> str:
        """The same: names are not cut, their order differs between languages."""
        return self.full_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's set-up pages ask this; the product asks `access.may` instead."""
        return self.is_active and self.is_superuser

    def has_perms(self, perm_list: Iterable[str], obj: Any = None) -> bool:
        """See `has_perm`."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        """See `has_perm`."""
        return self.is_active and self.is_superuser


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations, and who may see them."""

    def visible_to(self, user: Any) -> "InvitationQuerySet":
        """Those that the user sent."""
        return self.filter(invited_by=user.pk) if user.is_authenticated else self.none()


class Invitation(models.Model):
    """Somebody asked to come in, by e-mail, for a purpose that an upper package registered."""

    purpose = models.CharField(gettext_lazy("purpose"), max_length=60)
    email = models.EmailField(gettext_lazy("e-mail address"))
    full_name = models.CharField(gettext_lazy("full name"), max_length=200, blank=True)
    language = models.CharField(gettext_lazy("language"), max_length=8, choices=settings.LANGUAGES)
    payload = models.JSONField(default=dict, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="invitations_sent")
    created_at = models.DateTimeField(gettext_lazy("sent on"))
    expires_at = models.DateTimeField(gettext_lazy("valid until"))
    withdrawn_at = models.DateTimeField(gettext_lazy("withdrawn on"), null=True, blank=True)
    accepted_at = models.DateTimeField(gettext_lazy("accepted on"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, models.PROTECT, related_name="invitations_accepted", null=True, blank=True
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("invitation")
        verbose_name_plural = gettext_lazy("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="invitation_accepted_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")) & ~Q(email=""), name="invitation_email_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return _("Invitation %(number)s") % {"number": self.pk}
