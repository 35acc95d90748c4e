"""Several changes in one transaction: each is what it would be alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.machine.models import Lantern
from workflow import Refused, fire, on, once
from workflow.door import StreamNotLocked, is_locked, together
from workflow.models import Event, Refusal, StreamHead
from workflow.reactions import _locks, _reactions
from workflow.verification import verify


@pytest.fixture
def lanterns(keeper):
    return [Lantern.objects.create(name=str(number), keeper=keeper.pk) for number in range(4)]


@pytest.fixture
def reactions():
    before = [{key: list(value) for key, value in kept.items()} for kept in (_reactions, _locks)]
    yield
    for kept, old in zip((_reactions, _locks), before, strict=True):
        kept.clear()
        kept.update(old)


def light_all(lanterns, keeper):
    refused = []
    with together(lanterns, "light"):
        for lantern in lanterns:
            try:
                fire(lantern, "light", actor=keeper, key="k1")
            except Refused as error:
                refused.append((lantern.pk, error.sentences))
    return refused


def states():
    return list(Lantern.objects.order_by("pk").values_list("state", flat=True))


def promises_hold():
    return all(not result.problems for result in verify())


def test_each_is_done_or_refused_by_itself(lanterns, keeper):
    Lantern.objects.filter(pk=lanterns[1].pk).update(oil=0)
    assert light_all(lanterns, keeper) == [(lanterns[1].pk, ["There is no oil."])]
    assert states() == ["lit", "dark", "lit", "lit"]
    assert [one.state for one in lanterns] == states()
    assert Refusal.objects.get().object_id == str(lanterns[1].pk)
    assert not is_locked(lanterns[0].stream)
    assert promises_hold()


def test_a_refusal_after_the_event_leaves_the_chain_of_its_stream_whole(keeper, reactions):
    same = [Lantern.objects.create(name=str(n), keeper=keeper.pk, house="one") for n in range(3)]

    @on("testmachine.Lantern", "light")
    def not_the_second(firing):
        if firing.record.pk == same[1].pk:
            raise Refused(["Not this one."])

    assert light_all(same, keeper) == [(same[1].pk, ["Not this one."])]
    kept = Event.objects.order_by("pk").values_list("object_id", "seq")
    assert list(kept) == [(str(same[0].pk), 1), (str(same[2].pk), 2)]
    assert StreamHead.objects.get().seq == 2
    assert promises_hold()


def test_any_other_error_undoes_all(lanterns, keeper):
    def light_one_and_stumble():
        with together(lanterns, "light"):
            fire(lanterns[0], "light", actor=keeper)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        light_one_and_stumble()
    assert states() == ["dark"] * 4
    assert not Event.objects.exists()
    fire(lanterns[0], "light", actor=keeper)
    assert promises_hold()


def test_a_repeated_key_answers_and_does_nothing_twice(lanterns, keeper):
    light_all(lanterns[:2], keeper)
    assert light_all(lanterns, keeper) == []
    assert Event.objects.count() == 4


def test_only_the_streams_that_were_named_are_written_to(lanterns, keeper):
    with pytest.raises(StreamNotLocked), together(lanterns[:1], "light"):
        fire(lanterns[1], "light", actor=keeper)
    assert states() == ["dark"] * 4


def test_it_does_not_stand_inside_a_change(lanterns, keeper):
    with pytest.raises(RuntimeError), together(lanterns, "light"), together(lanterns, "light"):
        pass


def test_the_streams_of_all_are_locked_at_once(lanterns, keeper):
    light_all(lanterns[:1], keeper)
    with CaptureQueriesContext(connection) as captured:
        light_all(lanterns, keeper)
    heads = [query for query in captured if query["sql"].startswith('SELECT "workflow_streamhead"')]
    assert len(heads) == 2, "those that are there, and those that were made"


def reads(captured, table):
    return [query["sql"] for query in captured if query["sql"].startswith(f'SELECT "{table}"')]


def test_rows_and_used_keys_are_read_once_for_all(lanterns, keeper):
    with CaptureQueriesContext(connection) as captured:
        light_all(lanterns, keeper)
    assert len(reads(captured, "testmachine_lantern")) == 1
    assert len(reads(captured, "workflow_intent")) == 1
    assert states() == ["lit"] * 4


def test_a_record_that_another_changed_meanwhile_is_read_again(lanterns, keeper, reactions):
    Lantern.objects.filter(pk=lanterns[0].pk).update(neighbour=lanterns[1])
    lanterns[0].refresh_from_db()

    @on("testmachine.Lantern", "light")
    def light_the_neighbour(firing):
        if firing.record.neighbour is not None:
            firing.then(firing.record.neighbour, "light")

    refused = light_all(lanterns, keeper)
    assert [key for key, _sentences in refused] == [lanterns[1].pk]
    assert states() == ["lit"] * 4
    assert Event.objects.count() == 4
    assert promises_hold()


def test_one_key_that_comes_twice_for_one_record_changes_it_once(lanterns, keeper):
    with together(lanterns, "light"):
        first = fire(lanterns[0], "light", actor=keeper, key="k1")
        again = fire(lanterns[0], "light", actor=keeper, key="k1")
    assert again.replayed
    assert again.event == first.event
    assert states() == ["lit", "dark", "dark", "dark"]


def test_after_a_refusal_a_record_is_read_by_itself(lanterns, keeper):
    Lantern.objects.filter(pk=lanterns[0].pk).update(oil=0)
    with together(lanterns, "light"):
        with pytest.raises(Refused):
            fire(lanterns[0], "light", actor=keeper)
        Lantern.objects.filter(pk=lanterns[0].pk).update(oil=1)
        fire(lanterns[0], "light", actor=keeper)
    assert states() == ["lit", "dark", "dark", "dark"]


def test_a_question_about_each_is_asked_once_for_all_and_never_kept(lanterns, keeper, reactions):
    asked, answers = [], []

    def read(keys):
        asked.append(list(keys))
        return {key: "known" for key in keys if key != lanterns[1].pk}

    @on("testmachine.Lantern", "light")
    def ask(firing):
        answers.append(once.ask_of(firing.record, "is it known", read))

    light_all(lanterns[:3], keeper)
    assert asked == [[one.pk for one in lanterns[:3]]]
    assert answers == ["known", None, "known"]
    fire(lanterns[3], "light", actor=keeper)
    assert asked[1:] == [[lanterns[3].pk]]


@pytest.fixture
def put_off(reactions):
    """Whom the end of a change was told of, a list for each end; the second lantern refuses after it."""
    told = []

    def tell(names):
        told.append(names)

    @on("testmachine.Lantern", "light")
    def later(firing):
        once.at_the_end(tell, firing.record.name)
        if firing.record.name == "1":
            raise Refused(["Not this one."])

    return told


def test_what_is_put_off_is_done_once_for_all_that_were_not_refused(lanterns, keeper, put_off):
    light_all(lanterns, keeper)
    assert put_off == [["0", "2", "3"]]


def test_what_is_put_off_is_done_at_the_end_of_a_single_change(lanterns, keeper, put_off):
    fire(lanterns[0], "light", actor=keeper)
    with pytest.raises(Refused):
        fire(lanterns[1], "light", actor=keeper)
    assert put_off == [["0"]]


def test_what_fails_at_the_end_undoes_the_change(lanterns, keeper, reactions):
    @on("testmachine.Lantern", "light")
    def later(firing):
        once.at_the_end(lambda names: 1 / 0, firing.record.name)

    with pytest.raises(ZeroDivisionError):
        fire(lanterns[0], "light", actor=keeper)
    assert states() == ["dark"] * 4
    assert lanterns[0].state == "dark"
    assert promises_hold()
