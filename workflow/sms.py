"""How a short message leaves: the interface, the console backend, the test backend."""

import sys
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Backend(Protocol):
    """What an operator's backend must offer."""

    def send(self, number: str, text: str) -> None:
        """Send a text to an E.164 number; raise when the gateway did not accept it."""


class ConsoleBackend:
    """Print messages instead of sending them; for laptops and the demo."""

    def send(self, number: str, text: str) -> None:
        """Print the message with all but the last digits of the number hidden."""
        sys.stdout.write(f"SMS to ...{number[-3:]}: {text}\n")
        sys.stdout.flush()


class MemoryBackend:
    """Keep messages in `outbox`; for tests."""

    outbox: list[tuple[str, str]] = []

    def send(self, number: str, text: str) -> None:
        """Remember the message."""
        self.outbox.append((number, text))


def backend() -> Backend:
    """Return the backend that settings name."""
    made: Backend = import_string(settings.SMS_BACKEND)()
    return made
