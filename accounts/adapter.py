"""How allauth behaves here: who may sign up, and second-factor secrets encrypted at rest."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import second_factor
from accounts.sealing import cipher


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up makes an account without any role; staff get theirs by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Applicants may sign up by themselves unless the agency closed it (`SIGN_UP_OPEN`)."""
        return bool(settings.SIGN_UP_OPEN)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps seeds of authenticator apps encrypted under the vault's keys, and the last factor in place."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Your role needs a second factor. Add another one first."),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a seed or the seed of recovery codes under the first vault key."""
        return cipher("second-factor").encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt with whichever vault key wrote it; raises InvalidToken when none did."""
        return cipher("second-factor").decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Staff keep at least one second factor."""
        user: Any = authenticator.user
        if authenticator.type not in second_factor.FACTORS or not second_factor.is_required_of(user):
            return True
        others = Authenticator.objects.filter(user=user, type__in=second_factor.FACTORS)
        return others.exclude(pk=authenticator.pk).exists()
