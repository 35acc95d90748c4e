"""One of several processes that press the same button on the same records: run by `test_races.py`.

`python -m tests.kernel.press same|different NUMBER [together]` waits for a line on its standard input, then
lights every lantern: together means ten in one transaction, and from the end for every second process. Prints
how many presses were answered and how many refused.
"""

import sys
from contextlib import nullcontext

import django


def main(keys: str, number: str, way: str = "") -> None:
    django.setup()
    from accounts.models import User
    from tests.machine.models import Lantern
    from workflow import Refused, fire
    from workflow.door import together

    keeper = User.objects.get()
    lanterns = list(Lantern.objects.order_by("pk"))
    if way and int(number) % 2:
        lanterns.reverse()
    size = 10 if way else 1
    print("ready", flush=True)
    sys.stdin.readline()
    answered = refused = 0
    key = "one intent" if keys == "same" else f"intent of {number}"
    for first in range(0, len(lanterns), size):
        some = lanterns[first : first + size]
        with together(some, "light") if way else nullcontext():
            for lantern in some:
                try:
                    fire(lantern, "light", actor=keeper, key=key)
                    answered += 1
                except Refused:
                    refused += 1
    print(answered, refused, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
