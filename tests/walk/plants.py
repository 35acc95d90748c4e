"""Bugs that somebody could make, each as small as a slip of the pen, and the promise that must give it away.

A plant changes the product where the slip would be made and nothing of the walk. Where a constraint of the
database stands behind a guard, the database must answer: the walk takes its error for a crash.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from disbursements import bookings
from disbursements.models import Hold, Tranche, batches, orders, policy
from tests.walk.faults import Promise
from tests.walk.stock import Builder, amended_beside_an_order, confirmed_before_the_signature
from workflow import door, events, guards, reactions

Slip = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Plant:
    """A slip, and the promises of which one must be seen to be broken.

    near: leads records to where it shows, so that the walk begins there. within: the package that is walked.
    """

    slip: Slip
    promises: frozenset[Promise]
    near: Builder | None = None
    within: str = "disbursements"

    def __str__(self) -> str:
        return self.slip.__name__


PLANTS: list[Plant] = []


def found_by(*promises: Promise, **where: Any) -> Callable[[Slip], Slip]:
    """Register a slip with the promises that it breaks; `near` what, `within` which package it shows."""

    def keep(slip: Slip) -> Slip:
        PLANTS.append(Plant(slip, frozenset(promises), **where))
        return slip

    return keep


@found_by(Promise.SEPARATED)
def the_drafter_is_noted_as_preparer_whoever_submits(patch: pytest.MonkeyPatch) -> None:
    """So who submits may release as well: guards and constraints look at the wrong person."""
    person = orders.person

    def drafter(firing: Any) -> int:
        return firing.record.tranche.ordered_by_id if firing.verb == "submit" else person(firing)

    patch.setattr(orders, "person", drafter)


@found_by(Promise.NO_CRASH)
def the_guard_of_separation_is_skipped(patch: pytest.MonkeyPatch) -> None:
    """Who verified an instalment may approve it: only the constraint of the database is left."""
    skip(patch, "approver_is_not_the_verifier")


@found_by(Promise.SIGNED, Promise.LAWFUL)
def the_lowest_threshold_counts(patch: pytest.MonkeyPatch) -> None:
    """Rows in the wrong order: a large amount is paid on the signatures of a small one."""

    def lowest(programme_id: int, currency: str, amount_minor: int) -> Any:
        rows = policy.ApprovalThreshold.objects.filter(
            programme_id=programme_id, currency=currency, from_minor__lte=amount_minor
        )
        return rows.order_by("from_minor").first()

    for module in (policy, orders, batches):
        patch.setattr(module, "threshold_for", lowest)


@found_by(Promise.SAME_ANSWER)
def keys_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """The door does not know an intent again."""

    class Forgetful:
        objects = door.Intent.objects.none()

    Forgetful.objects.create = lambda **values: None  # type: ignore[method-assign]
    patch.setattr(door, "Intent", Forgetful)


@found_by(Promise.BOOKED)
def an_execution_is_booked_twice(patch: pytest.MonkeyPatch) -> None:
    """What leaves the bank stands in the entry twice."""
    once = bookings.cash_lines
    patch.setattr(bookings, "cash_lines", lambda **of: [*once(**of), *once(**of)])


@found_by(Promise.BOOKED)
def a_cancelled_instalment_is_not_given_back(patch: pytest.MonkeyPatch) -> None:
    """A transition without its posting: the grant shrinks, the envelope does not grow."""
    unsubscribe(patch, "disbursements.tranche", "cancel", bookings.give_back_instalment)


@found_by(Promise.BOOKED)
def a_release_holds_nothing(patch: pytest.MonkeyPatch) -> None:
    """The amount of a released order can be promised a second time."""
    unsubscribe(patch, "disbursements.paymentorder", "release", bookings.hold_for_order)


@found_by(Promise.GRANTED, Promise.ONE_ORDER, Promise.LAWFUL, near=amended_beside_an_order)
def an_ordered_instalment_can_be_amended(patch: pytest.MonkeyPatch) -> None:
    """The grant falls below what is on its way, or the books refuse what the guards allowed."""
    patch.setattr(Tranche, "is_amendable", Tranche.is_live)


@found_by(Promise.TRAIL)
def a_consequence_leaves_no_event(patch: pytest.MonkeyPatch) -> None:
    """An instalment is paid, and its case does not say so."""
    append = events.append

    def forgetful(head: Any, **values: Any) -> Any:
        if (values["kind"], values["verb"]) != ("disbursements.tranche", "pay"):
            return append(head, **values)
        return None

    patch.setattr(events, "append", forgetful)


@found_by(Promise.HELD)
def a_hold_on_the_grant_is_overlooked(patch: pytest.MonkeyPatch) -> None:
    """Only holds on the instalment itself stop its money."""
    patch.setattr(Tranche, "open_holds", lambda self: Hold.objects.filter(tranche=self, state="placed"))


@found_by(Promise.DECIDED, near=confirmed_before_the_signature, within="scoring")
def decisions_are_announced_before_the_chair_signs(patch: pytest.MonkeyPatch) -> None:
    """Awards go out on minutes that nobody stands by."""
    skip(patch, "minutes_of_batch_are_signed")


def skip(patch: pytest.MonkeyPatch, name: str) -> None:
    """Leave one guard out wherever it stands."""
    known = guards.guards_of
    patch.setattr(
        guards,
        "guards_of",
        lambda record, arrow: [one for one in known(record, arrow) if one.__name__ != name],
    )


def unsubscribe(patch: pytest.MonkeyPatch, kind: str, verb: str, reaction: Any) -> None:
    """Let a reaction to a transition be forgotten."""
    left = [one for one in reactions._reactions[kind, verb] if one is not reaction]
    assert len(left) < len(reactions._reactions[kind, verb])
    patch.setitem(reactions._reactions, (kind, verb), left)
