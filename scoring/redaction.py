"""Taking identities out of a text: names in both scripts, phones, document numbers, addresses, e-mails.

Pure. What is masked comes from the vault (`redacted_copies.py` reads it); nothing is guessed but e-mail
addresses and international phone numbers. A name is found in any case, with or without accents and vowel
signs, written together or apart, behind an Arabic prefix, and in the common spellings of its transliteration.
What is found is a proposal: a person confirms, refuses or adds (`scoring/workbench.py`). Proposing too much
is accepted, letting a name through is not.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from workflow.digits import western

NAME, NUMBER, PLACE, EMAIL, OTHER = "name", "number", "place", "email", "other"

Piece = dict[str, str]
"""One piece of a masked text: {"text": ...} or {"hidden": kind}."""

Span = tuple[int, int, str]
"""Where something to hide stands in a text: start, end, kind."""

WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u065f\u0670])*")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
FOREIGN_PHONE = re.compile(r"(?<![\w+])(?:\+|00)\d(?:[\s().\-/]*\d){7,14}(?!\w)")
GAP = r"[\s().\-/\u200e\u200f]*"
GAPS = re.compile(GAP[:-1] + "+")
# Words that stand in names and mean nobody: masked only beside a masked word.
PARTICLES = frozenset(
    re.findall(
        r"\w+",
        "de du des la le les da di do el al as ad an ar ben bin ibn bent bint ould mint ag abou abu bou"
        " mr mme m بن ابن بنت بو ابو ام ال ولد",
    )
)
# Letters that Arabic writes two ways and Unicode does not take apart: wasla, final ya, ta marbuta.
ARABIC_LETTERS = str.maketrans({"\u0671": "\u0627", "\u0649": "\u064a", "\u0629": "\u0647"})
ARABIC_PREFIXES = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ب", "ف", "ل", "ك")
_SPELLINGS = (
    ("ou", "u"),
    ("oo", "u"),
    ("ph", "f"),
    ("ch", "s"),
    ("sh", "s"),
    ("kh", "k"),
    ("gh", "g"),
    ("dh", "d"),
    ("th", "t"),
    ("dj", "j"),
    ("ck", "k"),
    ("c", "k"),
    ("q", "k"),
    ("w", "u"),
    ("o", "u"),
    ("e", "a"),
    ("y", "i"),
    ("z", "s"),
)
SHORTEST_SPELLING = 4
PHONE_TAIL = 8


@dataclass(frozen=True)
class Identity:
    """What must not be read: full names, phone and document numbers, addresses, references."""

    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    @cached_property
    def words(self) -> frozenset[str]:
        """Folded words of all names, and neighbours written together."""
        found: set[str] = set()
        for name in self.names:
            folded = [fold(match.group()) for match in WORD.finditer(name)]
            found.update(word for word in folded if len(word) > 1 and word not in PARTICLES)
            found.update(one + other for one, other in pairwise(folded))
        return frozenset(found)

    @cached_property
    def spellings(self) -> frozenset[str]:
        """How Latin words of names sound."""
        heard = {spelling(word) for word in self.words if word.isascii()}
        return frozenset(sound for sound in heard if len(sound) >= SHORTEST_SPELLING)

    def patterns(self, text: str) -> Iterator[tuple[re.Pattern[str], str]]:
        """Yield what may be found in a text as it stands, with the kind of each."""
        yield ADDRESS, EMAIL
        yield FOREIGN_PHONE, NUMBER
        squeezed = _squeezed(text)
        for characters, expression in self._sought:
            # Compiling takes longer than the whole rest: only for a text that holds these characters.
            if characters in squeezed:
                yield re.compile(expression, re.IGNORECASE), NUMBER

    @cached_property
    def _sought(self) -> list[tuple[str, str]]:
        """Numbers and references: what a text must hold once its gaps are gone, and the exact expression."""
        found = []
        for value in {*self.numbers, *self.references}:
            characters = [character for character in _latin(value) if character.isalnum()]
            if len(characters) >= PHONE_TAIL and all(character.isdigit() for character in characters):
                tail = characters[-PHONE_TAIL:]
                expression = rf"(?<!\w)\+?[\d\s().\-/]{{0,12}}{GAP.join(tail)}(?!\w)"
                found.append((_squeezed("".join(tail)), expression))
            elif len(characters) > 2:
                body = GAP.join(map(re.escape, characters))
                found.append((_squeezed("".join(characters)), rf"(?<!\w){body}(?!\w)"))
        return found

    @cached_property
    def particles(self) -> frozenset[str]:
        """Particles that stand in these names."""
        found = {fold(match.group()) for name in self.names for match in WORD.finditer(name)}
        return PARTICLES & found

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """Three neighbouring words of an address (two of a short one): together they give a place away."""
        found: set[tuple[str, ...]] = set()
        for place in self.places:
            words = [fold(word) for word in re.findall(r"\w+", place)]
            if len(words) > 1:
                found.update(_runs(words, min(len(words), 3)))
        return frozenset(found)


def fold(word: str) -> str:
    """Return a word without case, accents and vowel signs, its Arabic letters in one spelling."""
    if word.isascii():  # most words: there is nothing to take apart
        return word.casefold()
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter) and letter != "\u0640")
    return plain.translate(ARABIC_LETTERS)


def spelling(word: str) -> str:
    """Return how a folded Latin word sounds, so that Mohamed, Mohammed and Muhammad are one."""
    for letters, sound in _SPELLINGS:
        word = word.replace(letters, sound)
    word = re.sub(r"(.)\1+", r"\1", word)
    return word.removesuffix("h").removesuffix("a")


def masked(text: str, identity: Identity) -> list[Piece]:
    """Return a text in pieces, with everything that belongs to the identity replaced by its kind."""
    return without(text, spans(text, identity))


def spans(text: str, identity: Identity) -> list[Span]:
    """Return where a text gives the identity away: (start, end, kind), in order, none over another."""
    return _joined(text, sorted(_found(_latin(text), identity)))


def occurrences(text: str, phrase: str) -> list[tuple[int, int]]:
    """Return where a phrase stands in a text, in any case, with or without accents and vowel signs.

    Whole words; where no words are alike, the phrase as it is written.
    """
    wanted = tuple(fold(word) for word in re.findall(r"\w+", _latin(phrase)))
    words = [(match.start(), match.end(), fold(match.group())) for match in re.finditer(r"\w+", _latin(text))]
    folded = [word for _start, _end, word in words]
    found = [
        (words[place][0], words[place + len(wanted) - 1][1])
        for place, run in enumerate(_runs(folded, len(wanted)))
        if wanted and run == wanted
    ]
    if found or not phrase.strip():
        return found
    return [(match.start(), match.end()) for match in re.finditer(re.escape(phrase.strip()), text)]


def shown(pieces: Iterable[Piece]) -> str:
    """Return the readable part of a masked text, for searching and measuring."""
    return "".join(piece.get("text", "") for piece in pieces)


def _latin(text: str) -> str:
    # One digit for one digit: positions in the text stay the same.
    return western(text)


def _squeezed(text: str) -> str:
    """A text without gaps and case: whatever an expression without case finds in it is still there.

    Expressions take the two Turkish letters i for an i; folding case does not.
    """
    return GAPS.sub("", text.replace("\u0130", "i").replace("\u0131", "i").casefold())


def _found(text: str, identity: Identity) -> Iterator[Span]:
    for pattern, kind in identity.patterns(text):
        for match in pattern.finditer(text):
            yield match.start(), match.end(), kind
    yield from _names(text, identity)
    if not identity.runs:
        return
    words = [(match.start(), match.end(), fold(match.group())) for match in re.finditer(r"\w+", text)]
    for size in {len(run) for run in identity.runs}:
        for position, run in enumerate(_runs([word for _start, _end, word in words], size)):
            if run in identity.runs:
                yield words[position][0], words[position + size - 1][1], PLACE


def _runs(words: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[start : start + size]) for start in range(len(words) - size + 1))


def _names(text: str, identity: Identity) -> Iterator[Span]:
    words = [(match.start(), match.end(), fold(match.group())) for match in WORD.finditer(text)]
    hit = [_is_name(word, identity) for _start, _end, word in words]
    for position in range(len(words) - 1):
        (start, end, word), (after, _stop, following) = words[position : position + 2]
        if not text[end:after].strip(" -'’\u00a0") and word + following in identity.words:
            hit[position] = hit[position + 1] = True
    for position, (start, end, word) in enumerate(words):
        near = hit[position - 1 : position] + hit[position + 1 : position + 2]
        if hit[position] or (word in identity.particles and any(near)):
            yield start, end, NAME


def _is_name(word: str, identity: Identity) -> bool:
    if word in identity.words:
        return True
    if word.isascii():
        return len(word) >= SHORTEST_SPELLING and spelling(word) in identity.spellings
    return any(
        word.startswith(prefix) and word[len(prefix) :] in identity.words for prefix in ARABIC_PREFIXES
    )


def _joined(text: str, spans: Sequence[Span]) -> list[Span]:
    """Merge spans that overlap or that only spaces separate, so that a full name is one mask."""
    merged: list[Span] = []
    for start, end, kind in spans:
        if merged and (start <= merged[-1][1] or not text[merged[-1][1] : start].strip(" -'’\u00a0")):
            before = merged[-1]
            merged[-1] = (before[0], max(before[1], end), before[2])
        else:
            merged.append((start, end, kind))
    return merged


def without(text: str, hidden: Iterable[Span]) -> list[Piece]:
    """Return a text in pieces, each hidden span replaced by its kind; spans that overlap are one."""
    pieces: list[Piece] = []
    done = 0
    for start, end, kind in _joined(text, sorted(hidden)):
        if text[done:start]:
            pieces.append({"text": text[done:start]})
        pieces.append({"hidden": kind})
        done = end
    if text[done:]:
        pieces.append({"text": text[done:]})
    return pieces
