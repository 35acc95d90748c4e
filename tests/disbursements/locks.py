"""The locks of the money path in the database: their names, and a breach that each of them alone refuses.

`test_locks.py` tries every breach; `scripts/mutate_money.py` takes the locks away one by one.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import F, Model
from django.utils import timezone

from disbursements.models import (
    Account,
    AccountingPeriod,
    FundingShare,
    Grant,
    Justification,
    OrderSignature,
    PaymentOrder,
    Posting,
    Tranche,
    TrancheShare,
)
from tests.disbursements import locks_of_ends, locks_of_movements
from tests.disbursements.breaching import Breach, Find, copy_of, set_on
from tests.worlds.disbursements import MoneyWorld, grant_world
from workflow import append_only

PACKAGES = ("disbursements",)
SHARED = ("workflow.Event", "workflow.Intent", "documents.Paper", "documents.PaperCounter")


def guarded_models() -> list[type[Model]]:
    """The tables whose constraints hold money together."""
    own = [model for package in PACKAGES for model in apps.get_app_config(package).get_models()]
    return [*own, *(apps.get_model(label) for label in SHARED)]


def names_in_database() -> set[str]:
    """The constraints, unique columns and triggers of the money path as the database knows them."""
    found = set()
    with connection.cursor() as cursor:
        for model in guarded_models():
            table = model._meta.db_table
            for name, about in connection.introspection.get_constraints(cursor, table).items():
                if about["check"] or (about["unique"] and not about["primary_key"]):
                    found.add(_stable(table, name, about))
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        triggers = {name for (name,) in cursor.fetchall()}
    return found | (triggers & trigger_names())


def declared_names() -> set[str]:
    """The constraints that the models of the money path declare."""
    return {constraint.name for model in guarded_models() for constraint in model._meta.constraints}


def _stable(table: str, name: str, about: Any) -> str:
    """A constraint by its own name, a unique column by its table and column."""
    return f"{table}: {about['columns']}" if about["unique"] and name not in declared_names() else name


def trigger_names() -> set[str]:
    """The triggers on the tables of the money path."""
    tables = {model._meta.db_table for model in guarded_models()}
    verbs = ("update", "delete", "truncate" if connection.vendor == "postgresql" else "replace")
    found = {
        f"{rule.model._meta.db_table}_no_{verb}"
        for rule in append_only.rules()
        if rule.model._meta.db_table in tables
        for verb in verbs
    }
    found |= {one.name for one in append_only.shut_parents()}
    return found | {one.name for one in append_only.latches() if one.model._meta.db_table in tables}


def lock_world() -> MoneyWorld:
    """A grant whose first instalment was paid, with a claim, a cash list and movements."""
    money = grant_world(14_000_00)
    money.activate()
    money.paid(1)
    locks_of_ends.claim_and_list(money)
    locks_of_movements.movements(money)
    return money


def _account(kind: str) -> Find:
    return lambda money: Account.objects.get(kind=kind, programme=money.world.programme)


def _order(money: MoneyWorld) -> Any:
    return PaymentOrder.objects.get(tranche__grant=money.grant)


def _tranche(money: MoneyWorld) -> Any:
    return money.tranche(1)


def _posting(money: MoneyWorld) -> Any:
    return Posting.objects.get(verb="offer", object_id=str(money.grant.pk))


def _giver(row: Any) -> Any:
    return row.credit_id


def _settled(money: MoneyWorld) -> Any:
    return Posting.objects.get(phase="settled")


def _signature(money: MoneyWorld) -> Any:
    return OrderSignature.objects.get(order=_order(money), step="prepare")


def _justification(money: MoneyWorld) -> Any:
    return money.tranche(1).justifications.get()


def _period(money: MoneyWorld) -> Any:
    return AccountingPeriod.objects.filter(programme=money.world.programme).latest("pk")


def _share(money: MoneyWorld) -> Any:
    return TrancheShare.objects.get(tranche=money.tranche(1))


def _funding(money: MoneyWorld) -> Any:
    return FundingShare.objects.get(call=money.world.call)


def _grant(money: MoneyWorld) -> Any:
    return Grant.objects.get(pk=money.grant.pk)


def _close(money: MoneyWorld) -> Any:
    """Close the present month; return one of its lines."""
    line = _posting(money)
    AccountingPeriod.objects.filter(pk=line.period_id, closed_at=None).update(
        closed_at=timezone.now(), closed_by=money.member("approver")
    )
    return line


def breaches() -> Iterator[Breach]:
    """Every attempt, with the lock that refuses it."""
    yield from _of_accounts()
    yield from _of_lines()
    yield from _of_orders()
    yield from _of_instalments()
    yield from locks_of_ends.breaches()
    yield from locks_of_movements.breaches()


def _of_accounts() -> Iterator[Breach]:
    bank, committed, name = _account("bank"), _account("grant_committed"), "disbursements_account"
    yield Breach(f"{name}_once", copy_of(bank))
    yield Breach(f"{name}_columns_not_negative", set_on(Account, bank, debit_pending_minor=-1))
    yield Breach(f"{name}_no_overdraft", set_on(Account, committed, credit_minor=F("debit_minor") + 1))
    yield Breach(f"{name}_overdraft_by_kind", set_on(Account, committed, no_overdraft=False))
    yield Breach(f"{name}_known_kind", set_on(Account, bank, kind="pocket"))
    name = "disbursements_period"
    yield Breach(f"{name}_once", copy_of(_period))
    yield Breach(f"{name}_month", set_on(AccountingPeriod, _period, month=13))
    yield Breach(f"{name}_closed_by_somebody", set_on(AccountingPeriod, _period, closed_at=timezone.now()))


def _of_lines() -> Iterator[Breach]:
    name = "disbursements_posting"
    yield Breach(f"{name}_once", copy_of(_posting))
    yield Breach(f"{name}_amount_positive", copy_of(_posting, entry="forged", amount_minor=0))
    yield Breach(
        f"{name}_two_accounts", copy_of(_posting, entry="forged", debit_id=lambda row: row.credit_id)
    )
    yield Breach(f"{name}_line_from_one", copy_of(_posting, entry="forged", line=0))
    yield Breach(f"{name}_resolves", copy_of(_posting, entry="forged", phase="settled"))
    yield Breach(
        f"{name}_reversal_is_posted",
        copy_of(_posting, entry="forged", phase="pending", reverses_id=lambda row: row.pk),
    )
    yield Breach("disbursements_posting: ['resolves_id']", copy_of(_settled, entry="forged"))
    yield Breach(f"{name}_no_update", set_on(Posting, _posting, amount_minor=1))
    yield Breach(f"{name}_no_delete", lambda money: Posting.objects.filter(pk=_posting(money).pk).delete())
    yield Breach(f"{name}_period_takes_no_more", copy_of(_close, entry="forged"))

    def reopen(money: MoneyWorld) -> Any:
        _close(money)
        return AccountingPeriod.objects.filter(pk=_posting(money).period_id).update(
            closed_at=None, closed_by=None
        )

    yield Breach("disbursements_accountingperiod_no_update", reopen)


def _of_orders() -> Iterator[Breach]:
    name = "disbursements_order"
    again: dict[str, Any] = {"number": "N-2"}
    yield Breach(f"{name}_known_state", set_on(PaymentOrder, _order, state="x"))
    yield Breach(f"{name}_attempt", copy_of(_order, state="cancelled", **again))
    yield Breach(f"{name}_one_live_per_tranche", copy_of(_order, attempt=9, **again))
    yield Breach("disbursements_paymentorder: ['number']", copy_of(_order, attempt=9, state="cancelled"))
    yield Breach(
        f"{name}_gross_is_net_withholding_fee", set_on(PaymentOrder, _order, net_minor=F("net_minor") - 1)
    )
    yield Breach(
        f"{name}_amounts_not_negative",
        set_on(PaymentOrder, _order, net_minor=-1, fee_minor=F("gross_minor") + 1),
    )
    third = {"tranche_verifier": F("prepared_by")}
    yield Breach(f"{name}_preparer_is_a_third_person", set_on(PaymentOrder, _order, **third))
    signers = ("prepared", "approved", "released", "reconciled")
    for place, first in enumerate(signers):
        for second in signers[place + 1 :]:
            same = {f"{second}_by": F(f"{first}_by")}
            yield Breach(f"{name}_{first}_not_{second}", set_on(PaymentOrder, _order, **same))
    yield Breach(f"{name}_executed_by_four", set_on(PaymentOrder, _order, reconciled_by=None))
    name = "disbursements_signature"
    yield Breach(f"{name}_once_per_round", copy_of(_signature, step="approve"))

    def forged(money: MoneyWorld) -> Any:
        return copy_of(_signature, step="x", user_id=money.member("manager").pk)(money)

    yield Breach(f"{name}_known_step", forged)


def _of_instalments() -> Iterator[Breach]:
    name = "disbursements_tranche"
    yield Breach(f"{name}_known_state", set_on(Tranche, _tranche, state="x"))
    yield Breach(f"{name}_number", copy_of(_tranche))
    yield Breach(f"{name}_amount_positive", set_on(Tranche, _tranche, amount_minor=0))
    yield Breach(f"{name}_known_mode", set_on(Tranche, _tranche, payment_mode="x"))
    for name_end, field, other in (
        ("verifier_is_not_approver", "approved_by", "verified_by"),
        ("preparer_is_not_verifier", "ordered_by", "verified_by"),
        ("preparer_is_not_approver", "ordered_by", "approved_by"),
    ):
        yield Breach(f"{name}_{name_end}", set_on(Tranche, _tranche, **{field: F(other)}))
    yield Breach(f"{name}_ordered_by_three", set_on(Tranche, _tranche, ordered_by=None))
    yield Breach("disbursements_part_one_pool", copy_of(_share))
    yield Breach("disbursements_part_not_negative", set_on(TrancheShare, _share, amount_minor=-1))
    yield Breach("disbursements_share_one_pool", copy_of(_funding))
    yield Breach("disbursements_share_not_negative", set_on(FundingShare, _funding, weight=-1))
    name = "disbursements_grant"
    yield Breach(f"{name}_known_state", set_on(Grant, _grant, state="x"))
    yield Breach(f"{name}_one_live_per_application", copy_of(_grant, reference="X-1"))
    yield Breach(f"{name}_amount_not_negative", set_on(Grant, _grant, amount_minor=-1))
    yield Breach(f"{name}_version_from_one", set_on(Grant, _grant, version=0))
    name = "disbursements_justification"
    yield Breach(f"{name}_known_state", set_on(Justification, _justification, state="x"))
    yield Breach(f"{name}_paid_positive", set_on(Justification, _justification, paid_minor=0))
    yield Breach(
        f"{name}_within_paid", set_on(Justification, _justification, justified_minor=F("paid_minor") + 1)
    )
