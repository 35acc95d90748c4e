"""`manage.py rotate_vault_keys`: seal everything again under the first of VAULT_KEYS.

Put the new key first, keep the old one behind it, restart, run this; then the old key can go. It may be
stopped and run again, and people may work meanwhile: a value that was saved in between is left as it is.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import models

from accounts.key_rotation import reseal_phones, reseal_second_factors
from applications.vault import SealedField, is_current, place_of, seal, sealed_models, unseal

CHUNK = 500


class Command(BaseCommand):
    """Seal every value of the vault with the key that writes now."""

    help = "Seal every value of the vault again under the first of VAULT_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through every sealed column, then the secrets of second factors and the numbers of accounts."""
        for model, fields in sealed_models():
            count = sum(reseal(model, field) for field in fields)
            self.stdout.write(f"{model._meta.label}: {count}")
        self.stdout.write(f"second factors: {reseal_second_factors()}")
        self.stdout.write(f"phone numbers: {reseal_phones()}")


def reseal(model: type[models.Model], field: SealedField) -> int:
    """Seal the values of one column again that an older key sealed; return how many."""
    count = 0
    rows = model._base_manager.exclude(**{field.name: ""}).only("pk", "vault_key", field.name)
    for row in rows.iterator(chunk_size=CHUNK):
        held = row.__dict__[field.attname]
        if not held or is_current(held):
            continue
        place = place_of(row, field)
        again = seal(unseal(held, place), place)
        count += model._base_manager.filter(pk=row.pk, **{field.name: held}).update(**{field.name: again})
    return count
