"""What pages weigh on the line, with style sheets and scripts as production serves them."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.databases import RealDatabase
from tests.gathered import static_files

PRODUCTION_FILES = """
from config.settings import *
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "config.static_files.HashedStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = False
"""


def production_files(database: RealDatabase, folder: Path) -> dict[str, Any]:
    """Return the environment of a server that serves the files that production serves."""
    (folder / "light_settings.py").write_text(PRODUCTION_FILES)
    return {
        "DJANGO_SETTINGS_MODULE": "light_settings",
        "PYTHONPATH": f"{folder}:{database.environment()['PYTHONPATH']}",
        "STATIC_ROOT": str(static_files()),
    }


class Scale:
    """Counts the bytes that a page brings over the line, headers and compression included."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._add)

    def _add(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def of(self, page: Page, address: str) -> int:
        """Return what opening an address costs."""
        self.bytes = 0
        page.goto(address, wait_until="networkidle")
        return self.bytes
