"""Comparing two names: which words are the same, in either script, whatever their order.

A name is a handful of words. Titles are left out; a particle (ben, ould, abou, …) belongs to the word after
it, with and without which that word may be written. Middle names are left out as often as they are given, and
the family name stands first as often as last: words are matched freely, the shorter name decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from applications.duplicates.letters import Word, folded, is_arabic, word

LATIN_TITLES = (
    "si",
    "sidi",
    "moulay",
    "lalla",
    "haj",
    "hadj",
    "hajj",
    "elhaj",
    "elhadj",
    "lhaj",
    "mr",
    "mme",
)
ARABIC_TITLES = ("سيدي", "مولاي", "للا", "الحاج", "الحاجه", "السيد", "السيده")
TITLES = frozenset((*LATIN_TITLES, *ARABIC_TITLES))
ARTICLES = frozenset(["el", "al", "l", "le", "la", "ال"])
SERVANTS = frozenset(["abd", "abdel", "abdul", "abdal", "abdoul", "abdu", "abdou", "عبد"])
JOINED = {
    **dict.fromkeys(["ben", "bin", "ibn", "bni", "beni", "bent", "bint"], "ben"),
    **dict.fromkeys(["بن", "ابن", "بنت", "بني"], "بن"),
    **dict.fromkeys(["ould", "weld", "walad", "wuld"], "weld"),
    **dict.fromkeys(["bou", "abou", "abu", "abi", "bu"], "bou"),
    **dict.fromkeys(["ابو", "بو", "ابي"], "بو"),
    **dict.fromkeys(["ait", "aith"], "ait"),
    **dict.fromkeys(["oulad", "awlad"], "awlad"),
    "ولد": "ولد",
    "ايت": "ايت",
    "اولاد": "اولاد",
}
ARTICLE = re.compile(r"(?:[ae]l(?=....)|e(?=([b-df-hj-np-tv-z])\1...)|l(?=[b-df-hj-np-tv-z]...))")
LOST_L = re.compile(r"abd[aeu]l[aeiou]..")  # Abdelatif is Abdellatif
MOST_WORDS = 6
LIKE = 0.8  # two words of at least this likeness are one word
OTHER_ENDING = 0.72
SAME_SOUND = 0.8
ACROSS = 0.95
WITHOUT_PARTICLE = 0.95
WITHOUT_FIRST_VOWEL = 0.92  # Smail is Ismail
PER_EXTRA_WORD = 0.03
LONG_WORD = 4


@dataclass(frozen=True)
class Part:
    """A word of a name: as it is written with its particle, and the word alone."""

    whole: Word
    bare: Word | None = None

    @property
    def sounds(self) -> frozenset[str]:
        """What it may sound like."""
        heard = (one.sounds for one in (self.whole, self.bare) if one is not None)
        return frozenset(sounds.lstrip("A") or sounds for sounds in heard if sounds)


@dataclass(frozen=True)
class Likeness:
    """How alike two names are, 0 to 1. pairs: the words that are one, as they are written in each."""

    score: float
    pairs: tuple[tuple[str, str, float], ...] = ()
    words: int = 0
    across: bool = False


@lru_cache(maxsize=16384)
def parts(name: str) -> tuple[Part, ...]:
    """Return the words of a name in one script."""
    words = folded(name).split()
    found: list[Part] = []
    at = 0
    while at < len(words) and len(found) < MOST_WORDS:
        text, at = words[at], at + 1
        if text in ARTICLES or text in TITLES:
            continue
        if text in SERVANTS and at < len(words):
            at, rest = _after_article(words, at)
            found.append(Part(word(_servant_of(rest))))
        elif LOST_L.match(text):
            found.append(Part(word(text), word("abdel" + text[4:])))
        elif text in JOINED and at < len(words):
            at, rest = _after_article(words, at)
            found.append(Part(word(JOINED[text] + rest), word(rest)))
        elif len(text) > 1:
            found.append(Part(word(text), _other_way(text)))
    return tuple(found)


def _after_article(words: Sequence[str], at: int) -> tuple[int, str]:
    """The word after a particle, an article between them left out."""
    if words[at] in ARTICLES and at + 1 < len(words):
        at += 1
    return at + 1, words[at]


def _servant_of(rest: str) -> str:
    """Write "servant of" and what follows as one word."""
    if is_arabic(rest):
        return "عبد" + (rest if rest.startswith("ال") else f"ال{rest}")
    return "abdel" + rest.removeprefix("el").removeprefix("al")


def _other_way(text: str) -> Word | None:
    """The word without an article written together with it (Ettazi, Lmrabet), or حياة as it is said."""
    if text.endswith("اه") and len(text) > 3:
        return word(text[:-1] + "ت")
    found = ARTICLE.match(text)
    return word(text[found.end() :]) if found else None


def word_likeness(one: Word, other: Word) -> float:
    """Return how alike two words are, 0 to 1: 1 for the same letters."""
    if one.plain == other.plain:
        return 1.0
    if one.arabic and other.arabic:
        return float(OSA.normalized_similarity(one.plain, other.plain)) if _long(one, other) else 0.0
    same_ending = None in (one.ends_in_a, other.ends_in_a) or one.ends_in_a == other.ends_in_a
    if one.sounds and one.sounds == other.sounds:
        if not same_ending:
            return OTHER_ENDING
        if one.arabic != other.arabic:
            return ACROSS
        voiced = float(OSA.normalized_similarity(one.voiced, other.voiced))
        return SAME_SOUND + (1 - SAME_SOUND) * voiced
    if (
        min(len(one.sounds), len(other.sounds)) > 2
        and one.sounds.lstrip("A") == other.sounds.lstrip("A")
        and same_ending
    ):
        return WITHOUT_FIRST_VOWEL
    if one.arabic != other.arabic:
        return 0.9 * float(OSA.normalized_similarity(one.sounds, other.sounds))
    return float(OSA.normalized_similarity(one.plain, other.plain)) if _long(one, other) else 0.0


def _long(one: Word, other: Word) -> bool:
    return min(len(one.plain), len(other.plain)) >= LONG_WORD


def part_likeness(one: Part, other: Part) -> float:
    """Return how alike two words are, with or without their particles."""
    best = word_likeness(one.whole, other.whole)
    for first, second in ((one.bare, other.whole), (one.whole, other.bare), (one.bare, other.bare)):
        if first is not None and second is not None and best < 1:
            best = max(best, WITHOUT_PARTICLE * word_likeness(first, second))
    return best


def compare(one: str, other: str) -> Likeness:
    """Return how alike two names are, each in one script."""
    first, second = parts(one), parts(other)
    fewer = min(len(first), len(second))
    if not fewer:
        return Likeness(0.0)
    across = first[0].whole.arabic != second[0].whole.arabic
    table = sorted(
        ((part_likeness(a, b), -abs(i - j), i, j) for i, a in enumerate(first) for j, b in enumerate(second)),
        reverse=True,
    )
    pairs, total = [], 0.0
    left, right = set(range(len(first))), set(range(len(second)))
    for likeness, _near, i, j in table:
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            total += likeness
            if likeness >= LIKE:
                pairs.append((first[i].whole.plain, second[j].whole.plain, round(likeness, 3)))
    extra = abs(len(first) - len(second))
    score = total / fewer - PER_EXTRA_WORD * extra
    if len(pairs) < fewer:
        # One word of a name that is another word is another person: a brother, a namesake of the family.
        score = min(score, LIKE - 0.01)
    if fewer == 1 and extra:
        score = min(score, LIKE)  # one word alone names many
    return Likeness(max(0.0, score), tuple(pairs), fewer, across)
