"""What instalments wait for: packages above mark conditions as met, pages ask what is missing.

    conditions.mark_met(grant, "visit_validated", "M3", by_record=visit, at=now)

A condition can become unmet again. Marking changes no state: verifying asks for every condition.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext as _

from disbursements.models import Condition, ConditionKind, Grant, Tranche
from disbursements.wording import condition_sentence, in_a_row, lower_first, plain_role_word, role_word
from workflow import display


class Missing(NamedTuple):
    """One condition that is not met: what, since when, who can lift it."""

    condition: Condition
    label: str
    since: datetime
    role: str

    @property
    def holder(self) -> str:
        """Who can lift it, in the words of the office."""
        return role_word(self.role)

    @property
    def plain_holder(self) -> str:
        """Who can lift it, in the words of the person who waits."""
        return plain_role_word(self.role)


def mark_met(grant: Grant, kind: str, parameter: str = "", *, by_record: Model, at: datetime) -> int:
    """Mark a condition of a grant's instalments as met by a record; return how many rows changed.

    kind: a `ConditionKind`; parameter: what the plan wrote, such as the visit's code.
    """
    rows = Condition.objects.filter(tranche__grant=grant, kind=ConditionKind(kind), parameter=parameter)
    return _mark(rows, by_record, at)


def mark_tranche_met(
    tranche: Tranche, kind: str, parameter: str = "", *, by_record: Model, at: datetime
) -> int:
    """The same for one instalment."""
    rows = tranche.conditions.filter(kind=ConditionKind(kind), parameter=parameter)
    return _mark(rows, by_record, at)


def mark_justified(tranche: Tranche, percent: int, complete: bool, *, by_record: Model, at: datetime) -> int:
    """Mark what the next instalment waits for when receipts of this one are accepted.

    percent: how much of what was paid is accepted, rounded down; complete: whether the receipts of this
    instalment are accepted as a whole.
    """
    following = tranche.grant.tranches.live().filter(number__gt=tranche.number).order_by("number").first()
    if following is None:
        return 0
    rows = following.conditions.filter(kind=ConditionKind.PREVIOUS_JUSTIFIED)
    enough = [row.pk for row in rows if int(row.parameter or 100) <= percent]
    changed = _mark(Condition.objects.filter(pk__in=enough), by_record, at)
    if complete:
        accepted = following.conditions.filter(kind=ConditionKind.RECEIPTS_ACCEPTED)
        changed += _mark(accepted, by_record, at)
    return changed


def mark_unmet(grant: Grant, kind: str, parameter: str = "", *, at: datetime) -> int:
    """Take a condition back, because what met it is no longer true; return how many rows changed."""
    rows = Condition.objects.filter(
        tranche__grant=grant, kind=ConditionKind(kind), parameter=parameter, met_at__isnull=False
    )
    return int(rows.update(met_at=None, met_kind="", met_id="", missing_since=at))


def _mark(rows: Any, by_record: Model, at: datetime) -> int:
    open_rows = rows.filter(met_at__isnull=True)
    return int(
        open_rows.update(met_at=at, met_kind=by_record._meta.label_lower, met_id=str(by_record.pk)[:40])
    )


def missing_of(conditions: Iterable[Any], begun: datetime | None = None) -> list[Missing]:
    """Return what is missing among the conditions of one instalment, longest first.

    conditions: rows of `holders.with_holder`; begun: when the instalment came into its state: nobody holds
    it up for longer than that.
    """
    rows = [row for row in conditions if not row.is_met]
    found = [
        Missing(
            row,
            condition_sentence(row.kind, row.parameter),
            max(row.missing_since, begun or row.missing_since),
            row.holder,
        )
        for row in rows
    ]
    return sorted(found, key=lambda missing: (missing.since, missing.condition.pk))


def missing_sentence(tranche: Tranche, missing: Iterable[Any]) -> str:
    """Say what is missing, since when and who holds it."""
    parts = [
        _("%(what)s (since %(since)s, with: %(holder)s)")
        % {
            "what": lower_first(item.label),
            "since": display.date_text(item.since),
            "holder": lower_first(item.holder),
        }
        for item in missing_of(missing, tranche.state_since)
    ]
    return _("Still missing: %(what)s.") % {"what": in_a_row(parts)}
