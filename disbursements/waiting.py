"""Money that waits: which instalments, for how much, since when, and who holds them.

The holder of an instalment follows from its state, of an ordered one from the state of its order, and of
one whose papers are in from the first condition that is missing. Where the money is stopped, whoever can let
it go on holds it: the manager of a suspended grant, the approver of a hold.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy, ngettext

from disbursements import holders
from disbursements.conditions import missing_of
from disbursements.models import Account, AccountKind, Condition, Hold, Tranche
from disbursements.models.order_states import OVER
from disbursements.wording import role_word
from programmes.money import Money
from workflow import display
from workflow.written_once import written_once

WITH_THE_BANK = {"exported": "reconciler", "in_doubt": "reconciler"}
"""Who has an order that nothing stops any more."""
ORDER_HOLDERS = {
    "draft": "preparer",
    "submitted": "approver",
    "approved": "releaser",
    "released": "preparer",
    "rejected": "preparer",
}
TRANCHE_HOLDERS = {"due": "beneficiary", "returned": "beneficiary", "verified": "approver"}
"""Who has an instalment without an order; its papers are checked by the verifier, all else is prepared."""
STOP_WORDS = {
    "suspended": gettext_lazy("The grant is suspended"),
    "held": gettext_lazy("The money is held"),
}
STOPPABLE = Q(state__in=["due", "evidence_submitted", "returned", "verified", "approved", "ordered"])
SUSPENDED = STOPPABLE & Q(grant__state="suspended")
LATE_DAYS = 14


def with_holder(tranches: "QuerySet[Tranche]") -> "QuerySet[Any]":
    """Annotate instalments with `holder` (a role) and `waiting_since`; no query per row.

    Nothing stops what is with the bank; the manager of a suspended grant and the approver of a hold have what
    is stopped. An instalment has one live order at most, so that joining it adds no row.
    """
    live = FilteredRelation("orders", condition=~Q(orders__state__in=OVER))
    held = _holds()
    missing = holders.with_holder(Condition.objects.filter(tranche=OuterRef("pk"), met_at__isnull=True))
    first_missing = Subquery(missing.order_by("missing_since").values("holder")[:1])
    stopped_since = Case(
        When(grant__state="suspended", then=F("grant__state_since")),
        default=Subquery(held.order_by("placed_at").values("placed_at")[:1]),
    )
    return tranches.annotate(
        order_now=live,
        holder=Case(
            *holders.by_value("order_now__state", WITH_THE_BANK),
            When(SUSPENDED, then=Value("manager")),
            When(STOPPABLE & Exists(held), then=Value("approver")),
            *holders.by_value("order_now__state", ORDER_HOLDERS),
            When(state="evidence_submitted", then=Coalesce(first_missing, Value("verifier"))),
            *holders.by_value("state", TRANCHE_HOLDERS),
            default=Value("preparer"),
            output_field=CharField(),
        ),
        waiting_since=Coalesce(
            Case(
                When(order_now__state__in=WITH_THE_BANK, then=F("order_now__state_since")),
                When(STOPPABLE, then=stopped_since),
            ),
            "order_now__state_since",
            "state_since",
        ),
    )


def with_stop(tranches: "QuerySet[Any]") -> "QuerySet[Any]":
    """Annotate instalments of `with_holder` with `stopped`: a key of `STOP_WORDS`, or nothing."""
    return tranches.annotate(
        stopped=Case(
            When(order_now__state__in=WITH_THE_BANK, then=Value("")),
            When(SUSPENDED, then=Value("suspended")),
            When(STOPPABLE & Exists(_holds()), then=Value("held")),
            default=Value(""),
        )
    )


def _holds() -> "QuerySet[Hold]":
    """The holds on the money of an instalment, or of its whole grant."""
    on_it = Q(tranche=OuterRef("pk")) | Q(grant=OuterRef("grant"))
    return Hold.objects.placed().filter(on_it)


class InSum(NamedTuple):
    """What one role holds in one currency; amount in minor units, None where no instalment has one."""

    holder: str
    currency: str
    amount: int | None
    instalments: int
    since: datetime | None


def held_by_role(programme: Any, now: datetime, url: str) -> list[dict[str, Any]]:
    """Return who holds how much of a programme's unpaid money, and for how long at most: one query.

    As the component `holders` takes it: label, url, amount, note, meaning.

    url: the list of instalments; the role is added as its filter.
    """
    found = [InSum(*row) for row in _in_sum(programme.pk)]
    longest_first = sorted(found, key=lambda held: (held.since or now, held.holder))
    return [_line(held, now, url) for held in longest_first]


@written_once
def _in_sum(programme: int) -> "QuerySet[Any, Any]":
    unpaid: QuerySet[Any] = with_holder(
        Tranche.objects.filter(grant__programme=programme).unpaid_of_live_grants()
    )
    return (
        unpaid.order_by()
        .values_list("holder", "grant__currency")
        .annotate(amount=Sum("amount_minor"), instalments=Count("pk"), since=Min("waiting_since"))
    )


def _line(held: InSum, now: datetime, url: str) -> dict[str, Any]:
    days = display.days_between(held.since, now) if held.since else 0
    return {
        "label": role_word(held.holder),
        "url": f"{url}?holder={held.holder}",
        "amount": Money(held.amount or 0, held.currency),
        "note": ngettext(
            "%(count)s instalment, waiting: %(age)s",
            "%(count)s instalments, the oldest: %(age)s",
            held.instalments,
        )
        % {"count": display.number_text(held.instalments), "age": display.age_text(days)},
        "meaning": "blocked" if days > LATE_DAYS else "waiting",
    }


class Totals(NamedTuple):
    """The money of a programme in one currency, from the journal."""

    currency: str
    envelope: Money
    committed: Money
    in_flight: Money
    disbursed: Money
    justified: Money


def totals_of(programme: Any) -> list[Totals]:
    """Return the sums of a programme's books by currency: one query."""
    rows = (
        Account.objects.filter(programme=programme)
        .order_by()
        .values("currency", "kind")
        .annotate(sum=Sum(F("debit_minor") - F("credit_minor")), waiting=Sum("credit_pending_minor"))
    )
    sums: dict[str, dict[str, tuple[int, int]]] = {}
    for row in rows:
        sums.setdefault(row["currency"], {})[row["kind"]] = (row["sum"], row["waiting"])

    def totals(currency: str, found: dict[str, tuple[int, int]]) -> Totals:
        def net(*kinds: AccountKind) -> Money:
            return Money(sum(found.get(kind, (0, 0))[0] for kind in kinds), currency)

        held = found.get(AccountKind.GRANT_COMMITTED, (0, 0))[1]
        return Totals(
            currency=currency,
            envelope=-net(AccountKind.FUNDING, AccountKind.FUNDING_POOL),
            committed=net(AccountKind.GRANT_COMMITTED, AccountKind.GRANT_DISBURSED),
            in_flight=Money(held, currency),
            disbursed=net(AccountKind.GRANT_DISBURSED),
            justified=net(AccountKind.GRANT_JUSTIFIED),
        )

    return [totals(currency, found) for currency, found in sorted(sums.items())]


AGES = (
    (7, gettext_lazy("up to a week")),
    (14, gettext_lazy("up to two weeks")),
    (30, gettext_lazy("up to a month")),
)
OLDER = gettext_lazy("longer")
SHOWN = 20


class Waits(NamedTuple):
    """One instalment that waits: since when, what is missing, and in words what stops its money."""

    tranche: Tranche
    since: datetime
    missing: list[Any]
    stopped: str = ""


@dataclass(frozen=True)
class Held:
    """What one role holds in one currency: by age, and the oldest instalments; more: those not shown."""

    holder: str
    currency: str
    total: Money
    count: int
    ages: list[tuple[Any, int, Money]]
    oldest: list[Waits]
    more: int


def by_holder_and_age(tranches: "QuerySet[Tranche]", now: datetime) -> list[Held]:
    """Return who holds which money since when, the longest first, with what is missing: three queries."""
    annotated = with_stop(with_holder(tranches))
    rows = list(
        annotated.order_by("waiting_since", "pk").values_list(
            "pk", "holder", "grant__currency", "amount_minor", "waiting_since", "stopped"
        )
    )
    groups: dict[tuple[str, str], list[tuple[int, int, datetime, str]]] = {}
    for pk, holder, currency, minor, since, stopped in rows:
        groups.setdefault((holder, currency), []).append((pk, minor or 0, since or now, stopped))
    shown = [row[0] for group in groups.values() for row in group[:SHOWN]]
    found = _with_missing(shown)
    return [
        _group(holder, currency, group, found, now)
        for (holder, currency), group in sorted(groups.items(), key=lambda item: item[1][0][2])
    ]


def _with_missing(keys: list[int]) -> dict[int, Tranche]:
    missing = holders.with_holder(Condition.objects.filter(met_at__isnull=True))
    rows = Tranche.objects.filter(pk__in=keys).select_related("grant")
    return {row.pk: row for row in rows.prefetch_related(Prefetch("conditions", missing, to_attr="open"))}


def _group(
    holder: str,
    currency: str,
    group: list[tuple[int, int, datetime, str]],
    found: dict[int, Any],
    now: datetime,
) -> Held:
    counts = [[0, 0] for _age in range(len(AGES) + 1)]
    for _pk, minor, since, _stopped in group:
        days = display.days_between(since, now)
        place = next((place for place, (most, _words) in enumerate(AGES) if days <= most), len(AGES))
        counts[place][0] += 1
        counts[place][1] += minor
    words = [*(words for _most, words in AGES), OLDER]
    oldest = [
        Waits(
            found[pk],
            since,
            missing_of(found[pk].open, found[pk].state_since),
            str(STOP_WORDS.get(stopped, "")),
        )
        for pk, _minor, since, stopped in group[:SHOWN]
        if pk in found
    ]
    return Held(
        holder=role_word(holder),
        currency=currency,
        total=Money(sum(row[1] for row in group), currency),
        count=len(group),
        ages=[
            (word, count, Money(minor, currency)) for word, (count, minor) in zip(words, counts, strict=True)
        ],
        oldest=oldest,
        more=max(len(group) - SHOWN, 0),
    )
