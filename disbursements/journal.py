"""The journal's one door: append-only double entry with balances that cannot go below zero.

A fact (a transition of a record) is one entry of one or more lines. `write` books it once: the period's row
and the accounts are locked in id order, the balances change under the database's CHECK, the rows are
appended. The same entry again answers with the rows that are there; another content under it is refused.
`post`, `reserve`, `resolve` and `reverse` are entries of one line. Past entries are booked in bulk by
`disbursements/journal_history.py`. What the lines of each transition are is in `disbursements/flows.py`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from disbursements.balances import PENDING, POSTED, SETTLED, VOIDED, Balance, Movement, changes
from disbursements.models import Account, AccountingPeriod, AccountKind, Posting
from disbursements.models.ledger import NO_OVERDRAFT
from workflow import Firing, Refused

ACCOUNTS_PER_UPDATE = 200


class JournalError(ValueError):
    """A line that can never be booked: a bug or a bad import, not a person's mistake."""


class Overdraft(Refused):
    """An account that cannot go below zero would have to give more than it holds."""


class PeriodClosed(Refused):
    """The books of that month are closed."""


class AccountKey(NamedTuple):
    """Which account: its kind and its owner; the currency comes from the entry."""

    kind: str
    owner_id: int


class LineRef(NamedTuple):
    """A line of an earlier entry, by its name; used by bulk loading, where rows have no id yet."""

    entry: str
    line: int


class Line(NamedTuple):
    """One line to book; see `moved`, `held`, `settled`, `voided` and `undone`."""

    source: AccountKey
    target: AccountKey
    amount: int
    phase: str = POSTED
    resolves: LineRef | None = None
    reverses: LineRef | None = None


class Entry(NamedTuple):
    """One fact to book: its unique name, where it belongs, when it happened."""

    name: str
    programme_id: int
    currency: str
    kind: str
    object_id: str
    verb: str
    at: datetime

    @classmethod
    def of(cls, firing: Firing, *, currency: str, number: object = "") -> "Entry":
        """The entry of a transition; `number` tells repeats of a verb on one record apart."""
        record = firing.record
        name = f"{record.kind}:{record.pk}:{firing.verb}"
        return cls(
            name=f"{name}:{number}" if number != "" else name,
            programme_id=record.programme_id,
            currency=currency,
            kind=record.kind,
            object_id=str(record.pk),
            verb=firing.verb,
            at=firing.at,
        )


def moved(source: AccountKey, target: AccountKey, amount: int) -> Line:
    """A line that moves an amount now."""
    return Line(source, target, amount)


def held(source: AccountKey, target: AccountKey, amount: int) -> Line:
    """A pending line: the amount is taken from what the source can give, and moves when it is settled."""
    return Line(source, target, amount, PENDING)


def settled(pending: Posting) -> Line:
    """A line that turns a pending row into a posted one."""
    return _same(pending)._replace(phase=SETTLED, resolves=LineRef(pending.entry, pending.line))


def voided(pending: Posting) -> Line:
    """A line that gives up a pending row."""
    return _same(pending)._replace(phase=VOIDED, resolves=LineRef(pending.entry, pending.line))


def undone(posting: Posting) -> Line:
    """A line that reverses a posted or settled row."""
    back = _same(posting)
    return Line(back.target, back.source, back.amount, POSTED, reverses=LineRef(posting.entry, posting.line))


def _same(posting: Posting) -> Line:
    return Line(
        AccountKey(posting.credit.kind, posting.credit.owner_id),
        AccountKey(posting.debit.kind, posting.debit.owner_id),
        posting.amount_minor,
    )


def post(entry: Entry, source: AccountKey, target: AccountKey, amount: int) -> Posting:
    """Book one movement. See `write` for what it raises."""
    return write(entry, [moved(source, target, amount)])[0]


def reserve(entry: Entry, source: AccountKey, target: AccountKey, amount: int) -> Posting:
    """Book one pending movement; the source must be able to give it."""
    return write(entry, [held(source, target, amount)])[0]


def resolve(entry: Entry, pending: Posting, *, executed: bool) -> Posting:
    """End a pending row, once: settle it when what it stands for was executed, else void it."""
    return write(entry, [settled(pending) if executed else voided(pending)])[0]


def reverse(entry: Entry, posting: Posting) -> Posting:
    """Undo a posted or settled row by its opposite, once."""
    return write(entry, [undone(posting)])[0]


def write(entry: Entry, lines: Sequence[Line]) -> list[Posting]:
    """Book an entry once, in the caller's transaction, and return its rows in order.

    Raises `Overdraft` or `PeriodClosed` (both `Refused`), and `JournalError` for lines that no caller may
    write: no lines, an amount that is not a positive integer, the same account twice, a row resolved or
    reversed twice, or an entry that was booked before with other lines.
    """
    check_lines(entry, lines)
    with transaction.atomic():
        period = _locked_period(entry)
        booked = _booked(entry)
        if booked:
            return _same_as_booked(entry, lines, booked)
        if period.closed_at is not None:
            raise _closed(period)
        referred = _referred(lines)
        accounts = _locked_accounts(entry, lines)
        _change_balances(entry, lines, accounts)
        now = timezone.now()
        rows = [
            posting_row(entry, number, line, accounts, period, referred, now)
            for number, line in enumerate(lines, start=1)
        ]
        Posting.objects.bulk_create(rows)
        _count_in(period, len(rows))
    return rows


def available(key: AccountKey, currency: str) -> int:
    """Return what an account can still give, in minor units; 0 when it does not exist."""
    account = Account.objects.filter(kind=key.kind, owner_id=key.owner_id, currency=currency).first()
    return account.balance.available if account else 0


def balance(key: AccountKey, currency: str) -> int:
    """Return the posted balance of an account, in minor units; 0 when it does not exist."""
    account = Account.objects.filter(kind=key.kind, owner_id=key.owner_id, currency=currency).first()
    return account.balance.net if account else 0


def is_open(programme_id: int, at: datetime) -> bool:
    """Tell whether the books of the month of `at` (UTC) still take postings."""
    moment = at.astimezone(UTC)
    return not AccountingPeriod.objects.filter(
        programme_id=programme_id, year=moment.year, month=moment.month, closed_at__isnull=False
    ).exists()


def close_period(programme_id: int, year: int, month: int, *, by: Any, at: datetime) -> bool:
    """Close a month of a programme's books for good; False when it was closed already.

    Raises `Refused` while the month has not ended.
    """
    if (at.astimezone(UTC).year, at.astimezone(UTC).month) <= (year, month):
        raise Refused([_("This month has not ended yet.")])
    wanted = {"programme_id": programme_id, "year": year, "month": month}
    with transaction.atomic():
        row = _period_row(wanted)
        if row.closed_at is not None:
            return False
        row.closed_at, row.closed_by = at, by
        row.save(update_fields=["closed_at", "closed_by"])
    return True


def check_lines(entry: Entry, lines: Sequence[Line]) -> None:
    """Raise `JournalError` for lines that can never be booked."""
    if not lines:
        raise JournalError(f"{entry.name}: no lines")
    for line in lines:
        if isinstance(line.amount, bool) or not isinstance(line.amount, int) or line.amount <= 0:
            raise JournalError(f"{entry.name}: {line.amount!r} is not an amount in minor units")
        if line.source == line.target:
            raise JournalError(f"{entry.name}: {line.source} on both sides")


def _locked_period(entry: Entry) -> AccountingPeriod:
    moment = entry.at.astimezone(UTC)
    return _period_row({"programme_id": entry.programme_id, "year": moment.year, "month": moment.month})


def _period_row(wanted: dict[str, int]) -> AccountingPeriod:
    """Lock the row of a month, made when it is missing: the database refuses to insert a closed one again."""
    rows = AccountingPeriod.objects.select_for_update()
    period = rows.filter(**wanted).first()
    if period is None:
        AccountingPeriod.objects.bulk_create([AccountingPeriod(**wanted)], ignore_conflicts=True)
        period = rows.get(**wanted)
    return period


def _closed(period: AccountingPeriod) -> PeriodClosed:
    return PeriodClosed([_("The books of %(month)s are closed.") % {"month": period}])


def _count_in(period: AccountingPeriod, count: int) -> None:
    open_row = AccountingPeriod.objects.filter(pk=period.pk, closed_at__isnull=True)
    if open_row.update(postings=F("postings") + count) != 1:
        raise _closed(period)


def _booked(entry: Entry) -> list[Posting]:
    rows = Posting.objects.filter(entry=entry.name).select_related("debit", "credit", "resolves", "reverses")
    return list(rows.order_by("line"))


def _same_as_booked(entry: Entry, lines: Sequence[Line], booked: list[Posting]) -> list[Posting]:
    there = [
        Line(
            AccountKey(row.credit.kind, row.credit.owner_id),
            AccountKey(row.debit.kind, row.debit.owner_id),
            row.amount_minor,
            row.phase,
            LineRef(row.resolves.entry, row.resolves.line) if row.resolves else None,
            LineRef(row.reverses.entry, row.reverses.line) if row.reverses else None,
        )
        for row in booked
    ]
    if there != list(lines) or booked[0].currency != entry.currency:
        raise JournalError(f"{entry.name} was booked before with other lines")
    return booked


def _referred(lines: Sequence[Line]) -> dict[LineRef, Posting]:
    wanted = {ref for line in lines for ref in (line.resolves, line.reverses) if ref}
    if not wanted:
        return {}
    rows = Posting.objects.filter(entry__in={ref.entry for ref in wanted})
    found = {LineRef(row.entry, row.line): row for row in rows.select_related("resolved_by", "reversed_by")}
    for line in lines:
        if line.resolves:
            _check_resolvable(found.get(line.resolves), line)
        if line.reverses:
            _check_reversible(found.get(line.reverses), line)
    return found


def _check_resolvable(row: Posting | None, line: Line) -> None:
    if row is None or row.phase != PENDING or hasattr(row, "resolved_by"):
        raise JournalError(f"{line.resolves} is not a pending row")


def _check_reversible(row: Posting | None, line: Line) -> None:
    if row is None or row.phase not in (POSTED, SETTLED) or row.reverses_id or hasattr(row, "reversed_by"):
        raise JournalError(f"{line.reverses} cannot be reversed")


def _locked_accounts(entry: Entry, lines: Sequence[Line]) -> dict[AccountKey, Account]:
    keys = sorted({key for line in lines for key in (line.source, line.target)}, key=_order)
    rows = Account.objects.for_keys(keys, entry.currency)
    found = {AccountKey(row.kind, row.owner_id) for row in rows}
    missing = [new_account(key, entry) for key in keys if key not in found]
    if missing:
        Account.objects.bulk_create(missing, ignore_conflicts=True)
    locked = Account.objects.for_keys(keys, entry.currency).select_for_update().order_by("id")
    accounts = {AccountKey(row.kind, row.owner_id): row for row in locked}
    for key, account in accounts.items():
        if account.programme_id != entry.programme_id:
            raise JournalError(f"{entry.name}: {key} belongs to another programme")
    return accounts


def _order(key: AccountKey) -> tuple[str, int]:
    return key.kind, key.owner_id


def new_account(key: AccountKey, entry: Entry) -> Account:
    """An unsaved account of the entry's programme and currency."""
    if key.kind not in AccountKind.values:
        raise JournalError(f"{key.kind} is not a kind of account")
    return Account(
        programme_id=entry.programme_id,
        kind=key.kind,
        owner_id=key.owner_id,
        currency=entry.currency,
        no_overdraft=key.kind in NO_OVERDRAFT,
    )


def _change_balances(entry: Entry, lines: Sequence[Line], accounts: dict[AccountKey, Account]) -> None:
    wanted = changes(Movement(line.source, line.target, line.amount, line.phase) for line in lines)
    for key, change in wanted.items():
        after = accounts[key].balance + change
        if accounts[key].no_overdraft and after.available < 0:
            raise Overdraft([_overdraft_sentence(key)])
    add_to_balances(accounts, wanted)


def add_to_balances(accounts: dict[AccountKey, Account], wanted: dict[AccountKey, Balance]) -> None:
    """Add changes to the stored balances, under the database's checks."""
    rows = sorted((accounts[key].pk, change) for key, change in wanted.items() if change != Balance())
    for start in range(0, len(rows), ACCOUNTS_PER_UPDATE):
        part = rows[start : start + ACCOUNTS_PER_UPDATE]
        Account.objects.filter(pk__in=[pk for pk, change in part]).update(
            **{
                f"{column}_minor": F(f"{column}_minor")
                + Case(*[When(pk=pk, then=Value(getattr(change, column))) for pk, change in part])
                for column in ("debit", "credit", "debit_pending", "credit_pending")
            }
        )


def _overdraft_sentence(key: AccountKey) -> str:
    return {
        AccountKind.CALL_AVAILABLE: _("There is not enough room left in the envelope of the call."),
        AccountKind.GRANT_COMMITTED: _("More than the grant would be paid or be on its way."),
        AccountKind.GRANT_ADVANCE: _("More would be justified than was paid."),
    }.get(AccountKind(key.kind), _("An account would go below zero."))


def posting_row(
    entry: Entry,
    number: int,
    line: Line,
    accounts: dict[AccountKey, Account],
    period: AccountingPeriod,
    referred: dict[LineRef, Posting],
    recorded_at: datetime,
) -> Posting:
    """An unsaved posting for one line of an entry."""
    return Posting(
        programme_id=entry.programme_id,
        period=period,
        entry=entry.name,
        line=number,
        kind=entry.kind,
        object_id=entry.object_id,
        verb=entry.verb,
        debit=accounts[line.target],
        credit=accounts[line.source],
        amount_minor=line.amount,
        currency=entry.currency,
        phase=line.phase,
        resolves=referred[line.resolves] if line.resolves else None,
        reverses=referred[line.reverses] if line.reverses else None,
        happened_at=entry.at,
        recorded_at=recorded_at,
    )
