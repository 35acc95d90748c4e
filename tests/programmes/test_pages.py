"""Pages of programmes: what the public reads, what managers set up, at a constant number of queries."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from programmes import cloning, landing
from programmes.models import (
    Call,
    Contribution,
    ExpectedResult,
    Organisation,
    Partnership,
    Programme,
    ProgrammeLink,
    Site,
)
from tests.worlds.documents import upload
from tests.worlds.people import system_administrator
from tests.worlds.programmes import (
    a_call,
    a_member,
    a_programme,
    a_session,
    a_user,
    open_call,
    programme_world,
)
from workflow import fire

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return programme_world()


@pytest.fixture
def manager(client, world):
    client.force_login(world.member("manager"))
    return client


def page(client, name, *args, **headers):
    response = client.get(reverse(name, args=args), headers={"Accept-Language": "en", **headers})
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def queries_of(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# Public pages


def test_the_public_page_shows_everything_that_was_published(client):
    programme = a_programme(
        "MLI-801",
        currency="EUR",
        country="ML",
        actual_start=date(2013, 5, 1),
        actual_end=date(2015, 4, 14),
        planned_months=18,
        planned_months_source="Project sheet",
        published_months=23,
        budget_minor=5_000_000_00,
        framework_en="Component 2 of 5 of a programme of EUR 20,000,000",
        summary_en="Rapid support",
    )
    Contribution.objects.filter(programme=programme).delete()
    for sort, (name, amount) in enumerate((("Luxembourg", 0), ("Stability Fund", 5_000_000_00))):
        Contribution.objects.create(
            programme=programme,
            donor=Organisation.objects.create(name_en=name),
            amount_minor=amount,
            currency="EUR",
            basis="published",
            source="Programme page",
            source_date=date(2020, 1, 2),
            sort=sort,
        )
    ExpectedResult.objects.create(programme=programme, number=1, text_en="Services work again")
    Partnership.objects.create(
        programme=programme, organisation=Organisation.objects.create(name_en="A partner"), role_en="Adviser"
    )
    for kind in ("link", "video", "document", "evaluation"):
        ProgrammeLink.objects.create(
            programme=programme, kind=kind, title_en=f"The {kind}", url=f"https://example.org/{kind}"
        )
    sister = a_programme("MLI-803", parent=programme)
    fire(programme, "close", actor=a_member(programme, "manager"), at=datetime(2015, 4, 14, 16, tzinfo=UTC))
    text = page(client, "programmes:programme", "MLI-801")
    for shown in (
        "MLI-801",
        "This programme closed on",
        "Mali",
        "Rabat office",
        "May 2013 – April 2015",
        "18 months",
        "23 months",
        "Project sheet",
        "5,000,000.00",
        "0.00",
        "published by the programme · Programme page",
        "Services work again",
        "A partner",
        "Adviser",
        "The link",
        "The video",
        "The document",
        "The evaluation",
        "Component 2 of 5",
        sister.title,
    ):
        assert shown in text, shown


def test_unknown_is_said_to_be_not_published_and_zero_is_zero(client):
    programme = a_programme(budget_minor=None, planned_start=date(2020, 1, 1), planned_end=date(2020, 6, 30))
    Contribution.objects.filter(programme=programme, amount_minor__isnull=False).update(amount_minor=0)
    text = page(client, "programmes:programme", programme.code)
    assert text.count("not published") >= 3  # budget twice, the share of Monaco
    assert ">0.00 <small>EUR</small>" in text.replace("\n", "")
    assert "%" not in text.split("Budget and contributions")[1].split("</section>")[0]


def test_a_page_is_read_in_the_reader_s_language(client):
    programme = a_programme(title_fr="Titre", title_en="Title", title_ar="عنوان")
    assert "Titre" in page(client, "programmes:programme", programme.code, **{"Accept-Language": "fr"})
    arabic = page(client, "programmes:programme", programme.code, **{"Accept-Language": "ar"})
    assert "عنوان" in arabic
    assert 'dir="rtl"' in arabic


def test_a_programme_kept_from_the_public_looks_like_none(client):
    hidden = a_programme(is_listed=False)
    url = reverse("programmes:programme", args=[hidden.code])
    assert client.get(url).headers["Location"].startswith("/accounts/login/")
    assert hidden.title not in page(client, "home")
    client.force_login(a_user())
    assert client.get(url).status_code == 404
    client.force_login(a_member(hidden, "coach"))
    assert client.get(url).status_code == 200


def test_the_public_sees_open_calls_with_tracks_and_ceilings(client, world):
    draft = reverse("programmes:public_call", args=[world.programme.code, world.call.code])
    assert client.get(draft).status_code == 302
    open_call(world)
    assert "Call for projects" in page(client, "home")
    text = page(client, "programmes:public_call", world.programme.code, world.call.code)
    assert "Individual creation" in text
    assert "15,000.00" in text
    assert "Selection sessions" not in text
    now = timezone.now()
    a_session(world.call, cutoff_at=now - timedelta(days=2))
    a_session(world.call, cutoff_at=now + timedelta(days=2))
    text = page(client, "programmes:public_call", world.programme.code, world.call.code)
    assert "Session 3: applications until" in text
    assert "Session 2: applications until" not in text


def test_the_stylesheet_of_an_accent_is_served_for_its_colour_alone(client):
    url = reverse("programmes:accent", args=["MLI-801", "1f5a7a"])
    response = client.get(url)
    assert response["Content-Type"].startswith("text/css")
    assert ".prog-mli-801 {\n  --accent: #1f5a7a;" in response.content.decode()
    assert "immutable" in response["Cache-Control"]
    for weak in ("ffff00", "nothex", "1f5a7"):
        assert client.get(reverse("programmes:accent", args=["X", weak])).status_code == 404


# Start page


def test_staff_start_at_what_waits_for_them_the_late_first(manager, world):
    a_call(world.programme, title_en="Long due", opens_at=datetime(2020, 1, 1, tzinfo=UTC))
    text = page(manager, "home")
    assert "2 actions wait for you" in text
    assert text.index("Late") < text.index("Long due")
    assert "Publish the call “Long due”" in text


@pytest.mark.long
def test_the_chosen_programme_stays_chosen(manager, world):
    second = a_programme("ZZZ-2")
    a_member(second, "manager", world.member("manager"))
    assert f"<bdi>{second.code}</bdi>" in page(manager, "programmes:start", second.code)
    assert manager.get("/").context["programme"] == second
    page(manager, "programmes:start", world.programme.code)
    assert manager.get("/").context["programme"] == world.programme


def test_who_chose_no_programme_begins_in_the_newest_that_runs(client):
    user = a_user()
    first, second, third = (a_programme(f"ZZZ-{number}") for number in (1, 2, 3))
    draft = a_programme("ZZZ-4", running=False)
    for programme in (first, second, third, draft):
        a_member(programme, "manager", user)

    def begun(programme, actual, planned=None):
        rows = Programme.objects.filter(pk=programme.pk)
        rows.update(actual_start=actual, planned_start=planned or date(2026, 1, 1))
        return client.get("/").context["programme"]

    client.force_login(user)
    begun(draft, date(2026, 5, 1))
    begun(third, None)
    begun(first, date(2024, 5, 1))
    assert begun(second, date(2025, 5, 1)) == second
    assert begun(second, None) == first
    assert begun(first, None) == first
    assert begun(second, None, date(2026, 2, 1)) == second


def test_a_visitor_without_a_role_goes_where_his_package_says(client, monkeypatch):
    user = a_user()
    client.force_login(user)
    assert "Programmes and calls" in page(client, "home")
    monkeypatch.setattr(landing, "_landings", [lambda who: "/mine/" if who.pk == user.pk else None])
    assert client.get("/").headers["Location"] == "/mine/"


def test_a_system_administrator_starts_at_the_programmes(client):
    client.force_login(system_administrator())
    assert client.get("/").headers["Location"] == reverse("programmes:list")


# Set-up


def data_of(form_page, **changes):
    form = form_page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in {**values, **changes}.items() if value not in (None, False)}


def post(client, url, **changes):
    return client.post(url, data_of(client.get(url), **changes))


def test_a_manager_sets_up_a_programme_from_nothing_and_publishes_it(client, world):
    client.force_login(world.member("manager"))
    made = client.post(
        reverse("programmes:create"),
        {
            "code": "NEW-1",
            "title_fr": "Nouveau",
            "country": "MA",
            "currency": "MAD",
            "time_zone": "Africa/Casablanca",
            "planned_start": "2026-01-01",
            "planned_end": "2026-12-31",
            "budget_currency": "EUR",
            "budget_minor": "828 000,00",
            "budget_basis": "other",
            "is_listed": "on",
        },
    )
    programme = Programme.objects.get(code="NEW-1")
    assert made.headers["Location"] == reverse("programmes:settings", args=["NEW-1"])
    assert str(programme.budget) == "828000.00 EUR"
    assert "Add at least one site." in page(client, "programmes:settings", "NEW-1")
    client.post(
        reverse("programmes:add_part", args=["NEW-1", "sites"]), {"code": "fes", "name_fr": "Fès", "sort": 0}
    )
    act = reverse("workflow:act", args=["programmes.programme", str(programme.pk), "publish"])
    assert client.post(act, {"key": "k"}).status_code == 302
    programme.refresh_from_db()
    assert programme.state == "running"


def test_contributions_are_entered_unknown_zero_and_known_with_a_new_donor(manager, world):
    url = reverse("programmes:add_part", args=[world.programme.code, "contributions"])
    given = {"currency": "XOF", "basis": "published", "sort": 5}
    assert manager.post(url, {**given, "new_name": "Japan", "amount_minor": ""}).status_code == 302
    assert manager.post(url, {**given, "new_name": "France", "amount_minor": "0"}).status_code == 302
    refused = manager.post(url, {**given, "new_name": "Monaco", "amount_minor": "1234.56"})
    assert refused.status_code == 422
    assert "XOF" in refused.context["form"].errors["amount_minor"][0]
    amounts = dict(Contribution.objects.filter(currency="XOF").values_list("donor__name_fr", "amount_minor"))
    assert amounts == {"Japan": None, "France": 0}
    twice = manager.post(url, {**given, "donor": Organisation.objects.get(name_fr="Japan").pk})
    assert "This donor is listed already." in str(twice.context["form"].errors)


def test_a_public_document_is_kept_with_the_programme_and_read_by_anybody(manager, client, world):
    url = reverse("programmes:add_part", args=[world.programme.code, "links"])
    sent = {"kind": "document", "title_en": "Guide", "sort": 0, "file": upload("guide.jpg")}
    assert manager.post(url, sent).status_code == 302
    link = ProgrammeLink.objects.get(title_en="Guide")
    client.logout()
    assert client.get(link.href).status_code == 200
    Programme.objects.filter(pk=world.programme.pk).update(is_listed=False)
    assert client.get(link.href).status_code == 302


def test_what_is_in_use_is_not_removed(manager, world):
    site = world.site
    url = reverse("programmes:remove_part", args=[world.programme.code, "sites", site.pk])
    assert "will be removed" in manager.get(url).content.decode()
    assert manager.post(url).status_code == 302
    assert not Site.objects.filter(pk=site.pk).exists()
    foreign = programme_world()
    url = reverse("programmes:remove_part", args=[world.programme.code, "sites", foreign.site.pk])
    assert manager.post(url).status_code == 404


def test_an_accent_too_light_for_white_words_is_refused_with_a_sentence(manager, world):
    url = reverse("programmes:look", args=[world.programme.code])
    refused = manager.post(url, {"accent": "#ffd700"})
    assert "at least 4.5 to 1" in refused.context["form"].errors["accent"][0]
    assert manager.post(url, {"accent": "#7A1F1F", "logo": upload("logo.jpg")}).status_code == 302
    world.programme.refresh_from_db()
    assert world.programme.accent == "#7a1f1f"
    assert "accent-7a1f1f.css" in page(manager, "programmes:settings", world.programme.code)
    assert str(world.programme.logo.uid) in page(manager, "programmes:programme", world.programme.code)


@pytest.mark.long
def test_a_closed_programme_takes_no_change_from_any_page(manager, world):
    fire(world.programme, "close", actor=world.member("manager"))
    code = world.programme.code
    for url in (
        reverse("programmes:edit", args=[code]),
        reverse("programmes:look", args=[code]),
        reverse("programmes:add_part", args=[code, "sites"]),
        reverse("programmes:invite", args=[code]),
        reverse("programmes:create_call", args=[code]),
        reverse("programmes:edit_call", args=[code, world.call.code]),
        reverse("programmes:clone_call", args=[code, world.call.code]),
        reverse("programmes:create_session", args=[code, world.call.code]),
    ):
        answer = manager.post(url, {"title_fr": "Changed"}, follow=True)
        assert "read-only" in answer.content.decode(), url
    assert Call.objects.count() == 1


# Calls and sessions


def test_a_call_is_made_with_tracks_and_sessions_in_the_programme_s_time_zone(manager, world):
    Programme.objects.filter(pk=world.programme.pk).update(time_zone="Africa/Casablanca")
    code = world.programme.code
    manager.post(
        reverse("programmes:create_call", args=[code]),
        {
            "code": "second",
            "title_fr": "Deuxième appel",
            "languages": ["fr", "ar"],
            "currency": "MAD",
            "envelope_minor": "1 000 000",
            "opens_at": "2026-07-01T08:00",
            "closes_at": "2026-09-30T18:00",
            "grace_minutes": 15,
            "appeal_days": 10,
        },
    )
    call = Call.objects.get(code="second")
    assert call.closes_at == datetime(2026, 9, 30, 17, tzinfo=UTC)
    assert call.envelope_minor == 1_000_000_00
    assert call.languages == ["fr", "ar"]
    manager.post(
        reverse("programmes:add_track", args=[code, "second"]),
        {
            "code": "t",
            "title_fr": "Piste",
            "purpose": "creation",
            "composition": "group",
            "payment": "cash",
            "ceiling_minor": "36000",
            "min_members": 2,
            "max_members": 3,
            "sort": 0,
        },
    )
    manager.post(
        reverse("programmes:create_session", args=[code, "second"]),
        {"number": 1, "cutoff_at": "2026-09-30T18:00", "places": 20},
    )
    assert call.tracks.get().ceiling_minor == 36_000_00
    assert call.sessions.get().cutoff_at == call.closes_at
    text = page(manager, "programmes:call", code, "second")
    assert "18:00" in text
    assert "36,000.00" in text or "36\u202f000,00" in text


def test_what_people_rely_on_is_fixed_once_the_call_is_published(manager, world):
    open_call(world)
    url = reverse("programmes:edit_call", args=[world.programme.code, world.call.code])
    post(manager, url, title_en="Better title", envelope_minor="1", closes_at="2030-01-01T00:00")
    call = Call.objects.get(pk=world.call.pk)
    assert (call.title_en, call.envelope_minor) == ("Better title", world.call.envelope_minor)
    assert call.closes_at == world.call.closes_at
    remove = reverse("programmes:remove_track", args=[world.programme.code, call.code, world.track.pk])
    assert "fixed once the call is published" in manager.post(remove, follow=True).content.decode()
    assert call.tracks.exists()


def test_cloning_a_call_is_one_action_and_other_packages_copy_theirs(manager, world, monkeypatch):
    copied = []
    monkeypatch.setattr(cloning, "_copies", [lambda old, new, tracks: copied.append((old, new, tracks))])
    manager.post(reverse("programmes:clone_call", args=[world.programme.code, world.call.code]))
    made = Call.objects.exclude(pk=world.call.pk).get()
    assert (made.state, made.envelope_minor) == ("draft", world.call.envelope_minor)
    assert (made.opens_at, made.sessions.count()) == (None, 0)
    assert made.tracks.get().ceiling_minor == world.track.ceiling_minor
    assert world.call.tracks.get() == world.track
    assert copied == [(world.call, made, {world.track.pk: made.tracks.get()})]


def test_the_page_of_a_call_says_what_is_missing_beside_the_blocked_action(manager, world):
    world.call.tracks.all().delete()
    text = page(manager, "programmes:call", world.programme.code, world.call.code)
    assert "Add at least one track." in text
    assert "you are here" in text


def test_a_call_is_looked_up_through_its_programme(manager, world):
    other = programme_world()
    assert (
        manager.get(reverse("programmes:call", args=[world.programme.code, other.call.code])).status_code
        == 404
    )


# Query counts


@pytest.mark.long
def test_the_list_of_programmes_and_the_start_page_do_not_grow(manager, world):
    urls = [
        reverse("programmes:list"),
        reverse("home"),
        reverse("programmes:people", args=[world.programme.code]),
    ]
    before = [queries_of(manager, url) for url in urls]
    for _ in range(10):
        a_member(a_programme(), "manager", User.objects.get(pk=world.member("manager").pk))
        a_member(world.programme, "coach")
    assert [queries_of(manager, url) for url in urls] == before
