"""2,000 pairs of invented persons of whom it is known whether they are one, drawn from a seed.

One person written down twice: other spellings of the name, the other script, a digit that slipped. Two
persons who look alike: brothers and sisters, twins among them, and people who have name and year of birth by
chance in common. What else is known of each side (document, phone, day of birth) is left out as often as
desks leave it out. `crowd` draws persons for timing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from applications.duplicates.weighing import Profile
from tests.duplicates.name_lists import FAMILIES, MEN, WOMEN

SEED = 2026
PLACES = ("rabat", "sale", "fes", "meknes", "tanger", "oujda", "agadir", "nouakchott")
SHARES = {"spelling": 500, "script": 500, "slip": 300, "sibling": 400, "namesake": 300}
RARE = 0.9  # how many of a crowd bear a family name outside the lists
SAME = ("spelling", "script", "slip")


@dataclass(frozen=True)
class Pair:
    """Two records; same: whether they are of one person; kind: how the pair was made."""

    one: Profile
    other: Profile
    kind: str

    @property
    def same(self) -> bool:
        """Whether both are of one person."""
        return self.kind in SAME


@dataclass(frozen=True)
class Name:
    """A first and a family name, with all their spellings."""

    first: tuple[str, str]
    family: tuple[str, str]

    def latin(self, chance: Random) -> str:
        """One way to write it in Latin letters; the family name may stand first, or in capitals."""
        words = [chance.choice(self.first[1].split()), chance.choice(self.family[1].split())]
        if chance.random() < 0.2:
            words.reverse()
        text = " ".join(words)
        text = text.replace("-", " ") if chance.random() < 0.7 else text
        return text.upper() if chance.random() < 0.15 else text

    def arabic(self, chance: Random) -> str:
        """One way to write it in Arabic letters: with or without hamza, dots and vowel signs."""
        text = f"{self.first[0]} {self.family[0]}"
        if chance.random() < 0.4:
            text = text.translate(str.maketrans("أإآة", "اااه"))
        if chance.random() < 0.1:
            text = text.replace("م", "مـ").replace("مـ ", "م ")
        return text


def a_name(chance: Random, sex: str) -> Name:
    """A name; first names are not equally frequent, as in life."""
    firsts = MEN if sex == "m" else WOMEN
    rank = min(int(chance.expovariate(0.12)), len(firsts) - 1)
    return Name(firsts[rank], chance.choice(FAMILIES))


def a_birth(chance: Random) -> str:
    """A full date of birth."""
    return f"{chance.randint(1960, 2006)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"


def a_document(chance: Random) -> str:
    """The number of an identity card."""
    return f"{chance.choice('ABCDEFGHJK')}{chance.choice('ABCDEFGH')}{chance.randint(100_000, 999_999)}"


def a_phone(chance: Random) -> str:
    """A mobile number."""
    return f"+2126{chance.randint(10_000_000, 99_999_999)}"


def a_person(chance: Random, key: int) -> tuple[Profile, Name]:
    """A person with everything known, and the name to write it again."""
    sex = chance.choice("fm")
    name = a_name(chance, sex)
    profile = Profile(
        key=key,
        latin=name.latin(chance),
        arabic=name.arabic(chance),
        birth=a_birth(chance),
        document=a_document(chance),
        document_kind="national_id",
        phone=a_phone(chance),
        place=chance.choice(PLACES),
        sex=sex,
    )
    return profile, name


def slipped(text: str, chance: Random) -> str:
    """A number with one digit mistyped, or two neighbours exchanged."""
    places = [at for at, char in enumerate(text) if char.isdigit() and at >= len(text) - 6]
    at = chance.choice(places[:-1])
    if chance.random() < 0.4 and text[at] != text[at + 1] and text[at + 1].isdigit():
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    digit = chance.choice([one for one in "0123456789" if one != text[at]])
    return text[:at] + digit + text[at + 1 :]


def _thinned(profile: Profile, chance: Random) -> Profile:
    """Leave out what this desk did not ask, but never name or year."""
    found = profile
    if chance.random() < 0.35:
        found = replace(found, document="", document_kind="")
    if chance.random() < 0.3:
        found = replace(found, phone="")
    if chance.random() < 0.25:
        found = replace(found, birth=found.birth[:4])
    if chance.random() < 0.4:
        without_latin = chance.choice((True, False))
        found = replace(found, latin="") if without_latin else replace(found, arabic="")
    return found


def _again(profile: Profile, name: Name, chance: Random, key: int) -> Profile:
    """The same person at another desk: the name as it was heard there, perhaps another phone or paper."""
    found = replace(profile, key=key, latin=name.latin(chance), arabic=name.arabic(chance))
    if chance.random() < 0.4:
        found = replace(found, phone=a_phone(chance))
    if chance.random() < 0.15:
        found = replace(found, document=f"P{chance.randint(1_000_000, 9_999_999)}", document_kind="passport")
    if chance.random() < 0.1:
        found = replace(found, place=chance.choice(PLACES))
    return found


def _same(kind: str, chance: Random, key: int) -> Pair:
    one, name = a_person(chance, key)
    other = _again(one, name, chance, key + 1)
    if kind == "script":
        sides = [replace(_thinned(one, chance), latin=""), replace(_thinned(other, chance), arabic="")]
        sides[0] = replace(sides[0], arabic=one.arabic)
        sides[1] = replace(sides[1], latin=other.latin)
        return Pair(sides[0], sides[1], kind)
    if kind == "slip":
        what = chance.choice(("document", "phone", "birth"))
        other = replace(one, key=key + 1, latin=name.latin(chance))
        if what == "birth":
            year = slipped(one.birth[:4], chance) if chance.random() < 0.5 else one.birth[:4]
            day = one.birth[5:] if year != one.birth[:4] else slipped(one.birth[5:].replace("-", ""), chance)
            day = day if "-" in day else f"{day[:2]}-{day[2:]}"
            other = replace(other, birth=f"{year}-{day}")
        else:
            number = slipped(one.document if what == "document" else one.phone, chance)
            other = replace(other, document=number) if what == "document" else replace(other, phone=number)
        return Pair(one, other, kind)
    return Pair(_thinned(one, chance), _thinned(other, chance), kind)


def _sibling(chance: Random, key: int) -> Pair:
    """The same family name, place and often phone; a tenth are twins, some with papers of one morning."""
    one, name = a_person(chance, key)
    sex = chance.choice("fm")
    first = name.first
    while first == name.first:
        first = a_name(chance, sex).first
    theirs = Name(first, name.family)
    twins = chance.random() < 0.1
    other = replace(
        one,
        key=key + 1,
        latin=theirs.latin(chance),
        arabic=theirs.arabic(chance),
        sex=sex,
        birth=one.birth if twins else a_birth(chance),
        document=slipped(one.document, chance) if twins and chance.random() < 0.5 else a_document(chance),
        phone=one.phone if chance.random() < 0.6 else a_phone(chance),
    )
    return Pair(_thinned(one, chance), _thinned(other, chance), "sibling")


def _namesake(chance: Random, key: int) -> Pair:
    """The same name and year of birth, half of them in one place; the day, the papers and the phone differ.

    One of document and full date of birth is known of both, as without them nobody could tell them apart.
    """
    one, name = a_person(chance, key)
    other, _other_name = a_person(chance, key + 1)
    other = replace(
        other,
        latin=name.latin(chance),
        arabic=name.arabic(chance),
        sex=one.sex,
        birth=one.birth[:4] + other.birth[4:],
        place=one.place if chance.random() < 0.5 else other.place,
    )
    thin_one, thin_other = _thinned(one, chance), _thinned(other, chance)
    kept = ("document", "document_kind") if chance.random() < 0.5 else ("birth",)
    return Pair(
        replace(thin_one, **{field: getattr(one, field) for field in kept}),
        replace(thin_other, **{field: getattr(other, field) for field in kept}),
        "namesake",
    )


def pairs(seed: int = SEED) -> Iterator[Pair]:
    """Yield the 2,000 pairs; every person has a key of its own."""
    chance, key = Random(seed), 1
    for kind, count in SHARES.items():
        for _number in range(count):
            if kind == "sibling":
                yield _sibling(chance, key)
            elif kind == "namesake":
                yield _namesake(chance, key)
            else:
                yield _same(kind, chance, key)
            key += 2


LETTERS = {
    "b": "ب",
    "t": "ت",
    "j": "ج",
    "d": "د",
    "r": "ر",
    "z": "ز",
    "s": "س",
    "f": "ف",
    "k": "ك",
    "l": "ل",
    "m": "م",
    "n": "ن",
}


def _rare_family(chance: Random) -> tuple[str, str]:
    """A family name out of four consonants: a country has tens of thousands of them."""
    one, two, three, four = chance.choices(tuple(LETTERS), k=4)
    arabic = LETTERS[one] + LETTERS[two] + LETTERS[three] + "ا" + LETTERS[four] + "ي"
    return arabic, f"{one}a{two}{three}a{four}i {one}e{two}{three}a{four}y"


def crowd(size: int, *, again: float = 0.02, seed: int = SEED) -> tuple[list[Profile], set[tuple[int, int]]]:
    """Return so many persons and the pairs of them that are one; `again` is the share written down twice."""
    chance = Random(seed)
    persons: list[Profile] = []
    same: set[tuple[int, int]] = set()
    while len(persons) < size:
        one, name = a_person(chance, len(persons) + 1)
        if chance.random() < RARE:
            name = replace(name, family=_rare_family(chance))
            one = replace(one, latin=name.latin(chance), arabic=name.arabic(chance))
        persons.append(_thinned(one, chance))
        if chance.random() < again and len(persons) < size:
            other = _again(one, name, chance, len(persons) + 1)
            same.add((one.key, other.key))
            persons.append(_thinned(other, chance))
    return persons, same
