#!/usr/bin/env python3
"""Check that French and Arabic are complete and that the compiled catalogues are fresh.

For each catalogue under `locale/`: no text without translation, none marked fuzzy, placeholders as in
the original, the compiled file equal to its source, and no text in the code that it does not know
(a fresh `makemessages` over a copy of the project finds nothing new, and no function of translation goes by
a name that it does not look for). Works offline; that last part
needs the gettext programs. Passes while there is no catalogue at all.
"""

import ast
import gettext
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LANGUAGES = ("fr", "ar")


def read(path: Path) -> Catalog:
    """One .po file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def texts(catalog: Catalog) -> dict[tuple[str, str], Message]:
    """The messages of a catalogue by context and English text, without the header."""
    found = {}
    for message in catalog:
        if message.id:
            singular = message.id if isinstance(message.id, str) else message.id[0]
            found[message.context or "", singular] = message
    return found


def faults(path: Path) -> list[str]:
    """What is wrong in one .po file and its compiled twin."""
    catalog, name = read(path), path.relative_to(ROOT)
    found = []
    for (_context, text), message in texts(catalog).items():
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if message.fuzzy:
            found.append(f"{name}: fuzzy: {text!r}")
        elif not strings or not all(strings):
            found.append(f"{name}: not translated: {text!r}")
        else:
            found += [f"{name}: {text!r}: {error}" for error in message.check(catalog)]
    compiled = path.with_suffix(".mo")
    if not compiled.is_file() or entries(compiled.read_bytes()) != entries(compile_(catalog)):
        found.append(f"{name}: the compiled file is stale: run make messages")
    return found


def compile_(catalog: Catalog) -> bytes:
    """A catalogue as .mo, fuzzy entries left out."""
    target = io.BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def entries(compiled: bytes) -> dict[object, str]:
    """The texts of a .mo file, without the header."""
    known = gettext.GNUTranslations(io.BytesIO(compiled))._catalog  # type: ignore[attr-defined]
    return {text: string for text, string in known.items() if text}


def unknown_texts() -> list[str]:
    """Texts in the code that a catalogue does not hold, and texts that it holds for nothing."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        copy_project(copy)
        subprocess.run(  # noqa: S603 our own Makefile
            ["make", "--silent", "collect-messages", f"PY={sys.executable}"],  # noqa: S607 make started us
            cwd=copy,
            stdout=subprocess.DEVNULL,
            check=True,
            env={**os.environ, "DATABASE_URL": f"sqlite:///{folder}/none.sqlite3"},
        )
        found = []
        for path in sorted((copy / "locale").rglob("*.po")):
            name = path.relative_to(copy)
            known = texts(read(ROOT / name)) if (ROOT / name).is_file() else {}
            fresh = texts(read(path))
            found += [
                f"{name}: does not know {text!r}" for _context, text in sorted(fresh.keys() - known.keys())
            ]
            found += [
                f"{name}: nothing says {text!r} any more"
                for _context, text in sorted(known.keys() - fresh.keys())
            ]
        return found


def unseen_names() -> list[str]:
    """Functions of Django's translation that go by a name under which xgettext finds no text."""
    found = []
    for path in sorted(ROOT.glob("*/**/*.py")):
        name = path.relative_to(ROOT)
        if name.parts[0] in {".venv", "tests", "var"}:
            continue
        text = path.read_text(encoding="utf-8")
        if "django.utils.translation" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                aliases = [one for one in node.names if one.asname not in (None, "_")]
                found += [f"{name}: {one.name} is called {one.asname}: its texts are lost" for one in aliases]
    return found


def copy_project(target: Path) -> None:
    """Copy what Git knows, and new files that it does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607 git is where it is
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and not name.startswith(("static/vendor/", "tests/")):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)


def main() -> int:
    """Print the faults; returns 1 when there are any."""
    catalogues = sorted(LOCALE.rglob("*.po"))
    if not catalogues:
        print("locale/ holds no catalogue yet")
        return 0
    found = [
        f"locale/{language}/LC_MESSAGES/django.po is missing"
        for language in LANGUAGES
        if not (LOCALE / language / "LC_MESSAGES" / "django.po").is_file()
    ]
    for path in catalogues:
        found += faults(path)
    found += unseen_names()
    if shutil.which("xgettext"):
        found += unknown_texts()
    elif os.environ.get("JALON_REQUIRE_ALL") == "1":
        found.append("gettext is not installed: new texts cannot be looked for")
    else:
        print("gettext is not installed: not looked for texts that the catalogues do not know")
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
