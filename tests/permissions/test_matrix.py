"""Every URL and every verb, as every person: who is let in is let in, everybody else finds nothing."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from rules.permissions import permissions

from tests.permissions import tables
from tests.permissions.matrix import (
    Judge,
    every_act,
    every_kind,
    every_rule_asked_by_a_view,
    every_url,
    half_of_this_engine,
    judging,
    row,
)
from tests.permissions.world import build

pytestmark = pytest.mark.django_db  # pytest-django makes no database for a fixture alone
WHOLE = "JALON_WHOLE_MATRIX"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[Judge, Path]]:
    """The world and who walks through it, made once for all questions of a process and then undone."""
    folder = tmp_path_factory.mktemp("matrix")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=folder):
            built = build()
        cache.clear()
        with judging(built, "" if WHOLE in os.environ else half_of_this_engine()) as judge:
            yield judge, folder
        transaction.set_rollback(True)


@pytest.fixture
def judge(world, settings, caplog) -> Judge:
    """The judge; what a question changes is undone."""
    settings.MEDIA_ROOT = world[1]
    caplog.set_level("ERROR", logger="django.request")
    return world[0]


def named(line: Any) -> str:
    """What a line of the tables is about."""
    return (
        getattr(line, "name", "")
        or getattr(line, "rule", "")
        or f"{line.kind}-{getattr(line, 'verb', 'list')}"
    )


def test_every_url_has_its_row_and_every_row_its_url():
    urls = {name for name, _path, _pattern in every_url()} - {"workflow:act"}
    rows = Counter(one.name for one in tables.ROWS)
    assert sorted(urls - rows.keys()) == [], "give each a row in tests/permissions/expected_<package>.py"
    assert sorted(rows.keys() - urls) == []


def test_every_verb_has_its_row_and_every_row_its_verb():
    rows = Counter((one.kind, one.verb) for one in tables.ACTS)
    assert sorted(every_act() - rows.keys()) == [], "give each an act() in expected_<package>.py"
    assert sorted(rows.keys() - every_act()) == []
    assert [verb for verb, count in rows.items() if count > 1] == []


def test_every_kind_of_record_has_its_row_and_every_row_its_kind():
    rows = Counter(one.kind for one in tables.SEES)
    assert sorted(every_kind() - rows.keys()) == [], "give each a sees() in expected_<package>.py"
    assert sorted(rows.keys() - every_kind()) == []


def test_every_rule_that_a_view_asks_has_its_row_and_every_row_its_rule():
    rows = Counter(one.rule for one in tables.ASKS)
    assert sorted(every_rule_asked_by_a_view() - rows.keys()) == [], "give each an asks() row"
    # A rule that a URL declares may have a row as well: some views ask it about another object.
    assert sorted(rows.keys() - set(permissions)) == []


def test_every_record_has_a_twin_and_every_word_of_the_tables_a_person(judge):
    """A refusal must mean "not yours", never "nothing there"; a row must let in somebody who exists."""
    for key, pair in judge.world.objects.items():
        assert None not in (pair.ours, pair.theirs), key
        assert pair.ours != pair.theirs, key
    for line in tables.ROWS:
        for who in filter(None, (line.reads, line.posts)):
            for word in who.words():
                assert any(who.covers(word, one) for one in judge.world.people), (line.name, word)


@pytest.mark.slow
@pytest.mark.parametrize("line", tables.ROWS, ids=named)
def test_a_url_lets_in_whom_its_row_names_and_nobody_else(judge, line):
    violations = list(judge.violations(line))
    assert not violations, "\n".join(violations)


@pytest.mark.slow
@pytest.mark.parametrize("line", tables.ACTS, ids=named)
def test_a_verb_is_open_to_whom_its_row_names_and_nobody_else(judge, line):
    violations = list(judge.act_violations(line))
    assert not violations, "\n".join(violations)


@pytest.mark.parametrize("line", tables.SEES, ids=named)
def test_a_list_holds_a_record_for_whom_its_row_names_and_nobody_else(judge, line):
    violations = list(judge.sees_violations(line))
    assert not violations, "\n".join(violations)


@pytest.mark.parametrize("line", tables.ASKS, ids=named)
def test_a_rule_says_yes_to_whom_its_row_names_and_nobody_else(judge, line):
    violations = list(judge.ask_violations(line))
    assert not violations, "\n".join(violations)


@pytest.mark.parametrize(
    ("false", "complaint"),
    [
        (row("accounts:preferences", "nobody", posts="nobody"), "should find nothing, got 200"),
        (row("accounts:preferences", "everybody", posts="signed-in"), "was sent to sign-in"),
        (row("accounts:invitations", "signed-in"), "should be let in, got 404"),
        (row("set_language", posts="signed-in"), "should be sent to sign-in, got 302"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_the_judge_complains_about_a_false_row(judge, false, complaint):
    assert any(complaint in sentence for sentence in judge.violations(false))


def test_the_judge_complains_when_another_programme_s_words_are_shown(judge, monkeypatch):
    monkeypatch.setattr(judge.world, "canaries", {"Preferences"})
    shown = list(judge.violations(row("accounts:preferences", "signed-in", posts="signed-in")))
    assert any("reads 'Preferences' of another programme" in sentence for sentence in shown)
