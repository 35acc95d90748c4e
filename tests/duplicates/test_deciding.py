"""Files that look like one: found when they come in, held, compared by a person, decided with a reason."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from applications.duplicates import deciding, searching, wording
from applications.models import Comparison, Duplicate, Flag, Identity, MatchKey, Reveal
from tests.chance import undrawn
from tests.worlds.applications import SCREENED, a_draft, a_person, an_application, find_eligible, submit
from tests.worlds.programmes import a_track, open_call, programme_world
from workflow import Refused, fire, tick
from workflow.models import Event

pytestmark = pytest.mark.django_db

AMINA = {"arabic_name": "", "birth_date": "1994-03-12", "document_number": "QA483920"}
AGAIN = {"arabic_name": "أمينة العلوي", "birth_date": "1994-03-12", "document_number": ""}
PLAN = (
    "Je veux ouvrir un atelier de couture près du marché central, avec deux machines industrielles et une"
    " apprentie du quartier, pour faire des vêtements d'enfants et des retouches que les familles apportent"
    " aujourd'hui dans l'autre ville, à une heure de route, parce que personne ne travaille ici le soir."
)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


def sent(world, name="", /, **given):
    given.setdefault("document_number", "")
    return an_application(world, person=a_person(world, name or "Zineb Haddad", **given))


@pytest.fixture
def pair(world):
    """Amina Alaoui, who applied twice: once in Latin letters, once in Arabic ones without her card."""
    first = sent(world, "Amina Alaoui", **AMINA)
    second = sent(world, "", **{**AGAIN, "latin_name": ""})
    searching.compare_waiting(SCREENED)
    return first, second, Duplicate.objects.get()


def officer_of(world):
    return world.member("screening_officer")


def decide(world, record, finding="same", reason="She said so on the phone."):
    return deciding.decide(record, finding=finding, reason=reason, actor=officer_of(world), at=timezone.now())


def test_who_applies_twice_in_two_scripts_is_found_and_the_later_file_waits(world, pair):
    first, second, record = pair
    assert (record.earlier, record.later, record.strength) == (first, second, "likely")
    said = [ground.sentence for ground in wording.grounds(record)]
    assert "The same name, in Arabic here and in Latin letters there." in said
    with pytest.raises(Refused, match="looks like an earlier one"):
        find_eligible(world, second)
    find_eligible(world, first)


def test_sending_asks_for_a_comparison_and_does_not_wait_for_it(world):
    application = sent(world)
    asked = Comparison.objects.get(application=application)
    assert asked.done_at is None
    assert not MatchKey.objects.exists()
    tick.run(SCREENED)
    asked.refresh_from_db()
    assert asked.done_at is not None
    assert MatchKey.objects.filter(person=application.applicant).exists()


def test_no_value_of_an_identity_is_kept_beside_the_vault(world, pair):
    first, second, _record = pair
    rows = [*Duplicate.objects.values(), *MatchKey.objects.values()]
    told = [{name: row[name] for name in row if not name.endswith(("id", "_at"))} for row in rows]
    kept = undrawn(str(told))
    assert "…" in kept, "keys are digests"
    for person in (first.applicant, second.applicant):
        for value in [*Identity.objects.get(person=person).values, "1994"]:
            assert value not in kept


def test_told_apart_with_a_reason_both_files_go_on_and_nobody_is_asked_again(world, pair):
    _first, second, record = pair
    decide(world, record, "different", "Two cousins, seen together.")
    find_eligible(world, second)
    searching.ask(second, timezone.now())
    searching.compare_waiting(timezone.now())
    assert Duplicate.objects.get().finding == "different"


def test_a_duplicate_is_an_event_of_both_cases_and_flags_the_later_file(world, pair):
    first, second, record = pair
    decide(world, record)
    assert record.reason == "She said so on the phone."
    streams = set(Event.objects.filter(kind="applications.duplicate").values_list("stream", "verb"))
    assert streams == {(first.stream, "confirm"), (second.stream, "confirm")}
    flag = Flag.objects.get()
    assert (flag.application, flag.kind) == (second, "twice")
    assert first.case.number in flag.reason
    with pytest.raises(Refused, match="A flag is still open"):
        find_eligible(world, second)


def test_a_decision_needs_a_reason_and_stands(world, pair):
    record = pair[2]
    with pytest.raises(Refused, match="how you know"):
        decide(world, record, reason="yes")
    decide(world, record)
    with pytest.raises(Refused, match="Somebody else has decided"):
        decide(world, record, "different")
    assert Flag.objects.count() == 1
    assert Event.objects.filter(kind="applications.duplicate").count() == 2


def test_a_corrected_identity_is_compared_again_and_what_was_wrong_goes(world, pair):
    _first, second, _record = pair
    identity = Identity.objects.get(person=second.applicant)
    identity.arabic_name, identity.birth_date = "زينب التازي", "1971-01-02"
    identity.save()
    searching.ask(second, timezone.now())
    searching.compare_waiting(timezone.now())
    assert not Duplicate.objects.exists()


def test_files_of_before_get_keys_little_by_little(world):
    first = sent(world, "Amina Alaoui", **AMINA)
    Comparison.objects.all().delete()
    second = sent(world, "Amina El Alaoui", **AGAIN)
    searching.compare([second.pk], SCREENED)
    assert not Duplicate.objects.exists()
    assert searching.compare_older(SCREENED) == 1
    assert Duplicate.objects.get().earlier == first
    assert searching.compare_older(SCREENED) == 0


def test_a_shared_phone_is_shown_and_holds_nobody(world):
    sent(world, "Amina Alaoui", birth_date="1970", arabic_name="", phone="+212612345678")
    second = sent(world, "Said Tazi", birth_date="1999", arabic_name="", phone="+212612345678")
    searching.compare_waiting(SCREENED)
    assert Duplicate.objects.get().strength == "possible"
    find_eligible(world, second)


def test_plans_that_say_the_same_meet_and_many_copies_are_as_many_pairs(world):
    names = ["Amina Alaoui", "Said Tazi", "Khadija Fassi"]
    files = [
        an_application(
            world,
            person=a_person(world, name, arabic_name="", document_number="", birth_date=str(1970 + at)),
            answers={"description": PLAN + " " + name},
        )
        for at, name in enumerate(names)
    ]
    searching.compare_waiting(SCREENED)
    found = Duplicate.objects.filter(alike="plan")
    assert found.count() == 2
    assert {row.earlier_id for row in found} == {files[0].pk}
    assert all(row.percent >= 80 for row in found)


def test_the_same_persons_in_one_group_are_found(world):
    lead = a_person(world, "Amina Alaoui", **AMINA)
    track = a_track(world.call, composition="group", min_members=2, max_members=5)
    application = a_draft(world, lead, members=2, track=track)
    other = application.members.exclude(person=lead).get().person
    identity = Identity.objects.get(person=other)
    identity.latin_name, identity.birth_date, identity.document_number = "Aminah El Alaoui", "1994-03-12", ""
    identity.save()
    submit(application)
    searching.compare_waiting(SCREENED)
    record = Duplicate.objects.get(alike="person")
    assert record.earlier == record.later == application
    decide(world, record)
    assert Event.objects.filter(kind="applications.duplicate").count() == 1


def test_an_erased_person_leaves_no_key(world, pair):
    from applications import erasing

    first = pair[0]
    erasing.erase(first.applicant, world.programme, at=timezone.now())
    assert not MatchKey.objects.filter(person=first.applicant).exists()


def test_a_batch_is_compared_in_few_queries(world):
    files = [sent(world, f"Amina Alaoui{number}", **AMINA) for number in range(3)]
    keys = [file.pk for file in files]
    searching.compare(keys[:1], SCREENED)
    with CaptureQueriesContext(connection) as one:
        searching.compare(keys[:1], SCREENED)
    with CaptureQueriesContext(connection) as three:
        searching.compare(keys, SCREENED)
    assert len(three) <= len(one) + 4


# Pages


def page(record, name="duplicate"):
    return reverse(f"applications:{name}", args=[record.later.call.programme.code, record.pk])


def test_the_page_shows_evidence_and_both_sides_and_no_name(client, world, pair):
    first, _second, record = pair
    client.force_login(officer_of(world))
    text = client.get(page(record)).content.decode()
    assert first.case.number in text
    assert "The same date of birth." in text
    for value in ("Alaoui", "العلوي", "QA483920", "1994-03-12"):
        assert value not in text
    answer = client.post(page(record), {"finding": "different", "reason": "Two cousins of one family"})
    assert answer.status_code == 302
    record.refresh_from_db()
    assert record.finding == "different"


@pytest.mark.long
def test_both_identities_are_opened_once_with_a_reason_that_both_cases_keep(client, world, pair):
    record = pair[2]
    client.force_login(officer_of(world))
    url = page(record, "open_duplicate")
    assert client.post(url, {"open-reason": "no", "key": "k1"}).status_code == 422
    assert not Reveal.objects.exists()
    shown = client.post(url, {"open-reason": "To compare two files", "key": "k1"})
    text = shown.content.decode()
    assert "Amina Alaoui" in text
    assert "العلوي" in text
    assert shown["Cache-Control"].startswith("max-age=0")
    assert Reveal.objects.count() == 2
    assert client.post(url, {"open-reason": "To compare two files", "key": "k1"}).status_code == 422


def test_where_pseudonyms_are_forced_the_officer_decides_by_evidence_alone(client, world, pair):
    record = pair[2]
    type(world.programme).objects.filter(pk=world.programme.pk).update(forced_pseudonyms=True)
    client.force_login(officer_of(world))
    assert "You may not know names here" in client.get(page(record)).content.decode()
    assert client.post(page(record, "open_duplicate"), {"open-reason": "To compare"}).status_code == 404


@pytest.mark.long
def test_the_list_the_queue_and_both_cases_lead_there(client, world, pair):
    first, second, record = pair
    client.force_login(officer_of(world))
    code = world.programme.code
    assert second.case.number in client.get(reverse("applications:duplicates", args=[code])).content.decode()
    assert (
        "1 duplicate to decide" in client.get(reverse("applications:screening", args=[code])).content.decode()
    )
    for file in (first, second):
        for name in ("case", "screen"):
            text = client.get(reverse(f"applications:{name}", args=[file.case.number])).content.decode()
            assert page(record) in text


@pytest.mark.long
def test_a_pair_across_programmes_is_seen_only_by_who_reads_both(client, world, pair):
    record = pair[2]
    there = programme_world("NEXT-2026")
    assert not Duplicate.objects.visible_to(there.member("screening_officer")).exists()
    open_call(there)
    other = an_application(
        there, person=a_person(there, "Amina Alaoui", **{**AMINA, "document_number": "QA483920"})
    )
    searching.compare_waiting(SCREENED)
    across = Duplicate.objects.exclude(pk=record.pk).filter(later=other)
    assert across.exists()
    assert not Duplicate.objects.visible_to(there.member("screening_officer")).exists()
    find_eligible(there, other)  # who cannot see the pair is not kept waiting by it
    fire(pair[0], "mark_eligible", actor=officer_of(world), at=SCREENED)


def test_common_passages_are_marked_and_no_word_is_lost():
    from applications.duplicates.texts import common

    one = "Un atelier de couture près du marché. Rien d'autre ici."
    pieces = common(one, "Je veux un atelier de couture près du marché demain")
    assert "".join(words for words, _shared in pieces) == one
    assert [words.strip() for words, shared in pieces if shared] == ["Un atelier de couture près du marché."]
