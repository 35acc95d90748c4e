"""Nobody's identity stands anywhere but in the vault, and no page, paper or file names anybody.

The whole journey is played with canaries for names (both scripts), phones, documents, days of birth,
addresses and e-mail addresses. Then the database is read as a dump would be, and logs, caches, stored files,
messages, exports and every page that a juror can reach, and pages of every view for all other roles.
"""

import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from django.urls import resolve, reverse

from applications.models import Identity
from demo.living.programme import CODE
from documents.models import PaperCopy
from tests.canaries import crawl, places
from tests.canaries.birds import Aviary, a_bird
from tests.canaries.world import World, build, told_in_the_file

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CASE = re.compile(r"\b\d{5}-\d\b")
ROLES = [
    "field_agent",
    "screening_officer",
    "jury_secretary",
    "jury_chair",
    "preparer",
    "verifier",
    "approver",
    "releaser",
    "reconciler",
    "supervisor",
    "manager",
    "protection_officer",
    "appeal_officer",
    "auditor",
]


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world with its folder of files and its log, played once and then undone."""
    import logging

    folder = tmp_path_factory.mktemp("canaries")
    log = folder / "log.txt"
    handler = logging.FileHandler(log)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    cache.clear()
    try:
        with django_db_blocker.unblock(), transaction.atomic():
            with override_settings(MEDIA_ROOT=folder / "files"):
                yield build(), folder
            transaction.set_rollback(True)
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()


@pytest.fixture
def world(played, settings) -> World:
    settings.MEDIA_ROOT = played[1] / "files"
    return played[0]


def hits(aviary: Aviary, places_with_text) -> dict[str, set[str]]:
    """Where which canaries were found."""
    found: dict[str, set[str]] = {}
    for place, text in places_with_text:
        if seen := aviary.found_in(text):
            found.setdefault(place, set()).update(seen)
    return found


def test_the_search_sees_a_canary_in_every_writing():
    aviary = Aviary()
    bird = aviary.add(a_bird())
    for text in (
        f"…{bird.latin.upper()}…",
        bird.arabic.encode("ascii", "backslashreplace").decode(),
        f"tel:0{bird.phone[-9:]}",
        bird.latin.split()[0],
        "-".join(reversed(bird.birth.split("-"))),
    ):
        assert aviary.found_in(text), text
    assert not aviary.found_in("Nobody is here, +212612345678, 1999-01-01")


def test_a_digest_or_a_unique_number_holds_no_canary_by_chance():
    aviary = Aviary()
    day = aviary.add(a_bird()).birth.replace("-", "")
    assert not aviary.found_in(f"{day}-1f3a-4c55-9e07-2b6d8a90c1e4")
    assert not aviary.found_in("ab" * 20 + day + "cd" * 8)
    assert aviary.found_in(f"born {day}")


def test_the_dump_of_the_database_names_nobody(world):
    assert Identity.objects.count() >= 45
    found = hits(world.aviary, places.rows_of_the_database())
    assert {place: seen for place, seen in found.items() if place not in places.DESIGNED} == {}


def test_logs_and_caches_name_nobody(world, played):
    log = (played[1] / "log.txt").read_text()
    assert hits(world.aviary, [("log", log), *places.entries_of_the_cache()]) == {}


def test_stored_files_and_papers_name_nobody_where_pseudonyms_are_forced(world, played):
    folder = played[1] / "files"
    found = hits(world.aviary, places.files_of(folder))
    assert set(found) <= set(places.NAMING_PAPERS), found
    assert PaperCopy.objects.filter(paper__kind="grant_agreement").count() > 10


def test_a_message_names_nobody_but_whom_it_is_for(world):
    for message in mail.outbox:
        said = f"{message.subject}\n{message.body}"
        assert world.aviary.found_in(said) == set(), message.subject


def test_no_page_that_a_juror_reaches_names_anybody(world):
    juror = world.staff.jurors[0]
    read = dict(crawl.pages(world.client(juror)))
    assert len(read) > 20
    assert hits(world.aviary, read.items()) == {}


def test_what_applicants_tell_of_themselves_does_not_reach_a_juror(world):
    with transaction.atomic():
        assignment, names = told_in_the_file(world)
        client = world.client(assignment.engagement.user)
        before = dict(crawl.pages(client))
        path = reverse("scoring:file", args=[assignment.pk])
        opened = client.post(path, {"action": "open", "no_conflict": "on"}, follow=True)
        assert "name hidden" in places.body_of(opened), "the file is there, without its names"
        client.post(path, {"action": "next", "version": "0"})
        after = dict(crawl.pages(client))
        assert len(after) > 20
        assert hits(world.aviary, [*before.items(), *after.items()]) == {}
        desk = reverse("scoring:desk")
        for value in names:  # a search or an order by a name finds what a search for nothing finds
            asked = client.get(desk, {"q": value, "sort": value, "search": value})
            assert CASE.findall(places.body_of(asked)) == CASE.findall(after[desk])
        transaction.set_rollback(True)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_that_is_only_read_names_anybody(world, role):
    read = dict(crawl.pages(world.client(world.staff[role]), of_a_kind=1))
    assert len(read) > 5
    found = hits(world.aviary, read.items())
    views = {resolve(urlsplit(address).path).view_name for address in found}
    assert all(role in places.NAMING_PAGES.get(view, ()) for view in views), found


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_files_of_lists_name_nobody(world, kind):
    manager = world.client(world.staff["manager"])
    asked = manager.post(
        reverse("workflow:export_ask"),
        {
            "list": reverse("applications:list", args=[CODE]),
            "query": "",
            "kind": kind,
            "reason": "For the committee of donors",
        },
        follow=True,
    )
    read = [(f"list.{kind}", places.body_of(asked))]
    for name in ("people", "openings", "duplicates", "screening"):
        client = world.client(
            world.staff["screening_officer" if name in ("screening", "duplicates") else "manager"]
        )
        path = reverse(f"applications:{name}", args=[CODE])
        read.append((name, places.body_of(client.get(path, {"export": kind}))))
    assert hits(world.aviary, read) == {}
