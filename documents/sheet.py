"""What a paper says, as data: letterhead, title and blocks. How it looks is decided in `documents.rendering`.

Texts come translated and formatted (figures, dates) in the paper's language; reading direction, fonts, page
breaks and page numbers are the renderer's. References, amounts, dates and telephone numbers inside Arabic
sentences are protected by it; wrap names and other foreign words with `documents.bidi.isolate`.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any, TypeAlias

__all__ = [
    "Align",
    "Amount",
    "Block",
    "Bold",
    "Boxes",
    "Column",
    "Facts",
    "Gap",
    "Grid",
    "Heading",
    "Items",
    "Letterhead",
    "Lines",
    "Method",
    "NewPage",
    "Notice",
    "Paragraph",
    "Picture",
    "Prompt",
    "Sheet",
    "Signature",
    "Signatures",
    "Stamp",
    "Table",
    "Text",
    "content_digest",
]


class Bold(str):
    """Words to be set in bold inside a paragraph."""

    __slots__ = ()


Text: TypeAlias = str | Sequence[str]
"""What a block says: a string, or strings of which some are `Bold`."""


class Align(Enum):
    """Where the words of a column or paragraph stand; numbers stand on the right in both directions."""

    START = "start"
    CENTER = "center"
    END = "end"
    NUMBER = "number"


class Method(Enum):
    """How a person signs: with a pen on the print, drawn on a screen, or by thumbprint with two witnesses."""

    INK = "ink"
    DRAWN = "drawn"
    THUMBPRINT = "thumbprint"


@dataclass(frozen=True)
class Letterhead:
    """Whose paper it is. lines: address and contacts; logo: PNG or JPEG bytes; accent: #rrggbb."""

    agency: str
    programme: str = ""
    lines: Sequence[str] = ()
    logo: bytes | None = field(default=None, repr=False)
    accent: str = "#1f5f8b"


@dataclass(frozen=True)
class Heading:
    """The title of a part; stays with what follows."""

    text: Text


@dataclass(frozen=True)
class Paragraph:
    """Running text. small: for remarks."""

    text: Text
    align: Align = Align.START
    bold: bool = False
    small: bool = False


@dataclass(frozen=True)
class Items:
    """A list with dashes or, numbered, with 1. 2. 3."""

    items: Sequence[Text]
    numbered: bool = False


@dataclass(frozen=True)
class Notice:
    """A sentence in a tinted frame that nobody should miss."""

    text: Text


@dataclass(frozen=True)
class Facts:
    """Names and values, one pair a line."""

    pairs: Sequence[tuple[str, Text]]


@dataclass(frozen=True)
class Column:
    """One column of a table: its title, its share of the width and where its words stand."""

    title: str
    share: float = 1.0
    align: Align = Align.START


@dataclass(frozen=True)
class Table:
    """Rows under columns; the titles are repeated on every page. total: a last row in bold."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Text]]
    total: Sequence[Text] | None = None


@dataclass(frozen=True)
class Amount:
    """An amount of money in figures and in words (`documents.amount_words`)."""

    label: str
    figures: str
    words: str


@dataclass(frozen=True)
class Signature:
    """One place to sign. drawn: PNG bytes of what was drawn; witnesses: names, two for a thumbprint."""

    role: str
    name: str = ""
    method: Method = Method.INK
    drawn: bytes | None = field(default=None, repr=False)
    signed_on: str = ""
    witnesses: Sequence[str] = ()


@dataclass(frozen=True)
class Signatures:
    """Places to sign, side by side; kept together on one page."""

    places: Sequence[Signature]


@dataclass(frozen=True)
class Picture:
    """A photograph (PNG or JPEG bytes) with a line below it."""

    data: bytes = field(repr=False)
    caption: str = ""
    height_mm: float = 60


@dataclass(frozen=True)
class Gap:
    """Empty space."""

    mm: float = 4


@dataclass(frozen=True)
class NewPage:
    """What follows begins on a new page."""


@dataclass(frozen=True)
class Prompt:
    """What is asked above the room for an answer, and a small remark; stays with what follows."""

    text: Text
    note: str = ""


@dataclass(frozen=True)
class Lines:
    """Empty lines to write on. share: of the width; after: what stands behind, such as a currency."""

    count: int = 1
    share: float = 1.0
    after: str = ""


@dataclass(frozen=True)
class Boxes:
    """Things to tick, each with its box."""

    items: Sequence[Text]


@dataclass(frozen=True)
class Grid:
    """A table to fill in by hand: ruled on all sides; empty cells leave room to write."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Text]]


Block: TypeAlias = (
    Heading
    | Paragraph
    | Items
    | Notice
    | Facts
    | Table
    | Amount
    | Signatures
    | Picture
    | Gap
    | NewPage
    | Lines
    | Prompt
    | Boxes
    | Grid
)


@dataclass(frozen=True)
class Sheet:
    """A whole paper. language: fr, en, ar or a variant; seals: names and digests printed at the foot."""

    title: str
    language: str
    letterhead: Letterhead
    blocks: Sequence[Block]
    subtitle: str = ""
    place: str = ""
    seals: Sequence[tuple[str, str]] = ()
    landscape: bool = False

    @property
    def rtl(self) -> bool:
        """Whether the paper is read from right to left."""
        return self.language.split("-")[0].split("_")[0] in ("ar", "fa", "he", "ur")


@dataclass(frozen=True)
class Stamp:
    """What issuing adds to a sheet: its number, its date and how to verify it."""

    reference: str
    code: str
    verify_url: str
    issued_on: date


def content_digest(sheet: Sheet, stamp: Stamp) -> str:
    """Return the SHA-256 of what a paper says: every word, figure and picture, its number, date and code."""
    canonical = json.dumps([_plain(sheet), _plain(stamp)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        content = {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
        return {"is": type(value).__name__, **content}
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, Bold):
        return {"bold": str(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)
