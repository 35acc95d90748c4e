"""Where the money of grants stands, read from the journal: one query for any number of grants."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet

from disbursements.models import Account, AccountKind
from programmes.money import Money


class Standing(NamedTuple):
    """What became of a grant's amount. `left`: not asked for yet; `in_flight`: released, not executed."""

    currency: str
    left: Money
    in_flight: Money
    disbursed: Money
    advance: Money
    justified: Money
    receivable: Money


def standings(grants: Iterable[Any]) -> dict[int, Standing]:
    """Return the standing of each grant by its key; grants that nothing was booked for are left out."""
    rows: dict[int, dict[str, Account]] = {}
    for account in _accounts_of(grant.pk for grant in grants):
        rows.setdefault(account.owner_id, {})[account.kind] = account
    return {key: _standing(accounts) for key, accounts in rows.items()}


def standing_of(grant: Any) -> Standing | None:
    """Return the standing of one grant, None when nothing was booked for it."""
    return standings([grant]).get(grant.pk)


def disbursed_of(grants: Iterable[int]) -> dict[int, Money]:
    """Return what was disbursed of each grant, by key, as its standing says: one query."""
    found: dict[int, Money] = {}
    for owner, kind, currency, debit, credit in _accounts_of(grants).values_list(
        "owner_id", "kind", "currency", "debit_minor", "credit_minor"
    ):
        if kind == AccountKind.GRANT_DISBURSED:
            found[owner] = Money(debit - credit, currency)
        elif owner not in found:
            found[owner] = Money(0, currency)
    return found


def _accounts_of(grants: Iterable[int]) -> "QuerySet[Account]":
    """The accounts in which the journal keeps the money of grants, which are given by key."""
    kinds = [kind for kind in AccountKind if kind.value.startswith("grant_")]
    return Account.objects.filter(kind__in=kinds, owner_id__in=list(grants))


def _standing(accounts: dict[str, Account]) -> Standing:
    currency = next(iter(accounts.values())).currency

    def net(kind: AccountKind) -> Money:
        account = accounts.get(kind)
        return Money(account.balance.net if account else 0, currency)

    committed = accounts.get(AccountKind.GRANT_COMMITTED)
    return Standing(
        currency=currency,
        left=Money(committed.balance.available if committed else 0, currency),
        in_flight=Money(committed.credit_pending_minor if committed else 0, currency),
        disbursed=net(AccountKind.GRANT_DISBURSED),
        advance=net(AccountKind.GRANT_ADVANCE),
        justified=net(AccountKind.GRANT_JUSTIFIED),
        receivable=net(AccountKind.GRANT_RECEIVABLE),
    )
