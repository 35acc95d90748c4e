"""Lists for the notice board: who is on them, what they say, and that they name nobody."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import printed_lists
from applications.models import Application, Identity
from applications.printed_lists import KINDS, RECEIVED, RESULTS, SHORT_LIST, TO_COMPLETE, issue
from documents.models import Paper, PaperCopy
from documents.storage import pieces
from tests.documents.reading import pages_of, text_of
from tests.worlds.applications import SCREENED, a_person, an_application, past, start_scoring
from tests.worlds.programmes import open_call, programme_world
from workflow import Fact, History, Refused, load_history

pytestmark = pytest.mark.django_db
NAMES = ("Zoubida", "Chergui", "زبيدة", "شرقي")


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


def named(world, state="submitted"):
    """A file of somebody whose name stands nowhere else."""
    person = a_person(world, "Zoubida Chergui", arabic_name="زبيدة شرقي")
    return an_application(world, state, person, answers={"title": "Couture Zoubida"})


def printed(world, kind, language="fr", about=None):
    paper = issue(
        kind, about or world.call, language=language, actor=world.member("screening_officer"), at=SCREENED
    )
    return b"".join(pieces(PaperCopy.objects.get(paper=paper).stored_as))


def announce(world):
    """The session as it stands once its decisions are told."""
    at = world.call.deadline + timedelta(days=20)
    secretary = world.member("jury_secretary")
    steps = [Fact("start_deliberation", at, secretary), Fact("announce", at, secretary)]
    load_history([History(world.session, steps)], recorded_at=at)


def everybody(world):
    """Files that stand on each of the lists; returns them by list."""
    asked, chosen, waiting, short = (
        named(world, state) for state in ("incomplete", "eligible", "eligible", "eligible")
    )
    start_scoring(world)
    for file in (chosen, waiting, short):
        file.refresh_from_db()
    past(chosen, "award", amount=5_000_00)
    past(waiting, "waitlist", rank=1)
    past(short, "shortlist")
    announce(world)
    return {
        "list_received": [asked, chosen, waiting, short],
        "list_to_complete": [asked],
        "list_shortlisted": [short],
        "list_results": [chosen, waiting],
    }


@pytest.mark.long
def test_a_printed_list_never_holds_a_name(world):
    on = everybody(world)
    secrets = [*NAMES, *(name[::-1] for name in NAMES), "Couture", "Sewing"]
    for identity in Identity.objects.all():
        secrets += [identity.document_number, identity.phone]
    for code, kind in KINDS.items():
        for language in printed_lists.LANGUAGES:
            data = printed(world, kind, language)
            shown = " ".join(line.text for page in pages_of(data) for line in page)
            said = text_of(data)
            for file in on[code]:
                assert file.case.number in shown.replace("\u2011", "-")
            for secret in secrets:
                assert secret not in shown, (code, language, secret)
                assert secret not in said, (code, language, secret)


@pytest.mark.long
def test_each_list_holds_the_files_that_stand_there_and_no_other(world):
    on = everybody(world)
    every = {file.case.number for file in on["list_received"]}
    for code, kind in KINDS.items():
        said = text_of(printed(world, kind, "en"))
        expected = {file.case.number for file in on[code]}
        assert {number for number in every if number in said} == expected, code


def test_drafts_and_withdrawn_files_stand_on_no_list(world):
    an_application(world, "draft")
    gone = an_application(world)
    past(gone, "withdraw", at=SCREENED)
    with pytest.raises(Refused):
        printed(world, RECEIVED)


def test_results_are_not_printed_before_they_are_announced(world):
    chosen = an_application(world, "eligible")
    start_scoring(world)
    chosen.refresh_from_db()
    past(chosen, "award", amount=5_000_00)
    with pytest.raises(Refused, match="announced"):
        printed(world, RESULTS, "en")
    assert not Paper.objects.exists()
    announce(world)
    assert chosen.case.number in text_of(printed(world, RESULTS, "en"))


def test_a_list_says_page_date_programme_and_by_when_to_complete(world):
    an_application(world, "incomplete")
    said = text_of(printed(world, TO_COMPLETE, "en"))
    assert "Page 1 of 1" in said
    assert world.programme.code in said
    assert "As it stands on" in said
    assert "5 March 2026" in said
    assert "12 March 2026" in said


def test_a_list_of_a_session_leaves_the_other_sessions_out(world):
    first = an_application(world)
    other = world.call.sessions.create(number=2, cutoff_at=world.session.cutoff_at + timedelta(days=30))
    second = an_application(world)
    Application.objects.filter(pk=second.pk).update(session=other)
    said = text_of(printed(world, RECEIVED, "en", about=world.session))
    assert first.case.number in said
    assert second.case.number not in said


def test_a_later_print_replaces_the_earlier_one_of_its_language(world):
    an_application(world)
    printed(world, RECEIVED, "fr")
    printed(world, RECEIVED, "ar")
    printed(world, RECEIVED, "fr")
    assert [paper.language for paper in printed_lists.printed_in(world.programme)] == ["fr", "ar"]
    assert Paper.objects.count() == 3


def test_an_empty_list_is_refused_with_a_sentence_and_nothing_is_numbered(client, world):
    client.force_login(world.member("screening_officer"))
    page = reverse("applications:printed_lists", args=[world.programme.code])
    chosen = {"kind": SHORT_LIST.code, "about": world.call.code, "language": "en"}
    answer = client.post(page, chosen)
    assert answer.status_code == 422
    assert "No file stands on this list." in answer.content.decode()
    assert not Paper.objects.exists()


@pytest.mark.long
def test_the_screening_officer_prints_from_the_queue_and_reads_the_list_there(client, world):
    file = an_application(world)
    client.force_login(world.member("screening_officer"))
    page = reverse("applications:printed_lists", args=[world.programme.code])
    assert page in client.get(reverse("applications:screening", args=[world.programme.code])).content.decode()
    chosen = {"kind": RECEIVED.code, "about": f"{world.call.code}:1", "language": "en"}
    assert client.post(page, chosen)["Location"] == page
    paper = Paper.objects.get()
    url = reverse("documents:paper", args=[paper.uid])
    assert url in client.get(page).content.decode()
    assert file.case.number in text_of(b"".join(client.get(url).streaming_content))
    client.force_login(world.member("juror"))
    assert client.get(url).status_code == 404


@pytest.mark.long
def test_the_page_takes_as_many_queries_for_one_list_as_for_thirty(
    client, world, django_assert_max_num_queries
):
    an_application(world)
    officer = world.member("screening_officer")
    client.force_login(officer)
    page = reverse("applications:printed_lists", args=[world.programme.code])
    for language in printed_lists.LANGUAGES:
        for about in (world.call, world.session):
            issue(RECEIVED, about, language=language, actor=officer, at=SCREENED)
    with django_assert_max_num_queries(12):
        client.get(page)


def test_nobody_prints_a_list_of_another_programme(world):
    an_application(world)
    stranger = programme_world().member("screening_officer")
    with pytest.raises(Refused):
        issue(RECEIVED, world.call, language="fr", actor=stranger, at=SCREENED)
