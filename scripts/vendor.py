#!/usr/bin/env python3
"""Bring style sheets, icons and fonts of other projects into the repository, pinned.

`static/vendor/manifest.json` says which packages, at which version, under which licence and
which of their files are kept; every package and every kept file has its sha256 there.

    scripts/vendor.py            fetch the pinned packages with `npm pack`, write the files
    scripts/vendor.py --icons    the same for the icon sprite alone (after using a new icon)
    scripts/vendor.py --repin    after a version was changed by hand: accept the new sha256
    scripts/vendor.py --check    offline: files match their sha256, every used icon is there

Only `npm` is needed besides Python (and fonttools for the fonts), and only to fetch: nothing of
Node runs in the product. What the product loads itself from Python packages (htmx comes with
django-htmx) is not here.
"""

import argparse
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from defusedxml import ElementTree

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "static" / "vendor" / "manifest.json"
# {% icon "check" %}, {% include "..." with icon="check" %} and icon="check" in Python
ICON_USE = re.compile(r"""\bicon(?:\s*=\s*|\s+)["']([a-z0-9][a-z0-9-]*)["']""")
ICON_PLACES = ("templates/**/*.html", "*/**/*.py")
NOT_OURS = {"tests", "scripts", "var", "node_modules", ".venv", "benchmarks"}
SOURCE_MAP = re.compile(rb"\n?/\*# sourceMappingURL=[^*]*\*/\s*$")
SVG = "{http://www.w3.org/2000/svg}"

Manifest = dict[str, Any]


class VendorError(Exception):
    """What is wrong, as a sentence for the person at the keyboard."""


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def read_manifest() -> Manifest:
    """The manifest as it is committed."""
    manifest: Manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return manifest


def used_icons(root: Path = ROOT) -> list[str]:
    """Names of the icons that the list, the templates and the Python code ask for, sorted."""
    names = {
        line.strip()
        for line in (root / "scripts" / "icons.txt").read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    }
    for pattern in ICON_PLACES:
        for path in root.glob(pattern):
            if path.relative_to(root).parts[0] in NOT_OURS:
                continue
            names.update(ICON_USE.findall(path.read_text(encoding="utf-8")))
    return sorted(names)


def fetch(name: str, version: str) -> bytes:
    """The package's archive from the npm registry that this machine is set up for."""
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(  # noqa: S603 - fixed program, names from our own manifest
            ["npm", "pack", "--silent", f"{name}@{version}"],  # noqa: S607 - npm is where the machine has it
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        archives = list(Path(folder).glob("*.tgz"))
        if result.returncode or len(archives) != 1:
            raise VendorError(f"npm pack {name}@{version} failed: {result.stderr.strip()}")
        return archives[0].read_bytes()


class Package:
    """One fetched npm package: its files by path."""

    def __init__(self, archive: bytes) -> None:
        self._tar = tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz")  # noqa: SIM115 - lives as long as we do

    def read(self, path: str) -> bytes:
        """One file's content; `VendorError` when the package does not have it."""
        try:
            member = self._tar.extractfile(f"package/{path}")
        except KeyError:
            member = None
        if member is None:
            raise VendorError(f"the package has no file {path}")
        return member.read()


def copied(package: Package, source: str) -> bytes:
    """A file as we keep it: the note about a source map that we do not ship is cut off.

    The static file storage refuses a style sheet that names a file which is not there.
    """
    return SOURCE_MAP.sub(b"\n", package.read(source))


def as_truetype(sources: list[bytes]) -> bytes:
    """Web fonts (subsets of one face) as one TrueType font without hints, the same bytes every time."""
    from fontTools.merge import Merger
    from fontTools.merge import Options as MergeOptions
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, source in enumerate(sources):
            font = TTFont(io.BytesIO(source), recalcTimestamp=False)
            font.flavor = None
            paths.append(str(Path(folder) / f"{number}.ttf"))
            font.save(paths[-1])
        if len(paths) > 1:
            font = Merger(options=MergeOptions(drop_tables=["STAT", "prep", "gasp"])).merge(paths)
        else:
            font = TTFont(paths[0], recalcTimestamp=False)
        font.recalcTimestamp = False
        created = TTFont(paths[0])["head"]
        font["head"].created, font["head"].modified = created.created, created.modified
        keep = Options(hinting=False, layout_features=["*"], name_IDs=["*"], notdef_outline=True)
        keep.recalc_timestamp = False
        subsetter = Subsetter(options=keep)
        subsetter.populate(unicodes=sorted(font.getBestCmap()))
        subsetter.subset(font)
        target = io.BytesIO()
        font.save(target)
        return target.getvalue()


def sprite(package: Package, names: list[str]) -> bytes:
    """One SVG file with a `<symbol id="name">` per icon."""
    symbols = []
    for name in names:
        try:
            root = ElementTree.fromstring(package.read(f"icons/{name}.svg"))
        except VendorError:
            raise VendorError(f'there is no icon "{name}"; correct the name where it is used') from None
        body = "".join(ElementTree.tostring(child, encoding="unicode") for child in root)
        body = re.sub(r'\s*xmlns:ns0="[^"]*"', "", body).replace("<ns0:", "<").replace("</ns0:", "</")
        symbols.append(f'<symbol id="{name}" viewBox="{root.get("viewBox")}">{body.strip()}</symbol>')
    inner = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor">\n{inner}\n</svg>\n'.encode()


def sprite_icons(data: bytes) -> list[str]:
    """Names of the icons in a sprite, in file order."""
    root = ElementTree.fromstring(data)
    return [symbol.get("id", "") for symbol in root.iter(f"{SVG}symbol")]


def build(entry: Manifest, archive: bytes) -> dict[str, bytes]:
    """Every file that one manifest entry asks for, by its path in the repository."""
    package = Package(archive)
    files = {target: copied(package, source) for source, target in entry.get("copies", {}).items()}
    for target, sources in entry.get("fonts", {}).items():
        files[target] = as_truetype([package.read(source) for source in sources])
    if "sprite" in entry:
        files[entry["sprite"]] = sprite(package, used_icons())
    return files


def write(manifest: Manifest, *, icons_only: bool, repin: bool) -> None:
    """Fetch, verify and write; then record the sha256 of every file written."""
    for entry in manifest["packages"]:
        if icons_only and "sprite" not in entry:
            continue
        label = f"{entry['name']} {entry['version']}"
        archive = fetch(entry["name"], entry["version"])
        if repin:
            entry["sha256"] = sha256(archive)
        elif sha256(archive) != entry["sha256"]:
            raise VendorError(f"{label}: the archive is not the one that was pinned ({sha256(archive)})")
        for target, data in build(entry, archive).items():
            path = ROOT / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            manifest["files"][target] = sha256(data)
            print(f"{label}: {target} ({len(data):,} bytes)")
    wanted = {target for entry in manifest["packages"] for target in targets(entry)}
    manifest["files"] = {path: manifest["files"][path] for path in sorted(wanted)}
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def targets(entry: Manifest) -> list[str]:
    """Paths in the repository of everything that one manifest entry produces."""
    return [
        *entry.get("copies", {}).values(),
        *entry.get("fonts", {}),
        *([entry["sprite"]] if "sprite" in entry else []),
    ]


def faults(manifest: Manifest, root: Path = ROOT) -> list[str]:
    """What does not hold offline: a changed, missing or unpinned file, an icon that is not in the sprite."""
    found = []
    for entry in manifest["packages"]:
        for target in targets(entry):
            path = root / target
            if not path.is_file():
                found.append(f"{target} is missing: run scripts/vendor.py")
            elif sha256(path.read_bytes()) != manifest["files"].get(target):
                found.append(f"{target} is not the file that was pinned: run scripts/vendor.py")
        if "sprite" in entry and (root / entry["sprite"]).is_file():
            have, want = set(sprite_icons((root / entry["sprite"]).read_bytes())), set(used_icons(root))
            cure = "run scripts/vendor.py --icons"
            if want - have:
                found.append(f"icons not in the sprite: {', '.join(sorted(want - have))}: {cure}")
            if have - want:
                found.append(f"icons that nothing uses: {', '.join(sorted(have - want))}: {cure}")
    known = set(manifest["files"])
    for folder in ("static/vendor", "documents/fonts", "tests/vendor"):
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and path != root / MANIFEST.relative_to(ROOT) and name not in known:
                found.append(f"{name} lies among vendored files but is not in the manifest")
    return found


def main() -> int:
    """Run from the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="only verify what is committed, offline")
    parser.add_argument("--icons", action="store_true", help="only rebuild the icon sprite")
    parser.add_argument("--repin", action="store_true", help="accept new archives after a version change")
    options = parser.parse_args()
    manifest = read_manifest()
    if options.check:
        problems = faults(manifest)
        for problem in problems:
            print(problem, file=sys.stderr)
        print(f"vendored files: {len(manifest['files'])} checked, {len(problems)} faults")
        return 1 if problems else 0
    try:
        write(manifest, icons_only=options.icons, repin=options.repin)
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
