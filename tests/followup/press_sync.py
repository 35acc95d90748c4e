"""Threads that send the same reports at once: run by `test_sync_races.py` on a database of its own.

`python -m tests.followup.press_sync` makes visits, lets 8 threads send one report of each under one
identifier, then 8 reports of one visit under identifiers of their own, and prints what came of it as JSON.
"""

import json
import threading
import uuid
from collections import Counter

import django

THREADS, VISITS = 8, 12


def main() -> None:
    django.setup()
    from django.db import connections
    from django.utils import timezone

    from followup.arriving import read
    from followup.models import VisitMedia, VisitSubmission
    from followup.sync import receive
    from tests.worlds.field import field_world, report
    from tests.worlds.field_files import announced, photo

    here = field_world(VISITS + 1, code="FIELD-RACE")
    line = photo()
    bodies = [(uuid.uuid4(), report(visit, media=[announced(line)])) for visit in here.visits[:-1]]
    contested = here.visits[-1]
    start = threading.Barrier(THREADS)
    answered: Counter[str] = Counter()
    problems: list[str] = []

    def press(number: int) -> None:
        try:
            for uid, body in bodies:
                start.wait()
                receipt = receive(uid, read(body), sender=here.coach, now=timezone.now())
                answered["new" if receipt.is_new else "again"] += 1
            own = report(contested, answers={"turnover": 1000 + number})
            start.wait()
            receive(uuid.uuid4(), read(own), sender=here.coach, now=timezone.now())
        except Exception as error:  # the test shows it
            problems.append(repr(error))
            start.abort()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = VisitSubmission.objects.exclude(planned=contested)
    told = {
        "problems": problems,
        "answered": answered,
        "reports": rows.count(),
        "files": VisitMedia.objects.count(),
        "contested": Counter(
            VisitSubmission.objects.filter(planned=contested).values_list("status", flat=True)
        ),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
