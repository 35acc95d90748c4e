"""One of several processes that press the same buttons of money at once: started by `money_races`.

It reads one order a line on standard input (JSON) and answers each with one line. `draft` and `prepare` do
its share of a set-up; `race` loads the records, says "ready", waits for a line, and presses. What is
printed is not on trial: papers are a few bytes long.
"""

import json
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

import django

from benchmarks import money_setups

AGREED = [{"kind": "agreement_signed"}]
ROWS = ((60, "cash", True, AGREED), (40, "cash", False, AGREED))
KIT = ((100, "kit", False, AGREED),)
PERSONS = {
    "manager": 2,
    "approver": 2,
    "preparer": 1,
    "releaser": 2,
    "reconciler": 2,
    "verifier": 1,
    "coach": 1,
}
Body = dict[str, Any]
AGAIN = 20  # times that a press is sent again, with its key, while the database does not answer


def main(number: str, processes: str) -> None:
    """Obey until the input ends."""
    django.setup()
    from documents.papers import PaperContext

    PaperContext.render = lambda self, sheet: b"%PDF-1.4 race"  # type: ignore[method-assign]
    name_apart(os.getpid())
    presser = Presser(int(number), int(processes))
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(getattr(presser, asked.pop("do"))(**asked)), flush=True)


def name_apart(process: int) -> None:
    """Let no two processes give one name twice: the builders of worlds count from here."""
    from tests.worlds import disbursements, people, programmes

    for module in (disbursements, people, programmes):
        if hasattr(module, "_numbers"):
            module._numbers = count(process * 1_000_000)


class Presser:
    """The side that obeys: its number among the processes, and the programme that they share."""

    def __init__(self, number: int, processes: int) -> None:
        self.number, self.processes = number, processes
        self.world: Any = None

    def found(self, plan: str) -> str:
        """Make a programme with an open call and one or two persons of every role; one process is asked."""
        from django.utils import timezone

        from tests.worlds.disbursements import money_world

        given: dict[str, Any] = {"rows": KIT, "payment": "kit"} if plan == "kit" else {"rows": ROWS}
        if plan == "dated":
            in_a_week = (timezone.localdate() + timedelta(days=7)).isoformat()
            dated = [{"kind": "not_before", "parameter": in_a_week}]
            given = {"rows": (ROWS[0], (40, "cash", False, dated))}
        world = money_world(**given)
        if plan == "large":
            type(world.track).objects.update(ceiling_minor=None)
        for role, persons in PERSONS.items():
            for person in range(1, persons + 1):
                world.member(role, person)
        money_setups.furnish(world)
        return str(world.programme.code)

    def join(self, code: str) -> bool:
        """Work in the programme that one process made."""
        from programmes.models import Programme
        from tests.worlds.programmes import World

        programme = Programme.objects.get(code=code)
        call = programme.calls.get()
        people = {}
        for role in PERSONS:
            members = programme.memberships.filter(role=role).select_related("user").order_by("pk")
            people |= {(role, place): row.user for place, row in enumerate(members, start=1)}
        self.world = World(programme, call, call.tracks.get(), call.sessions.get(), people)
        return True

    def draft(self, total: int, amount: int) -> list[int]:
        """Draft this process's share of grants; return their ids."""
        return [self._money(amount).grant.pk for _place in range(self.number, total, self.processes)]

    def _money(self, amount: int) -> Any:
        from django.utils import timezone

        from disbursements import drafting
        from tests.worlds.disbursements import MoneyWorld, awarded

        at = timezone.now() - timedelta(hours=6)
        grant = drafting.draft_grant(awarded(self.world, amount, at=at), at=at)
        return MoneyWorld(self.world, grant, self.world.member("coach"), at)

    def prepare(self, step: str, records: list[int]) -> bool:
        """Do a step of the set-up for this process's share of the records."""
        from disbursements.models import Grant
        from tests.worlds.disbursements import MoneyWorld

        for grant in Grant.objects.filter(pk__in=records[self.number :: self.processes]):
            at = self.moment(grant)
            {**STEPS, **money_setups.STEPS}[step](
                MoneyWorld(self.world, grant, self.world.member("coach"), at)
            )
        return True

    def moment(self, grant: Any) -> Any:
        """The moment of a grant's last event: the next step comes after it."""
        from workflow.models import Event

        return Event.objects.filter(stream=grant.case.stream).latest("seq").occurred_at

    def look(self, step: str, asked: str = "", verb: str = "") -> Any:
        """Say what the rows say; one process is asked."""
        return look(step, asked, verb)

    def race(
        self,
        kind: str,
        verb: str,
        role: str,
        person: int,
        records: list[int],
        presses: int,
        shuffled: bool,
        days: int = 0,
        place: int = 0,
    ) -> Any:
        """Press a verb on every record: on every other one with a key that all share, else with own keys.

        shuffled: each process in an order of its own. days: how long from now the button is pressed.
        place: of this race among all, so that the keys of a verb that is raced again are new.
        """
        from django.db import DatabaseError
        from django.utils import timezone

        from workflow import Refused, fire
        from workflow.machines import machine_of_kind

        rows = machine_of_kind(kind).model._base_manager.in_bulk(records)
        actors = {pk: self._actor(role, person, rows[pk]) for pk in records}
        at = timezone.now() + timedelta(days=days) if days else None
        bodies = {pk: body_of(kind, verb, rows[pk]) for pk in records}
        same = set(records[::2])
        order = list(records)
        if shuffled:
            random.Random(self.number).shuffle(order)  # noqa: S311 the order of a benchmark
        print(json.dumps("ready"), flush=True)
        sys.stdin.readline()
        heard: Counter[str] = Counter()
        for pk in order:
            for press in range(presses):
                key = f"{place}: one intent" if pk in same else f"{place}: intent {self.number}.{press}"
                for _patience in range(AGAIN):
                    try:
                        fire(rows[pk], verb, actor=actors[pk], key=key, data=bodies[pk], at=at)
                        heard["same" if pk in same else "different"] += 1
                    except Refused:
                        heard["refused"] += 1
                    except DatabaseError as error:
                        if "locked" in str(error):  # SQLite waited in vain: who pressed presses again
                            heard["again"] += 1
                            continue
                        heard[f"error {type(error).__name__}: {str(error)[:80]}"] += 1
                    break
                else:
                    heard["error never answered"] += 1
        return dict(heard)

    def _actor(self, role: str, person: int, record: Any) -> Any:
        """Who presses: a member of the programme, the beneficiary of the record's grant, or the clock."""
        from workflow.tick import TICK

        if role == "tick":
            return TICK
        if role == "beneficiary":
            return record.grant.application.applicant.user
        return self.world.member(role, person)


def look(step: str, asked: str = "", verb: str = "") -> Any:
    """Events by record, ids by grant, instalments of donors, or the state of the newest call's envelope."""
    from django.db.models import CharField, Count, F, OuterRef, Subquery, Value
    from django.db.models.functions import Cast, Concat

    from disbursements.models import (
        Account,
        BankLine,
        BatchLine,
        CashLine,
        Destination,
        DonorInstalment,
        Grant,
        Hold,
        Justification,
        PaymentOrder,
        Procurement,
        Recovery,
        StatementFile,
        Tranche,
    )
    from workflow.models import Event

    if step == "events":
        rows = Event.objects.filter(kind=asked, verb=verb).order_by().values("object_id")
        return dict(rows.annotate(count=Count("pk")).values_list("object_id", "count"))
    if step == "verbs":
        from workflow.machines import machines

        money = [machine for machine in machines() if machine.kind.startswith("disbursements.")]
        return [(machine.kind, arrow.verb) for machine in money for arrow in machine.arrows]
    if step == "envelope":
        grant = Grant.objects.select_related("track__call").latest("pk")
        account = Account.objects.get(kind="call_available", owner_id=grant.track.call_id)
        offered = Grant.objects.filter(track=grant.track, state="offered")
        committed = sum(row.amount_minor or 0 for row in offered)
        return [grant.track.call.envelope_minor, account.balance.net, committed]
    if step == "donors":
        newest = DonorInstalment.objects.latest("pk").programme_id
        return list(
            DonorInstalment.objects.filter(programme=newest).order_by("pk").values_list("pk", flat=True)
        )
    files = StatementFile.objects.filter(name=Concat(Cast(OuterRef("pk"), CharField()), Value(".xml")))
    lines = BankLine.objects.filter(end_to_end=OuterRef("number"))
    ids: Any = {
        "first": Tranche.objects.filter(number=1).values_list("grant", "pk"),
        "second": Tranche.objects.filter(number=2).values_list("grant", "pk"),
        "order": PaymentOrder.objects.values_list(F("tranche__grant"), "pk"),
        "receipts": Justification.objects.values_list(F("tranche__grant"), "pk"),
        "purchase": Procurement.objects.values_list(F("tranche__grant"), "pk"),
        "destination": Destination.objects.filter(grant__isnull=False)
        .exclude(state="retired")
        .values_list("grant", "pk"),
        "hold": Hold.objects.values_list(F("tranche__grant"), "pk"),
        "batch": BatchLine.objects.values_list(F("order__tranche__grant"), "batch"),
        "recovery": Recovery.objects.values_list("grant", "pk"),
        "statement": PaymentOrder.objects.filter(tranche__number=1).values_list(
            F("tranche__grant"), Subquery(files.values("pk")[:1])
        ),
        "movement": PaymentOrder.objects.filter(tranche__number=1).values_list(
            F("tranche__grant"), Subquery(lines.values("pk")[:1])
        ),
        "cash": CashLine.objects.values_list(F("order__tranche__grant"), "advance"),
    }
    return dict(ids[asked].order_by())


# --- set-ups, each on one grant --------------------------------------------------------------------


def activate(money: Any) -> None:
    """From offered to active, with the account verified."""
    money.sign()
    money.verified_account(grant=money.grant)
    money.fire(money.grant, "activate", "manager")


def offered(money: Any) -> None:
    """The offer is out."""
    money.offer()


def approve_instalment(money: Any) -> None:
    """The first instalment is verified and approved."""
    money.approved(1)


def print_order(money: Any) -> None:
    """The payment order is printed, for the instruction."""
    money.instruction(money.tranche(1).live_order())


def doubt(money: Any) -> None:
    """No answer in time; one person proposes to record the execution."""
    from django.utils import timezone

    from workflow import fire
    from workflow.second_person import propose

    order = money.tranche(1).live_order()
    fire(order, "doubt", actor=money.member("reconciler"), at=timezone.now() + timedelta(days=40))
    propose(order, "execute", actor=money.member("reconciler", 2), data=execution(order))


def receipts(money: Any) -> None:
    """One receipt over everything, handed in and under review, accepted by the verifier."""
    review(money, "accepted", 1)


def half_receipts(money: Any) -> None:
    """Two receipts, one of them not accepted."""
    review(money, "accepted", 2)


def bad_receipts(money: Any) -> None:
    """One receipt under review, not decided."""
    review(money, "pending", 1)


def review(money: Any, decision: str, parts: int) -> None:
    """Receipts that add up to what was paid, under review; the first one decided so, others refused."""
    from workflow import fire

    justification = money.tranche(1).justifications.get()
    for _part in range(parts):
        money.receipt(justification, justification.paid_minor // parts)
    fire(justification, "submit", actor=money.beneficiary, at=money.now())
    money.fire(justification, "review", "verifier")
    verifier = money.member("verifier")
    if decision == "accepted":
        lines = list(justification.lines.order_by("pk"))
        for place, line in enumerate(lines):
            line.decision = "ineligible" if place else "accepted"
            line.reason, line.decided_by = "not for the project" if place else "", verifier
            line.save()


def propose_termination(money: Any) -> None:
    """One person proposes to end the grant."""
    from workflow.second_person import propose

    propose(money.grant, "terminate", actor=money.member("manager", 2), data=REASON)


def propose_amendment(money: Any) -> None:
    """One person proposes to give the second instalment less."""
    from workflow.second_person import propose

    propose(money.grant, "amend", actor=money.member("manager", 2), data=amendment(money.grant))


STEPS: Mapping[str, Callable[[Any], None]] = {
    step.__name__: step
    for step in (
        activate, offered, approve_instalment, print_order, doubt, receipts, half_receipts, bad_receipts,
        propose_termination, propose_amendment,
    )
}  # fmt: skip


# --- what is sent with a verb: the same for every press ----------------------------------------------

REASON = {"reason": "The shop was sold"}


def body_of(kind: str, verb: str, record: Any) -> Body:
    """Return the data of a press, found on the record alone, so that every process sends the same."""
    asked = {**BODIES, **money_setups.BODIES}.get((kind.rpartition(".")[2], verb))
    return asked(record) if asked else {}


def execution(order: Any) -> Body:
    """What the reconciler saw."""
    from django.utils import timezone

    return {
        "evidence": "statement",
        "reference": f"REL-{order.pk}",
        "executed_on": timezone.localdate().isoformat(),
    }


def amendment(grant: Any) -> Body:
    """A second instalment of one unit less."""
    second = grant.tranches.get(number=2)
    return {"amounts": {str(second.pk): second.amount_minor - 100}, "reason": "Less was asked for"}


def _offer(grant: Any) -> Body:
    from django.utils import timezone

    return {"offer_until": (timezone.localdate() + timedelta(days=30)).isoformat()}


def _export(order: Any) -> Body:
    from disbursements.papers.originals import PAYMENT_ORDER, valid_papers

    paper = valid_papers(order, PAYMENT_ORDER).get()
    return {"paper": paper.pk, "sha256": paper.copies.get(number=0).sha256}


def _returned(order: Any) -> Body:
    from django.utils import timezone

    back = {"evidence": "statement", "reference": f"BACK-{order.pk}", "returned_minor": order.net_minor}
    return {**back, "returned_on": timezone.localdate().isoformat()}


BODIES: Mapping[tuple[str, str], Callable[[Any], Body]] = {
    ("grant", "offer"): _offer,
    ("grant", "cancel"): lambda grant: REASON,
    ("grant", "decline"): lambda grant: REASON,
    ("grant", "amend"): amendment,
    ("grant", "terminate"): lambda grant: REASON,
    ("tranche", "cancel"): lambda tranche: REASON,
    ("paymentorder", "export"): _export,
    ("paymentorder", "execute"): execution,
    ("paymentorder", "cancel"): lambda order: REASON,
    ("paymentorder", "fail"): lambda order: {"evidence": "bank_notice", "reference": f"N-{order.pk}"},
    ("paymentorder", "acknowledge"): lambda order: {"received": True},
    ("paymentorder", "return"): _returned,
    ("justification", "refuse"): lambda justification: REASON,
}


if __name__ == "__main__":
    main(*sys.argv[1:])
