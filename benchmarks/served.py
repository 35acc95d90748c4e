"""The product served while it is being killed, the orders it works on, and what the rows say afterwards.

`python -m benchmarks.served prepare NUMBER` and `... stood` run in a process of their own on the database of
the environment and print JSON.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from typing import Any

from benchmarks.own_postgres import children
from tests.servers import free_port

START_SECONDS = 180
KIND = "disbursements.paymentorder"
ROLES = {
    "submit": "preparer",
    "approve": "approver",
    "release": "releaser",
    "export": "preparer",
    "execute": "reconciler",
}
"""Who presses what, in the order of a payment's life."""


class Served:
    """Gunicorn as in production; its workers can be killed one by one."""

    def __init__(self, environment: dict[str, str], workers: int) -> None:
        self.environment, self.workers, self.port = environment, workers, free_port()

    def __enter__(self) -> "Served":
        own = {
            "BIND": f"127.0.0.1:{self.port}",
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": str(self.workers),
            "WEB_THREADS": "4",
            "LOG_LEVEL": "CRITICAL",
        }
        command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "--log-level", "critical"]
        self.master = subprocess.Popen(
            command, env={**self.environment, **own}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            with suppress(OSError, http.client.HTTPException), closing(connection):
                connection.request("GET", "/")
                connection.getresponse().read()
                return self
            time.sleep(0.2)
        raise RuntimeError("the server did not start")

    def __exit__(self, *exception: object) -> None:
        self.master.terminate()
        self.master.wait(timeout=60)

    def kill_a_worker(self) -> None:
        """Kill one worker without a warning; gunicorn forks another one."""
        end = time.monotonic() + START_SECONDS
        while not (workers := children(self.master.pid)):
            if time.monotonic() > end:
                raise RuntimeError("no worker came back")
            time.sleep(0.02)
        with suppress(ProcessLookupError):
            os.kill(random.choice(workers), signal.SIGKILL)  # noqa: S311 any of them


def inside(environment: dict[str, str], *step: str) -> Any:
    """Do a step of this module in a process of its own; return what it prints as JSON."""
    command = [sys.executable, "-m", "benchmarks.served", *step]
    return json.loads(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout)


def prepare(number: int) -> tuple[list[int], dict[str, str]]:
    """Make draft orders of active grants; return their ids and a session for who presses each button."""
    from django.test import Client

    from tests.worlds.disbursements import drafted, money_world

    world = money_world(rows=((100, "cash", True, [{"kind": "agreement_signed"}]),))
    orders = []
    for _number in range(number):
        money = drafted(world, 1_000_00)
        money.offer()
        money.sign()
        money.verified_account(grant=money.grant)
        money.fire(money.grant, "activate", "manager")
        orders.append(money.ordered(1).pk)
    sessions = {}
    for verb, role in ROLES.items():
        client = Client()
        client.force_login(world.member(role))
        sessions[verb] = client.session.session_key or ""
    return orders, sessions


def stood() -> dict[str, Any]:
    """What the rows say: events by order and verb, states, and orders whose parts do not fit together."""
    from django.db.models import Count

    from disbursements.models import Instruction, OrderSignature, PaymentOrder, Posting, Tranche
    from workflow.models import Event

    events = Event.objects.filter(kind=KIND).order_by().values("object_id", "verb").annotate(n=Count("pk"))
    seen = {f"{row['object_id']} {row['verb']}": row["n"] for row in events}
    signed = dict(
        OrderSignature.objects.order_by().values("order").annotate(n=Count("pk")).values_list("order", "n")
    )
    booked = Posting.objects.filter(kind=KIND).order_by().values("object_id").annotate(n=Count("pk"))
    postings = {row["object_id"]: row["n"] for row in booked}
    issued = set(Instruction.objects.values_list("order", flat=True))
    paid = set(Tranche.objects.filter(state="paid").values_list("pk", flat=True))
    half = []
    for order in PaymentOrder.objects.all():
        done = {verb: f"{order.pk} {verb}" in seen for verb in ROLES}
        wanted = {
            "signatures": sum(done[verb] for verb in ("submit", "approve", "release", "execute")),
            "postings": done["release"] + 3 * done["execute"],
            "issued": done["export"],
            "paid": done["execute"],
        }
        there = {
            "signatures": signed.get(order.pk, 0),
            "postings": postings.get(str(order.pk), 0),
            "issued": order.pk in issued,
            "paid": order.tranche_id in paid,
        }
        if wanted != there:
            half.append(f"order {order.pk}: {there}, its history says {wanted}")
    return {"events": seen, "half": half, "states": dict(PaymentOrder.objects.values_list("pk", "state"))}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    print(json.dumps(prepare(int(sys.argv[2])) if sys.argv[1] == "prepare" else stood()))
