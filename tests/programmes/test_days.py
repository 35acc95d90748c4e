"""A day is the day where the programme is: an hour before midnight in London it is tomorrow in Casablanca."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from programmes.days import days_by_zone
from programmes.models import Programme
from tests.worlds.programmes import programme_world

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = (
    "applications",
    "scoring",
    "disbursements",
    "followup",
    "programmes",
    "workflow",
    "accounts",
    "reporting",
    "documents",
)
WITHOUT_ZONE = re.compile(r"\b(?:now|firing\.at)\.date\(\)")
LATE_EVENING = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_each_zone_has_its_own_day():
    world = programme_world()
    Programme.objects.filter(pk=world.programme.pk).update(time_zone="Africa/Tripoli")
    west = programme_world()
    Programme.objects.filter(pk=west.programme.pk).update(time_zone="America/Lima")
    assert dict(days_by_zone(LATE_EVENING)) == {
        "Africa/Tripoli": date(2026, 3, 15),
        "America/Lima": date(2026, 3, 14),
    }


def test_a_programme_names_the_day_of_a_moment_by_its_own_clock():
    assert Programme(time_zone="Africa/Tripoli").day_of(LATE_EVENING) == date(2026, 3, 15)
    assert Programme(time_zone="UTC").day_of(LATE_EVENING) == date(2026, 3, 14)


def test_no_module_reads_a_day_off_a_moment_without_a_zone():
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if WITHOUT_ZONE.search(line)
    ]
    assert found == [], "use Programme.day_of or programmes.days"
