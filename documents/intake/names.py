"""What remains of the name that a file came with: something safe to show, to store and to download."""

import re
import unicodedata

MAX_STEM = 100
FALLBACK = "document"
SEPARATORS = re.compile(r"[/\\]")
FORBIDDEN = re.compile(r'[<>:"|?*%;`$]')
SPACES = re.compile(r"\s+")
RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$")
JOINERS = "\u200c\u200d"  # Arabic and Persian words need them; they hide nothing


def _printable(name: str) -> str:
    """Drop control, formatting (direction overrides) and unassigned characters."""
    kept = []
    for character in unicodedata.normalize("NFC", name):
        category = unicodedata.category(character)
        if category in ("Zs", "Zl", "Zp") or character in "\t\r\n":
            kept.append(" ")
        elif category[0] != "C" or character in JOINERS:
            kept.append(character)
    return "".join(kept)


def split_name(name: str) -> tuple[str, str]:
    """Return (stem, extension in lower case without dot) of an uploaded name, made safe.

    Folders, control characters, direction overrides and characters that shells or file systems treat
    specially are removed; the stem is never empty, never starts with a dot, and has at most 100 characters.
    """
    base = _printable(SEPARATORS.split(name)[-1])
    base = SPACES.sub(" ", FORBIDDEN.sub("", base)).rstrip(" .")
    stem, dot, extension = base.rpartition(".")
    if not dot:
        stem, extension = base, ""
    stem = stem.strip(" .").lstrip("-~")[:MAX_STEM].strip(" .") or FALLBACK
    if RESERVED.match(stem.split(".")[0]):
        stem = f"{FALLBACK}-{stem}"
    return stem, extension.strip().lower()
