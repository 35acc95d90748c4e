"""Duplicates: precision and recall on the labelled pairs, then time and growth over crowds of persons.

    python -m benchmarks.duplicates [sizes ...]

The floor of a size is one look at each person: every name taken apart and every key made, nothing compared.
Goals: 10,000 persons in under 10 s; from 10,000 to 100,000 persons at most 15 times the time.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import django

SIZES = (1000, 10_000, 100_000)
GOAL, GROWTH = 10.0, 15.0


def main(sizes: Sequence[int]) -> int:
    """Print both tables; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    _quality()
    seconds = {size: _crowd(size) for size in sizes}
    slow = seconds.get(10_000, 0.0) > GOAL
    grows = seconds.get(100_000, 0.0) > GROWTH * seconds.get(10_000, float("inf"))
    return int(slow or grows)


def _quality() -> None:
    from applications.duplicates.weighing import Grade, judge
    from tests.duplicates.labelled import SHARES, pairs

    likely = dict.fromkeys(SHARES, 0)
    right = wrong = missed = 0
    for pair in pairs():
        found = judge(pair.one, pair.other).grade == Grade.LIKELY
        likely[pair.kind] += found
        right += found and pair.same
        wrong += found and not pair.same
        missed += pair.same and not found
    print("labelled pairs    pairs   called one person")
    for kind, count in SHARES.items():
        print(f"  {kind:<14}{count:>7}{likely[kind]:>20}")
    print(f"precision {right / (right + wrong):.4f}   recall {right / (right + missed):.4f}\n")
    print(f"{'persons':>9}{'floor':>10}{'time':>10}{'ratio':>8}{'precision':>11}{'recall':>9}")


def _crowd(size: int) -> float:
    from applications.duplicates import keys
    from applications.duplicates.weighing import Grade
    from tests.duplicates.labelled import crowd

    persons, same = crowd(size)
    floor, _keys = _timed(lambda: [keys.keys(person) for person in persons])
    seconds, found = _timed(lambda: keys.find(persons, least=Grade.LIKELY))
    pairs = {(match.one, match.other) for match in found}
    right = len(pairs & same)
    precision, recall = right / max(len(pairs), 1), right / max(len(same), 1)
    print(
        f"{size:>9,}{floor:>8.2f} s{seconds:>8.2f} s{seconds / floor:>8.1f}{precision:>11.3f}{recall:>9.3f}",
        flush=True,
    )
    return seconds


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    from applications.duplicates import letters, names

    letters.word.cache_clear()
    names.parts.cache_clear()
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or SIZES))
