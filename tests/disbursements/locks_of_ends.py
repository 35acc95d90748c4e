"""Breaches of the locks of recoveries and of cash in hand: what each of their constraints alone refuses."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import F

from disbursements import cash, claims
from disbursements.models import (
    CashAdvance,
    CashLine,
    PaymentOrder,
    Recovery,
    RecoveryMove,
    RecoveryPart,
)
from documents.models import Document
from tests.disbursements.breaching import Breach, copy_of, set_on
from tests.worlds.banking import a_paying_account
from tests.worlds.disbursements import MoneyWorld

OWED = 100_00


def claim_and_list(money: MoneyWorld) -> None:
    """A claim over the first payment, with an agreed part and two ends; a cash list that was handed out."""
    verifier, clerk = money.member("verifier"), money.member("preparer")
    claim = claims.open_by_hand(
        money.tranche(1), OWED, reason="Not used at all", actor=verifier, at=money.now()
    )
    RecoveryPart.objects.create(recovery=claim, number=1, due_on=money.today, amount_minor=OWED)
    ended = {"recovery": claim, "moved_on": money.today, "made_by": verifier, "made_at": money.now()}
    RecoveryMove.objects.create(number=1, kind="written_off", amount_minor=1, **ended)
    RecoveryMove.objects.create(number=2, kind="offset", amount_minor=1, tranche=money.tranche(2), **ended)
    RecoveryMove.objects.create(number=3, kind="repaid", amount_minor=1, receipt_key="P/1", **ended)
    made = cash.open_list(
        a_paying_account(money),
        money.member("coach"),
        place="Temara",
        pays_on=money.today,
        actor=clerk,
        at=money.now(),
    )
    order = PaymentOrder.objects.get(tranche__grant=money.grant)
    CashLine.objects.create(advance=made, order=order, position=1, net_minor=OWED)
    CashAdvance.objects.filter(pk=made.pk).update(advanced_minor=OWED, handed_by=money.member("releaser"))


def _claim(money: MoneyWorld) -> Any:
    return Recovery.objects.get(grant=money.grant)


def _part(money: MoneyWorld) -> Any:
    return _claim(money).parts.get()


def _move(kind: str) -> Any:
    return lambda money: _claim(money).moves.get(kind=kind)


def _list(money: MoneyWorld) -> Any:
    return CashAdvance.objects.get(programme=money.world.programme)


def _line(money: MoneyWorld) -> Any:
    return _list(money).lines.get()


def breaches() -> Iterator[Breach]:
    """Every attempt, with the lock that refuses it."""
    yield from _of_recoveries()
    yield from _of_cash()


def _of_recoveries() -> Iterator[Breach]:
    name = "disbursements_recovery"
    yield Breach(f"{name}_amounts_not_negative", set_on(Recovery, _claim, lowered_minor=-1))
    yield Breach(f"{name}_within_the_claim", set_on(Recovery, _claim, repaid_minor=F("claimed_minor") + 1))
    yield Breach(f"{name}_known_cause", set_on(Recovery, _claim, cause="x"))
    yield Breach(f"{name}_known_state", set_on(Recovery, _claim, state="x"))
    yield Breach(f"{name}_by_hand_with_reason", set_on(Recovery, _claim, reason=""))
    yield Breach(f"{name}_decider_did_not_open", set_on(Recovery, _claim, decided_by=F("opened_by")))
    yield Breach(f"{name}_ended_when_settled", set_on(Recovery, _claim, state="closed"))
    yield Breach(f"{name}_part_once", copy_of(_part))
    yield Breach(f"{name}_part_positive", set_on(RecoveryPart, _part, amount_minor=0))
    written_off, offset, repaid = _move("written_off"), _move("offset"), _move("repaid")
    yield Breach(f"{name}_move_once", copy_of(written_off))
    yield Breach(f"{name}_move_positive", copy_of(written_off, number=9, amount_minor=0))
    yield Breach(f"{name}_move_is_proved", copy_of(written_off, number=9, kind="repaid"))
    yield Breach(f"{name}_one_offset_per_tranche", copy_of(offset, number=9))
    yield Breach("disbursements_recoverymove: ['receipt_key']", copy_of(repaid, number=9))
    yield Breach(f"{name}move_no_update", set_on(RecoveryMove, repaid, amount_minor=2))
    yield Breach(
        f"{name}move_no_delete", lambda money: RecoveryMove.objects.filter(pk=repaid(money).pk).delete()
    )


def _of_cash() -> Iterator[Breach]:
    name = "disbursements_cash"
    yield Breach(f"{name}_advance_known_state", set_on(CashAdvance, _list, state="x"))
    yield Breach(f"{name}_amounts_not_negative", set_on(CashAdvance, _list, returned_minor=-1))
    yield Breach(f"{name}_is_distributed_or_returned", set_on(CashAdvance, _list, state="counted"))
    yield Breach(f"{name}_four_persons", set_on(CashAdvance, _list, handed_by=F("opened_by")))
    yield Breach(f"{name}_handed_by_somebody", set_on(CashAdvance, _list, state="in_hand", handed_by=None))
    yield Breach(f"{name}_line_place", copy_of(_line, is_live=False, vault_key=_new_key))
    yield Breach(f"{name}_line_one_live_per_order", copy_of(_line, position=9, vault_key=_new_key))
    yield Breach(f"{name}_line_positive", set_on(CashLine, _line, net_minor=0))
    yield Breach(f"{name}_line_signed", set_on(CashLine, _line, method="signature"))

    def thumbprint(money: MoneyWorld) -> Any:
        signed = {"paid_at": money.now(), "file": Document.objects.latest("pk")}
        return set_on(CashLine, _line, method="thumbprint", recorded_by=money.member("coach"), **signed)(
            money
        )

    yield Breach(f"{name}_line_thumbprint_witnessed", thumbprint)

    def signed_line(money: MoneyWorld) -> Any:
        by = {"file": Document.objects.latest("pk"), "recorded_by": money.member("coach")}
        CashLine.objects.filter(pk=_line(money).pk).update(paid_at=money.now(), method="signature", **by)
        return _line(money)

    yield Breach("disbursements_cashline_no_update", set_on(CashLine, signed_line, net_minor=1))


def _new_key(line: Any) -> uuid.UUID:
    return uuid.uuid4()
