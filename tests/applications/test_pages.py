"""The applicant's way on a phone and the officer's desk, through the pages themselves."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, FormVersion, Identity
from applications.views import staff
from programmes.models import Call
from tests.worlds.applications import (
    IDEA,
    a_draft,
    a_person,
    an_application,
    an_assisted_draft,
    find_eligible,
    submit,
)
from tests.worlds.programmes import a_user, open_call, programme_world
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    later = timezone.now() + timedelta(days=30)
    Call.objects.filter(pk=world.call.pk).update(closes_at=later)
    world.call.sessions.update(cutoff_at=later)
    world.call.refresh_from_db()
    return world


def page(name, application, *more):
    return reverse(f"applications:{name}", args=[application.case.number, *more])


def fields(response):
    return {
        "key": response.context["key"],
        "verb": response.context["verb"],
        "answers": response.context["digest"],
    }


@pytest.mark.long
def test_somebody_new_begins_writes_reads_again_and_sends(client, world):
    user = a_user("Somebody new")
    client.force_login(user)
    start = reverse("applications:apply", args=[world.programme.code, world.call.code])
    assert client.get(start).status_code == 200
    client.post(start, {"track": world.track.pk})
    application = Application.objects.get(applicant__user=user)
    about = {
        "latin_name": "Amina Testimony",
        "birth_date": "1994",
        "site": world.site.pk,
        "sex": "f",
        "consent": "on",
    }
    assert client.post(page("about", application), about).status_code == 302
    idea = {"version": 0, "title": "Sewing", "description": "A workshop", "existing": "no"}
    assert client.post(page("section", application, "idea"), idea).status_code == 302
    money = {"version": 1, "requested": "12,000.00", "use_of_money": "A machine"}
    assert client.post(page("section", application, "money"), money).status_code == 302
    assert client.get(page("review", application)).context["missing"]
    client.post(page("section", application, "sworn"), {"version": 2, "sworn": "on"})
    response = client.get(page("review", application))
    assert response.context["missing"] == []
    assert client.post(page("review", application), fields(response)).status_code == 302
    application.refresh_from_db()
    assert application.state == "submitted"
    assert client.get(page("status", application)).status_code == 200


def test_the_review_shows_what_was_given_about_oneself_to_oneself_alone(client, world):
    application = a_draft(world)
    client.force_login(application.applicant.user)
    given = Identity.objects.get(person=application.applicant)
    shown = client.get(page("review", application)).content.decode()
    assert given.latin_name in shown
    assert given.phone in shown
    guest = an_assisted_draft(world)
    client.force_login(world.member("field_agent"))
    answer = client.get(page("review", guest))
    assert answer.context["about"] == []
    assert Identity.objects.get(person=guest.applicant).latin_name not in answer.content.decode()


def test_pressing_send_twice_sends_once(client, world):
    application = a_draft(world)
    client.force_login(application.applicant.user)
    first, second = (client.get(page("review", application)) for _number in range(2))
    for response in (first, first, second):
        assert client.post(page("review", application), fields(response)).status_code == 302
    assert Event.objects.filter(verb="submit").count() == 1


AUTOSAVE = {"X-Autosave": "1"}


def opened(client, url):
    """What a page carries beside its fields."""
    context = client.get(url).context
    return {"page": context["page"], "base": context["base"]}


def test_two_devices_never_overwrite_each_other_silently(client, world):
    application = a_draft(world)
    client.force_login(application.applicant.user)
    url = page("section", application, "idea")
    phone, shop = opened(client, url), opened(client, url)
    same = {"title": IDEA["title"], "description": "D", "existing": "no"}
    saved = client.post(url, {**same, **phone, "title": "From the phone"}, headers=AUTOSAVE)
    assert saved.status_code == 200
    assert saved.json()["base"]["title"] != json.loads(phone["base"])["title"]
    late = client.post(url, {**same, **shop, "title": "From the shop"}, headers=AUTOSAVE)
    assert late.status_code == 409
    asked = late.json()["conflicts"]
    assert list(asked) == ["title"]
    assert (asked["title"]["mine"], asked["title"]["theirs"]) == ("From the shop", "From the phone")
    assert application.answers_at("idea").answers["title"] == "From the phone"
    shown = client.post(url, {**same, **shop, "title": "From the shop"})
    assert shown.status_code == 409
    assert "From the phone" in shown.content.decode()
    assert "From the shop" in shown.content.decode()
    again = {**same, "page": shown.context["page"], "base": shown.context["base"], "title": "From the shop"}
    taken = client.post(url, {**again, "take": "title"})
    assert taken.status_code == 302
    assert application.answers_at("idea").answers["title"] == "From the phone"
    client.post(url, again)
    assert application.answers_at("idea").answers["title"] == "From the shop"


def test_two_devices_that_change_different_answers_both_count(client, world):
    application = a_draft(world)
    client.force_login(application.applicant.user)
    url = page("section", application, "idea")
    as_it_was = {
        name: IDEA[name] for name in ("title", "trade", "description", "existing", "since", "experience")
    }
    phone, shop = opened(client, url), opened(client, url)
    client.post(url, {**as_it_was, **phone, "title": "A better title"}, headers=AUTOSAVE)
    merged = client.post(url, {**as_it_was, **shop, "trade": "Tailoring"}, headers=AUTOSAVE)
    assert merged.status_code == 200
    assert merged.json()["fields"] == {"title": ["A better title"]}
    held = application.answers_at("idea").answers
    assert (held["title"], held["trade"]) == ("A better title", "Tailoring")


def test_an_answer_that_got_lost_is_asked_for_again_and_nobody_is_accused(client, world):
    application = a_draft(world)
    client.force_login(application.applicant.user)
    url = page("section", application, "idea")
    phone = opened(client, url)
    sent = {"title": "Lost", "description": "D", "existing": "no", **phone}
    client.post(url, sent, headers=AUTOSAVE)
    assert client.post(url, sent, headers=AUTOSAVE).status_code == 200
    further = client.post(url, {**sent, "title": "Lost, and written on"}, headers=AUTOSAVE)
    assert further.status_code == 200
    assert application.answers_at("idea").answers["title"] == "Lost, and written on"


def test_what_was_typed_about_the_person_saves_itself_and_goes_to_the_vault(client, world):
    application = a_draft(world)
    client.force_login(application.applicant.user)
    url = page("about", application)
    first, second = opened(client, url), opened(client, url)
    typed = {"latin_name": "Amina New", "birth_date": "19", "site": world.site.pk, "phone": "0612345678"}
    saved = client.post(url, {**typed, **first}, headers=AUTOSAVE)
    assert saved.status_code == 200
    identity = Identity.objects.get(person=application.applicant)
    assert (identity.latin_name, identity.birth_date, identity.phone) == ("Amina New", "19", "+212612345678")
    late = client.post(url, {**typed, **second, "latin_name": "Amina Other"}, headers=AUTOSAVE)
    assert late.status_code == 409
    assert late.json()["conflicts"]["latin_name"]["theirs"] == "Amina New"
    assert client.post(url, {**typed, "consent": "on", **first}).status_code == 422


@pytest.mark.parametrize("typed", ["14/05/1994", "14.5.1994", "١٤/٠٥/١٩٩٤", "14 mai 1994", "1994-05-14"])
def test_a_birth_date_is_taken_as_people_write_it(client, world, typed):
    application = a_draft(world)
    client.force_login(application.applicant.user)
    url = page("about", application)
    sent = {"latin_name": "Amina", "birth_date": typed, "site": world.site.pk, "consent": "on"}
    assert client.post(url, {**sent, **opened(client, url)}).status_code == 302
    person = application.applicant
    assert Identity.objects.get(person=person).birth_date == "1994-05-14"
    assert person.registrations.get(programme=world.programme).birth_year == 1994
    assert 'value="14/05/1994"' in client.get(url).content.decode()
    later = client.post(url, {**sent, **opened(client, url), "birth_date": "14/05/2090"})
    assert "This day lies in the future" in later.content.decode()


def test_no_text_is_cut_and_letters_are_counted_once(client, world):
    application = a_draft(world)
    client.force_login(application.applicant.user)
    url = page("section", application, "idea")
    controls = re.findall(r"<(?:input|textarea)[^>]*>", client.get(url).content.decode())
    assert not [one for one in controls if "maxlength" in one and 'name="since"' not in one]
    long = "مشروع\r\n" * 300 + "👩🏽‍🌾"
    sent = {"title": "ب" * 121, "description": long, "existing": "no", **opened(client, url)}
    answer = client.post(url, sent)
    assert answer.status_code == 422
    kept = application.answers_at("idea").answers
    assert kept["title"] == "ب" * 121
    assert kept["description"] == long.replace("\r\n", "\n")
    assert "121" in answer.content.decode()


def test_a_budget_is_added_up_while_it_is_written_and_has_as_many_lines_as_needed(client):
    world = programme_world()
    text = {"fr": "T", "en": "T", "ar": "T"}
    cells = [("item", "text", {}), ("number", "number", {}), ("price", "money", {})]
    columns = [{"key": key, "kind": kind, "label": text, **more} for key, kind, more in cells]
    columns.append({"key": "cost", "kind": "money", "label": text, "product": ["number", "price"]})
    total = {"key": "all", "label": text, "plus": ["cost"]}
    budget = {"key": "budget", "kind": "table", "label": text, "columns": columns, "totals": [total]}
    section = {"key": "money", "title": text, "questions": [budget]}
    FormVersion.objects.create(call=world.call, stage="idea", definition={"sections": [section]})
    open_call(world)
    application = a_draft(world)
    client.force_login(application.applicant.user)
    url = page("section", application, "money")
    sent = {"budget-0-item": "Wool", "budget-0-number": "٣", "budget-0-price": "12,50", **opened(client, url)}
    computed = client.post(url, sent, headers=AUTOSAVE).json()["computed"]
    assert (computed["budget-0-cost"], computed["budget-all"]) == ("37.50\u00a0MAD", "37.50\u00a0MAD")
    answer = client.post(url, {**sent, "lines": "budget"})
    assert answer["Location"] == f"{url}?lines=budget#table-budget"
    longer = client.get(answer["Location"]).content.decode()
    assert ('name="budget-5-item"' in longer, 'name="budget-6-item"' in longer) == (True, False)
    assert 'id="table-budget"' in longer


def test_a_draft_that_was_sent_meanwhile_takes_nothing_more(client, world):
    application = a_draft(world, at=timezone.now())
    client.force_login(application.applicant.user)
    url = page("section", application, "idea")
    sent = {"title": "Too late", **opened(client, url)}
    submit(application, at=timezone.now())
    late = client.post(url, sent, headers=AUTOSAVE)
    assert (late.status_code, late.json()) == (410, {"sent": True})
    assert client.post(url, sent)["Location"] == page("status", application)


def test_what_cannot_be_read_is_kept_and_said(client, world):
    application = a_draft(world)
    client.force_login(application.applicant.user)
    url = page("section", application, "money")
    response = client.post(url, {**opened(client, url), "requested": "a lot", "use_of_money": "x"})
    assert response.status_code == 422
    assert application.answers_at("idea").answers["requested"] == "a lot"


@pytest.mark.parametrize("name", ["status", "about", "review"])
def test_somebody_else_finds_nothing(client, world, name):
    application = a_draft(world)
    client.force_login(a_person(world).user)
    assert client.get(page(name, application)).status_code == 404
    assert client.get(page("section", application, "idea")).status_code == 404


def test_a_case_names_nobody(client, world):
    application = an_application(world, person=a_person(world, "Zebulon Unmistakable"))
    for role in ("manager", "screening_officer", "auditor"):
        client.force_login(world.member(role))
        shown = client.get(reverse("applications:case", args=[application.case.number]))
        assert shown.status_code == 200
        assert "Unmistakable" not in shown.content.decode()
    client.force_login(world.member("juror"))
    assert client.get(reverse("applications:case", args=[application.case.number])).status_code == 404


def test_the_page_of_a_case_takes_at_most_twenty_queries(client, world, django_assert_max_num_queries):
    """And a few more while its state offers actions, each with what stands against it."""
    application = an_application(world)
    client.force_login(world.member("screening_officer"))
    page_of_case = reverse("applications:case", args=[application.case.number])
    client.get(page_of_case)
    with django_assert_max_num_queries(24):
        client.get(page_of_case)
    find_eligible(world, application)
    with django_assert_max_num_queries(20):
        client.get(page_of_case)


@pytest.mark.long
def test_the_path_of_a_case_is_dated_alike_whether_all_its_events_are_shown_or_some(
    client, world, monkeypatch
):
    application = an_application(world)
    find_eligible(world, application)
    client.force_login(world.member("screening_officer"))
    address = application.case.get_absolute_url()

    def shown(query=""):
        told = client.get(f"{address}{query}")
        assert told.status_code == 200
        path = re.search(r'<ol class="strip.*?</ol>', told.content.decode(), re.DOTALL)
        return path.group(), told.context["events"], 'href="?history=all"' in told.content.decode()

    path, events, more = shown()
    assert (len(events), more) == (Event.objects.filter(stream=application.stream).count(), True)
    assert "<time" in path
    assert shown("?history=all") == (path, events, False)
    monkeypatch.setattr(staff, "HISTORY", 1)
    assert shown() == (path, events[:1], True)


@pytest.mark.long
@pytest.mark.parametrize("name", ["list", "screening"])
def test_a_list_costs_the_same_for_one_row_and_for_many(
    client, world, name, django_assert_num_queries, django_assert_max_num_queries
):
    an_application(world)
    client.force_login(world.member("screening_officer"))
    url = reverse(f"applications:{name}", args=[world.programme.code])
    with django_assert_max_num_queries(30) as one:
        client.get(url)
    for _number in range(5):
        an_application(world)
    with django_assert_num_queries(len(one)):
        client.get(url)
