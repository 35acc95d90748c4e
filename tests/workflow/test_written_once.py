"""A query that Django writes once gives the rows of the query itself, for whatever keys."""

from datetime import timedelta

import pytest
from django.db.models import F, Max, Q
from django.db.models.sql.compiler import SQLCompiler

from programmes.models import Call, Membership, SelectionSession, Track
from tests.worlds.programmes import programme_world
from workflow.written_once import written_once

pytestmark = pytest.mark.django_db


def sessions_of(programme, call):
    """Two keys, each of them twice; a moment that SQLite keeps as text; names of ours beside Django's."""
    chosen = Q(call=call) | Q(call__programme=programme) & ~Q(call=call)
    return (
        SelectionSession.objects.filter(chosen, call__programme=programme)
        .order_by("pk")
        .values_list("pk", "call__code", "cutoff_at")
        .annotate(twice=F("number") * 2, latest=Max("call__closes_at"))
    )


@pytest.fixture
def worlds():
    return [programme_world(), programme_world()]


def test_the_rows_are_those_of_the_query_with_the_same_keys(worlds):
    read = written_once(sessions_of)
    for world in (*worlds, *worlds):
        rows = read(world.programme.pk, world.call.pk)
        assert rows == list(sessions_of(world.programme.pk, world.call.pk))
        assert [row[0] for row in rows] == [world.session.pk]
        assert rows[0][-1].tzinfo is not None


def test_rows_that_came_since_are_read(worlds):
    read = written_once(sessions_of)
    world = worlds[0]
    assert len(read(world.programme.pk, world.call.pk)) == 1
    other = SelectionSession.objects.get(pk=world.session.pk)
    other.pk, other.number = None, 7
    other.save(force_insert=True)
    assert [row[0] for row in read(world.programme.pk, world.call.pk)] == [world.session.pk, other.pk]


def test_django_writes_it_once(worlds, monkeypatch):
    written = []
    as_sql = SQLCompiler.as_sql
    monkeypatch.setattr(
        SQLCompiler,
        "as_sql",
        lambda self, *args, **kwargs: written.append(1) or as_sql(self, *args, **kwargs),
    )
    read = written_once(sessions_of)
    for world in worlds:
        read(world.programme.pk, world.call.pk)
    assert len(written) == 1


def test_a_day_is_a_key_too(worlds):
    @written_once
    def since(user, day):
        rows = Membership.objects.filter(user=user, valid_from__lte=day)
        return rows.values_list("pk", "valid_from")

    manager = worlds[0].member("manager")
    role = Membership.objects.get(user=manager)
    assert since(manager.pk, role.valid_from) == [(role.pk, role.valid_from)]
    assert since(manager.pk, role.valid_from - timedelta(days=1)) == []


def test_a_key_that_the_query_changes_is_refused(worlds):
    """It would be asked for the mark each time, and find nothing."""

    @written_once
    def after(programme, key):
        return Call.objects.filter(programme=programme, pk__gt=key + 1).values_list("pk")

    with pytest.raises(ValueError, match="not every key"):
        after(worlds[0].programme.pk, 0)


def test_branches_of_a_union_take_the_same_key(worlds):
    @written_once
    def parts(programme):
        calls = Call.objects.filter(programme=programme).order_by().values_list("pk", "code")
        tracks = Track.objects.filter(call__programme=programme).order_by().values_list("pk", "code")
        return calls.union(tracks, all=True)

    for world in worlds:
        expected = {(world.call.pk, world.call.code), (world.track.pk, world.track.code)}
        assert set(parts(world.programme.pk)) == expected
