"""Writing of a word, folded: what a name sounds like once vowels, accents and habits of spelling are gone.

Arabic writes no short vowels, and French, English and chat habits write Arabic sounds in their own ways. What
both scripts keep is the row of consonants, the sound at the beginning, and whether the word ends in -a. So
محمد, Mohamed, Muhammad and Mouhammed are all "mhmd"; عبد الرحمن and Abderrahman are both "bd-rhmn".

The idea of a consonant code for both scripts follows S. Aqeel, S. Beitzel, E. Jensen, D. Grossman and
O. Frieder, "On the development of name search techniques for Arabic", JASIST 57(6), 2006; the classes are
chosen for the Maghreb, where ق is heard as k, q or g and French spells ش as ch.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from applications.vault import fold

ARABIC = re.compile("[\u0600-\u06ff]")
FIRST_SOUNDS = {"a": "A", "e": "A", "i": "A", "o": "A", "u": "A", "y": "Y", "w": "W"}
ARABIC_FIRST = {"ا": "A", "ع": "A", "ء": "A", "ي": "Y", "و": "W"}
ARABIC_SOUNDS = {
    **dict.fromkeys("بپ", "b"),
    **dict.fromkeys("تثط", "t"),
    **dict.fromkeys("دذضظ", "d"),
    **dict.fromkeys("سص", "s"),
    **dict.fromkeys("شچ", "ʃ"),
    **dict.fromkeys("حه", "h"),
    **dict.fromkeys("قك", "k"),
    **dict.fromkeys("غگ", "g"),
    **dict.fromkeys("فڤ", "f"),
    "ج": "j",
    "خ": "x",
    "ر": "r",
    "ز": "z",
    "ل": "l",
    "م": "m",
    "ن": "n",
}
# The longest spelling first. Digits are what people type for letters that a Latin keyboard lacks.
LATIN_SPELLINGS = (
    ("tch", "ʃ"),
    ("sch", "ʃ"),
    ("ch", "ʃ"),
    ("sh", "ʃ"),
    ("kh", "x"),
    ("gh", "g"),
    ("dj", "j"),
    ("th", "t"),
    ("dh", "d"),
    ("ph", "f"),
    ("ck", "k"),
    ("qu", "k"),
    ("ce", "se"),
    ("ci", "si"),
    ("c", "k"),
    ("3", ""),
    ("2", ""),
    ("5", "x"),
    ("7", "h"),
    ("9", "k"),
    ("q", "k"),
    ("p", "b"),
    ("v", "f"),
)
VOWELS = (("ou", "u"), ("ae", "a"), ("ai", "i"), ("ay", "i"), ("ei", "i"))
ONE_VOWEL = str.maketrans("eoyw", "iuiu")
WEAK = frozenset("aeiouyw")
SERVANT = re.compile(r"^a?bd(?:[aeiou]{1,2}(?:l|(?=([bcdfghjklmnpqrstvwxz])\1)|(?=sh|ch|kh|th|dh)))(?=.{2})")
FATHER = re.compile("^ab(?:ou|u)(?=...)")
ARABIC_FATHER = re.compile("^ابو(?=..)")
ARABIC_SERVANT = re.compile("^عبدال(?=..)")
DOUBLED = re.compile(r"(.)\1+")
OPENING_W = re.compile("ou[aeiy]")
APOSTROPHES = re.compile("['’‘`ʿʾ]")


@dataclass(frozen=True)
class Word:
    """One word of a name. plain: folded letters; sounds: its consonants; voiced: Latin with vowels.

    ends_in_a: what tells Amine from Amina; None where the writing does not say (a final ي may be an alef).
    """

    plain: str
    sounds: str
    voiced: str
    ends_in_a: bool | None
    arabic: bool


@lru_cache(maxsize=65536)
def word(text: str) -> Word:
    """Return what is heard of one word in either script; `text` is folded already."""
    return _arabic(text) if is_arabic(text) else _latin(text)


def is_arabic(text: str) -> bool:
    """Whether a text is written in Arabic letters."""
    return ARABIC.search(text) is not None


def folded(text: str) -> str:
    """Return a text without case, accents, vowel signs, tatweel, apostrophes and variants of letters."""
    return fold(APOSTROPHES.sub("", text))


def figures(text: str) -> str:
    """Return the digits of a text, those of any script, as 0 to 9."""
    values = (unicodedata.digit(char, None) for char in text)
    return "".join(str(value) for value in values if value is not None)


def _arabic(text: str) -> Word:
    bare, begin = text, ""
    if ARABIC_SERVANT.match(text):
        bare, begin = text[5:], "bd-"
    elif text.startswith("ال") and len(text) >= 5:
        bare = text[2:]
    ends = None if text[-1] == "ي" else text[-1] in "اهء"
    bare = ARABIC_FATHER.sub("بو", bare)
    heard = bare[:-1] if len(bare) > 1 and bare[-1] == "ه" else bare
    sounds = "".join(ARABIC_SOUNDS.get(letter, "") for letter in heard)
    return Word(text, (begin or ARABIC_FIRST.get(bare[:1], "")) + sounds, "", ends, True)


def _latin(text: str) -> Word:
    bare, begin = text.lstrip("23") or text, ""
    if found := SERVANT.match(bare):
        bare, begin = bare[found.end() :], "bd-"
    bare = FATHER.sub("bou", bare)
    for written, heard in LATIN_SPELLINGS:
        bare = bare.replace(written, heard)
    bare = DOUBLED.sub(r"\1", bare)
    voiced = bare
    for written, heard in VOWELS:
        voiced = voiced.replace(written, heard)
    heard = bare[:-1] if len(bare) > 2 and bare[-1] == "h" else bare
    sounds = "".join(letter for letter in heard if letter.isalpha() and letter not in WEAK)
    return Word(
        text,
        (begin or _first_sound(bare)) + sounds,
        voiced.translate(ONE_VOWEL),
        heard.endswith(("a", "ae")),
        False,
    )


def _first_sound(text: str) -> str:
    if OPENING_W.match(text):
        return "W"
    return FIRST_SOUNDS.get(text[:1], "")
