"""Erasures: what goes, what stays, who decides, what time brings about, and that `verify` still passes."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications import erasing, opening, retention
from applications.imports import running
from applications.kept_answers import without_words
from applications.models import (
    AnswerSet,
    Application,
    Cause,
    Erasure,
    Identity,
    NameToken,
    Registration,
    Reveal,
)
from applications.vault import sealed_models
from documents.models import Document
from tests.worlds.applications import a_person, an_application, ask_again
from tests.worlds.documents import filed
from tests.worlds.programmes import NOON, open_call, programme_world
from workflow import Refused, fire
from workflow.models import EventNote, Proposal, Refusal
from workflow.verification import verify

NAME = "Zahra Quillfeather"
REASON = "Asked for on the telephone"
AT = NOON + timedelta(days=40)


@pytest.fixture
def world(db):
    made = programme_world()
    open_call(made)
    return made


@pytest.fixture
def application(world):
    person = a_person(world, NAME, arabic_name="زهرة", phone="+212600112233", address="12 rue des Tests")
    made = an_application(world, person=person)
    filed(made, stream=made.stream)
    ask_again(world, made)
    row = Registration.objects.get(person=person)
    opening.reveal(row, actor=world.member("manager"), reason=f"To call {NAME}", at=NOON)
    return made


def asked(world, application, cause=Cause.ASKED) -> Erasure:
    officer = world.member("protection_officer")
    return retention.ask(application.applicant, world.programme, cause, actor=officer, at=AT)


def erased(world, application) -> Erasure:
    wanted = asked(world, application)
    fire(wanted, "carry_out", actor=world.member("protection_officer"), at=AT, data={"reason": REASON})
    return wanted


def problems() -> list[str]:
    return [problem for result in verify() for problem in result.problems]


@pytest.mark.long
def test_everything_by_which_a_person_could_be_found_goes(
    world, application, django_capture_on_commit_callbacks
):
    person, user = application.applicant, application.applicant.user
    document = Document.objects.of(application).get()
    with django_capture_on_commit_callbacks(execute=True):
        done = erased(world, application)
    identity = Identity.objects.get(person=person)
    assert identity.values == []
    assert not NameToken.objects.filter(identity=identity).exists()
    assert (identity.document_index, identity.phone_index) == ("", "")
    assert Registration.objects.get(person=person).__dict__["category"] == ""
    document.refresh_from_db()
    assert document.erased_at == AT
    assert not any(NAME in text for text in EventNote.objects.values_list("text", flat=True))
    person.refresh_from_db()
    user.refresh_from_db()
    assert person.user is None
    assert (user.is_active, user.full_name, user.phone) == (False, "", None)
    assert user.email.endswith("@erased.invalid")
    assert done.whole
    assert problems() == []


def test_what_statistics_count_and_what_an_auditor_needs_stays(world, application):
    before = application.answers_at("idea").answers
    row = Registration.objects.get(person=application.applicant)
    erased(world, application)
    after = Registration.objects.get(pk=row.pk)
    assert (after.sex, after.birth_year, after.site) == (row.sex, row.birth_year, row.site)
    kept = AnswerSet.objects.filter(application=application).first().answers
    assert kept["requested"] == before["requested"]
    assert kept["existing"] == "yes"
    assert "description" not in kept
    application.refresh_from_db()
    assert application.requested_minor == before["requested"]
    assert Reveal.objects.filter(person=application.applicant).get().reason == ""


def test_an_erased_identity_stays_empty(world, application):
    erased(world, application)
    identity = Identity.objects.get(person=application.applicant)
    identity.latin_name = "Somebody"
    with pytest.raises(IntegrityError), transaction.atomic():
        identity.save()


@pytest.mark.long
def test_an_open_application_is_withdrawn_first(world, application):
    assert application.state == "incomplete"
    erased(world, application)
    application.refresh_from_db()
    assert application.state == "withdrawn"
    assert problems() == []


def test_the_carried_out_erasure_is_never_changed(world, application):
    done = erased(world, application)
    for attack in (lambda: Erasure.objects.update(erased={}), lambda: done.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()


@pytest.mark.long
def test_answers_changed_after_their_erasure_are_found(world, application):
    erased(world, application)
    AnswerSet.objects.filter(application=application).update(answers={"requested": 1})
    assert any("what was kept of its answers was changed" in said for said in problems())


def test_answers_erased_by_nobody_are_found(world, application):
    AnswerSet.objects.filter(application=application).update(answers={}, sealed="", salt="", erased_at=AT)
    assert any("erased without an erasure" in said for said in problems())


@pytest.mark.long
def test_what_was_left_behind_is_found(world, application):
    erased(world, application)
    filed(application, stream=application.stream)
    assert any("files or answers are left" in said for said in problems())


def test_the_system_erases_for_the_period_alone_and_not_before_its_day(world, application):
    with pytest.raises(Refused):
        fire(asked(world, application), "carry_out", actor=retention.tick.TICK, at=AT, data={"reason": "x"})


def test_who_may_decide(world, application):
    wanted = asked(world, application)
    for role in ("manager", "field_agent", "auditor"):
        with pytest.raises(Refused):
            fire(wanted, "carry_out", actor=world.member(role), at=AT, data={"reason": REASON})
    officer = world.member("protection_officer")
    with pytest.raises(Refused, match="reason"):
        fire(wanted, "keep", actor=officer, at=AT)
    fire(wanted, "keep", actor=officer, at=AT, data={"reason": "A dispute goes on"})
    fire(wanted, "drop", actor=application.applicant.user, at=AT, data={"reason": "I stay"})
    assert wanted.state == "dropped"


@pytest.mark.long
def test_an_identity_stays_while_another_programme_needs_it(world, application):
    person = application.applicant
    other = programme_world()
    Registration.objects.create(person=person, programme=other.programme, category="refugee")
    done = erased(world, application)
    assert not done.whole
    assert Identity.objects.get(person=person).latin_name == NAME
    assert Registration.objects.get(person=person, programme=world.programme).erased_at == AT
    assert Registration.objects.get(person=person, programme=other.programme).erased_at is None
    assert User.objects.get(person=person).is_active
    assert problems() == []


def test_a_group_keeps_its_file_until_the_applicant_goes(world):
    type(world.track).objects.filter(pk=world.track.pk).update(max_members=5)
    world.track.refresh_from_db()
    group = an_application(world, members=2)
    member = group.members.exclude(person=group.applicant).get().person
    assert erasing.scope_of(member, world.programme, AT).cases == []
    assert erasing.scope_of(group.applicant, world.programme, AT).cases == [group.case]


def test_a_trial_lists_what_would_go_and_changes_nothing(world, application):
    counts = erasing.try_out(application.applicant, world.programme, at=AT).counts
    assert counts["identity"] == counts["files"] == counts["account"] == 1
    assert Identity.objects.get(person=application.applicant).latin_name == NAME
    assert Document.objects.of(application).exists()


def test_every_sealed_column_belongs_to_an_eraser():
    """A package that seals something says how it is erased; else it would outlive the person."""
    erased_by = {label for trace in erasing.traces() for label in trace.seals}
    assert {model._meta.label_lower for model, _fields in sealed_models()} <= erased_by
    assert all(apps.get_model(label) for label in erased_by)


def test_a_table_waiting_for_import_is_emptied_since_the_person_may_stand_in_it(world, application):
    batch = running.hand_in(
        world.call, f"Nom\n{NAME}\n".encode(), "list.csv", actor=world.member("manager"), at=timezone.now()
    )
    erased(world, application)
    batch.refresh_from_db()
    assert (batch.table, batch.report) == ("", "")


# The command


def erase_command(*arguments: str) -> str:
    out = StringIO()
    call_command("erase", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.long
def test_the_command_erases_by_case_number_and_says_what_went(world, application):
    officer = world.member("protection_officer").email
    given = [application.case.number, "--actor", officer, "--reason", REASON]
    assert "Nothing was changed" in erase_command(*given, "--dry-run")
    assert Identity.objects.get(person=application.applicant).latin_name == NAME
    assert "identities" in erase_command(*given)
    assert Identity.objects.get(person=application.applicant).values == []
    assert problems() == []


def test_the_command_takes_a_reference_and_asks_which_programme(world, application):
    person, officer = application.applicant, world.member("protection_officer").email
    other = programme_world()
    Registration.objects.create(person=person, programme=other.programme)
    given = [str(person.reference), "--actor", officer, "--reason", REASON, "--dry-run"]
    with pytest.raises(CommandError, match="several programmes"):
        erase_command(*given)
    assert "another programme" in erase_command(*given, "--programme", world.programme.code)


@pytest.mark.parametrize("role", ["manager", "field_agent"])
def test_the_command_obeys_nobody_but_the_protection_officer(world, application, role):
    given = [application.case.number, "--actor", world.member(role).email, "--reason", REASON]
    with pytest.raises(CommandError):
        erase_command(*given)
    assert not Erasure.objects.exists()
    assert Identity.objects.get(person=application.applicant).latin_name == NAME


def test_the_command_says_who_is_unknown(world):
    for who in ("12345-6", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(CommandError):
            erase_command(who, "--actor", world.member("protection_officer").email, "--reason", REASON)
    with pytest.raises(CommandError, match="nobody signs in"):
        erase_command("1", "--actor", "nobody@example.org", "--reason", REASON)


# Retention


def closed(world, months: int | None, on: date = date(2026, 6, 30)) -> None:
    programme = world.programme
    type(programme).objects.filter(pk=programme.pk).update(
        state="closed", closed_on=on, retention_months=months
    )
    programme.refresh_from_db()


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 6, 30), 12, date(2027, 6, 30)),
        (date(2025, 12, 1), 1, date(2026, 1, 1)),
    ],
)
def test_months_are_counted_as_people_do(day, months, due):
    assert retention.after_months(day, months) == due


def test_a_closed_programme_erases_by_itself_when_its_period_is_over(world, application):
    closed(world, 12)
    due = NOON.replace(year=2027, month=6, day=30)
    assert retention.queue_due(due - timedelta(days=31)) == 0
    assert retention.queue_due(due - timedelta(days=29)) == 1
    assert retention.queue_due(due - timedelta(days=28)) == 0
    assert retention.carry_out_due(due - timedelta(days=1)) == 0
    assert retention.carry_out_due(due) == 1
    assert retention.carry_out_due(due) == 0
    assert Identity.objects.get(person=application.applicant).values == []
    assert retention.queue_due(due) == 0


def test_without_a_period_nothing_is_erased_by_itself(world, application):
    closed(world, None)
    assert retention.queue_due(NOON.replace(year=2060)) == 0


def test_what_is_kept_for_a_reason_is_not_erased_by_time(world, application):
    closed(world, 12)
    due = NOON.replace(year=2027, month=6, day=30)
    retention.queue_due(due)
    wanted = Erasure.objects.get()
    officer = world.member("protection_officer")
    fire(wanted, "keep", actor=officer, at=due, data={"reason": "The donor's audit goes on"})
    assert retention.carry_out_due(due + timedelta(days=400)) == 0
    assert retention.queue_due(due + timedelta(days=400)) == 0
    fire(wanted, "carry_out", actor=officer, at=due, data={"reason": "The audit is over"})
    assert wanted.state == "erased"


def test_a_longer_period_moves_the_day_and_a_reopened_programme_takes_it_away(world, application):
    closed(world, 12)
    due = NOON.replace(year=2027, month=6, day=30)
    retention.queue_due(due)
    closed(world, 24)
    retention.queue_due(due)
    assert Erasure.objects.get().due_on == date(2028, 6, 30)
    type(world.programme).objects.filter(pk=world.programme.pk).update(state="running")
    retention.queue_due(due)
    assert not Erasure.objects.exists()


@pytest.mark.long
def test_the_officer_reads_what_is_due_and_what_was_erased(client, world, application):
    wanted = asked(world, application)
    client.force_login(world.member("protection_officer"))
    for address in (reverse("applications:erasures", args=[world.programme.code]), wanted.get_absolute_url()):
        shown = client.get(address)
        assert application.case.number in shown.content.decode()
        assert application.applicant.identity.phone not in shown.content.decode()
    assert "What would be erased" in client.get(wanted.get_absolute_url()).content.decode()
    fire(wanted, "carry_out", actor=world.member("protection_officer"), at=AT, data={"reason": REASON})
    assert "What was erased" in client.get(wanted.get_absolute_url()).content.decode()


@pytest.mark.long
def test_the_list_of_erasures_costs_the_same_for_1_row_and_for_50(
    client, world, django_assert_num_queries, django_assert_max_num_queries
):
    address = reverse("applications:erasures", args=[world.programme.code])
    officer = world.member("protection_officer")
    client.force_login(officer)
    people = [a_person(world) for _number in range(50)]
    retention.request(people[0], world.programme, Cause.ASKED, actor=officer, at=AT)
    client.get(address)
    with django_assert_max_num_queries(30) as one:
        client.get(address)
    for person in people[1:]:
        retention.request(person, world.programme, Cause.ASKED, actor=officer, at=AT)
    with django_assert_num_queries(len(one)):
        client.get(address)


# What is kept of answers


def test_words_go_and_figures_stay(world, application):
    form = application.answers_at("idea").form
    given = {
        "title": "My name is Zahra",
        "existing": "yes",
        "since": "2023-05-14",
        "requested": 12_000_00,
        "sworn": True,
        "use_of_money": "For Zahra",
    }
    kept = without_words(form, given)
    assert kept == {"existing": "yes", "since": "2023", "requested": 12_000_00, "sworn": True}


def test_what_cannot_be_read_as_its_kind_goes_too(world, application):
    form = application.answers_at("idea").form
    assert without_words(form, {"requested": "ask Zahra", "existing": "Zahra", "since": "Zahra"}) == {}


def test_proposals_and_refusals_hold_no_words(world, application):
    Proposal.objects.create(
        kind="applications.application",
        object_id=str(application.pk),
        verb="disqualify",
        digest="0" * 64,
        data={"reason": f"{NAME} lied"},
        proposer=world.member("manager"),
        proposed_at=AT,
    )
    erased(world, application)
    assert not any(NAME in str(row.data) for row in Proposal.objects.all())
    assert not any(NAME in str(row.sentences) for row in Refusal.objects.all())
    assert Application.objects.get(pk=application.pk).title == ""
