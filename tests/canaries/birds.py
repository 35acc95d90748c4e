"""Canaries: values of identities that occur nowhere else in the world, and how each may be written."""

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any
from urllib.parse import quote

from tests.chance import undrawn

_LATIN = "bdfgklmnprstvz"
_ARABIC = "بدفغكلمنرستوز"
_numbers = count(1)
END = ""


@dataclass(frozen=True)
class Bird:
    """One person whose every value is a canary."""

    latin: str
    arabic: str
    phone: str
    document: str
    birth: str
    address: str
    email: str
    account: str = ""

    def values(self) -> dict[str, str]:
        """What must not be found outside the vault, by name."""
        return {
            "latin name": self.latin,
            "Arabic name": self.arabic,
            "phone": self.phone,
            "document": self.document,
            "date of birth": self.birth,
            "address": self.address,
            "e-mail": self.email,
        }


def _word(number: int, letters: str, length: int = 5) -> str:
    found = []
    for _place in range(length):
        number, rest = divmod(number, len(letters))
        found.append(letters[rest])
    return "".join(found)


def a_bird() -> Bird:
    """Invent a person; every value is a word or a number that no text holds by chance."""
    number = next(_numbers)
    latin, arabic = _word(number * 7919, _LATIN), _word(number * 7919, _ARABIC)
    day = date.fromordinal(date(1961, 3, 4).toordinal() + 37 * number)
    return Bird(
        latin=f"Xq{latin} Jw{latin[::-1]}",
        arabic=f"ظظ{arabic} ضض{arabic[::-1]}",
        phone=f"+2126{(91_037_000 + number * 7) % 10**8:08}",
        document=f"ZQX{710_000 + number * 13}",
        birth=day.isoformat(),
        address=f"{number} impasse Vyq{latin}",
        email=f"jxq{latin}{number}@wvq.example",
    )


@dataclass
class Aviary:
    """All canaries of a world; `found_in` says which of them a text holds, digests aside."""

    birds: list[Bird] = field(default_factory=list)
    _needles: dict[str, str] = field(default_factory=dict)
    _pattern: re.Pattern[str] | None = None

    def add(self, bird: Bird) -> Bird:
        """Take a canary in."""
        self.birds.append(bird)
        for name, value in bird.values().items():
            for written in writings(name, value):
                self._needles[written] = f"{name} {value}"
        self._pattern = None
        return bird

    def found_in(self, text: str) -> set[str]:
        """Return the canaries that a text holds, in any of their writings."""
        if self._pattern is None:
            self._pattern = re.compile(any_of(self._needles))
        return {self._needles[found] for found in self._pattern.findall(undrawn(text).casefold())}


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that finds any of some words, the longest first.

    Words that begin alike share their beginning in it: at each letter of a text it tries the few ways in
    which words begin, and not each of thousands of words.
    """
    root: dict[str, Any] = {}
    for word in words:
        place = root
        for letter in word:
            place = place.setdefault(letter, {})
        place[END] = {}
    return _branches(root)


def _branches(place: dict[str, Any]) -> str:
    ways = [re.escape(letter) + _branches(further) for letter, further in place.items() if letter != END]
    if not ways:
        return ""
    return f"(?:{'|'.join(ways)})" + ("?" if END in place else "")


def writings(name: str, value: str) -> Iterable[str]:
    """Return how a value may be written, in small letters: plain, escaped for JSON, HTML and addresses."""
    words = {value}
    if name.endswith("name"):
        words |= set(value.split())  # half a name is a name
        words |= {value.replace(" ", "_"), value.replace(" ", "-")}
    if name == "phone":
        words |= {value[-9:], f"0{value[-9:]}"}
    if name == "date of birth":
        year, month, day = value.split("-")
        words |= {
            f"{day}/{month}/{year}",
            f"{day}.{month}.{year}",
            f"{day}-{month}-{year}",
            value.replace("-", ""),
        }
    for word in words:
        yield from {
            word.casefold(),
            json.dumps(word)[1:-1].casefold(),
            html.escape(word).casefold(),
            quote(word).casefold(),
        }
