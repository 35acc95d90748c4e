#!/usr/bin/env python3
"""Take the pictures of README.md again: `.venv/bin/python scripts/screenshots.py`.

Loads the living programme of the demonstration into a database of its own, serves it, looks at it in Chromium
as four persons, and writes small PNG files into `docs/img/`.
"""

import os
import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402  the project is found from here on

django.setup()

from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from demo.living.programme import CODE  # noqa: E402
from demo.loading.staff import DOMAIN  # noqa: E402
from tests import requirements  # noqa: E402
from tests.browser import CHROMIUM_ARGUMENTS, LAPTOP, PHONE, Visitor  # noqa: E402
from tests.databases import SQLITE, Templates  # noqa: E402
from tests.servers import Site, serve  # noqa: E402

TARGET = ROOT / "docs" / "img"
COLOURS = 192
CASE_OF = (
    "SELECT c.number FROM applications_case c JOIN applications_application a ON a.case_id = c.id"
    " JOIN applications_person p ON p.id = a.applicant_id JOIN accounts_user u ON u.id = p.user_id"
    " WHERE u.email = %s"
)


@dataclass(frozen=True)
class Picture:
    """One picture. height: of the window, in pixels; what is below is left out."""

    name: str
    user: str
    path: str
    language: str
    width: int = LAPTOP
    height: int = 900


def pictures(case: str) -> list[Picture]:
    """Return what is shown; case: the number of a case with a grant under way."""
    return [
        Picture("home", "manager", f"/programmes/{CODE}/start/", "en", height=640),
        Picture("case", "manager", f"/cases/{case}/", "fr", height=1250),
        Picture("phone", "beneficiary", "/", "ar", width=PHONE, height=1060),
        Picture("money", "preparer", f"/programmes/{CODE}/money/", "en", height=800),
    ]


def take(visitor: Visitor, site: Site, picture: Picture) -> None:
    """Open the page, wait until it is drawn, and keep its picture with few colours."""
    page = visitor.open(
        site,
        picture.path,
        user=f"{picture.user}@{DOMAIN}",
        language=picture.language,
        width=picture.width,
    )
    page.set_viewport_size({"width": picture.width, "height": picture.height})
    page.wait_for_load_state("networkidle")
    drawn = Image.open(BytesIO(page.screenshot())).convert("RGB")
    target = TARGET / f"{picture.name}.png"
    drawn.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    print(f"{target.relative_to(ROOT)}  {target.stat().st_size // 1000} kB")


def main() -> int:
    """Load, serve, look; returns 1 when a page had an error."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        templates = Templates(str(os.getpid()), Path(folder))
        database = templates.template(SQLITE, "living", "config.settings")
        case = str(database.rows(CASE_OF, f"beneficiary@{DOMAIN}")[0][0])
        with serve(database) as site:
            browser = playwright.chromium.launch(
                executable_path=requirements.need_chromium(), args=CHROMIUM_ARGUMENTS
            )
            visitor = Visitor(browser, {})
            for picture in pictures(case):
                take(visitor, site, picture)
            browser.close()
    print("\n".join(visitor.problems))
    return 1 if visitor.problems else 0


if __name__ == "__main__":
    sys.exit(main())
