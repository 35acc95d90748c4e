"""Batches at work: which orders may join, what their file says, writing it once, reading it again.

What a file must satisfy and how it is written is in `bank_files/`; here the database meets it.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from disbursements.bank_files import checking, pain, templates
from disbursements.bank_files.content import Party, Payment, PaymentFile, digest
from disbursements.models import (
    BankFile,
    BatchLine,
    BatchState,
    Channel,
    FileFormat,
    PayingAccount,
    PaymentBatch,
    PaymentOrder,
)
from workflow import Firing, Refused, acts, display, on

MOST_PAYMENTS = 5000
"""More payments than this do not go in one batch: people sign what they can look through."""

_moving: ContextVar[int | None] = ContextVar("batch_that_moves_its_orders", default=None)


def is_moving(batch_id: int) -> bool:
    """Whether a batch is just moving its own orders, so that they do not refuse."""
    return _moving.get() == batch_id


@contextmanager
def moving(batch: PaymentBatch) -> Iterator[None]:
    """Let a batch move its own orders inside the block."""
    token = _moving.set(batch.pk)
    try:
        yield
    finally:
        _moving.reset(token)


# --- filling a batch -------------------------------------------------------------------------------


def open_batch(account: PayingAccount, value_date: date, *, actor: Any, at: datetime) -> PaymentBatch:
    """Open an empty batch on a paying account. Numbers count up without gaps per programme."""
    with transaction.atomic():
        PayingAccount.objects.select_for_update().filter(programme=account.programme_id).order_by(
            "pk"
        ).first()
        count = PaymentBatch.objects.filter(programme=account.programme_id).count()
        return PaymentBatch.objects.create(
            programme_id=account.programme_id,
            number=f"{account.programme.code[:28]}-B{count + 1:04}",
            account=account,
            currency=account.currency,
            channel=account.channel,
            value_date=value_date,
            prepared_by=actor,
            opened_at=at,
            state_since=at,
        )


def candidates(batch: PaymentBatch) -> Any:
    """The approved orders that may join: same programme, currency and channel, in no other live batch."""
    live = BatchLine.objects.filter(order=OuterRef("pk"), is_live=True)
    rows = PaymentOrder.objects.filter(
        programme=batch.programme_id, currency=batch.currency, channel=batch.channel, state="approved"
    )
    return rows.exclude(Exists(live)).order_by("state_since", "pk")


def add(batch: PaymentBatch, orders: Sequence[int]) -> int:
    """Put orders, by id, into an open batch; return how many joined.

    Raises `Refused` when the batch is not open, would be too large, or an order may not join.
    """
    with transaction.atomic():
        row = _open_row(batch)
        chosen = list(candidates(row).filter(pk__in=orders))
        if len(chosen) != len(set(orders)):
            raise Refused([_("An order was changed meanwhile and cannot join any more. Look again.")])
        there = row.lines.filter(is_live=True).count()
        cap = min(row.account.row_cap or MOST_PAYMENTS, MOST_PAYMENTS)
        if there + len(chosen) > cap:
            raise Refused(
                [_("One file takes %(count)s payments at most.") % {"count": display.number_text(cap)}]
            )
        last = row.lines.aggregate(last=Max("position"))["last"] or 0
        row.lines.filter(order__in=chosen).delete()
        BatchLine.objects.bulk_create(
            [
                BatchLine(
                    batch=row, order=order, position=place, end_to_end=order.number, net_minor=order.net_minor
                )
                for place, order in enumerate(chosen, start=last + 1)
            ]
        )
    return len(chosen)


def remove(batch: PaymentBatch, orders: Sequence[int]) -> int:
    """Take orders, by id, out of an open batch; return how many left."""
    with transaction.atomic():
        count, _kinds = _open_row(batch).lines.filter(order__in=orders).delete()
    return count


def _open_row(batch: PaymentBatch) -> PaymentBatch:
    row: PaymentBatch = PaymentBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if row.state != BatchState.OPEN:
        raise Refused([_("The batch is sealed: open it again to change it.")])
    return row


# --- what the file says ----------------------------------------------------------------------------


def content_of(batch: PaymentBatch, *, at: datetime, most: int | None = None) -> PaymentFile:
    """Return what the file of a batch says, its accounts opened. at: the moment of writing."""
    lines = batch.live_lines().select_related("order__destination")[:most]
    return PaymentFile(
        message_id=batch.number,
        created_at=at,
        value_date=batch.value_date,
        currency=batch.currency,
        payer=payer_of(batch.account),
        payments=tuple(payment_of(line.order, line) for line in lines),
    )


def payer_of(account: PayingAccount) -> Party:
    """The paying account as a party."""
    return Party(
        account.holder,
        account.number,
        account.bic,
        account.institution,
        account.town,
        account.country,
    )


def payment_of(order: PaymentOrder, line: BatchLine | None = None) -> Payment:
    """An order as a payment, to the account that was frozen."""
    account = order.destination
    payee = (
        Party("", "")
        if account is None
        else Party(
            account.holder, account.number, account.bic, account.institution, account.town, account.country
        )
    )
    return Payment(
        end_to_end=line.end_to_end if line else order.number,
        amount_minor=line.net_minor if line else order.net_minor,
        payee=payee,
        text=order.number,
        uetr=str(line.uetr) if line else "",
    )


def digest_of(batch: PaymentBatch, file: PaymentFile) -> str:
    """Return the digest that people sign: what the file says, and in which form it is written."""
    account = batch.account
    form = account.template.definition if account.file_format == FileFormat.TABLE and account.template else ""
    return digest(file, [account.file_format, form])


def problems_of(batch: PaymentBatch, *, at: datetime) -> list[checking.Problem]:
    """Return what stands against the file: our own rules, frozen accounts and amounts, its form."""
    lines = list(batch.live_lines().select_related("order__destination"))
    file = content_of(batch, at=at)
    found = checking.problems(file, today=timezone.localdate(at), phones=batch.channel == Channel.MOBILE)
    found += _not_as_frozen(batch, lines)
    cap = batch.account.row_cap
    if cap is not None and file.count > cap:
        found.append(
            checking.Problem(
                "", _("One file takes %(count)s payments at most.") % {"count": display.number_text(cap)}
            )
        )
    elif not found and batch.account.file_format == FileFormat.TABLE:
        try:
            written(batch, file)
        except templates.NotEncodable as error:
            found.append(checking.Problem("", str(error)))
    return found


def _not_as_frozen(batch: PaymentBatch, lines: Sequence[BatchLine]) -> list[checking.Problem]:
    from disbursements.accounts_check import fingerprint_of

    found = []
    for line in lines:
        order = line.order
        if order.destination is None or fingerprint_of(order.destination) != order.frozen_fingerprint:
            said = _("The payee's account is not what was frozen when the order was submitted.")
            found.append(checking.Problem(order.number, said))
        if (order.net_minor, order.currency, order.channel) != (
            line.net_minor,
            batch.currency,
            batch.channel,
        ):
            found.append(checking.Problem(order.number, _("The order is not what joined the batch.")))
    return found


def written(batch: PaymentBatch, file: PaymentFile) -> tuple[bytes, str, str]:
    """Return the bytes of a batch's file, their media type and the ending of its name."""
    account = batch.account
    if account.file_format != FileFormat.TABLE:
        return pain.write(file, account.file_format), "application/xml", "xml"
    assert account.template is not None  # noqa: S101  a constraint says so
    template = account.template.template
    return templates.write(file, template), templates.MEDIA_TYPES[template.kind], template.kind


def write_file(batch: PaymentBatch, *, by: int, at: datetime) -> BankFile:
    """Write the file of a batch and keep it, in the transaction of its export."""
    data, media_type, ending = written(batch, content_of(batch, at=at))
    return BankFile.objects.create(
        batch=batch,
        name=f"{batch.number}.{ending}",
        media_type=media_type,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        content=base64.b64encode(data).decode(),
        made_by_id=by,
        made_at=at,
    )


def take(file: BankFile, *, actor: Any, at: datetime) -> bytes:
    """Return the bytes of a kept file; who took them and when stands in the batch's history.

    Raises `Refused` when they are not what was written.
    """
    if not file.content:
        raise Refused([_("The file was erased with the last person in it; its digest stays.")])
    data = file.data
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise Refused([_("The kept file is damaged: its digest is not the one of the day it was written.")])
    acts.record(file, "download", actor=actor, at=at, data={"sha256": file.sha256}, stream=file.batch.stream)
    return data


# --- what follows ----------------------------------------------------------------------------------


def _lines(batch: PaymentBatch) -> Any:
    rows = batch.live_lines().select_related(
        "order__tranche__grant__case", "order__tranche__grant__programme"
    )
    return rows.order_by("order__pk")


def _each(firing: Firing, verb: str, states: Sequence[str], data: dict[str, Any], *, as_actor: bool) -> None:
    """Fire a verb on the orders of a batch in some states; a refusal names its order and undoes all."""
    batch = firing.record
    with moving(batch):
        for line in _lines(batch):
            if line.order.state not in states:
                continue
            try:
                firing.then(line.order, verb, data, by=firing.actor if as_actor else None)
            except Refused as refused:
                raise Refused([f"{line.order.number}: {said}" for said in refused.sentences]) from refused


@on("disbursements.PaymentBatch", "release")
def release_orders(firing: Firing) -> None:
    """Whoever releases the batch releases each of its orders that still needs a signature."""
    _each(firing, "release", ["approved"], {}, as_actor=True)


@on("disbursements.PaymentBatch", "export")
def issue_orders(firing: Firing) -> None:
    """The file is the instruction of each of its orders."""
    file = firing.record.file
    _each(
        firing,
        "export",
        ["released"],
        {"batch_file": file.pk, "sha256": file.sha256},
        as_actor=False,
    )


@on("disbursements.PaymentBatch", "reject")
def fail_orders(firing: Firing) -> None:
    """What the bank refused was not paid."""
    proof = {"evidence": "bank_notice", "reference": firing.data["reference"]}
    _each(firing, "fail", ["exported"], proof, as_actor=True)


def register() -> None:
    """Declare what people do with batches beside changing their state."""
    from django.utils.translation import gettext_lazy

    acts.declare(
        "disbursements.BankFile", "download", done=gettext_lazy("File downloaded"), facts=("sha256",)
    )
