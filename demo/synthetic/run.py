"""Making the synthetic call, batch by batch: memory does not grow with the number of applications."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import transaction

from applications.models import Application
from demo.loading.numbers import serials
from demo.synthetic import cases, grants, marking, scene
from demo.synthetic.cases import AWARDED, REVIEW
from demo.synthetic.marking import Marking
from demo.synthetic.scene import DECIDED, Scene
from demo.synthetic.visits import FollowUp
from scoring.models import RedactedCopy
from workflow import load_history

BATCH = 500
Progress = Callable[[int, int], None]


def generate(
    *, applications: int, jurors: int, marks: int, seed: int, now: datetime, progress: Progress
) -> int:
    """Make the call with its applications; return the number of events.

    Each batch of cases is whole: persons, answers, marks, grants, orders and visits in one transaction.
    progress(done, all) is called after each of them. Raises ValueError when a file would need more jurors
    than there are.
    """
    with transaction.atomic():
        made = scene.set_up(seed=seed, jurors=jurors, marks=marks, now=now)
        grants.open_envelope(made)
    wanted = list(_wanted(made, applications))
    reviewed = sum(kind == REVIEW for kind, _place, _serial in wanted)
    reading = Marking(
        made,
        made.dice("marks"),
        marks=marks,
        unread_from=marking.unread_from(made, reviewed, marks),
    )
    events = 0
    for start in range(0, len(wanted), BATCH):
        events += _batch(made, wanted[start : start + BATCH], start, reading)
        progress(min(start + BATCH, len(wanted)), len(wanted))
    with transaction.atomic():
        _decide(made)
        marking.rank(made)
    return events


def _wanted(made: Scene, applications: int) -> Iterator[tuple[str, int, int]]:
    """Yield (kind, place among its kind, serial); awarded and rejected ones are counted together."""
    kinds = cases.kinds(applications)
    counts: Counter[int | None] = Counter()
    for kind, serial in zip(kinds, serials(len(kinds), f"synthetic {made.seed}"), strict=True):
        session = cases.SESSION[kind]
        yield kind, counts[session], serial
        counts[session] += 1


@transaction.atomic
def _batch(made: Scene, wanted: list[tuple[str, int, int]], start: int, reading: Marking) -> int:
    dice = made.dice(f"batch {start}")
    items = cases.make(made, wanted, dice)
    past = cases.histories(made, items)
    copies = {id(one.record.application): one.record for one in past if isinstance(one.record, RedactedCopy)}
    past += reading.histories(items, copies)
    awarded = grants.make(made, [item for item in items if item.kind == AWARDED])
    followed = FollowUp(made, dice, awarded)
    past += grants.histories(awarded) + followed.histories()
    events = load_history(past, recorded_at=made.now)
    cases.around(made, items)
    reading.finish()
    followed.around()
    grants.around(made, awarded, followed.first_visits())
    return events


def _decide(made: Scene) -> None:
    rows = Application.objects.filter(session=made.sessions[DECIDED]).values_list("pk", "state")
    decided = dict(rows.order_by())
    if decided:
        marking.decide(made, decided)
