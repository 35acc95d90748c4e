"""What the walk promises, by name, and how it says that a promise is broken."""

from dataclasses import dataclass
from enum import StrEnum


class Promise(StrEnum):
    """What must hold after every step, whoever did what in whatever order."""

    LAWFUL = "a lawful move with a fresh key succeeds"
    REFUSED = "a move that may not be made is refused, with a sentence"
    NO_CRASH = "no move ends in a crash"
    SAME_ANSWER = "the same key and data get the same answer"
    UNTOUCHED = "a refused move changes nothing"
    TRAIL = "a state changes with an event, and every move leaves one"
    CHAIN = "events follow one another in their chain"
    BALANCED = "the balances are those of the postings and sum to zero"
    BOOKED_ONCE = "nothing is booked twice"
    BOOKED = "the books say what the records say"
    NO_OVERDRAFT = "no account gives more than it holds"
    GRANTED = "instalments make the grant, and no more than that is paid"
    ONE_ORDER = "an instalment is paid once, over its amount"
    SEPARATED = "different persons prepare, verify, approve, release and reconcile"
    SIGNED = "as many persons sign as the amount needs"
    HELD = "a hold stops the money"
    ENVELOPE = "no call promises more than its envelope"
    DECIDED = "what is announced was locked, minuted and confirmed by another person"


@dataclass(frozen=True)
class Fault:
    """A promise that does not hold, and where."""

    promise: Promise
    said: str

    def __str__(self) -> str:
        return f"[{self.promise.name}] {self.said}"


class Broken(AssertionError):
    """A promise does not hold; the message says after which move."""

    def __init__(self, where: str, faults: list[Fault]) -> None:
        super().__init__(f"{where}: " + "; ".join(str(fault) for fault in faults))
        self.promises = {fault.promise for fault in faults}
