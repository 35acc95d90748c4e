"""The vault's cryptography: one value, one authenticated ciphertext, bound to the place where it lies.

AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits; model, field and row are authenticated with the
value, so that a ciphertext copied to another row or column does not open. Keys are settings.VAULT_KEYS,
apart from SECRET_KEY: the first one writes, all read. The blind index is HMAC-SHA-256 under its own key.

Who may open what is not decided here: see `applications/opening.py`, and `applications/categories.py` for the
guarded columns, which open in no other place.
"""

import base64
import hashlib
import hmac
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models.query_utils import DeferredAttribute

VERSION = "v1"
NONCE_BYTES = 12
ROW = "vault_key"


class VaultError(Exception):
    """A stored value does not open: wrong key, or it was moved or changed."""


class Ciphertext(str):
    """A value as the database holds it."""

    __slots__ = ()


def _keys() -> dict[str, AESGCM]:
    return _ciphers(tuple(settings.VAULT_KEYS))


@lru_cache(maxsize=4)
def _ciphers(encoded_keys: tuple[str, ...]) -> dict[str, AESGCM]:
    keys = {}
    for encoded in encoded_keys:
        key = base64.b64decode(encoded)
        if len(key) != 32:
            raise VaultError("a vault key must have 32 bytes")
        keys[hashlib.sha256(key).hexdigest()[:8]] = AESGCM(key)
    return keys


def writing_key() -> str:
    """Return the name of the key that seals now, as it stands in every ciphertext."""
    return next(iter(_keys()))


def seal(text: str, place: str) -> Ciphertext:
    """Return the ciphertext of a text at a place such as `applications.identity:phone:<row uuid>`."""
    name = writing_key()
    nonce = os.urandom(NONCE_BYTES)
    body = _keys()[name].encrypt(nonce, text.encode(), place.encode())
    return Ciphertext(f"{VERSION}.{name}.{base64.b64encode(nonce + body).decode()}")


def unseal(sealed: str, place: str) -> str:
    """Return the text of a ciphertext; raises `VaultError` when it was not sealed for this place."""
    version, _, rest = sealed.partition(".")
    name, _, body = rest.partition(".")
    cipher = _keys().get(name)
    if version != VERSION or cipher is None:
        raise VaultError("sealed with a key that is not among VAULT_KEYS")
    raw = base64.b64decode(body)
    try:
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
    except InvalidTag as error:
        raise VaultError("the value was moved or changed") from error


def is_current(sealed: str) -> bool:
    """Tell whether a value is sealed with the key that writes now."""
    return not sealed or sealed.split(".")[1] == writing_key()


_guards_lifted: ContextVar[bool] = ContextVar("vault_guards_lifted", default=False)


@contextmanager
def reading_guarded() -> Iterator[None]:
    """Let guarded columns be read; only `applications/categories.py` asks (a test reads the syntax tree)."""
    token = _guards_lifted.set(True)
    try:
        yield
    finally:
        _guards_lifted.reset(token)


class SealedDescriptor(DeferredAttribute):
    """The plain text of a sealed column, opened when asked for: a list that does not ask never opens."""

    field: "SealedField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Ciphertext) and value:
            if self.field.guarded and not _guards_lifted.get():
                raise VaultError(f"{self.field.name} is guarded: ask applications/categories.py")
            return unseal(value, place_of(instance, self.field))
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


def place_of(instance: Any, field: models.Field[Any, Any]) -> str:
    """Return what binds a value to its column and row."""
    return f"{instance._meta.label_lower}:{field.name}:{getattr(instance, ROW)}"


class SealedField(models.TextField):
    """A text column that holds ciphertext only; in Python the attribute is the plain text.

    The model has `vault_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)`: the row's
    name in the vault, which exists before the row is inserted. The column can be neither searched nor set by
    `QuerySet.update`; what is searched for is a blind index beside it. A guarded column is written by any
    code and read inside `reading_guarded()` only.
    """

    descriptor_class = SealedDescriptor

    def __init__(self, *args: Any, guarded: bool = False, **kwargs: Any) -> None:
        self.guarded = guarded
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Demand the row's own name beside the sealed column."""
        found = super().check(**kwargs)
        try:
            self.model._meta.get_field(ROW)
        except FieldDoesNotExist:
            found.append(checks.Error(f"a model with a sealed field needs a field {ROW}", obj=self))
        return found

    def get_prep_value(self, value: Any) -> Any:
        """Refuse to look plain text up: it is not in the database."""
        if value is None or value == "" or isinstance(value, Ciphertext):
            return value
        raise TypeError(f"{self.name} is sealed: search a blind index, save the record")

    def pre_save(self, model_instance: Any, add: bool) -> Ciphertext:
        """Seal what was set; leave what was not touched as it is."""
        value = model_instance.__dict__.get(self.attname) or ""
        if value and not isinstance(value, Ciphertext):
            return seal(str(value), place_of(model_instance, self))
        return Ciphertext(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Write ciphertext; plain text never gets as far as here."""
        return self.get_prep_value(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Ciphertext | None:
        """Mark what comes from the database as sealed."""
        return None if value is None else Ciphertext(value)

    def value_to_string(self, obj: Any) -> str:
        """Dump the ciphertext, never the plain text."""
        return str(self.pre_save(obj, add=False))


def sealed_models() -> list[tuple[type[models.Model], list[SealedField]]]:
    """Return every model that has sealed columns, with them."""
    from django.apps import apps

    found = []
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if isinstance(field, SealedField)]
        if fields:
            found.append((model, fields))
    return found


ARABIC_FOLDS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ى": "ي", "ؤ": "و", "ئ": "ي"})
_MARKS = re.compile("[\u064b-\u065f\u0670\u0640]")


def fold(text: str) -> str:
    """Return a text without case, accents, Arabic vowel signs and letter variants, for comparing."""
    plain = _MARKS.sub("", text.translate(ARABIC_FOLDS)).casefold()
    decomposed = unicodedata.normalize("NFKD", plain)
    letters = [char for char in decomposed if not unicodedata.combining(char)]
    return " ".join("".join(char if char.isalnum() else " " for char in letters).split())


def blind(text: str, purpose: str) -> str:
    """Return the blind index of a folded value: equal values of one purpose have equal indexes."""
    key = base64.b64decode(settings.VAULT_INDEX_KEY)
    return hmac.new(key, f"{purpose}\n{text}".encode(), hashlib.sha256).hexdigest()[:32]


def name_tokens(names: Iterable[str]) -> list[str]:
    """Return the blind indexes of the folded words of some names, sorted, each once."""
    words = {word for name in names for word in fold(name).split() if len(word) > 1}
    return sorted(blind(word, "name") for word in words)
