"""The list of applications: filters, order, columns, saved views, files that two persons let leave."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications import flags
from tests.worlds.applications import SENT, a_draft, an_application, ask_again, submit
from tests.worlds.programmes import a_track, open_call, programme_world
from workflow import list_files
from workflow.inboxes import _file_row
from workflow.models import ListExport, SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


@pytest.fixture
def url(world):
    return reverse("applications:list", args=[world.programme.code])


@pytest.fixture
def manager(client, world):
    client.force_login(world.member("manager"))
    return world.member("manager")


def numbers(response):
    return {row.record.number for row in response.context["table"].page.object_list}


def shown(client, url, **query):
    response = client.get(url, query)
    assert response.status_code == 200
    return numbers(response)


@pytest.mark.long
def test_every_filter_stands_in_the_address(client, world, url, manager):
    officer = world.member("screening_officer")
    one = an_application(world, answers={"title": "Tailor by the port", "trade": "Sewing"})
    two = submit(a_draft(world, answers={"title": "خياطة", "trade": "Wood"}), at=SENT + timedelta(days=3))
    group = a_track(world.call, composition="pair", min_members=1, max_members=2)
    three = an_application(world, "eligible", track=group)
    flags.raise_flag(one, kind="identity", reason="Two names", actor=officer, at=SENT)
    flag = flags.raise_flag(two, kind="papers", reason="Blurred", actor=officer, at=SENT)
    flags.resolve(flag, resolution="A better photo came", actor=officer, at=SENT)
    first, second, third = (row.case.number for row in (one, two, three))
    day = SENT.date()
    for query, expected in (
        ({}, {first, second, third}),
        ({"state": "eligible"}, {third}),
        ({"state": ["eligible", "submitted"]}, {first, second, third}),
        ({"track": group.pk}, {third}),
        ({"session": world.session.pk, "call": world.call.pk}, {first, second, third}),
        ({"site": world.site.pk, "state": "submitted"}, {first, second}),
        ({"sector": "wood"}, {second}),
        ({"sent_until": day.isoformat()}, {first, third}),
        ({"sent_from": (day + timedelta(days=1)).isoformat()}, {second}),
        ({"sent_from": day.isoformat(), "sent_until": day.isoformat()}, {first, third}),
        ({"flags": "open"}, {first}),
        ({"flags": "any"}, {first, second}),
        ({"flags": "none"}, {third}),
        ({"flag": "identity"}, {first}),
        ({"flag": "papers"}, set()),
        ({"q": "port tailor"}, {first}),
        ({"q": "خياطة"}, {second}),
        ({"q": first}, {first}),
        ({"q": first.replace("-", "").translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))}, {first}),
        ({"q": first[:4]}, {row for row in (first, second, third) if row.startswith(first[:4])}),
        ({"sent_from": "yesterday"}, {first, second, third}),
    ):
        assert shown(client, url, **query) == expected, query


@pytest.mark.long
@pytest.mark.parametrize(
    "column",
    ["case", "title", "site", "track", "call", "session", "sector", "requested", "submitted_at", "age"],
)
def test_rows_are_sorted_both_ways(client, world, url, manager, column):
    rows = {an_application(world, answers={"title": title}).case.number for title in "CAB"}
    for sort in (column, f"-{column}"):
        assert shown(client, url, sort=sort) == rows
    titles = [
        row.record.title for row in client.get(url, {"sort": "-title"}).context["table"].page.object_list
    ]
    assert titles == ["C", "B", "A"]


@pytest.mark.long
def test_every_column_can_be_shown_and_costs_no_query_a_row(client, world, url, manager):
    columns = [name for name in client.get(url).context["table"].columns.names() if name != "case"]
    columns = [choice["name"] for choice in client.get(url).context["column_choices"]]
    ask_again(world, an_application(world))

    def cost():
        with CaptureQueriesContext(connection) as captured:
            page = client.get(url, {"columns": columns})
        assert page.status_code == 200
        return len(captured)

    one = cost()
    for _number in range(4):
        an_application(world, members=1)
    assert cost() == one <= 30


# Saved views


def save(client, url, query="", **given):
    return client.post(reverse("workflow:save_view"), {"list": url, "query": query, "name": "Mine", **given})


def test_a_view_is_saved_opened_and_deleted(client, world, url, manager):
    an_application(world)
    response = save(client, url, "state=submitted&page=3&columns=site&sort=-age&state=eligible")
    saved = SavedView.objects.get()
    assert saved.query == "columns=site&sort=-age&state=submitted&state=eligible"
    assert response.url == saved.url
    page = client.get(saved.url)
    assert page.context["saved"].current == saved
    save(client, url, "state=eligible")
    assert SavedView.objects.get().query == "state=eligible"
    client.post(reverse("workflow:delete_view", args=[saved.pk]))
    assert not SavedView.objects.exists()


def test_a_view_needs_a_name_and_a_list(client, world, url, manager):
    save(client, url, name="  ")
    assert not SavedView.objects.exists()
    for path in ("/", "/nowhere/", reverse("applications:mine"), "//evil.example/"):
        assert save(client, path).status_code == 404
    assert client.post(reverse("workflow:save_view")).status_code == 400


def test_a_manager_shares_a_view_inside_the_programme_and_nowhere_else(client, world, url, manager):
    save(client, url, "state=eligible", shared="1", name="For all")
    shared = SavedView.objects.get()
    client.force_login(world.member("screening_officer"))
    assert client.get(url).context["saved"].shared == [shared]
    assert client.post(reverse("workflow:delete_view", args=[shared.pk])).status_code == 404
    save(client, url, shared="1", name="Not mine to share")
    assert SavedView.objects.count() == 1
    other = programme_world()
    client.force_login(other.member("manager"))
    assert client.post(reverse("workflow:delete_view", args=[shared.pk])).status_code == 404
    assert save(client, url).status_code == 404


def test_nobody_sees_the_private_views_of_others(client, world, url, manager):
    save(client, url)
    client.force_login(world.member("screening_officer"))
    assert client.get(url).context["saved"].offered == []


# Files


def ask(client, url, *, kind="csv", reason="For the steering committee", query="sort=case"):
    fields = {"list": url, "query": query, "kind": kind, "reason": reason}
    return client.post(reverse("workflow:export_ask"), fields)


def body(response):
    return b"".join(response.streaming_content).decode("utf-8-sig")


def test_a_file_of_people_asks_what_it_is_for_and_is_written_down(client, world, url, manager):
    an_application(world, answers={"title": "=1+1"})
    asked = client.get(url, {"export": "csv", "columns": ["title", "state"]})
    assert asked.status_code == 302
    assert client.get(asked.url).status_code == 200
    assert ask(client, url, reason="why").status_code == 422
    assert not ListExport.objects.exists()
    response = ask(client, url, query="columns=title&columns=state")
    table = list(csv.reader(io.StringIO(body(client.get(response.url)))))
    assert table[0] == ["Case", "Activity", "State"]
    assert table[1][1:] == ["'=1+1", "Submitted"]
    noted = ListExport.objects.get()
    assert (noted.asked_by, noted.rows, noted.needs_second) == (manager, 1, False)
    assert noted.fetched_at


@pytest.mark.long
def test_a_large_file_leaves_only_when_a_second_person_agreed(
    client, world, url, manager, settings, django_assert_num_queries
):
    settings.EXPORT_ROW_LIMIT = 2
    for _number in range(3):
        an_application(world)
    response = ask(client, url, kind="xlsx")
    large = ListExport.objects.get()
    fetch = reverse("workflow:export_file", args=[large.uid])
    answer = reverse("workflow:export_answer", args=[large.uid])
    assert response.url == large.get_absolute_url()
    assert client.get(fetch).status_code == 404
    client.post(answer, {"answer": "grant"})  # nobody agrees with oneself
    large.refresh_from_db()
    assert not large.granted
    client.force_login(world.member("screening_officer"))
    assert client.post(answer, {"answer": "grant"}).status_code == 404
    second = world.member("manager", 2)
    client.force_login(second)
    with django_assert_num_queries(3):  # who asks, the roles of this person, the files
        (line,) = map(_file_row, list_files.waiting_for(User.objects.get(pk=second.pk)))
    assert str(manager) in line.detail
    assert client.get(large.get_absolute_url()).status_code == 200
    client.post(answer, {"answer": "grant"})
    assert client.get(fetch).status_code == 404  # the file is not for the second person
    client.force_login(manager)
    response = client.get(fetch)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    response.close()
    sheet, about = book.worksheets
    assert {row[-1].value for row in sheet.iter_rows(min_row=2)} == {large.reference}
    said = " ".join(row[0].value for row in about.iter_rows())
    assert all(word in said for word in (str(manager), str(second), "steering committee"))


def test_a_large_csv_names_who_took_it_in_its_last_lines(client, world, url, manager, settings):
    settings.EXPORT_ROW_LIMIT = 1
    an_application(world)
    an_application(world)
    ask(client, url)
    large = ListExport.objects.get()
    client.force_login(world.member("manager", 2))
    client.post(reverse("workflow:export_answer", args=[large.uid]), {"answer": "grant"})
    client.force_login(manager)
    lines = body(client.get(reverse("workflow:export_file", args=[large.uid]))).splitlines()
    assert len(lines) == 6
    assert lines[1].endswith(large.reference)
    assert str(manager) in lines[4]


def test_a_refused_file_and_an_old_one_do_not_leave(client, world, url, manager, settings):
    settings.EXPORT_ROW_LIMIT = 1
    for _number in range(2):
        an_application(world)
    ask(client, url)
    large = ListExport.objects.get()
    client.force_login(world.member("manager", 2))
    client.post(reverse("workflow:export_answer", args=[large.uid]), {"answer": "refuse"})
    client.force_login(manager)
    fetch = reverse("workflow:export_file", args=[large.uid])
    assert client.get(fetch).status_code == 404
    ListExport.objects.update(granted=True, answered_at=timezone.now() - timedelta(days=8))
    assert client.get(fetch).status_code == 404


def test_whoever_lost_the_role_fetches_nothing(client, world, url, manager, settings):
    an_application(world)
    response = ask(client, url)
    world.programme.memberships.filter(user=manager).update(ended_at=timezone.now())
    assert client.get(response.url).status_code == 404


def test_the_database_wants_two_persons_for_a_large_file(world):
    manager = world.member("manager")
    values = {
        "path": "/",
        "title": "T",
        "kind": "csv",
        "rows": 9,
        "asked_by": manager,
        "asked_at": SENT,
        "reason": "R",
        "needs_second": True,
    }
    for odd in (
        {"answered_by": manager, "answered_at": SENT, "granted": True},
        {"fetched_at": SENT},
        {"granted": True},
        {"reason": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ListExport.objects.create(**{**values, **odd})
