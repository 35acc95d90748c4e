"""Booking past entries in bulk: for the demo, synthetic data and imports of old programmes.

The same rows and balances as `journal.write` would have left, replayed in order of time, in a constant
number of statements per thousand rows. `verify` cannot tell the difference.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F

from disbursements.balances import PENDING, Balance, Movement, changes
from disbursements.journal import (
    AccountKey,
    Entry,
    JournalError,
    Line,
    LineRef,
    add_to_balances,
    check_lines,
    new_account,
    posting_row,
)
from disbursements.models import Account, AccountingPeriod, Posting

BATCH = 1000

Item = tuple[Entry, Sequence[Line]]
Place = tuple[str, str, int]  # currency, kind of account, owner
Month = tuple[int, int, int]  # programme, year, month


def load_postings(entries: Iterable[Item], *, recorded_at: datetime) -> int:
    """Book past entries in one transaction; return the number of rows.

    Lines that resolve or reverse name the earlier line by `LineRef`, in this load or booked before. An
    account that would at any moment give more than it holds raises `JournalError`, and so does a closed
    month; then nothing is loaded. An entry that was booked before is refused by the database.
    """
    items = sorted(entries, key=lambda item: (item[0].at, item[0].name))
    for entry, lines in items:
        check_lines(entry, lines)
    with transaction.atomic():
        periods = _periods(items)
        accounts = _accounts(items)
        _replay(items, accounts)
        return _insert(items, accounts, periods, recorded_at)


def _month(entry: Entry) -> Month:
    moment = entry.at.astimezone(UTC)
    return entry.programme_id, moment.year, moment.month


def _place(entry: Entry, key: AccountKey) -> Place:
    return entry.currency, key.kind, key.owner_id


def _periods(items: list[Item]) -> dict[Month, AccountingPeriod]:
    counts: Counter[Month] = Counter()
    for entry, lines in items:
        counts[_month(entry)] += len(lines)
    AccountingPeriod.objects.bulk_create(
        [
            AccountingPeriod(programme_id=programme, year=year, month=month)
            for programme, year, month in sorted(counts)
        ],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    programmes = {programme for programme, year, month in counts}
    rows = AccountingPeriod.objects.filter(programme_id__in=programmes).select_for_update().order_by("id")
    periods = {(row.programme_id, row.year, row.month): row for row in rows}
    for month, count in counts.items():
        if periods[month].closed_at is not None:
            raise JournalError(f"the books of {periods[month]} are closed")
        AccountingPeriod.objects.filter(pk=periods[month].pk).update(postings=F("postings") + count)
    return periods


def _accounts(items: list[Item]) -> dict[Place, Account]:
    wanted: dict[Place, Account] = {}
    for entry, lines in items:
        for line in lines:
            for key in (line.source, line.target):
                wanted.setdefault(_place(entry, key), new_account(key, entry))
    ordered = [wanted[place] for place in sorted(wanted)]
    Account.objects.bulk_create(ordered, ignore_conflicts=True, batch_size=BATCH)
    found: dict[Place, Account] = {}
    for start in range(0, len(ordered), BATCH):
        part = ordered[start : start + BATCH]
        rows = Account.objects.filter(owner_id__in={row.owner_id for row in part}).select_for_update()
        for row in rows.order_by("id"):
            found[row.currency, row.kind, row.owner_id] = row
    for place, account in wanted.items():
        if found[place].programme_id != account.programme_id:
            raise JournalError(f"{found[place]} belongs to another programme")
    return found


def _replay(items: list[Item], accounts: dict[Place, Account]) -> None:
    sums: dict[Place, Balance] = {}
    for entry, lines in items:
        moves = (
            Movement(_place(entry, line.source), _place(entry, line.target), line.amount, line.phase)
            for line in lines
        )
        for place, change in changes(moves).items():
            sums[place] = sums.get(place, Balance()) + change
            account = accounts[place]
            if account.no_overdraft and (account.balance + sums[place]).available < 0:
                raise JournalError(f"{entry.name}: {account} would go below zero")
    by_currency: dict[str, dict[AccountKey, Balance]] = {}
    for (currency, kind, owner_id), change in sums.items():
        by_currency.setdefault(currency, {})[AccountKey(kind, owner_id)] = change
    for currency, changed in by_currency.items():
        keyed = {key: accounts[currency, key.kind, key.owner_id] for key in changed}
        add_to_balances(keyed, changed)


def _insert(
    items: list[Item],
    accounts: dict[Place, Account],
    periods: dict[Month, AccountingPeriod],
    recorded_at: datetime,
) -> int:
    rows: dict[LineRef, Posting] = {}
    later: list[tuple[LineRef, Line, Entry]] = []
    for entry, lines in items:
        for number, line in enumerate(lines, start=1):
            ref = LineRef(entry.name, number)
            if line.resolves or line.reverses:
                later.append((ref, line, entry))
            else:
                rows[ref] = _posting(ref, line, entry, accounts, periods, {}, recorded_at)
    Posting.objects.bulk_create(rows.values(), batch_size=BATCH)
    _find_booked(later, rows)
    while later:  # a reversal may name a settled row of this load: each pass inserts what has its row
        ready = [item for item in later if all(ref in rows for ref in _refs(item[1]))]
        if not ready:
            raise JournalError(f"{later[0][2].name}: it resolves or reverses a row that does not exist")
        made = {}
        for ref, line, entry in ready:
            _check_ref(line, rows)
            made[ref] = _posting(ref, line, entry, accounts, periods, rows, recorded_at)
        Posting.objects.bulk_create(made.values(), batch_size=BATCH)
        rows.update(made)
        later = [item for item in later if item[0] not in made]
    return sum(len(lines) for entry, lines in items)


def _refs(line: Line) -> list[LineRef]:
    return [ref for ref in (line.resolves, line.reverses) if ref]


def _check_ref(line: Line, rows: dict[LineRef, Posting]) -> None:
    if line.resolves and rows[line.resolves].phase != PENDING:
        raise JournalError(f"{line.resolves} is not a pending row")


def _find_booked(later: list[tuple[LineRef, Line, Entry]], rows: dict[LineRef, Posting]) -> None:
    names = {ref.entry for _, line, _ in later for ref in _refs(line) if ref not in rows}
    for row in Posting.objects.filter(entry__in=names):
        rows[LineRef(row.entry, row.line)] = row


def _posting(
    ref: LineRef,
    line: Line,
    entry: Entry,
    accounts: dict[Place, Account],
    periods: dict[Month, AccountingPeriod],
    rows: dict[LineRef, Posting],
    recorded_at: datetime,
) -> Posting:
    keyed = {key: accounts[_place(entry, key)] for key in (line.source, line.target)}
    return posting_row(entry, ref.line, line, keyed, periods[_month(entry)], rows, recorded_at)
