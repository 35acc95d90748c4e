"""One of several processes that press the same button on the same payment orders: run by `test_races.py`.

`python -m tests.disbursements.press VERB NUMBER FILE` waits for a line on standard input, then presses the
button twice on every order: on every other one with one key for all processes, on the rest with a key of its
own for each press. It prints how many presses were answered with the one key, and how many with others.
"""

import json
import sys
from pathlib import Path

import django


def main(verb: str, number: str, told: str) -> None:
    django.setup()
    from accounts.models import User
    from disbursements.models import PaymentOrder
    from workflow import Refused, fire

    said = json.loads(Path(told).read_text())
    actor = User.objects.get(pk=said["actors"][verb])
    orders = list(PaymentOrder.objects.select_related("tranche__grant__case").order_by("pk"))
    print("ready", flush=True)
    sys.stdin.readline()
    answered = {"same": 0, "different": 0}
    for place, order in enumerate(orders):
        keys = "same" if place % 2 else "different"
        for press in range(2):
            key = f"{verb}: one intent" if keys == "same" else f"{verb}: intent {number}.{press}"
            try:
                fire(order, verb, actor=actor, key=key, data=said["data"].get(verb, {}))
                answered[keys] += 1
            except Refused:
                continue
    print(answered["same"], answered["different"], flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
