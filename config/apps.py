"""The end of the start: everything is loaded."""

import gc

from django.apps import AppConfig


class StartedConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Look for cycles again, but never through what is loaded now: it stays."""
        gc.freeze()
        gc.enable()
