"""Sessions in the database, sealed: a number that waits for its code is not there in plain text."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from accounts.sealing import cipher


class SessionStore(db.SessionStore):
    """Django's database sessions, encrypted on top of their signature. What does not open is an empty one."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Seal the session's data."""
        return cipher("session").encrypt(super().encode(session_dict).encode()).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Open the session's data."""
        try:
            return super().decode(cipher("session").decrypt(session_data).decode())
        except InvalidToken:
            return {}

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table is Django's own."""
        return Session
