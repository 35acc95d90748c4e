"""Which persons to compare at all: only those who share a key, so that cost follows the number of persons.

A person has a key for the document, one for the phone, and one for each two words of the name as they sound,
with the year of birth; with a full date of birth also for the day without its year and for one word with the
whole date, so that one mistyped word or year does not hide anybody. A key that very many share says nothing:
it is not followed (`MOST_SHARED`), which bounds the comparisons of each person.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from applications.duplicates import names
from applications.duplicates.weighing import (
    PHONE_DIGITS,
    Grade,
    Profile,
    Verdict,
    document_of,
    judge,
    phone_of,
)

MOST_SHARED = 60
MOST_PARTS = 4
LEAST_SOUNDS = 2


def keys(profile: Profile) -> frozenset[str]:
    """Return the keys of a person, in clear: what is stored of them is their blind index."""
    found: set[str] = set()
    if document := document_of(profile.document):
        found.add(f"d:{document}")
    if len(phone := phone_of(profile.phone)) == PHONE_DIGITS:
        found.add(f"p:{phone}")
    if profile.birth:
        for name in (profile.latin, profile.arabic):
            found.update(_of_name(name, profile.birth))
    return frozenset(found)


def _of_name(name: str, birth: str) -> Iterator[str]:
    parts = names.parts(name)[:MOST_PARTS]
    year, day = birth[:4], birth[5:]
    for one, other in combinations(parts, 2):
        for first in one.sounds:
            for second in other.sounds:
                pair = "+".join(sorted((first, second)))
                yield f"n:{pair}:{year}"
                if day:
                    yield f"t:{pair}:{'-'.join(sorted(day.split('-')))}"
    for part in parts:
        for sounds in part.sounds:
            if day and len(sounds) >= LEAST_SOUNDS:
                yield f"b:{sounds}:{birth}"
    if len(parts) == 1:
        yield from (f"n:{sounds}:{year}" for sounds in parts[0].sounds)


@dataclass(frozen=True)
class Match:
    """Two persons, the smaller key first, and the verdict on them."""

    one: int
    other: int
    verdict: Verdict


def candidates(blocks: Mapping[str, list[int]], *, most: int = MOST_SHARED) -> set[tuple[int, int]]:
    """Return the pairs to compare of persons by key; a key that more than `most` share is not followed."""
    return {
        pair
        for members in blocks.values()
        if 1 < len(members) <= most
        for pair in combinations(sorted(set(members)), 2)
    }


def find(profiles: Iterable[Profile], *, least: Grade = Grade.POSSIBLE) -> list[Match]:
    """Return the pairs among some persons that are at least of a grade, the weightiest first."""
    known = {profile.key: profile for profile in profiles}
    blocks: dict[str, list[int]] = defaultdict(list)
    for profile in known.values():
        for key in keys(profile):
            blocks[key].append(profile.key)
    wanted = {Grade.LIKELY} if least == Grade.LIKELY else {Grade.LIKELY, Grade.POSSIBLE}
    found = []
    for one, other in candidates(blocks):
        verdict = judge(known[one], known[other])
        if verdict.grade in wanted:
            found.append(Match(one, other, verdict))
    return sorted(found, key=lambda match: (-match.verdict.weight, match.one, match.other))
