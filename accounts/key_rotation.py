"""Sealing the secrets of second factors and the phone numbers again, when the vault's keys change."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.models import User
from accounts.sealing import cipher

SECRETS = ("secret", "seed", "migrated_codes")


def reseal_second_factors() -> int:
    """Encrypt every stored secret of a second factor under the first of VAULT_KEYS; return how many rows."""
    adapter = get_adapter()

    def resealed(value: str | list[str]) -> str | list[str]:
        if isinstance(value, list):
            return [adapter.encrypt(adapter.decrypt(item)) for item in value]
        return str(adapter.encrypt(adapter.decrypt(value)))

    count = 0
    for pk in list(Authenticator.objects.exclude(type="webauthn").values_list("pk", flat=True)):
        with transaction.atomic():
            factor = Authenticator.objects.select_for_update().get(pk=pk)
            kept = {name: resealed(value) for name, value in factor.data.items() if name in SECRETS}
            factor.data = {**factor.data, **kept}
            factor.save(update_fields=["data"])
        count += 1
    return count


def reseal_phones() -> int:
    """Encrypt every account's phone number under the first of VAULT_KEYS; return how many rows."""
    count = 0
    for pk, held in list(User.objects.exclude(phone_sealed="").values_list("pk", "phone_sealed")):
        again = cipher("phone").rotate(held.encode()).decode()
        count += User.objects.filter(pk=pk, phone_sealed=held).update(phone_sealed=again)
    return count
