"""The board of a round says whom to chase; jurors are reminded once a day at most, by calendar or by hand."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from scoring import progress, reminders
from scoring.models import JurorReminder, JuryAssignment, Round
from scoring.verification import jurors_mark_for_their_own_session
from tests.worlds import scoring as jury
from tests.worlds.programmes import a_session
from workflow import Refused, fire, notices
from workflow.models import Notice, NoticeBatch

TODAY = date(2026, 5, 10)


def span(days_left, since=10):
    due = None if days_left is None else TODAY + timedelta(days_left)
    return progress.Span(TODAY - timedelta(since), TODAY, due)


@pytest.mark.parametrize(
    ("load", "days_left", "word"),
    [
        (progress.Load(handed_in=9), -3, progress.DONE),
        (progress.Load(to_open=1, handed_in=9), -1, progress.LATE),
        (progress.Load(to_open=9), 5, progress.NOT_BEGUN),
        (progress.Load(to_open=9), 40, progress.ON_TIME),
        (progress.Load(to_open=14, opened=1, handed_in=7, recent=7), 10, progress.BEHIND),
        (progress.Load(to_open=9, opened=1, handed_in=7, recent=7), 10, progress.ON_TIME),
        (progress.Load(opened=1, handed_in=7), 10, progress.BEHIND),
        (progress.Load(to_open=4), None, progress.UNDATED),
    ],
)
def test_the_outlook_of_a_juror_follows_from_pace_and_days_left(load, days_left, word):
    assert progress.outlook(load, span(days_left)) == word


def test_a_reminder_is_due_7_3_and_1_days_before_and_five_times_while_late():
    stages = [progress.stage(days) for days in range(9, -20, -1)]
    assert list(dict.fromkeys(stages)) == [
        "",
        *(f"before-{days}" for days in (7, 3, 1)),
        *(f"late-{turn}" for turn in range(1, 6)),
    ]


@pytest.mark.long
def test_jurors_are_reminded_once_a_day_and_the_mailing_is_read_before_it_leaves(
    session, client, monkeypatch
):
    held = session.rounds.get()
    now = session.cutoff_at
    Round.objects.filter(pk=held.pk).update(closes_at=now + timedelta(days=3))
    held.refresh_from_db()
    first = JuryAssignment.objects.filter(round=held).first()
    busy = first.engagement
    for assignment in JuryAssignment.objects.filter(round=held, engagement=busy):
        jury.mark(assignment)

    assert reminders.remind_due(now) == 2, "who has handed in everything is left alone"
    assert reminders.remind_due(now) == 0
    assert reminders.remind_due(now + timedelta(days=1)) == 0, "this reminder was given"
    told = Notice.objects.filter(template="scoring.sheet_reminder")
    assert {notice.status for notice in told} == {"queued"}
    text = notices.preview(told.first(), "en").body
    assert "3 files still wait for your marks" in text

    with pytest.raises(Refused, match="Nobody can be reminded"):
        reminders.prepare(held, [one.engagement_id for one in JurorReminder.objects.all()], by=1, at=now)
    row = JurorReminder.objects.first()
    row.pk, row.stage, row.notice = None, "hand", told.last()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)

    monkeypatch.setattr(reminders, "MASS", 1)
    late = now + timedelta(days=4)
    assert reminders.remind_due(late) == 2
    mailing = NoticeBatch.objects.get(label__startswith="Reminder of jurors")
    assert mailing.released_at is None
    assert set(mailing.notices.values_list("status", flat=True)) == {"draft"}

    secretary = jury.member_of(session, "jury_secretary")
    client.force_login(secretary)
    page = client.get(reverse("scoring:remind", args=[held.pk]))
    lines = [line for line, _told in page.context["lines"]]
    assert {line.load.left for line in lines} == {3}
    assert busy not in [line.engagement for line in lines]
    answer = client.post(
        reverse("scoring:remind", args=[held.pk]), {"juror": [line.engagement.pk for line in lines]}
    )
    assert "/mailings/" in answer["Location"]
    made = JurorReminder.objects.filter(stage="hand", sent_by=secretary)
    assert {reminder.notice.status for reminder in made} == {"draft"}

    Round.objects.filter(pk=held.pk).update(reminds=False)
    assert reminders.remind_due(late + timedelta(days=5)) == 0


@pytest.mark.long
def test_the_board_names_jurors_of_a_file_only_to_who_may_see_marks(session, client):
    held = session.rounds.get()
    one = JuryAssignment.objects.filter(round=held).order_by("pk").first()
    fire(one, "recuse", actor=one.engagement.user, data={"reason": "A cousin"})
    other = JuryAssignment.objects.filter(round=held, state="assigned").order_by("pk").first()
    sheet = jury.open_file(other)
    abstains = dict.fromkeys(jury.middling(other))
    jury.fill_in(sheet, {**jury.middling(other), list(abstains)[-1]: None})
    fire(sheet, "submit", actor=other.engagement.user)
    seen = {}
    for role in ("jury_secretary", "jury_chair", "manager"):
        client.force_login(jury.member_of(session, role))
        seen[role] = client.get(held.get_absolute_url() + "?files=short")
        assert seen[role].status_code == 200
    lines = {line.application: line for line in seen["jury_chair"].context["page"]}
    assert len(lines) == 3, "every file lacks marks"
    assert lines[one.application].aside == 1
    assert lines[other.application].abstained == 1
    assert lines[other.application].missing == 2
    assert any(line.waits_for for line in lines.values())
    assert not any(line.waits_for for line in seen["manager"].context["page"])
    assert sum(line.abstained for line in seen["manager"].context["jurors"]) == 1


def test_names_on_the_board_are_never_markup(session, client):
    held = session.rounds.get()
    waited_for = JuryAssignment.objects.filter(round=held, state="assigned").first().engagement.user
    User.objects.filter(pk=waited_for.pk).update(full_name="<i>Amal</i> & Co")
    client.force_login(jury.member_of(session, "jury_secretary"))
    html = client.get(held.get_absolute_url()).content.decode()
    assert "<i>Amal" not in html
    assert html.count("&lt;i&gt;Amal&lt;/i&gt; &amp; Co") > 1, "as a juror, and where a file waits"


@pytest.mark.long
def test_the_board_costs_the_same_queries_however_many_files_there_are(session, client):
    held = session.rounds.get()
    client.force_login(jury.member_of(session, "jury_secretary"))

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(held.get_absolute_url()).status_code == 200
        return len(seen)

    queries()
    few = queries()
    jury.mark_all(session)
    assert queries() == few <= 21


def test_it_is_noticed_that_a_juror_has_a_file_of_another_session(session):
    held = session.rounds.get()
    assert not jurors_mark_for_their_own_session().problems
    elsewhere = a_session(session.call)
    stray = JuryAssignment.objects.filter(round=held).earliest("pk")
    Round.objects.filter(pk=held.pk).update(session=elsewhere)
    assert f"assignment {stray.pk} is of another session than its juror" in (
        jurors_mark_for_their_own_session().problems
    )
