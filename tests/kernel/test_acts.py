"""An act is an event of its stream: chained, verified, told in the history; it changes no state."""

from datetime import timedelta

import pytest
from django.utils import timezone

from workflow import PastAct, acts, door, fire, load_history
from workflow.actors import System, name_system
from workflow.door import StreamNotLocked, head_of
from workflow.history import HistoryError
from workflow.models import Event, StreamHead
from workflow.timeline import history
from workflow.verification import verify

KIND = "accounts.user"
STREAM = "house:7"


@pytest.fixture(autouse=True)
def _declared():
    acts.declare("accounts.User", "greet", "Greeted", facts=("lamp",))
    acts.declare("accounts.User", "blame", "Blamed", reason=True)
    yield
    for verb in ("greet", "blame"):
        acts._acts.pop((KIND, verb), None)


def record(keeper, verb="greet", **given):
    return acts.record(keeper, verb, actor=keeper, at=keeper.date_joined, stream=STREAM, **given)


def problems():
    return [problem for result in verify() for problem in result.problems]


def test_an_act_is_chained_and_keeps_its_facts_alone(keeper):
    first = record(keeper, data={"lamp": 3, "name": "Keeper"})
    second = record(keeper, "blame", reason="  The  wind ")
    assert (first.seq, second.seq) == (1, 2)
    assert second.prev_hash == first.hash == Event.objects.get(seq=1).hash
    assert first.data == {"lamp": 3}
    assert (second.source, second.target, second.note.text) == ("", "", "The wind")
    assert StreamHead.objects.get(stream=STREAM).seq == 2
    assert problems() == []


def test_nobody_records_what_nobody_declared(keeper):
    with pytest.raises(acts.UndeclaredAct):
        record(keeper, "dance")
    with pytest.raises(ValueError, match="needs a reason"):
        record(keeper, "blame", reason="  ")
    assert not Event.objects.exists()


def test_verify_finds_an_act_that_nobody_declared_any_more(keeper):
    record(keeper)
    acts._acts.pop((KIND, "greet"))
    assert any("unknown kind accounts.user" in problem for problem in problems())


def test_a_history_tells_acts_with_changes(lantern, keeper):
    fire(lantern, "light", actor=keeper, data={"flame": 1})
    name_system("passer-by", "Somebody who passed")
    acts.record(
        keeper,
        "blame",
        actor=System("passer-by"),
        at=keeper.date_joined,
        reason="Too bright",
        stream=lantern.stream,
    )
    told = [(line.title, line.who, line.note) for line in history(lantern.stream)]
    assert ("Blamed", "Somebody who passed", "Too bright") in told
    assert len(told) == 2
    assert [line.note for line in history(lantern.stream, staff=False)] == ["", ""]
    assert problems() == []


def test_inside_the_door_an_act_takes_the_head_that_is_held(lantern, keeper, monkeypatch):
    def greet(firing):
        acts.record(keeper, "greet", actor=firing.actor, at=firing.at, stream=firing.record.stream)
        with pytest.raises(StreamNotLocked):
            head_of("house:9")

    monkeypatch.setattr(door, "react", greet)
    fire(lantern, "light", actor=keeper, data={"flame": 1})
    assert list(Event.objects.order_by("seq").values_list("verb", flat=True)) == ["light", "greet"]
    assert problems() == []


def test_past_acts_are_loaded_in_bulk_and_pass_verify(keeper):
    at = keeper.date_joined
    one, other = (PastAct(keeper, "greet", at, keeper, stream) for stream in (STREAM, "house:8"))
    assert load_history([], recorded_at=timezone.now(), acts=[one, other, one]) == 3
    assert [event.seq for event in Event.objects.filter(stream=STREAM).order_by("seq")] == [1, 2]
    assert record(keeper).seq == 3
    assert problems() == []


def test_unlawful_past_acts_are_refused_whole(keeper):
    at, now = keeper.date_joined, timezone.now()
    lawful = PastAct(keeper, "greet", at, keeper, STREAM)
    for verb, moment in (("dance", at), ("blame", at), ("greet", now + timedelta(days=1))):
        with pytest.raises(HistoryError):
            load_history([], recorded_at=now, acts=[lawful, PastAct(keeper, verb, moment, keeper, STREAM)])
    assert not Event.objects.exists()
