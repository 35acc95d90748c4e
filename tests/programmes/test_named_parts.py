"""What calls, tracks, sites and sessions are called: one query a page, every part in its place."""

from datetime import timedelta
from types import SimpleNamespace

import django_filters
import pytest
from django.http import QueryDict
from django.utils import translation

from programmes.filters import PartFilter
from programmes.models import Call, Programme, SelectionSession, Site, Track
from programmes.named_parts import parts_of
from tests.worlds.programmes import OPENS, a_call, a_session, a_track, programme_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Three calls: one that opens later than the world's own, and one whose opening nobody has set."""
    world = programme_world()
    for code, opens_at in (("later", OPENS + timedelta(days=30)), ("unset", None)):
        call = a_call(world.programme, code)
        Call.objects.filter(pk=call.pk).update(opens_at=opens_at)
        a_track(call, f"{code}-b", sort=2)
        a_track(call, f"{code}-a", sort=1)
        a_session(call, 2)
        a_session(call, 1)
    return world


def test_one_query_names_all_parts_and_nothing_of_other_programmes(world, django_assert_num_queries):
    other = programme_world()
    with django_assert_num_queries(1):
        parts = parts_of(world.programme)
        listed = {part: parts.options(part) for part in ("call", "track", "site", "session")}
    assert {int(key) for key, _name in listed["call"]} == set(
        world.programme.calls.values_list("pk", flat=True)
    )
    assert str(other.site.pk) not in dict(listed["site"])
    assert str(other.track.pk) not in dict(listed["track"])
    with django_assert_num_queries(0):
        assert parts_of(world.programme) is parts


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_parts_are_called_and_ordered_as_the_records_are(world, language):
    calls = sorted(
        Call.objects.filter(programme=world.programme), key=lambda call: str(call.opens_at), reverse=True
    )
    with translation.override(language):
        parts = parts_of(Programme.objects.get(pk=world.programme.pk))
        assert parts.options("call") == [(str(call.pk), str(call)) for call in calls]
        for part, rows in (
            (
                "track",
                [row for call in calls for row in Track.objects.filter(call=call).order_by("sort", "pk")],
            ),
            ("site", Site.objects.filter(programme=world.programme).order_by("sort", "pk")),
            (
                "session",
                [
                    row
                    for call in calls
                    for row in SelectionSession.objects.filter(call=call).order_by("number")
                ],
            ),
        ):
            assert parts.options(part) == [(str(row.pk), str(row)) for row in rows], part


def test_a_row_of_an_unknown_site_or_track_is_named_all_the_same(world, django_assert_num_queries):
    """A case may stay with the site that it came from; a track may be made while a file is written."""
    own, far, track = world.site, programme_world().site, programme_world().track
    parts = parts_of(world.programme)
    with django_assert_num_queries(2):
        sites, tracks = parts.site_names([own.pk, far.pk, None]), parts.track_names([track.pk])
    assert (sites[own.pk], sites[far.pk], tracks[track.pk]) == (str(own), str(far), str(track))
    with django_assert_num_queries(0):
        parts.site_names([own.pk, None])


def test_a_filter_by_a_part_takes_parts_of_the_page_s_programme_only(world):
    class Sessions(django_filters.FilterSet):
        call = PartFilter("call", label="Call")

        class Meta:
            model = SelectionSession
            fields = ("call",)

    foreign = programme_world()
    everything = SelectionSession.objects.all()

    def chosen(call, programme=world.programme):
        request = SimpleNamespace(programme=programme)
        filters = Sessions(QueryDict(f"call={call.pk}"), queryset=everything, request=request)
        return filters, set(filters.qs)

    filters, rows = chosen(world.call)
    assert rows == set(SelectionSession.objects.filter(call=world.call))
    assert not filters.errors
    for refused, _rows in (chosen(foreign.call), chosen(world.call, programme=None)):
        assert set(refused.errors) == {"call"}
