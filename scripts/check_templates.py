#!/usr/bin/env python3
"""Check the templates and style sheets for what the strict content policy and right-to-left pages forbid.

Every template must also compile, so that a misspelt tag, filter or parent is found before a visitor does.
Names each fault with file and line.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TEMPLATE_FAULTS = {
    re.compile(r"<script(?![^>]*\bsrc=)", re.I): "inline script: put it into a file under static/js",
    re.compile(r"<style\b", re.I): "inline style sheet: put it into a file under static/css",
    re.compile(r"\sstyle\s*=\s*[\"']", re.I): "style attribute: the content policy blocks it; use a class",
    re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I): "event attribute: the content policy blocks it",
    re.compile(
        r"\shx-on|javascript:|=[\"']js:", re.I
    ): "script in an attribute: the content policy blocks it",
    re.compile(r"<(?:script|link|img|iframe|source)[^>]*\b(?:src|href)=[\"'](?:https?:)?//", re.I): (
        "file of another machine: vendor it"
    ),
    re.compile(
        r"\|\s*date:(?![\"'](?:Y-m-d|D)[\"'])"
    ): "a date of another form: {% date %}, {% day %} or {% moment %}",
    re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off"): "text that is not escaped",
}
STYLE_FAULTS = {
    re.compile(r"(?<![-\w])(?:margin|padding|border)-(?:left|right)\b"): "use -inline-start or -inline-end",
    re.compile(r"(?<![-\w])(?:left|right)\s*:"): "use inset-inline-start or inset-inline-end",
    re.compile(r"(?:text-align|float|clear)\s*:\s*(?:left|right)\b"): "use start or end",
    re.compile(r"border-(?:top|bottom)-(?:left|right)-radius"): "use border-start-start-radius and its kin",
    re.compile(r"url\(\s*[\"']?(?:https?:)?//"): "file of another machine: vendor it",
    re.compile(r"@import"): "link the file in the page: an import is fetched late",
}
COMMENTS = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|/\*.*?\*/", re.S)


def faults_in(text: str, rules: dict[re.Pattern[str], str]) -> Iterator[tuple[int, str]]:
    """Line number and sentence of each fault in a text; comments do not count."""
    bare = COMMENTS.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    for rule, sentence in rules.items():
        for match in rule.finditer(bare):
            yield bare.count("\n", 0, match.start() + 1) + 1, sentence


def written_faults() -> list[str]:
    """Faults that can be seen in the text of templates and style sheets."""
    found = []
    places = [(path, TEMPLATE_FAULTS) for path in sorted((ROOT / "templates").rglob("*.html"))]
    places += [
        (path, STYLE_FAULTS)
        for path in sorted((ROOT / "static").rglob("*.css"))
        if "vendor" not in path.relative_to(ROOT).parts
    ]
    for path, rules in places:
        for line, sentence in faults_in(path.read_text(encoding="utf-8"), rules):
            found.append(f"{path.relative_to(ROOT)}:{line}: {sentence}")
    return found


def compile_faults() -> list[str]:
    """Templates that Django cannot compile."""
    import django
    from django.template import TemplateSyntaxError
    from django.template.loader import get_template

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    found = []
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix not in (".html", ".txt"):
            continue
        name = path.relative_to(ROOT / "templates").as_posix()
        try:
            get_template(name)
        except TemplateSyntaxError as error:
            found.append(f"templates/{name}: {error}")
    return found


def main() -> int:
    """Print the faults; returns 1 when there are any."""
    found = written_faults() + compile_faults()
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
