"""Reconciling at work: handing statements in, keeping each line once, finding the payments they tell of.

How files are read and what a proposal is stands in `statements/`; here the database meets it.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.vault import blind
from disbursements.bookings import cash_account
from disbursements.guards.batch_movements import orders_of
from disbursements.journal import AccountKey, Entry, moved, write
from disbursements.models import AccountKind, BankLine, PayingAccount, PaymentOrder, StatementFile
from disbursements.statements import proposals, reading, tables
from disbursements.statements.lines import Statement, StatementLine, StatementRefused, with_occurrences
from workflow import Firing, Refused, display, fire, on, propose

CHUNK = 500
AWAITED = ("exported", "in_doubt", "executed", "receipted", "returned")


class Taken(NamedTuple):
    """What an import found: movements in the file, those that were new, their days, the closing balance."""

    found: int
    new: int
    first_on: date | None
    last_on: date | None
    closing_minor: int | None


class Row(NamedTuple):
    """A movement of a file that is looked at before it is imported.

    is_alike: it is new, but a file in another form told of a movement of the same day and amount.
    """

    line: StatementLine
    is_new: bool
    is_alike: bool = False


# --- files -----------------------------------------------------------------------------------------


def mark(text: str) -> str:
    """Return the keyed digest of what a line says."""
    return blind(text, "statement_line")


def hand_in(account: PayingAccount, data: bytes, name: str, *, actor: Any, at: datetime) -> StatementFile:
    """Keep a statement file for a look at it; nothing of it is imported yet.

    Raises `Refused` with the sentence that says why it cannot be read, or that it is there already. A table
    whose columns nobody has explained yet is kept: its page asks for them.
    """
    digest = hashlib.sha256(data).hexdigest()
    there = account.statement_files.exclude(state="discarded").filter(sha256=digest).first()
    if there is not None:
        raise Refused([_("This very file was handed in before: %(name)s.") % {"name": there.name}])
    try:
        form = reading.form_of(data) if data else ""
        if form == reading.StatementForm.TABLE and tables.missing(
            account.statement_columns, tables.sheet_of(data, name).headings
        ):
            pass
        else:
            read(account, data, name)
    except StatementRefused as refused:
        raise Refused([str(refused)]) from refused
    return StatementFile.objects.create(
        programme_id=account.programme_id,
        account=account,
        name=name[-120:],
        form=form,
        sha256=digest,
        size=len(data),
        content=base64.b64encode(data).decode(),
        handed_in_by=actor,
        handed_in_at=at,
        state_since=at,
    )


def read(account: PayingAccount, data: bytes, name: str) -> Statement:
    """Return the statement in a file of an account. Raises `StatementRefused`."""
    return reading.read(
        data, name, account=account.number, currency=account.currency, columns=account.statement_columns
    )


def statement_of(file: StatementFile) -> Statement:
    """Return what a kept file says. Raises `StatementRefused`."""
    if not file.content:
        raise StatementRefused(_("The file was erased with a person in it; its movements stay."))
    return read(file.account, file.data, file.name)


def look(file: StatementFile) -> list[Row]:
    """Return the movements of a file, and which of them are new. Raises `StatementRefused`."""
    marked = with_occurrences(statement_of(file).lines, mark)
    known = _known(file.account_id, [fingerprint for _line, fingerprint, _place in marked])
    alike = _told_in_another_form(file, [line.booked_on for line, _fingerprint, _place in marked])
    rows = []
    for line, fingerprint, place in marked:
        is_new = (fingerprint, place) not in known
        rows.append(Row(line, is_new, is_new and (line.booked_on, line.amount_minor) in alike))
    return rows


def _told_in_another_form(file: StatementFile, days: Sequence[date]) -> set[tuple[date, int]]:
    """Day and amount of the movements of these days that came in files of another form.

    One movement says different things in two forms, so nothing but a person can tell that it is the same.
    """
    if not days:
        return set()
    rows = BankLine.objects.filter(account=file.account_id, booked_on__range=(min(days), max(days)))
    return set(rows.exclude(file__form=file.form).order_by().values_list("booked_on", "amount_minor"))


def _known(account_id: int, fingerprints: Sequence[str]) -> set[tuple[str, int]]:
    found: set[tuple[str, int]] = set()
    wanted = sorted(set(fingerprints))
    for start in range(0, len(wanted), CHUNK):
        rows = BankLine.objects.filter(
            account=account_id, fingerprint__in=wanted[start : start + CHUNK]
        ).order_by()
        found.update(rows.values_list("fingerprint", "occurrence"))
    return found


def take_in(file: StatementFile, *, at: datetime) -> Taken:
    """Keep every movement of a file that is not there yet, in the transaction of its import.

    Imports of one account wait for each other, so that two of them never keep one line twice.
    """
    PayingAccount.objects.select_for_update().get(pk=file.account_id)
    statement = statement_of(file)
    marked = with_occurrences(statement.lines, mark)
    known = _known(file.account_id, [fingerprint for _line, fingerprint, _place in marked])
    fresh = [
        BankLine(
            programme_id=file.programme_id,
            account_id=file.account_id,
            file=file,
            fingerprint=fingerprint,
            occurrence=place,
            booked_on=line.booked_on,
            value_on=line.value_on,
            amount_minor=line.amount_minor,
            currency=line.currency,
            end_to_end=line.end_to_end,
            bank_reference=line.bank_reference,
            name=line.name,
            text=line.text,
            state_since=at,
        )
        for line, fingerprint, place in marked
        if (fingerprint, place) not in known and line.amount_minor
    ]
    BankLine.objects.bulk_create(fresh, batch_size=CHUNK)
    days = [line.booked_on for line in statement.lines]
    return Taken(
        len(marked),
        len(fresh),
        min(days, default=None),
        max(days, default=None),
        statement.closing_minor,
    )


# --- finding payments ------------------------------------------------------------------------------


def expected(account: PayingAccount, *, named: bool) -> list[proposals.Expected]:
    """Return the payments of an account of which a statement may tell. named: open the holders' names."""
    rows = PaymentOrder.objects.filter(
        programme=account.programme_id, currency=account.currency, channel=account.channel, state__in=AWAITED
    ).select_related("instruction", "destination")
    return [
        proposals.Expected(
            key=order.pk,
            number=order.number,
            net_minor=order.net_minor,
            currency=order.currency,
            state=order.state,
            issued_on=account.programme.day_of(order.instruction.issued_at),
            name=order.destination.holder if named and order.destination else "",
            last_digits=order.frozen_masked[-4:] if len(order.frozen_masked) > 4 else "",
        )
        for order in rows
        if hasattr(order, "instruction")
    ]


def movement_of(line: BankLine, *, named: bool) -> proposals.Movement:
    """A line as plain data. named: open the name and the text."""
    return proposals.Movement(
        key=line.pk,
        booked_on=line.booked_on,
        amount_minor=line.amount_minor,
        currency=line.currency,
        end_to_end=line.end_to_end,
        name=line.name if named else "",
        text=line.text if named else "",
    )


def proposals_for(line: BankLine) -> list[tuple[proposals.Proposal, PaymentOrder]]:
    """Return the payments that a line may be, the likeliest first."""
    amount = abs(line.amount_minor)
    rows = [
        one
        for one in expected(line.account, named=False)
        if one.net_minor == amount or (line.amount_minor > 0 and one.net_minor >= amount)
    ]
    holders = dict(_holders([one.key for one in rows]))
    known = [one._replace(name=holders.get(one.key, "")) for one in rows]
    found = proposals.propose(movement_of(line, named=True), known)
    orders = PaymentOrder.objects.in_bulk([one.expected for one in found])
    return [(one, orders[one.expected]) for one in found]


def _holders(keys: Sequence[int]) -> list[tuple[int, str]]:
    rows = PaymentOrder.objects.filter(pk__in=keys).select_related("destination")
    return [(order.pk, order.destination.holder) for order in rows if order.destination]


def match_certain(programme: Any, *, actor: Any, at: datetime) -> tuple[int, list[str]]:
    """Match every open line that carries a payment's own reference and amount, as one person.

    Return how many were matched, and the sentences of those that were refused. Money that went out comes
    first, so that what came back in the same file finds its payment executed.
    """
    done, refused = 0, []
    for outgoing in (True, False):
        for account in PayingAccount.objects.filter(programme=programme):
            way = {"amount_minor__lt": 0} if outgoing else {"amount_minor__gt": 0}
            waiting = account.bank_lines.unexplained().exclude(end_to_end="").filter(**way)
            lines = {line.pk: line for line in waiting}
            movements = [movement_of(line, named=False) for line in lines.values()]
            for key, order in proposals.certain(movements, expected(account, named=False)):
                try:
                    fire(lines[key], "match", actor=actor, data={"order": order}, at=at)
                    done += 1
                except Refused as error:
                    refused.append(display.labelled(lines[key].reference, " ".join(error.sentences)))
    return done, refused


# --- what follows ----------------------------------------------------------------------------------


def act_of(line: BankLine, order: PaymentOrder) -> tuple[str, dict[str, Any]]:
    """Return the verb that a line makes of an order, and its proof; no verb when it only confirms."""
    if order.state == "returned":
        return "", {}
    if line.amount_minor > 0:
        return "return", {
            "evidence": "statement",
            "reference": line.proof,
            "returned_minor": line.amount_minor,
            "returned_on": line.booked_on.isoformat(),
        }
    if order.state in ("exported", "in_doubt"):
        return "execute", {
            "evidence": "statement",
            "reference": line.proof,
            "executed_on": line.booked_on.isoformat(),
        }
    return "", {}


@on("disbursements.BankLine", "match")
@on("disbursements.BankLine", "match_in_doubt")
def move_order(firing: Firing) -> None:
    """The order is executed or returned, as the person who matched; what was in doubt by the two of them."""
    line = firing.record
    order = PaymentOrder.objects.select_related("tranche__grant__case").get(pk=line.order_id)
    verb, proof = act_of(line, order)
    if not verb:
        return
    if firing.verb == "match_in_doubt":
        proposer = User.objects.get(pk=firing.proposer_id)
        with transaction.atomic():
            propose(order, verb, actor=proposer, data=proof)
    firing.then(order, verb, proof, by=firing.actor)


@on("disbursements.BankLine", "match_batch")
def move_orders_of_batch(firing: Firing) -> None:
    """Every order of the batch of which nobody knew is executed, as the person who matched."""
    line = firing.record
    for order in orders_of(line.batch):
        verb, proof = act_of(line, order)
        if verb:
            firing.then(order, verb, proof, by=firing.actor)


@on("disbursements.BankLine", "book_fee")
def book_fee(firing: Firing) -> None:
    """The bank took it: bank or wallet -> fees."""
    line = firing.record
    target = AccountKey(AccountKind.FEES, line.programme_id)
    source = cash_account(line.programme_id, line.account.channel)
    write(Entry.of(firing, currency=line.currency), [moved(source, target, -line.amount_minor)])
