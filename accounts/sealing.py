"""Sealing what this package must not keep in plain text: secrets of second factors, phone numbers, sessions.

Keys are derived from `VAULT_KEYS`, one per purpose: the first one writes, all of them read.
"""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def cipher(purpose: str) -> MultiFernet:
    """Return the cipher of a purpose, such as "phone"; opening with it raises InvalidToken."""
    return _cipher(purpose, tuple(settings.VAULT_KEYS))


@lru_cache(maxsize=16)
def _cipher(purpose: str, vault_keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key, purpose)) for key in vault_keys])


def _derived(vault_key: str, purpose: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"accounts.{purpose}".encode())
    return base64.urlsafe_b64encode(kdf.derive(base64.b64decode(vault_key)))


def blind(text: str, purpose: str) -> str:
    """Return the blind index of a value: equal values have equal indexes, and nobody reads them back."""
    key = base64.b64decode(settings.VAULT_INDEX_KEY)
    return hmac.new(key, f"accounts.{purpose}\n{text}".encode(), hashlib.sha256).hexdigest()
