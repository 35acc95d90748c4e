"""Following a case with a slip: a PIN is never stored; the wrong PIN and the unknown case answer alike."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from applications import case_number, follow_up, slips, throttle
from applications.models import Application, Attempts, Case, Registration, Slip
from applications.throttle import Count
from tests.worlds.applications import (
    SENT,
    a_draft,
    a_guest,
    an_application,
    an_assisted_draft,
    ask_again,
)
from tests.worlds.programmes import open_call, programme_world
from workflow import Refused
from workflow.events import timeline
from workflow.verification import verify

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 6, 10, tzinfo=UTC)
HOME = "203.0.113.7"


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


@pytest.fixture
def application(world):
    return an_assisted_draft(world)


def given(world, application, **more):
    return slips.give(application, actor=world.member("field_agent"), at=SENT, **more)


def page(name, application):
    return reverse(f"applications:{name}", args=[application.case.number])


def wrong(pin):
    return f"{(int(pin) + 1) % 10**8:08}"


# The slip


def every_stored_value():
    """All columns of all rows of all tables, as the database holds them."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            yield from (str(value) for row in cursor.fetchall() for value in row)


def test_a_pin_is_never_stored(world, application):
    slip = given(world, application)
    assert len(slip.pin) == 8
    everything = "\n".join(every_stored_value())
    assert slip.slip.pin in everything
    for written in (slip.pin, slip.shown):
        assert written not in everything
    assert slips.fits(slip.slip, application.case.number, slip.pin)
    assert not slips.fits(slip.slip, application.case.number, wrong(slip.pin))
    other = an_assisted_draft(world)
    assert not slips.fits(slip.slip, other.case.number, slip.pin)


def test_a_new_slip_needs_a_reason_and_makes_the_old_pin_void(world, application):
    first = given(world, application)
    with pytest.raises(Refused, match="why a new slip"):
        given(world, application, reason="  ")
    second = given(world, application, reason="The slip was lost")
    assert slips.valid_slip(application.case) == second.slip
    assert Slip.objects.get(pk=first.slip.pk).ending == "replaced"
    enters = follow_up.enter(application.case.number, first.pin, address=HOME, now=NOW)
    assert enters is None
    newest, before = timeline(application.stream)[:2]
    assert (newest.verb, newest.note.text, newest.data) == ("reissue_slip", "The slip was lost", {"slip": 2})
    assert before.verb == "issue_slip"
    assert [problem for result in verify() for problem in result.problems] == []


def test_who_has_an_account_gets_no_slip(world):
    with pytest.raises(Refused, match="needs no slip"):
        given(world, a_draft(world))


def test_the_pin_is_on_one_page_and_on_the_paper_printed_from_it(client, world, application):
    client.force_login(world.member("field_agent"))
    shown = client.post(page("slip", application))
    pin = shown.context["given"].pin
    assert shown.context["given"].shown in shown.content.decode()
    assert shown["Cache-Control"].startswith("max-age=0")
    assert pin not in client.get(page("slip", application)).content.decode()
    paper = client.post(page("print_slip", application), {"pin": pin})
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    assert client.post(page("print_slip", application), {"pin": wrong(pin)}).status_code == 302
    assert pin not in str([session.get_decoded() for session in Session.objects.all()])


def test_the_slip_says_the_same_in_french_and_arabic(world, application):
    from applications import slip_paper
    from tests.documents.reading import pages_of

    document = slip_paper.draw(application, "4821 9067")
    (shown,) = pages_of(document)
    text = [one.text for one in shown]
    assert text.count("4821 9067") == 2
    assert text.count(application.case.number) == 2


# The way in


def test_number_and_pin_let_in_and_nothing_else_does(world, application):
    slip = given(world, application)
    number = application.case.number
    assert follow_up.enter(number, slip.shown, address=HOME, now=NOW) == slip.slip
    assert follow_up.enter(number, "٤٨٢١", address=HOME, now=NOW) is None
    arabic = "".join(chr(0x660 + int(digit)) for digit in slip.pin)
    assert follow_up.enter(number, arabic, address=HOME, now=NOW) == slip.slip


def unknown_number():
    taken = set(Case.objects.values_list("serial", flat=True))
    return case_number.make(next(serial for serial in range(50_000, 60_000) if serial not in taken))


def answers(client, number, pins):
    """What the page answers to several attempts, without what differs between any two answers."""
    found = []
    for pin in pins:
        answer = client.post(reverse("applications:follow"), {"number": number, "pin": pin})
        text = answer.content.decode().replace(number, "NUMBER")
        token = answer.context["csrf_token"]
        found.append((answer.status_code, text.replace(str(token), "TOKEN").replace(str(pin), "PIN")))
    return found


def without_tokens(found):
    import re

    return [(status, re.sub(r'(csrfmiddlewaretoken" value=")[^"]*', r"\1", text)) for status, text in found]


def test_the_wrong_pin_and_the_unknown_case_answer_alike(client, world, application, monkeypatch):
    slip = given(world, application)
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)  # both are told until when, to the minute
    tries = [wrong(slip.pin)] * 7
    known = without_tokens(answers(client, application.case.number, tries))
    Attempts.objects.filter(key__startswith="address").delete()
    unknown = without_tokens(answers(client, unknown_number(), tries))
    assert [status for status, _text in known] == [422] * 5 + [429] * 2
    assert known == unknown
    assert "do not belong together" in known[0][1]
    assert "Too many attempts" in known[-1][1]


def test_the_right_pin_does_not_open_a_locked_case(client, world, application):
    slip = given(world, application)
    number = application.case.number
    for _try in range(5):
        assert follow_up.enter(number, wrong(slip.pin), address=HOME, now=NOW) is None
    with pytest.raises(follow_up.Locked) as locked:
        follow_up.enter(number, slip.pin, address="198.51.100.1", now=NOW)
    assert locked.value.until == NOW + timedelta(minutes=15)
    later = NOW + timedelta(minutes=15)
    assert follow_up.enter(number, slip.pin, address=HOME, now=later) == slip.slip


def test_one_address_cannot_try_many_cases(world, application):
    slip = given(world, application)
    serials = range(60_000, 60_020)
    for serial in serials:
        assert follow_up.enter(case_number.make(serial), "1", address=HOME, now=NOW) is None
    with pytest.raises(follow_up.Locked):
        follow_up.enter(application.case.number, slip.pin, address=HOME, now=NOW)
    assert follow_up.enter(application.case.number, slip.pin, address="198.51.100.9", now=NOW) == slip.slip


def test_whoever_knows_the_pin_does_not_use_up_the_attempts_of_an_office(world, application):
    slip = given(world, application)
    for _visit in range(50):
        assert follow_up.enter(application.case.number, slip.pin, address=HOME, now=NOW) == slip.slip


def test_an_address_is_counted_behind_our_proxies_only(client, settings, world, application):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(21):
        answer = client.post(
            reverse("applications:follow"),
            {"number": case_number.make(60_000 + number), "pin": "1"},
            headers={"X-Forwarded-For": f"10.0.0.{number}, 203.0.113.9"},
        )
    assert answer.status_code == 429


def test_locks_grow_and_are_forgotten():
    count, limit, now = Count(since=NOW), throttle.OF_A_CASE, NOW
    locks = []
    for _round in range(4):
        for _try in range(5):
            count = throttle.spend(count, limit, now)
        locks.append(count.locked_until - now)
        now = count.locked_until
    assert locks == [timedelta(minutes=15), timedelta(hours=1), timedelta(days=1), timedelta(days=1)]
    calm = throttle.spend(count, limit, now + timedelta(days=8))
    assert (calm.failures, calm.strikes, calm.locked_until) == (1, 0, None)


def test_old_attempts_are_dropped_and_hold_no_address(world, application):
    follow_up.enter(application.case.number, "1", address=HOME, now=NOW)
    assert HOME not in str(list(Attempts.objects.values()))
    assert follow_up.forget_attempts(NOW + timedelta(days=29)) == 0
    assert follow_up.forget_attempts(NOW + timedelta(days=31)) == 2


# The page


def let_in(client, world, application):
    slip = given(world, application)
    sent = {"number": application.case.number, "pin": slip.shown}
    assert client.post(reverse("applications:follow"), sent).url == reverse("applications:follow_case")
    return slip


def test_the_page_shows_where_the_case_stands_and_names_nobody(client, world):
    application = an_assisted_draft(world, a_guest(world, "Zebulon Unmistakable"))
    let_in(client, world, application)
    shown = client.get(reverse("applications:follow_case")).content.decode()
    assert application.case.number in shown
    assert "Your application is not sent yet." in shown
    document = application.applicant.identity.document_number
    for secret in ("Unmistakable", document, "+2126", "Sewing"):
        assert secret not in shown


def test_the_page_of_one_case_ends_by_itself_and_with_the_pin(client, world, application):
    let_in(client, world, application)
    session = client.session
    session[follow_up.SESSION_KEY] = {**session[follow_up.SESSION_KEY], "until": 0}
    session.save()
    assert client.get(reverse("applications:follow_case")).url == reverse("applications:follow")
    slip = given(world, application, reason="The slip was lost")
    client.post(reverse("applications:follow"), {"number": application.case.number, "pin": slip.pin})
    assert client.get(reverse("applications:follow_case")).status_code == 200
    given(world, application, reason="Lost again")
    assert client.get(reverse("applications:follow_case")).status_code == 302
    client.post(reverse("applications:follow_leave"))
    assert follow_up.SESSION_KEY not in client.session


def test_the_holder_of_a_slip_reads_and_confirms_but_writes_nothing(client, world):
    application = an_application(world)
    guest = a_guest(world)
    Application.objects.filter(pk=application.pk).update(applicant=guest)
    application = Application.objects.get(pk=application.pk)
    ask_again(world, application, days=3650)
    let_in(client, world, application)
    assert "Please say more." in client.get(reverse("applications:follow_case")).content.decode()
    day = timezone.localdate() + timedelta(days=2)
    client.post(reverse("applications:follow_confirm"), {"day": day.isoformat()})
    act = timeline(application.stream)[0]
    assert (act.verb, act.system, act.data) == ("confirm_read", "slip", {"day": day.isoformat()})
    assert Registration.objects.values_list("expected_on", flat=True).get(person=guest) == day
    assert "You confirmed on" in client.get(reverse("applications:follow_case")).content.decode()
    for name in ("status", "review", "about"):
        assert client.get(page(name, application)).status_code == 302
    application.refresh_from_db()
    assert application.state == "incomplete"


@pytest.mark.parametrize("day", [date(2026, 3, 5), date(2999, 1, 1)])
def test_nobody_confirms_a_day_that_does_not_help(world, day):
    application = an_application(world, "incomplete")
    with pytest.raises(Refused, match="Choose a day"):
        follow_up.confirm(application, day=day, today=date(2026, 3, 6), at=NOW)


def test_nothing_is_confirmed_where_nothing_is_asked(world, application):
    with pytest.raises(Refused, match="Nothing is asked"):
        follow_up.confirm(application, day=None, today=date(2026, 3, 6), at=NOW)


@pytest.mark.parametrize("typed", ["12345", "12345-0", "abc", "1" * 30, "'; --"])
def test_what_is_no_case_number_is_said_at_once(client, typed):
    answer = client.post(reverse("applications:follow"), {"number": typed, "pin": "1"})
    assert answer.status_code == 422
    assert not Attempts.objects.exists()


def test_the_code_on_the_slip_fills_the_number_in(client, application):
    shown = client.get(page("follow_number", application)).content.decode()
    assert f'value="{application.case.number}"' in shown
