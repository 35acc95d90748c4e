"""The displacement category of a person in a programme: who may learn it, and nobody else.

It is read by the engines (figures of reports, eligibility rules of a call), which give back counts and "met",
and by the protection officer of the programme. The column is guarded: code elsewhere that touches it fails.
"""

from collections.abc import Iterable
from typing import Any

from applications.models import Category, Registration
from applications.vault import reading_guarded
from workflow import access


def for_engines(registrations: Iterable[Registration]) -> dict[int, str]:
    """Return the categories by registration key, for a figure or a rule that never names anybody."""
    with reading_guarded():
        return {row.pk: row.category for row in registrations}


def shown_to(user: Any, registration: Registration) -> str:
    """Return the category in words for the protection officer, empty for everybody else."""
    if not access.may(user, "applications.read_category", registration):
        return ""
    with reading_guarded():
        return str(dict(Category.choices).get(registration.category, registration.category))
