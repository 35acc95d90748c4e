"""What an agent wrote leaves only after it was read back and confirmed, exactly as it stands."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from applications import assisting
from applications.models import Application, Consent, ReadBack
from documents.models import Document, Paper
from tests.documents.friendly import picture
from tests.worlds.applications import SENT, a_guest, an_assisted_draft, write
from tests.worlds.programmes import close_call, open_call, programme_world
from workflow import Refused, fire
from workflow.events import timeline
from workflow.models import Event
from workflow.verification import verify

pytestmark = pytest.mark.django_db
WITNESSED = {
    "confirmed": "on",
    "language": "Darija",
    "mark": "thumbprint",
    "first_witness": "Zebulon Witness",
    "first_capacity": "neighbour",
    "second_witness": "Barnabas Witness",
    "second_capacity": "interpreter",
}


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


@pytest.fixture
def agent(client, world):
    client.force_login(world.member("field_agent"))
    return client


def page(name, application):
    return reverse(f"applications:{name}", args=[application.case.number])


def digest(application):
    return Application.objects.get(pk=application.pk).open_answers.digest


def read_back(agent, application, **given):
    return agent.post(page("read_back", application), {**WITNESSED, "answers": digest(application), **given})


def refused(application, world):
    with pytest.raises(Refused) as caught:
        fire(application, "submit", actor=world.member("field_agent"), at=SENT)
    return " ".join(caught.value.sentences)


def test_nothing_is_sent_before_it_was_read_back(world):
    assert "Read what you wrote back" in refused(an_assisted_draft(world), world)


def test_whoever_reads_incomplete_answers_back_is_told_what_is_missing(agent, world):
    application = an_assisted_draft(world)
    write(application, {"use_of_money": ""})
    shown = agent.get(page("read_back", application)).content.decode()
    assert "Write these answers first" in shown
    after = agent.post(
        page("read_back", application), {**WITNESSED, "answers": digest(application)}, follow=True
    ).content.decode()
    assert "once they are written, read back again" in after
    assert "Now it can be sent" not in after


@pytest.mark.long
def test_what_was_read_back_is_sent_and_the_confirmation_is_an_event(agent, world):
    application = an_assisted_draft(world)
    assert read_back(agent, application).url == page("review", application)
    held = ReadBack.objects.get()
    assert (held.mark, held.first_witness, held.first_capacity, held.second_capacity) == (
        "thumbprint",
        "Zebulon Witness",
        "neighbour",
        "interpreter",
    )
    act = timeline(application.stream)[0]
    assert (act.verb, act.data) == ("read_back", {"answers": held.answers, "mark": "thumbprint"})
    assert "Zebulon" not in str(list(Event.objects.values()))
    fire(application, "submit", actor=world.member("field_agent"), at=SENT)
    assert application.state == "submitted"
    assert [problem for result in verify() for problem in result.problems] == []


@pytest.mark.long
def test_what_was_changed_afterwards_is_read_back_again(agent, world):
    application = an_assisted_draft(world)
    read_back(agent, application)
    write(application, {"title": "Something else"})
    assert "changed after they were read back" in refused(application, world)
    assert read_back(agent, application, answers="0" * 64).status_code == 200
    assert ReadBack.objects.count() == 1
    read_back(agent, application)
    fire(application, "submit", actor=world.member("field_agent"), at=SENT)


@pytest.mark.parametrize(
    "missing",
    [
        {"confirmed": ""},
        {"second_witness": ""},
        {"first_capacity": ""},
        {"second_witness": "ZEBULON  witness"},
        {"mark": "signature", "language": ""},
        {"mark": "nod"},
    ],
)
def test_a_mark_needs_two_witnesses_and_everything_a_confirmation(agent, world, missing):
    application = an_assisted_draft(world)
    assert read_back(agent, application, **missing).status_code == 422
    assert not ReadBack.objects.exists()


def test_who_signs_needs_no_witness_and_none_is_kept(agent, world):
    application = an_assisted_draft(world)
    read_back(agent, application, mark="signature")
    assert ReadBack.objects.get().first_witness == ""


@pytest.mark.long
def test_the_signed_sheet_lies_in_the_vault_and_may_come_later(agent, world, client):
    application = an_assisted_draft(world)
    read_back(agent, application)
    fire(application, "submit", actor=world.member("field_agent"), at=SENT)
    assert agent.get(page("read_back", application)).status_code == 200
    photograph = picture("JPEG")
    sent = agent.post(
        page("read_back", application), {"sheet": SimpleUploadedFile("sheet.jpg", photograph, "image/jpeg")}
    )
    assert sent.url == page("status", application)
    document = Document.objects.get()
    assert (document.sensitivity, document.owner) == ("vault", ReadBack.objects.get())
    address = reverse("documents:download", args=[document.uid])
    assert agent.get(address).status_code == 404
    client.force_login(world.member("protection_officer"))
    assert client.get(address).status_code == 200
    client.force_login(world.member("manager"))
    assert client.get(address).status_code == 404


def test_the_sheet_is_printed_for_the_answers_as_they_stand(agent, world):
    application = an_assisted_draft(world)
    first = agent.post(page("print_sheet", application))
    write(application, {"title": "Something else"})
    agent.post(page("print_sheet", application))
    papers = list(Paper.objects.order_by("number"))
    assert [paper.kind for paper in papers] == ["read_back_sheet"] * 2
    assert papers[1].supersedes == papers[0]
    assert agent.get(first.url).status_code == 200


def test_the_owner_needs_no_agent_s_pages(client, world):
    from tests.worlds.applications import a_draft

    application = a_draft(world)
    client.force_login(application.applicant.user)
    for name in ("read_back", "slip"):
        assert client.get(page(name, application)).status_code == 404
    assert client.post(page("print_sheet", application)).status_code == 404


# The pages from the person's page to the review


@pytest.mark.long
def test_an_agent_begins_with_consents_and_writes_on_the_applicant_s_pages(agent, world):
    guest = a_guest(world)
    guest.consents.all().delete()
    begin = reverse("applications:help", args=[world.programme.code, guest.reference])
    given = {"track": world.track.pk, "language": "Tamazight", "written_in": "ar", "agreed": "on"}
    assert agent.post(begin, given).status_code == 422
    assert agent.post(begin, {**given, "data_consent": "on", "agreed": ""}).status_code == 422
    begun = agent.post(begin, {**given, "data_consent": "on"})
    application = Application.objects.get(applicant=guest)
    assert begun.url == page("about", application)
    assert (application.language, application.assistance.language) == ("ar", "Tamazight")
    consent = Consent.objects.get(person=guest)
    assert (consent.kind, consent.recorded_by) == ("data", world.member("field_agent"))
    about = agent.get(begun.url).content.decode()
    assert "In the vault" in about
    for secret in ("Testimony", guest.identity.document_number, "+2126"):
        assert secret not in about
    filed = agent.post(begun.url, {"sex": "f", "site": world.site.pk})
    assert filed.url == reverse("applications:section", args=[application.case.number, "idea"])
    section = agent.get(filed.url)
    assert "You write for" in section.content.decode()
    saved = agent.post(
        filed.url,
        {"page": section.context["page"], "base": section.context["base"], "title": "Bakery"},
        headers={"X-Autosave": "1"},
    )
    assert saved.status_code == 200
    assert application.answers_at("idea").answers["title"] == "Bakery"


def test_nobody_begins_where_no_call_is_open(agent, world):
    guest = a_guest(world)
    close_call(world)
    shown = agent.get(reverse("applications:help", args=[world.programme.code, guest.reference]))
    assert "No call is open" in shown.content.decode()


def test_a_colleague_takes_over_on_the_page(client, world):
    application = an_assisted_draft(world)
    second = world.member("field_agent", 2)
    client.force_login(second)
    take = page("take_over", application)
    assert client.post(take, {"language": "Darija", "agreed": "on"}).status_code == 422
    done = client.post(take, {"language": "Darija", "agreed": "on", "reason": "My colleague is away"})
    assert done.url == page("status", application)
    assert application.assistance.helper == second


def test_a_repeated_reading_of_the_same_answers_counts(agent, world):
    application = an_assisted_draft(world)
    read_back(agent, application)
    assisting.assist(
        application, helper=world.member("field_agent", 2), language="Darija", at=SENT, reason="Away today"
    )
    assert read_back(agent, application).status_code == 404
    fire(application, "submit", actor=world.member("field_agent", 2), at=SENT)


@pytest.mark.long
def test_a_sheet_that_was_not_photographed_and_a_claim_wait_on_the_desk(agent, world):
    from applications import claiming, reception_desk
    from tests.worlds.programmes import a_user

    application = an_assisted_draft(world)
    read_back(agent, application)
    fire(application, "submit", actor=world.member("field_agent"), at=SENT)
    claiming.ask(application.case, a_user("owner"), at=SENT)
    waiting = reception_desk.waiting(world.member("field_agent"), world.programme, rows=5)
    titles = {one.queue.key: one.rows[0].title for one in waiting}
    assert titles == {
        "people.claims": f"{application.case.number}: the person wants to write alone",
        "people.sheets": f"{application.case.number}: photograph the signed sheet",
    }
    sheet = SimpleUploadedFile("sheet.jpg", picture("JPEG"), "image/jpeg")
    agent.post(page("read_back", application), {"sheet": sheet})
    assert not reception_desk.sheets(world.member("field_agent"))
    assert not reception_desk.sheets(world.member("field_agent", 2))
