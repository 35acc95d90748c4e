"""Double entry as arithmetic: what a line does to the two accounts that it names. Pure, no database.

A line moves an amount from a source account (credited) to a target account (debited). A balance is debits
minus credits, so the balances of one currency always sum to zero. Pending lines hold an amount without
moving it: what an account can still give is its balance less what pending lines will take from it.
The four columns per account follow the model of TigerBeetle's accounts.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

POSTED, PENDING, SETTLED, VOIDED = "posted", "pending", "settled", "voided"
PHASES = (POSTED, PENDING, SETTLED, VOIDED)

A = TypeVar("A", bound=Hashable)


@dataclass(frozen=True)
class Balance:
    """The four columns of one account, in minor units; also a change of them."""

    debit: int = 0
    credit: int = 0
    debit_pending: int = 0
    credit_pending: int = 0

    def __add__(self, other: "Balance") -> "Balance":
        return Balance(
            self.debit + other.debit,
            self.credit + other.credit,
            self.debit_pending + other.debit_pending,
            self.credit_pending + other.credit_pending,
        )

    @property
    def net(self) -> int:
        """Debits minus credits."""
        return self.debit - self.credit

    @property
    def available(self) -> int:
        """What can still leave the account: the balance less what pending lines will take."""
        return self.debit - self.credit - self.credit_pending


@dataclass(frozen=True)
class Movement(Generic[A]):
    """One line: `amount` minor units (> 0) from `source` to `target`, in one of the four phases.

    A settled or voided line names the accounts and the amount of the pending line that it resolves.
    """

    source: A
    target: A
    amount: int
    phase: str = POSTED


_EFFECT = {
    POSTED: (1, 0),
    PENDING: (0, 1),
    SETTLED: (1, -1),
    VOIDED: (0, -1),
}


def changes(movements: Iterable[Movement[A]]) -> dict[A, Balance]:
    """Return what movements do to each account that they name."""
    result: dict[A, Balance] = {}
    for move in movements:
        posted, pending = (factor * move.amount for factor in _EFFECT[move.phase])
        for account, change in (
            (move.target, Balance(debit=posted, debit_pending=pending)),
            (move.source, Balance(credit=posted, credit_pending=pending)),
        ):
            result[account] = result.get(account, Balance()) + change
    return result


def total(balances: Mapping[A, Balance]) -> Balance:
    """Return the columns summed over accounts; debits equal credits when the books balance."""
    result = Balance()
    for balance in balances.values():
        result += balance
    return result
