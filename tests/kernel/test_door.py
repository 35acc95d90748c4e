"""What `workflow.fire` promises."""

import pytest
from django.db import IntegrityError, transaction

from tests.machine.models import Lantern
from workflow import Conflict, Refused, System, fire, new_key, on, propose
from workflow.door import NotAllowed, StreamNotLocked, is_locked
from workflow.gate import DirectTransition
from workflow.models import Event, Intent, Refusal, StreamHead
from workflow.reactions import _locks, _reactions


@pytest.fixture
def reactions():
    before = [{key: list(value) for key, value in kept.items()} for kept in (_reactions, _locks)]
    yield
    for kept, old in zip((_reactions, _locks), before, strict=True):
        kept.clear()
        kept.update(old)


def test_a_change_leaves_one_event_with_who_when_from_and_to(lantern, keeper):
    outcome = fire(lantern, "light", actor=keeper, key="k1", data={"flame": 3, "secret": "Amina"})
    event = Event.objects.get()
    assert outcome.event == event
    assert (event.actor, event.source, event.target, event.verb) == (keeper, "dark", "lit", "light")
    assert event.data == {"flame": 3}, "only declared facts are kept"
    assert lantern.state == "lit"
    assert lantern.state_since == event.occurred_at
    assert StreamHead.objects.get(stream=lantern.stream).hash == event.hash


def test_the_same_key_and_body_answers_the_same_and_does_nothing_twice(lantern, keeper):
    first = fire(lantern, "light", actor=keeper, key="k1", data={"flame": 1})
    again = fire(lantern, "light", actor=keeper, key="k1", data={"flame": 1})
    assert again.replayed
    assert again.event == first.event
    assert lantern.sparks.count() == 1


def test_the_same_key_with_another_body_is_refused(lantern, keeper):
    fire(lantern, "light", actor=keeper, key="k1", data={"flame": 1})
    with pytest.raises(Conflict):
        fire(lantern, "light", actor=keeper, key="k1", data={"flame": 2})


def test_what_a_change_adds_to_its_data_is_not_the_callers(lantern, keeper, reactions):
    data = {"flame": 1}

    @on("testmachine.Lantern", "light")
    def note(firing):
        firing.data["noted"] = True

    first = fire(lantern, "light", actor=keeper, key="k1", data=data)
    assert data == {"flame": 1}
    assert fire(lantern, "light", actor=keeper, key="k1", data=data).event == first.event


def test_a_replay_checks_the_permission_again(lantern, keeper):
    fire(lantern, "light", actor=keeper, key="k1")
    Lantern.objects.filter(pk=lantern.pk).update(keeper=-9)
    with pytest.raises(NotAllowed):
        fire(lantern, "light", actor=keeper, key="k1")


def test_a_stale_instance_cannot_light_twice(lantern, keeper):
    stale = Lantern.objects.get(pk=lantern.pk)
    fire(lantern, "light", actor=keeper, key="k1")
    with pytest.raises(Refused):
        fire(stale, "light", actor=keeper, key="k2")
    assert lantern.sparks.count() == 1


def test_a_guard_says_why_not_and_the_attempt_is_remembered(lantern, keeper):
    Lantern.objects.filter(pk=lantern.pk).update(oil=0)
    with pytest.raises(Refused) as refused:
        fire(lantern, "light", actor=keeper, key="k1")
    assert refused.value.sentences == ["There is no oil."]
    assert Refusal.objects.get().sentences == ["There is no oil."]
    assert not Event.objects.exists()
    assert not Intent.objects.exists()


def test_a_reason_is_asked_for_and_lies_in_an_erasable_note(lantern, keeper):
    fire(lantern, "light", actor=keeper, key="k1")
    with pytest.raises(Refused):
        fire(lantern, "put_out", actor=keeper, key="k2", data={"reason": "  "})
    event = fire(lantern, "put_out", actor=keeper, key="k3", data={"reason": "Wind"}).event
    assert event.note.text == "Wind"
    assert "Wind" not in str(event.data)


def test_a_stranger_is_refused(lantern, stranger):
    with pytest.raises(NotAllowed):
        fire(lantern, "light", actor=stranger, key="k1")


def test_a_superuser_has_no_way_round_the_rules(lantern, stranger):
    stranger.is_superuser = True
    stranger.save()
    with pytest.raises(NotAllowed):
        fire(lantern, "light", actor=stranger, key="k1")


def test_two_persons_are_needed_and_they_must_agree_on_the_same_thing(lantern, keeper, second_keeper):
    data = {"reason": "Cracked"}
    with pytest.raises(Refused):
        fire(lantern, "break", actor=keeper, key="k1", data=data)
    propose(lantern, "break", actor=keeper, data=data)
    with pytest.raises(Refused):
        fire(lantern, "break", actor=keeper, key="k2", data=data)
    with pytest.raises(Refused):
        fire(lantern, "break", actor=second_keeper, key="k3", data={"reason": "Stolen"})
    with pytest.raises(Refused):
        propose(lantern, "break", actor=second_keeper, data=data)
    event = fire(lantern, "break", actor=second_keeper, key="k4", data=data).event
    assert (event.actor, event.second_person_id) == (second_keeper, keeper.pk)


def test_a_transition_method_refuses_to_run_outside_the_door(lantern):
    with pytest.raises(DirectTransition):
        lantern.light(None)
    with pytest.raises(AttributeError):
        lantern.state = "lit"


def test_the_database_refuses_a_state_that_nobody_declared(lantern):
    with pytest.raises(IntegrityError), transaction.atomic():
        Lantern.objects.filter(pk=lantern.pk).update(state="floating")


def test_a_consequence_happens_in_the_same_transaction_with_its_cause(lantern, keeper, reactions):
    other = Lantern.objects.create(name="South", keeper=keeper.pk)
    Lantern.objects.filter(pk=lantern.pk).update(neighbour=other)
    lantern.refresh_from_db()

    @on("testmachine.Lantern", "light")
    def neighbour_follows(firing):
        if firing.record.pk == lantern.pk:
            firing.then(other, "light")

    event = fire(lantern, "light", actor=keeper, key="k1").event
    effect = Event.objects.get(cause=event)
    assert effect.system == "lantern.light"
    assert Lantern.objects.get(pk=other.pk).state == "lit"


def test_a_refused_consequence_undoes_everything(lantern, keeper, reactions):
    other = Lantern.objects.create(name="South", keeper=keeper.pk, oil=0)
    Lantern.objects.filter(pk=lantern.pk).update(neighbour=other)
    lantern.refresh_from_db()

    @on("testmachine.Lantern", "light")
    def neighbour_follows(firing):
        firing.then(other, "light")

    with pytest.raises(Refused):
        fire(lantern, "light", actor=keeper, key="k1")
    assert Lantern.objects.get(pk=lantern.pk).state == "dark"
    assert not lantern.sparks.exists()
    assert not Event.objects.exists()


def test_a_refused_change_leaves_the_instance_as_it_was(lantern, keeper, reactions):
    other = Lantern.objects.create(name="South", keeper=keeper.pk, oil=0)
    Lantern.objects.filter(pk=lantern.pk).update(neighbour=other)
    lantern.refresh_from_db()

    @on("testmachine.Lantern", "light")
    def neighbour_follows(firing):
        if firing.record.pk == lantern.pk:
            firing.then(other, "light")

    with pytest.raises(Refused):
        fire(lantern, "light", actor=keeper, key="k1")
    assert (lantern.state, lantern.oil, lantern.lit_times) == ("dark", 1, 0)
    Lantern.objects.filter(pk=other.pk).update(oil=1)
    other.refresh_from_db()
    fire(lantern, "light", actor=keeper, key="k2")
    assert lantern.state == "lit"


def test_a_consequence_on_an_undeclared_stream_is_a_programming_error(lantern, keeper, reactions):
    other = Lantern.objects.create(name="South", keeper=keeper.pk)

    @on("testmachine.Lantern", "light")
    def neighbour_follows(firing):
        firing.then(other, "light")

    with pytest.raises(StreamNotLocked):
        fire(lantern, "light", actor=keeper, key="k1")


def test_a_subscriber_names_the_streams_that_it_writes_to(lantern, keeper, reactions):
    other = Lantern.objects.create(name="South", keeper=keeper.pk)

    @on("testmachine.Lantern", "light", locks=lambda record, data: [other.stream])
    def neighbour_follows(firing):
        if firing.record.pk == lantern.pk:
            assert is_locked(other.stream)
            firing.then(other, "light")

    fire(lantern, "light", actor=keeper, key="k1")
    assert Lantern.objects.get(pk=other.pk).state == "lit"
    assert not is_locked(other.stream)


def test_the_system_may_only_what_its_rule_says(lantern):
    with pytest.raises(NotAllowed):
        fire(lantern, "put_out", actor=System("tick"), key=new_key(), data={"reason": "late"})
    fire(lantern, "light", actor=System("tick"), key=new_key())
    assert Event.objects.get().system == "tick"


def test_one_change_costs_few_queries(lantern, keeper, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        fire(lantern, "light", actor=keeper, key="k1")


def test_a_row_read_again_alone_keeps_the_relations_that_still_hold(lantern, django_assert_num_queries):
    neighbour = Lantern.objects.create(name="second")
    Lantern.objects.filter(pk=lantern.pk).update(neighbour=neighbour)
    read = Lantern.objects.select_related("neighbour").get(pk=lantern.pk)
    before = read.neighbour
    Lantern.objects.filter(pk=lantern.pk).update(oil=7)
    with django_assert_num_queries(1):
        read.refresh_row(Lantern.objects.select_related("neighbour"))
        assert (read.oil, read.neighbour) == (7, neighbour)
    assert read.neighbour is before
    Lantern.objects.filter(pk=lantern.pk).update(neighbour=lantern)
    read.refresh_row(Lantern.objects.all())
    assert read.neighbour == lantern, "another one than was read is read anew"
