"""Age groups: what pages and lists say of a person's age. Pure, on the year of birth.

The whole years reached in a calendar year are counted, because many people know no more than their year.
"""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class AgeGroup(NamedTuple):
    """Whole years from and to, both included; None has no end."""

    key: str
    label: Any
    youngest: int
    oldest: int | None

    def birth_years(self, year: int) -> tuple[int | None, int]:
        """Return the first and last year of birth of the group in a calendar year; None has no beginning."""
        first = None if self.oldest is None else year - self.oldest
        return first, year - self.youngest


GROUPS = (
    AgeGroup("under_18", _("under 18"), 0, 17),
    AgeGroup("18_24", _("18 to 24"), 18, 24),
    AgeGroup("25_35", _("25 to 35"), 25, 35),
    AgeGroup("36_59", _("36 to 59"), 36, 59),
    AgeGroup("60_plus", _("60 and over"), 60, None),
)
BY_KEY = {group.key: group for group in GROUPS}


def age_group(birth_year: int | None, year: int) -> AgeGroup | None:
    """Return the group of somebody born in a year, in the calendar year `year`; None when it is not known."""
    if birth_year is None or birth_year > year:
        return None
    age = year - birth_year
    return next(
        group for group in GROUPS if age >= group.youngest and (group.oldest is None or age <= group.oldest)
    )
