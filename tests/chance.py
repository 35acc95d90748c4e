"""What chance writes into a text: it must not be taken for the secret that a test looks for.

A page or a dump holds keys of rows, tokens, digests and unique numbers: among their digits any year or date
stands sooner or later.
"""

import re

_DRAWN = re.compile(
    r"""
    \b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b        # a unique number
    | \b[0-9a-f]{32,}\b                                    # a digest, a unique number without strokes
    | (?<=name="csrfmiddlewaretoken"\ value=")\w+          # the token of a form
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ADDRESSES = re.compile(r"""(?<=\s)(?:href|action|src|hx-\w+)="[^"]*"|(?<=<option\ value=")\d+(?=")""")


def undrawn(text: str) -> str:
    """The text without digests, unique numbers and tokens of forms."""
    return _DRAWN.sub("…", text)


def says(text: str, word: str) -> bool:
    """Whether a page holds `word` for itself: not in a longer word, not in an address, not as a row's key."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", _ADDRESSES.sub("", undrawn(text))) is not None
