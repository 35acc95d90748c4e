"""What `workflow.load_history` promises: a loaded past is like a lived one."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.machine.models import Lantern
from workflow import Fact, History, System, fire, load_history
from workflow.history import HistoryError
from workflow.models import Event
from workflow.verification import verify

NOW = datetime(2024, 6, 1, tzinfo=UTC)


def day(number):
    return NOW - timedelta(days=100 - number)


def broken_promises():
    return [problem for result in verify() for problem in result.problems]


def test_a_loaded_past_passes_verify_and_goes_on_through_the_door(keeper, second_keeper):
    lantern = Lantern(name="Old", keeper=keeper.pk, oil=2)
    facts = [
        Fact("light", day(1), keeper, {"flame": 2}),
        Fact("turn", day(2), keeper, target="bright"),
        Fact("put_out", day(3), keeper, reason="Dawn"),
        Fact("break", day(4), keeper, reason="Fell", second_person=second_keeper),
    ]
    assert load_history([History(lantern, facts)], recorded_at=NOW) == 4
    assert lantern.state == "broken"
    assert lantern.state_since == day(4)
    assert Event.objects.get(seq=1).data == {"flame": 2}
    assert broken_promises() == []
    fire(lantern, "mend", actor=System("tick"), key="k")
    assert broken_promises() == []


def test_histories_of_one_stream_are_chained_in_order_of_time(keeper):
    lanterns = [Lantern(name=str(n), house="7", keeper=keeper.pk, oil=9) for n in range(3)]
    load_history(
        [History(lantern, [Fact("light", day(9 - n), keeper)]) for n, lantern in enumerate(lanterns)],
        recorded_at=NOW,
    )
    order = Event.objects.filter(stream="house:7").order_by("seq").values_list("object_id", flat=True)
    assert list(order) == [str(lantern.pk) for lantern in reversed(lanterns)]
    assert broken_promises() == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ([Fact("turn", day(1), System("load"), target="bright")], "no such arrow"),
        (
            [Fact("light", day(2), System("load")), Fact("turn", day(1), System("load"), target="lit")],
            "before",
        ),
        ([Fact("light", NOW + timedelta(days=1), System("load"))], "future"),
        ([Fact("light", day(1), System("load")), Fact("put_out", day(2), System("load"))], "reason"),
        ([Fact("light", day(1), System("load"), {"flame": 0})], "at least 1"),
        ([Fact("light", day(1), System("load")), Fact("turn", day(2), System("load"))], "target"),
        ([Fact("break", day(1), System("load"), reason="x")], "second person"),
    ],
)
def test_an_unlawful_past_is_refused_whole(keeper, facts, words):
    good = History(Lantern(name="Good", keeper=keeper.pk), [Fact("light", day(1), System("load"))])
    with pytest.raises(HistoryError, match=words):
        load_history([good, History(Lantern(name="Bad", keeper=keeper.pk), facts)], recorded_at=NOW)
    assert not Lantern.objects.exists()
    assert not Event.objects.exists()
