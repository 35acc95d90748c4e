"""Join the component stylesheets of `static/css/` into the files that pages load.

`static/jalon.css` goes on top of Bootstrap for staff and public pages; `static/phone.css` stands alone, so
that an applicant's first visit on a slow line costs one small stylesheet; `static/field.css` is what the
app of coaches adds to it. Comments and spaces are taken out,
one rule stays on one line, so that a difference can be read. Run it after every change of a part
(`python scripts/bundle_css.py`); `--check` only says whether the files are fresh.
"""

import re
import sys
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
COMMON = [
    "base", "frame", "layout", "state", "head", "actions", "strip", "timeline", "inbox", "table",
    "figures", "forms", "files", "notices", "sheet", "dock",
]  # fmt: skip
BUNDLES = {
    "jalon.css": [
        "tokens",
        *COMMON,
        "filters",
        "charts",
        "juror",
        "screening",
        "builder",
        "paper",
        "agenda",
        "programme",
        "print",
    ],
    "phone.css": ["tokens", "plain", *COMMON, "print"],
    "field.css": ["field"],
}


def minify(css: str) -> str:
    """Take out comments and needless spaces; keep one top-level rule a line."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,])\s*", r"\1", css)
    css = re.sub(r"([\w-]): ", r"\1:", css)
    css = css.replace(";}", "}")
    lines, depth, start = [], 0, 0
    for position, letter in enumerate(css):
        depth += (letter == "{") - (letter == "}")
        if letter == "}" and depth == 0:
            lines.append(css[start : position + 1].strip())
            start = position + 1
    return "\n".join(lines) + "\n"


def bundle(parts: list[str]) -> str:
    """Return the joined, minified text of the named parts of `static/css/`."""
    return minify("\n".join((STATIC / "css" / f"{part}.css").read_text() for part in parts))


def main(arguments: list[str]) -> int:
    """Write the bundles, or with `--check` name the stale ones; return the exit code."""
    stale = []
    for name, parts in BUNDLES.items():
        text, target = bundle(parts), STATIC / name
        if target.exists() and target.read_text() == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            target.write_text(text)
    if stale and "--check" in arguments:
        sys.stderr.write(f"stale: {', '.join(stale)}; run python scripts/bundle_css.py\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
