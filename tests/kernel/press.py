"""One of several processes that press the same button on the same records: run by `test_races.py`.

`python -m tests.kernel.press same|different NUMBER` waits for a line on standard input, then lights every
lantern; prints how many presses were answered and how many refused.
"""

import sys

import django


def main(keys: str, number: str) -> None:
    django.setup()
    from accounts.models import User
    from tests.machine.models import Lantern
    from workflow import Refused, fire

    keeper = User.objects.get()
    lanterns = list(Lantern.objects.order_by("pk"))
    print("ready", flush=True)
    sys.stdin.readline()
    answered = refused = 0
    for lantern in lanterns:
        key = "one intent" if keys == "same" else f"intent of {number}"
        try:
            fire(lantern, "light", actor=keeper, key=key)
            answered += 1
        except Refused:
            refused += 1
    print(answered, refused, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
