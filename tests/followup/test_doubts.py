"""What other visits say against a report is shown in words to whoever judges it, and blocks nothing."""

import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from followup.arriving import read
from followup.models import VisitSubmission
from followup.sync import receive
from tests.worlds.field import field_world, report
from tests.worlds.field_files import announced, photo
from workflow import fire

pytestmark = pytest.mark.django_db
MARKET = {"latitude": 34.021234, "longitude": -6.831234, "accuracy": 8}


@pytest.fixture
def sent():
    """Sends reports of visits as their coach: `sent(visit, answers={…})` returns the report."""

    def send(visit, **fields):
        body = report(visit, **fields)
        return receive(uuid.uuid4(), read(body), sender=visit.coach, now=timezone.now()).submission

    return send


@pytest.fixture
def judged(client):
    """The page of a visit or of a report as the supervisor or manager sees it."""

    def read_page(record, reader):
        client.force_login(reader)
        return unescape(client.get(record.get_absolute_url()).content.decode())

    return read_page


def test_a_supervisor_reads_what_other_visits_say_against_a_report(sent, judged):
    here = field_world(5)
    site = here.world.site
    site.latitude, site.longitude = 33.5, -6.8
    site.save()
    picture, now = photo(), timezone.now()
    first, *others = here.visits
    sent(first, answers=MARKET, media=[announced(picture)])
    for number, visit in enumerate(others[:-1]):
        sent(visit, answers={**MARKET, "latitude": MARKET["latitude"] + 0.0002 * (number + 1)})
    last = others[-1]
    old = announced(picture, taken_at=(now - timedelta(days=40)).isoformat())
    twice = announced(picture)
    began = now - timedelta(minutes=30)
    sent(
        last,
        answers=MARKET,
        media=[old, twice],
        started_at=began.isoformat(),
        ended_at=(began + timedelta(minutes=4)).isoformat(),
    )
    supervisor = here.world.member("supervisor")
    page = judged(last, supervisor)
    number = first.case.number
    for sentence in (
        "The visit took less than ten minutes.",
        "The position lies 58 km from the site.",
        "Five enterprises were visited at this very place within one hour.",
        "A report of another case has exactly this position:",
        "A photo is older than the visit.",
        "A photo was sent for another case too:",
        "The same photo was sent twice.",
    ):
        assert sentence in page
    assert page.count(number) >= 2
    last.refresh_from_db()
    last.media.update(visit=None)
    fire(last, "validate", actor=supervisor)


def test_a_sound_report_is_shown_without_a_doubt(sent, judged):
    here = field_world(2)
    one, other = here.visits
    sent(one, answers=MARKET, media=[announced(photo(1))])
    sent(
        other, answers={**MARKET, "latitude": 34.1, "money_source": "records"}, media=[announced(photo(200))]
    )
    assert "Look at this before you judge" not in judged(other, here.world.member("supervisor"))


def test_a_second_report_shows_its_own_doubts_before_the_manager_decides(sent, judged):
    here = field_world(2)
    one, other = here.visits
    sent(one, answers=MARKET)
    sent(other)
    second = sent(other, answers={**MARKET, "turnover": 1})
    assert VisitSubmission.objects.get(pk=second.pk).status == "conflict"
    page = judged(second, here.world.member("manager"))
    assert "A report of another case has exactly this position:" in page
