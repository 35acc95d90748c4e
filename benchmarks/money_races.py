"""Raced double presses of every transition of money, on both engines: nothing may happen twice.

    python -m benchmarks.money_races [--records 1000] [--engines sqlite postgres]

Four processes press the same button on the same records at once: on every other record with one key that all
of them send, on the rest with a key of their own for each press. Then sixteen processes offer grants out of
one envelope that has room for half of them. After each race the rows are counted: one event a record, the
postings that one event leaves, nothing refused that had to be answered. At the end `verify` has the word.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import money_lives
from benchmarks.bench_databases import empty, postgres_answers

PROCESSES, CROWD, PRESSES = 4, 16, 1000
AMOUNT, LARGE = 1_000_00, 60_000_00
GRANT, TRANCHE = "disbursements.grant", "disbursements.tranche"
ORDER, RECEIPTS = "disbursements.paymentorder", "disbursements.justification"


@dataclass(frozen=True)
class Told:
    """What a race gave: presses, how many were answered, how many events and postings there are."""

    verb: str
    records: int
    presses: int
    answered: int
    events: int
    doubled: int
    lost: int
    errors: int
    again: int
    seconds: float


class Crew:
    """Processes that press, each in its own connection to one database.

    workers: how many of them make the set-ups; on SQLite one, for they would only wait for each other.
    """

    def __init__(self, environment: dict[str, str], number: int) -> None:
        self.workers = 1 if environment["DATABASE_URL"].startswith("sqlite") else number
        self.hands = [
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.money_presser", str(place), str(self.workers)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for place in range(number)
        ]

    def ask(self, do: str, *, of: int | None = None, **order: Any) -> list[Any]:
        """Let all of them, or the first so many, do something; return their answers."""
        hands = self.hands[:of]
        for hand in hands:
            self._say(hand, json.dumps({"do": do, **order}))
        return [self._hear(hand) for hand in hands]

    def look(self, step: str, *arguments: str) -> Any:
        """Let one of them say what the rows say."""
        return self.ask("look", of=1, step=step, **dict(zip(("asked", "verb"), arguments, strict=False)))[0]

    def race(self, **order: Any) -> list[dict[str, int]]:
        """Let all press at once."""
        for hand in self.hands:
            self._say(hand, json.dumps({"do": "race", **order}))
        for hand in self.hands:
            if self._hear(hand) != "ready":
                raise RuntimeError("a process did not get ready")
        for hand in self.hands:
            self._say(hand, "go")
        return [self._hear(hand) for hand in self.hands]

    def _say(self, hand: "subprocess.Popen[str]", line: str) -> None:
        assert hand.stdin is not None
        hand.stdin.write(line + "\n")
        hand.stdin.flush()

    def _hear(self, hand: "subprocess.Popen[str]") -> Any:
        assert hand.stdout is not None
        line = hand.stdout.readline()
        if not line:
            raise RuntimeError("a process ended")
        return json.loads(line)

    def dismiss(self) -> None:
        """End them."""
        for hand in self.hands:
            assert hand.stdin is not None
            hand.stdin.close()
            hand.wait(timeout=60)
            if hand.stdout is not None:
                hand.stdout.close()


class Field:
    """One database with its programme: races on it, and what the rows say afterwards."""

    def __init__(self, crew: Crew, presses: int) -> None:
        self.crew, self.presses = crew, presses
        self.found: list[Told] = []

    def found_programme(self, plan: str) -> None:
        """Make a programme and let everybody work in it."""
        code = self.crew.ask("found", of=1, plan=plan)[0]
        self.crew.ask("join", code=code)

    def drafts(self, number: int, amount: int = AMOUNT) -> list[int]:
        """So many draft grants."""
        shares = self.crew.ask("draft", of=self.crew.workers, total=number, amount=amount)
        return sorted(pk for share in shares for pk in share)

    def prepare(self, step: str, grants: Sequence[int]) -> None:
        """Do a step of the set-up, shared out among the processes."""
        self.crew.ask("prepare", of=self.crew.workers, step=step, records=list(grants))

    def race(
        self, kind: str, verb: str, role: str, records: Sequence[int], person: int = 1, days: int = 0
    ) -> None:
        """Race one verb on the records and count what it left. days: how long from now it is pressed."""
        presses = max(1, -(-self.presses // (len(records) * len(self.crew.hands))))
        before = self._count(kind, verb, records)
        began = time.monotonic()
        heard = self.crew.race(
            kind=kind,
            verb=verb,
            role=role,
            person=person,
            records=list(records),
            presses=presses,
            shuffled=False,
            days=days,
            place=len(self.found),
        )
        took = time.monotonic() - began
        total: Counter[str] = Counter()
        for answers in heard:
            total.update(answers)
        after = self._count(kind, verb, records)
        every = presses * len(self.crew.hands)
        same, different = len(records[::2]), len(records) - len(records[::2])
        doubled = sum(max(0, after[pk] - before[pk] - 1) for pk in records)
        doubled += max(0, total["different"] - different)
        lost = sum(after[pk] == before[pk] for pk in records) + max(0, same * every - total["same"])
        for name in total:
            if name.startswith("error"):
                print(f"    {total[name]} x {name}")
        self.found.append(
            Told(
                verb=f"{kind.rpartition('.')[2]}.{verb}",
                records=len(records),
                presses=every * len(records),
                answered=total["same"] + total["different"],
                events=sum(after.values()) - sum(before.values()),
                doubled=doubled,
                lost=lost,
                errors=sum(number for name, number in total.items() if name.startswith("error")),
                again=total["again"],
                seconds=took,
            )
        )
        print(line(self.found[-1]), flush=True)

    def _count(self, kind: str, verb: str, records: Sequence[int]) -> dict[int, int]:
        counted = self.crew.look("events", kind, verb)
        return {pk: counted.get(str(pk), 0) for pk in records}

    def ids(self, what: str, grants: Sequence[int]) -> list[int]:
        """The order, instalment or receipts of each grant."""
        by_grant = self.crew.look("ids", what)
        return [by_grant[str(grant)] for grant in grants]


def line(told: Told) -> str:
    """One row of the table."""
    return (
        f"  {told.verb:<28}{told.records:>8}{told.presses:>9}{told.answered:>10}{told.events:>8}"
        f"{told.doubled:>9}{told.lost:>6}{told.errors:>8}{told.again:>7}{told.seconds:>8.1f}"
    )


def orders_of_money(field: Field, number: int) -> None:
    """The life of a payment, raced step by step; side ends on a quarter each."""
    side = number // 4
    field.found_programme("cash")
    grants = field.drafts(number + 2 * side)
    field.race(GRANT, "offer", "manager", grants)
    declined, cancelled, grants = grants[:side], grants[side : 2 * side], grants[2 * side :]
    field.race(GRANT, "decline", "manager", declined)
    field.race(GRANT, "cancel", "manager", cancelled)
    field.prepare("activate", grants)
    field.prepare("approve_instalment", grants)
    field.race(TRANCHE, "order", "preparer", field.ids("first", grants))
    orders = dict(zip(grants, field.ids("order", grants), strict=True))
    for verb, role in (("submit", "preparer"), ("approve", "approver"), ("release", "releaser")):
        field.race(ORDER, verb, role, list(orders.values()))
    gone, grants = grants[: side // 2], grants[side // 2 :]
    field.race(ORDER, "cancel", "manager", [orders[pk] for pk in gone])
    field.prepare("print_order", grants)
    field.race(ORDER, "export", "preparer", [orders[pk] for pk in grants])
    failed, doubted, grants = grants[: side // 2], grants[side // 2 : side], grants[side:]
    field.race(ORDER, "fail", "reconciler", [orders[pk] for pk in failed])
    field.prepare("doubt", doubted)
    field.race(ORDER, "execute", "reconciler", [orders[pk] for pk in doubted])
    field.race(ORDER, "execute", "reconciler", [orders[pk] for pk in grants])
    field.race(ORDER, "acknowledge", "coach", [orders[pk] for pk in grants])
    part = len(grants) // 7
    back, ended, less, shorter, good, partly, bad = (
        grants[place * part : (place + 1) * part] for place in range(7)
    )
    field.race(ORDER, "return", "reconciler", [orders[pk] for pk in back])
    field.prepare("propose_termination", ended)
    field.race(GRANT, "terminate", "manager", ended)
    field.prepare("propose_amendment", less)
    field.race(GRANT, "amend", "manager", less)
    field.race(TRANCHE, "cancel", "manager", field.ids("second", shorter))
    for some, step, verb in (
        (good, "receipts", "accept"),
        (partly, "half_receipts", "accept_partly"),
        (bad, "bad_receipts", "refuse"),
    ):
        field.prepare(step, some)
        field.race(RECEIPTS, verb, "verifier", field.ids("receipts", some))
    field.race(TRANCHE, "justify", "verifier", field.ids("first", good))


def crowd(environment: dict[str, str], number: int, amount: int = LARGE, processes: int = CROWD) -> bool:
    """Many processes offer grants that ask for more than the envelope holds; return whether it held."""
    crew = Crew(environment, processes)
    field = Field(crew, 0)
    field.found_programme("large")
    grants = field.drafts(number, amount)
    heard = crew.race(
        kind=GRANT, verb="offer", role="manager", person=1, records=grants, presses=1, shuffled=True
    )
    room, left, committed = crew.look("envelope")
    total: Counter[str] = Counter()
    for answers in heard:
        total.update(answers)
    errors = sum(count for name, count in total.items() if name.startswith("error"))
    events = crew.look("events", GRANT, "offer")
    crew.dismiss()
    offered = sum(events.get(str(pk), 0) for pk in grants)
    print(
        f"  envelope of {room} raced by {processes} processes for {number} grants of {amount}:"
        f" {offered} offered, {committed} committed, {left} left, {errors} errors"
    )
    return committed <= room and left == room - committed and offered == room // amount and not errors


@contextmanager
def databases(engines: Sequence[str]) -> Iterator[Iterator[tuple[str, dict[str, str]]]]:
    """A fresh database of each engine."""

    def each() -> Iterator[tuple[str, dict[str, str]]]:
        for engine in engines:
            with tempfile.TemporaryDirectory() as folder, empty(engine, Path(folder)) as environment:
                yield engine, environment

    yield each()


def not_pressed(field: Field, crew: Crew) -> str:
    """Say which transitions of money nobody pressed, and how often they followed from others."""
    pressed = {told.verb for told in field.found}
    lines = ["  not pressed, events that followed, most on one record:"]
    for kind, verb in crew.look("verbs"):
        if f"{kind.rpartition('.')[2]}.{verb}" not in pressed:
            counts = crew.look("events", kind, verb).values()
            lines.append(f"    {kind}.{verb}: {sum(counts)}, {max(counts, default=0)}")
    return "\n".join(lines)


def run(environment: dict[str, str], records: int, presses: int, lives: Sequence[str] | None = None) -> bool:
    """All races on one database, or those of some lives; return whether every promise held."""
    crew = Crew(environment, PROCESSES)
    field = Field(crew, presses)
    heads = ("records", "presses", "answered", "events", "doubled", "lost", "errors", "again", "s")
    print(
        f"  {'transition':<28}{heads[0]:>8}{heads[1]:>9}{heads[2]:>10}{heads[3]:>8}{heads[4]:>9}{heads[5]:>6}"
        f"{heads[6]:>8}{heads[7]:>7}{heads[8]:>8}"
    )
    if lives is None or orders_of_money.__name__ in lives:
        orders_of_money(field, records)
    for life in money_lives.LIVES:
        if lives is None or life.__name__ in lives:
            life(field, max(10, records // 4))
    print(not_pressed(field, crew), flush=True)
    crew.dismiss()
    held = crowd(environment, 100)
    verified = subprocess.run(
        [sys.executable, "manage.py", "verify"],
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    print("  verify:", verified.stdout.splitlines()[-1] if verified.stdout else "nothing said")
    bad = [told for told in field.found if told.doubled or told.lost or told.errors]
    return held and not bad and verified.returncode == 0


def main() -> int:
    """Run on the wanted engines; return 1 when something happened twice, was lost, or broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--engines", nargs="+", choices=["sqlite", "postgres"])
    names = [life.__name__ for life in (orders_of_money, *money_lives.LIVES)]
    parser.add_argument("--lives", nargs="+", choices=names, help="not all of them")
    given = parser.parse_args()
    engines = given.engines or ["sqlite", *(["postgres"] if postgres_answers() else [])]
    failed = False
    with databases(engines) as each:
        for engine, environment in each:
            print(f"\n{engine}", flush=True)
            failed |= not run(environment, given.records, PRESSES, given.lives)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
