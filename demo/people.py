"""Making invented people: seeded, so that the demo is the same everywhere."""

import random
from datetime import date, timedelta

from demo.names import Stock, name
from demo.plan import PersonPlan

WOMAN, MAN = "f", "m"


class People:
    """A maker of people of one programme.

    stock: names. dice: seeded. youngest, oldest: age in full years at `at`.
    """

    def __init__(self, code: str, stock: Stock, at: date, *, youngest: int = 19, oldest: int = 52) -> None:
        self.code, self.stock, self.at = code, stock, at
        self.dice = random.Random(f"jalon {code}")  # noqa: S311 invented people
        self.youngest, self.oldest = youngest, oldest
        self._number = 0

    def make(self, *, sex: str, site: str, category: str, oldest: int | None = None) -> PersonPlan:
        """Invent one person."""
        self._number += 1
        latin, arabic = name(self.stock, sex, self.dice)
        age = self.dice.randint(self.youngest, oldest or self.oldest)
        return PersonPlan(
            key=f"{self.code}-P{self._number:04}",
            sex=sex,
            birth_year=self.at.year - age,
            site=site,
            latin=latin,
            arabic=arabic,
            category=category,
        )


def shares(*parts: tuple[str, int]) -> list[str]:
    """Return the keys, each its number of times, evenly mixed: shares(("a", 2), ("b", 1)) is [a, b, a]."""
    places = [
        ((index + 0.5) / number, order, key)
        for order, (key, number) in enumerate(parts)
        for index in range(number)
    ]
    return [key for _, _, key in sorted(places)]


def spread(start: date, end: date, number: int) -> list[date]:
    """Return so many dates from start to end, evenly spread, in order."""
    if number == 1:
        return [start]
    days = (end - start).days
    return [start + timedelta(days=days * index // (number - 1)) for index in range(number)]
