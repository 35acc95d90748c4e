"""Comparing files as they come in: when, and what is kept of it.

Sending a file asks for a comparison; a task does it a moment later, `tick` does what a task left undone and,
little by little, gives keys to files from before. Each file is compared with those that share a key with it:
its cost does not depend on how many files there are. Identities are opened inside this process for the
comparison alone; what is kept are blind keys and codes of evidence.

Keys are committed before anything is looked up: of two files that come in at once, one finds the other.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from applications.models import Alike, Application, Comparison, Duplicate

BATCH = 250
MOST_A_TICK = 1000
COMPARED = ("submitted", "incomplete", "eligible", "in_review", "plan_submitted")
"""States in which something can still follow from a comparison."""


def ask(application: Application, at: datetime) -> None:
    """Ask for a comparison of a file, in the caller's transaction: its page does not wait for it."""
    Comparison.objects.update_or_create(application=application, defaults={"asked_at": at, "done_at": None})
    compare_in_worker.enqueue(application.pk)


def ask_many(applications: Iterable[Application], at: datetime) -> None:
    """Ask for a comparison of many new files at once."""
    rows = [Comparison(application=one, asked_at=at) for one in applications]
    Comparison.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    compare_in_worker.enqueue(None)


@task()
def compare_in_worker(pk: int | None) -> None:
    """Compare one file, or everything that waits: the task that the queue knows."""
    if pk is not None:
        compare([pk], timezone.now())
        return
    while compare_waiting(timezone.now()):
        pass


def compare_waiting(now: datetime, most: int = MOST_A_TICK) -> int:
    """Compare the files for which somebody asked; return how many."""
    waiting = Comparison.objects.filter(done_at__isnull=True).order_by("asked_at", "pk")
    found = list(waiting.values_list("application", flat=True)[:most])
    for start in range(0, len(found), BATCH):
        compare(found[start : start + BATCH], now)
    return len(found)


def compare_older(now: datetime, most: int = BATCH) -> int:
    """Compare files that were never compared, such as those of old programmes; return how many."""
    from applications.duplicates.meeting import NEVER  # heavy: loads numpy

    rows = Application.objects.exclude(state__in=NEVER).filter(comparison__isnull=True)
    found = list(rows.order_by("-pk").values_list("pk", flat=True)[:most])
    if found:
        compare(found, now)
    return len(found)


def compare(applications: Collection[int], now: datetime) -> int:
    """Compare some files with all others and keep what is found; return the number of new rows.

    Files on which everything is decided get keys, so that others find them, and look for nobody.
    """
    from applications.duplicates.meeting import Meeting  # heavy: loads numpy

    meeting = Meeting(applications)
    with transaction.atomic():
        meeting.keep_keys()
    looking = [file for file in meeting.files if file.state in COMPARED]
    found = meeting.look(looking, now)
    with transaction.atomic():
        new = _keep(found, [file.pk for file in looking])
        done = Comparison.objects.filter(application__in=applications)
        done.update(done_at=now)
        missing = set(applications) - set(done.values_list("application", flat=True))
        rows = [Comparison(application_id=pk, asked_at=now, done_at=now) for pk in missing]
        Comparison.objects.bulk_create(rows, ignore_conflicts=True)
    return new


def _keep(found: Sequence[Duplicate], applications: Sequence[int]) -> int:
    """Keep what is new, renew what is open, drop what is no longer so; what was decided stays as it is."""
    own = Duplicate.objects.filter(Q(later__in=applications) | Q(earlier__in=applications))
    known = {_name(row): row for row in own}
    settled = _told_apart(found)
    new: dict[tuple[Any, ...], Duplicate] = {}
    still: set[int] = set()
    for one in found:
        row = known.get(_name(one))
        if row is not None:
            still.add(row.pk)
            if row.is_open:
                _renew(row, one)
        elif frozenset((one.earlier_person_id, one.later_person_id)) not in settled:
            new[_name(one)] = one
    # A plan is looked up from the later file only: what an earlier one no longer leads to may still be so.
    stale = Q(alike=Alike.PERSON) | Q(alike=Alike.PLAN, later__in=applications)
    own.filter(stale, finding="").exclude(pk__in=still).delete()
    Duplicate.objects.bulk_create(new.values(), batch_size=BATCH, ignore_conflicts=True)
    return len(new)


def _renew(row: Duplicate, found: Duplicate) -> None:
    values = {
        name: getattr(found, name)
        for name in ("strength", "grounds", "weight", "percent")
        if getattr(found, name) != getattr(row, name)
    }
    if values:
        Duplicate.objects.filter(pk=row.pk, finding="").update(**values)


def _name(row: Duplicate) -> tuple[Any, ...]:
    return row.alike, row.earlier_id, row.later_id, row.earlier_person_id, row.later_person_id


def _told_apart(found: Sequence[Duplicate]) -> set[frozenset[int | None]]:
    """Pairs of persons whom somebody has looked at and told apart: nobody is asked twice."""
    persons = {pk for row in found for pk in (row.earlier_person_id, row.later_person_id) if pk is not None}
    rows = Duplicate.objects.filter(finding="different", alike=Alike.PERSON)
    pairs = rows.filter(earlier_person__in=persons, later_person__in=persons)
    return {frozenset(pair) for pair in pairs.values_list("earlier_person", "later_person")}


def register() -> None:
    """Put the comparisons on `tick`."""
    from workflow import tick

    tick.register("files compared", compare_waiting)
    tick.register("older files compared", compare_older)
