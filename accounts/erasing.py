"""Emptying the account of an erased person; the row stays, because events say who acted."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

EMPTY_ADDRESS = "erased-{pk}@erased.invalid"
"""An address that belongs to nobody (RFC 2606): an account needs one, and each its own."""


@transaction.atomic
def erase_account(user: Any) -> bool:
    """Take name, address, telephone and factors from an account and close it; return whether it was done.

    The account of somebody who administers the system stays. Whether somebody works in a programme is for the
    caller to know.
    """
    if user.is_superuser or user.is_staff:
        return False
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    user.full_name, user.phone, user.phone_verified_at = "", None, None
    user.email = EMPTY_ADDRESS.format(pk=user.pk)
    user.is_active = False
    user.set_unusable_password()
    user.save()
    return True
