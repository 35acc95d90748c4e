"""Take away every lock of the money path, one at a time, and see whether a test notices.

A mutant is a constraint, a unique column or a trigger dropped from a PostgreSQL database, a `FOR UPDATE` that
is not taken, or a check of the door and the journal left out. Each is judged by functions of
`tests/disbursements/test_locks.py` and by short acts of this module; a mutant that nobody notices is a
survivor and is listed by name. Run on demand, on PostgreSQL: it takes some minutes.

    DATABASE_URL=postgres://… .venv/bin/python scripts/mutate_money.py [--only WORD]
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.db import DatabaseError, connection, models, transaction  # noqa: E402 - Django first
from django.test.utils import setup_databases, setup_test_environment, teardown_databases  # noqa: E402

from tests.disbursements import locks, test_locks  # noqa: E402
from tests.worlds.disbursements import MoneyWorld, grant_world  # noqa: E402
from workflow import Refused, fire  # noqa: E402

Judge = Callable[[], str]


@dataclass(frozen=True)
class Mutant:
    """One lock taken away for the length of a `with`, and the tests that have to notice."""

    name: str
    planted: Callable[[], Any]
    judges: tuple[str, ...]


# --- locks of the database -------------------------------------------------------------------------


def of_the_database() -> Iterator[Mutant]:
    """Every constraint, unique column and trigger of the money path."""
    refused = {breach.lock for breach in locks.breaches()}
    for model in locks.guarded_models():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, table)
        for name, about in sorted(found.items()):
            stable = locks._stable(table, name, about)
            if stable in test_locks.written_down():
                judges = ("breaches", "names") if stable in refused else ("names",)
                yield Mutant(stable, dropped(table, name), judges)
        for trigger in sorted(locks.trigger_names()):
            if trigger.startswith(f"{table}_"):
                judges = ("breaches", "names") if trigger in refused else ("names",)
                yield Mutant(trigger, untriggered(table, trigger), judges)


def dropped(table: str, name: str) -> Callable[[], Any]:
    """Drop a constraint, or the unique index that stands for one."""

    @contextmanager
    def planted() -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [name])
            if cursor.fetchone():
                cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}" CASCADE')
            else:
                cursor.execute(f'DROP INDEX "{name}"')
        yield

    return planted


def untriggered(table: str, name: str) -> Callable[[], Any]:
    """Drop a trigger."""

    @contextmanager
    def planted() -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
        yield

    return planted


# --- locks of the code -----------------------------------------------------------------------------


def of_the_code() -> Iterator[Mutant]:
    """Row locks that are not taken, and checks that are left out."""
    for label in (
        "workflow_streamhead",
        "disbursements_paymentorder",
        "disbursements_accountingperiod",
        "disbursements_account",
    ):
        yield Mutant(f"no FOR UPDATE on {label}", unlocked(label), ("row locks",))
    for label in (
        "programmes_contribution",
        "disbursements_payingaccount",
        "disbursements_paymentbatch",
        "disbursements_cashadvance",
        "disbursements_justification",
        "disbursements_justificationline",
        "disbursements_tranche",
        "disbursements_grant",
        "disbursements_recovery",
    ):
        yield Mutant(f"no FOR UPDATE on {label}", unlocked(label), ("beside the door",))
    yield Mutant("no FOR UPDATE on documents_papercounter", unlocked("documents_papercounter"), ("counter",))
    yield Mutant("the key of an act is not looked up", forgetful, ("one key",))
    yield Mutant("the body of a key is not compared", careless, ("other body",))
    yield Mutant("an entry that is there is booked again", rebooked, ("one entry",))
    yield Mutant("the journal does not ask whether the month is closed", month_not_asked, ("closed month",))


def unlocked(table: str) -> Callable[[], Any]:
    """Let no query lock rows of a table."""

    @contextmanager
    def planted() -> Iterator[None]:
        original = models.QuerySet.select_for_update

        def skip(self: Any, *args: Any, **kwargs: Any) -> Any:
            return self.all() if self.model._meta.db_table == table else original(self, *args, **kwargs)

        models.QuerySet.select_for_update = skip  # type: ignore[method-assign]
        try:
            yield
        finally:
            models.QuerySet.select_for_update = original  # type: ignore[method-assign]

    return planted


@contextmanager
def replaced(owner: Any, name: str, new: Any) -> Iterator[None]:
    """Put something else in the place of an attribute."""
    original = getattr(owner, name)
    setattr(owner, name, new)
    try:
        yield
    finally:
        setattr(owner, name, original)


def forgetful() -> Any:
    """Forget every key that was used."""
    from workflow.models import Intent

    manager = type(Intent.objects)

    def nothing(self: Any, *args: Any, **kwargs: Any) -> Any:
        return self.none()

    return replaced(manager, "filter", nothing)


def careless() -> Any:
    """Take every body for the one that came first."""
    from workflow import chain

    return replaced(chain, "digest", lambda data: "0" * 64)


def rebooked() -> Any:
    """Do not find an entry that was booked before, nor its name."""
    from disbursements import journal

    return replaced(journal, "_booked", lambda entry: [])


def month_not_asked() -> Any:
    """Let every month look open, and count into it whatever it says."""
    from disbursements import journal

    @contextmanager
    def planted() -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(
                'DROP TRIGGER "disbursements_accountingperiod_no_update" ON "disbursements_accountingperiod"'
            )
            cursor.execute(
                'DROP TRIGGER "disbursements_posting_period_takes_no_more" ON "disbursements_posting"'
            )
        with (
            replaced(journal, "_count_in", lambda period, count: None),
            replaced(journal, "PeriodClosed", _Never),
            replaced(journal, "_closed", lambda period: None),
            replaced(journal, "_locked_period", _always_open(journal)),
        ):
            yield

    return planted()


class _Never(Refused):
    """Raised by nobody."""


def _always_open(journal: Any) -> Any:
    original = journal._locked_period

    def opened(entry: Any) -> Any:
        period = original(entry)
        period.closed_at = None
        return period

    return opened


# --- who judges ------------------------------------------------------------------------------------


class Judges:
    """What has to notice: each answers with a complaint, or an empty text."""

    def __init__(self, money: MoneyWorld) -> None:
        self.money = money
        self.lock = ""  # the one that was taken away; the empty text before any is

    def names(self) -> str:
        """test_every_declared_lock_is_in_the_database_and_none_was_taken_out."""
        gone = test_locks.written_down() | locks.trigger_names()
        return ", ".join(sorted(gone - locks.names_in_database())[:1])

    def breaches(self) -> str:
        """test_every_lock_refuses_what_it_alone_refuses."""
        return ", ".join(test_locks.unrefused(self.money, self.lock)[:1])

    def row_locks(self) -> str:
        """test_a_payment_locks_history_order_month_and_accounts_before_it_writes."""
        money = grant_world(14_000_00)
        money.activate()
        return ", ".join(sorted(test_locks.WANTED - test_locks.locked_tables(test_locks.executes(money))))

    def beside_the_door(self) -> str:
        """test_an_act_beside_the_door_locks_the_row_that_it_decides_by."""
        return ", ".join(test_locks.unlocked_beside_the_door())

    def counter(self) -> str:
        """test_a_paper_locks_its_counter."""
        from disbursements.papers import issuing

        order = locks._order(self.money)

        def prints() -> None:
            issuing.issue_payment_order(order, actor=self.money.member("preparer"), at=self.money.now())

        return "" if "documents_papercounter" in test_locks.locked_tables(prints) else "the counter"

    def one_key(self) -> str:
        """A second press with one key gets the first answer."""
        money = grant_world(14_000_00)
        money.activate()
        order = money.ordered(1)
        actor = money.member("preparer")
        first = fire(order, "submit", actor=actor, key="k", data={}, at=money.now())
        second = fire(order, "submit", actor=actor, key="k", data={}, at=money.now())
        return "" if second.replayed and second.event == first.event else "another answer"

    def other_body(self) -> str:
        """The same key with another body is refused."""
        money = grant_world(14_000_00)
        money.activate()
        order = money.ordered(1)
        actor = money.member("preparer")
        fire(order, "submit", actor=actor, key="k", data={"fee": 1}, at=money.now())
        try:
            fire(order, "submit", actor=actor, key="k", data={"fee": 2}, at=money.now())
        except Refused:
            return ""
        return "another body was taken"

    def one_entry(self) -> str:
        """An entry that was booked before adds nothing and answers with its rows."""
        from disbursements import journal

        row = locks._posting(self.money)
        entry = journal.Entry(
            row.entry, row.programme_id, row.currency, row.kind, row.object_id, row.verb, row.happened_at
        )
        source = journal.AccountKey(row.credit.kind, row.credit.owner_id)
        target = journal.AccountKey(row.debit.kind, row.debit.owner_id)
        with transaction.atomic():
            again = journal.post(entry, source, target, row.amount_minor)
        return "" if again.pk == row.pk else "booked twice"

    def closed_month(self) -> str:
        """Nothing is posted in a closed month through the journal."""
        from disbursements import journal

        row = locks._close(self.money)
        entry = journal.Entry("x", row.programme_id, row.currency, row.kind, "1", "offer", row.happened_at)
        source = journal.AccountKey("bank", row.programme_id)
        target = journal.AccountKey("fees", row.programme_id)
        try:
            with transaction.atomic():
                journal.post(entry, source, target, 1)
        except Refused:
            return ""
        return "posted in a closed month"


def complaint(judges: Judges, mutant: Mutant) -> str:
    """Which test noticed the mutant first, empty when none did."""
    judges.lock = mutant.name
    for name in mutant.judges:
        judge = getattr(judges, name.replace(" ", "_"))
        try:
            with transaction.atomic():
                said = judge()
        except (AssertionError, DatabaseError, Refused, RuntimeError, ValueError) as error:
            said = f"{type(error).__name__}: {error}".splitlines()[0]
        if said:
            return f"{(judge.__doc__ or name).splitlines()[0]} {said}"
    return ""


def main() -> int:
    """Plant every mutant; list the survivors; return how many there are."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else "")
    parser.add_argument("--only", default="", help="a word in the names of the mutants")
    given = parser.parse_args()
    if connection.vendor != "postgresql":
        parser.error("DATABASE_URL must name a PostgreSQL server")
    setup_test_environment()
    old = setup_databases(verbosity=0, interactive=False)
    survivors = []
    count = 0
    try:
        with transaction.atomic():
            judges = Judges(locks.lock_world())
            every = {name for mutant in of_the_code() for name in mutant.judges} | {"names", "breaches"}
            for name in sorted(every):
                if said := judged(judges, Mutant("", nullcontext, (name,))):
                    raise SystemExit(f"{name} complains about the product as it is: {said}")
            for mutant in [*of_the_database(), *of_the_code()]:
                if given.only not in mutant.name:
                    continue
                count += 1
                said = judged(judges, mutant)
                print(f"{'noticed' if said else 'SURVIVED':9} {mutant.name:60} {said[:110]}", flush=True)
                if not said:
                    survivors.append(mutant.name)
            transaction.set_rollback(True)
    finally:
        teardown_databases(old, verbosity=0)
    print(f"{count} mutants, {len(survivors)} survivors: {', '.join(survivors) or 'none'}")
    return len(survivors)


def judged(judges: Judges, mutant: Mutant) -> str:
    """Plant one mutant in a savepoint, let it be judged, take everything back."""
    said = ""
    with transaction.atomic():
        with connection.cursor() as cursor:  # no table is altered while checks of foreign keys wait
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with mutant.planted():
            said = complaint(judges, mutant)
        transaction.set_rollback(True)
    return said


if __name__ == "__main__":
    sys.exit(min(1, main()))
