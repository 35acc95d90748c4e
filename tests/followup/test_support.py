"""Cohorts complete by their own rule, certificates are real papers, outcomes of people count once."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from documents.intake.tables import read_table
from followup import outcomes, papers
from followup.attendance import mark, put_on_the_list
from followup.cohorts import complete_due, enrol, list_the_cohort, progress_of
from followup.models import Cohort, PersonOutcome, SupportSession
from programmes.models import Programme
from tests.worlds.applications import a_guest
from tests.worlds.programmes import open_call, programme_world
from workflow import Refused, fire

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(settings, tmp_path):
    """Two people in a cohort that ended yesterday: one came to both sessions, the other to one."""
    settings.MEDIA_ROOT = tmp_path
    world = programme_world()
    open_call(world)
    now = timezone.now()
    today = timezone.localdate(now)
    made = Cohort.objects.create(
        programme=world.programme,
        code="C1",
        title="Tenir un cahier de caisse",
        kind="training",
        starts_on=today - timedelta(days=20),
        ends_on=today - timedelta(days=1),
    )
    made.world, made.now = world, now
    people = [a_guest(world), a_guest(world)]
    first = _session(made, today - timedelta(days=20))
    assert enrol(made, people, site=world.site, day=today, at=now) == 2
    assert enrol(made, people, site=world.site, day=today, at=now) == 0
    second = _session(made, today - timedelta(days=2))
    assert (first.attendance.count(), list_the_cohort(second)) == (2, 2)
    for session, absent in ((first, 0), (second, 1)):
        rows = list(session.attendance.order_by("pk").values_list("pk", flat=True))
        mark(session, rows[: 2 - absent], rows[2 - absent :], by=world.member("coach"), at=now)
        fire(session, "hold", actor=world.member("coach"))
        fire(session, "close", actor=world.member("supervisor"))
    return made


def _session(cohort: Cohort, day) -> SupportSession:
    return SupportSession.objects.create(
        programme=cohort.programme, cohort=cohort, purpose="training", title="Jour", held_on=day
    )


def test_who_met_the_rule_is_completed_by_tick_once_every_session_is_closed(cohort):
    assert [row.percent for row in progress_of(cohort)] == [100, 50]
    open_one = _session(cohort, timezone.localdate(cohort.now))
    assert complete_due(cohort.now) == 0
    fire(open_one, "cancel", actor=cohort.world.member("supervisor"), data={"reason": "Rain"})
    assert complete_due(cohort.now) == 1
    assert complete_due(cohort.now) == 0
    states = list(cohort.enrolments.order_by("pk").values_list("state", flat=True))
    assert states == ["completed", "enrolled"]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_certificate_is_a_numbered_paper_that_a_later_print_replaces(cohort, language):
    complete_due(cohort.now)
    rows = cohort.enrolments.select_related("cohort__programme", "case__programme", "person", "site")
    done, not_done = rows.order_by("pk")
    actor = cohort.world.member("supervisor")
    paper = papers.issue_certificate(done, language=language, actor=actor, at=cohort.now)
    again = papers.issue_certificate(done, language=language, actor=actor, at=cohort.now)
    assert (paper.kind, again.supersedes) == ("certificate", paper)
    assert papers.papers_of([done.pk]) == {done.pk: [again]}
    with pytest.raises(Refused, match="completed"):
        papers.issue_certificate(not_done, language=language, actor=actor, at=cohort.now)


def test_nothing_is_certified_of_psychosocial_support(cohort):
    complete_due(cohort.now)
    Cohort.objects.filter(pk=cohort.pk).update(kind="psychosocial")
    done = cohort.enrolments.filter(state="completed").select_related("cohort__programme").get()
    with pytest.raises(Refused, match="psychosocial"):
        papers.issue_certificate(done, language="fr", actor=cohort.world.member("supervisor"), at=cohort.now)


def test_an_attendance_list_to_sign_holds_references_and_no_name(cohort):
    from documents.papers import bytes_of, original
    from tests.documents.reading import text_of

    session = cohort.sessions.order_by("pk").first()
    paper = papers.issue_list(session, language="fr", actor=cohort.world.member("coach"), at=cohort.now)
    said = text_of(bytes_of(original(paper)))
    for row in session.attendance.select_related("person"):
        assert str(row.person) in said


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_list_of_eight_people_is_signed_on_its_only_page(cohort, language):
    from documents.papers import bytes_of, original
    from tests.documents.reading import pages_of

    session = cohort.sessions.order_by("pk").first()
    put_on_the_list(session, [a_guest(cohort.world) for _number in range(6)])
    assert session.attendance.count() == 8
    paper = papers.issue_list(session, language=language, actor=cohort.world.member("coach"), at=cohort.now)
    assert len(list(pages_of(bytes_of(original(paper))))) == 1


def test_an_outcome_of_today_is_noted_where_the_day_has_begun_already(cohort):
    person, by = a_guest(cohort.world), cohort.world.member("coach")
    programme = cohort.programme
    programme.time_zone = "Africa/Tripoli"
    late = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    given = {"source": "Call", "by": by, "at": late}
    assert outcomes.note(person, programme, "employed", seen_on=date(2026, 3, 2), **given)
    with pytest.raises(Refused, match="has not come yet"):
        outcomes.note(person, programme, "lost", seen_on=date(2026, 3, 3), **given)


def test_the_latest_outcome_of_a_person_counts_and_the_same_table_twice_adds_nothing(cohort):
    programme, by = cohort.programme, cohort.world.member("coach")
    one, two = [str(row.person) for row in cohort.enrolments.select_related("person").order_by("pk")]
    table = (
        "number;outcome;seen_on;source\n"
        f"{one};none;2026-01-10;Call\n{one};employed;2026-03-10;Office\n{two};lost;2026-03-10;Call\n"
        f"P-00000000;lost;2026-03-10;Call\n{two};rich;2026-03-10;Call\n{two};none;10 March;Call\n"
    )
    sheet = read_table(table.encode(), "outcomes.csv")
    first = outcomes.take_table(sheet, programme, by=by, at=cohort.now)
    assert (first.new, first.known, [number for number, _why in first.problems]) == (3, 0, [5, 6, 7])
    again = outcomes.take_table(sheet, programme, by=by, at=cohort.now)
    assert (again.new, again.known) == (0, 3)
    assert outcomes.latest_counts(PersonOutcome.objects.all()) == {"employed": 1, "lost": 1}


def test_who_has_a_grant_has_no_outcome_of_this_kind():
    from tests.worlds.disbursements import grant_world

    money = grant_world(14_000_00)
    person = money.grant.application.applicant
    money.grant.application.members.get_or_create(person=person)
    given = {"seen_on": money.today, "source": "Call", "by": money.member("coach"), "at": money.now()}
    with pytest.raises(Refused, match="has a grant"):
        outcomes.note(person, money.world.programme, "employed", **given)


def test_what_was_seen_today_is_noted_after_midnight_where_the_programme_is():
    world = programme_world()
    open_call(world)
    Programme.objects.filter(pk=world.programme.pk).update(time_zone="Africa/Tripoli")
    programme = Programme.objects.get(pk=world.programme.pk)
    person = a_guest(world)
    late = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)
    given = {"source": "Call", "by": world.member("coach"), "at": late}
    assert outcomes.note(person, programme, "employed", seen_on=date(2026, 3, 15), **given)
    with pytest.raises(Refused, match="has not come"):
        outcomes.note(person, programme, "none", seen_on=date(2026, 3, 16), **given)
