"""Spoiling the data of a move: an input left out, an id that belongs to somebody else."""

from collections.abc import Iterator
from typing import Any

from applications.models import EligibilityRule
from disbursements.models import (
    Agreement,
    BankLine,
    PaymentBatch,
    PaymentOrder,
    ProcurementLine,
    Quote,
    Tranche,
)
from documents.models import Document, Paper
from scoring.models import Criterion, Decision
from tests.walk import registry
from tests.walk.stage import Stage
from workflow.declare import Arrow

Data = dict[str, Any]
IDS: dict[str, Any] = {
    "file": Document,
    "photo": Document,
    "paper": Paper,
    "quote": Quote,
    "rule": EligibilityRule,
    "agreement": Agreement,
    "order": PaymentOrder,
    "batch": PaymentBatch,
    "criterion": Criterion,
    "decision": Decision,
    "line": BankLine,
    "tranche": Tranche,
}
KEYED_BY: dict[str, Any] = {"amounts": Tranche, "quantities": ProcurementLine}
"""Data that are dictionaries under ids."""
NONSENSE: Any = ("", None, "nonsense", -1, [], {"a": 1})


def without_one(stage: Stage, record: Any, arrow: Arrow, data: Data) -> Data | None:
    """Return the data without one of the inputs that the arrow needs, or with nonsense in its place."""
    needs = registry.NEEDS.get((record.kind, arrow.verb), registry.Needs())
    name = stage.one_of(sorted(set(data) - FREE))
    if name is None:
        return None
    if name in needs.optional:
        return None if name == "reason" else {**data, name: stage.rng.choice(("nonsense", -1, {"a": 1}))}
    if name in ("reason", WORDS.get((record.kind, arrow.verb))) or stage.chance(0.4):
        return {key: value for key, value in data.items() if key != name}
    return {**data, name: stage.rng.choice(NONSENSE)}


FREE = frozenset({"answers", "message", "reference", "invoice_number", "contact", "declaration"})
"""Inputs of free text, or that a form may leave out where another one proves the same."""
WORDS = {("followup.referral", "close"): "outcome"}
"""An input that must be given and may be any words."""


def forged(stage: Stage, record: Any, arrow: Arrow, data: Data) -> Data | None:
    """Return the data with one id of another record's, None when the data hold no id."""
    ids = {
        name for name in data.keys() & IDS.keys() if isinstance(data[name], int)
    }  # some decisions are words
    name = stage.one_of(sorted(ids | (data.keys() & KEYED_BY.keys())))
    if name is None:
        return None
    if name in KEYED_BY:
        others = list(strangers(KEYED_BY[name], {int(key) for key in data[name]}))
        if not others:
            return None
        values = list(data[name].values())
        return {**data, name: {str(stage.rng.choice(others)): values[0]}}
    others = list(strangers(IDS[name], {data[name]}))
    return {**data, name: stage.rng.choice(others)} if others else None


def strangers(model: Any, own: set[int]) -> Iterator[int]:
    """The ids of rows of a model that belong to other records than the own ones; and one that is nobody's."""
    rows = model._default_manager.exclude(pk__in=own)
    owner = {"Document": ("owner_type", "owner_id"), "Paper": ("subject_type", "subject_id")}
    fields = owner.get(model.__name__, OWNERS.get(model.__name__, ()))
    for row in model._default_manager.filter(pk__in=own):
        same = {field: getattr(row, field) for field in fields}
        rows = rows.exclude(**same) if same else rows
    yield from rows.values_list("pk", flat=True)
    yield 10**9


OWNERS = {
    "Quote": ("procurement_id",),
    "EligibilityRule": ("call_id",),
    "Agreement": ("grant_id",),
    "PaymentOrder": ("programme_id",),
    "PaymentBatch": ("programme_id",),
    "BankLine": ("programme_id",),
    "Criterion": ("grid_id",),
    "Decision": ("application_id",),
    "Tranche": ("grant_id",),
    "ProcurementLine": ("procurement_id",),
}
