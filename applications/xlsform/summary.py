"""Which answers lists show of a form that came in: guessed from the names of its questions."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from applications.form_definition import CHOICE, MONEY, RESTRICTED, TABLE, TEXT, VAULT

TITLE = re.compile(r"titre|title|intitule|nom_(du_)?projet|project_name")
SECTOR = re.compile(r"secteur|sector|filiere|metier|trade|activit")
ASKED = re.compile(r"demand|request|asked|sollicit")


def summary_of(sections: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return `summary` of a definition: title, sector and amount asked for, each only where a name says it.

    A question of another name is never taken: the first text of a form is often somebody's name.
    """
    open_ones = [
        one
        for section in sections
        for one in section["questions"]
        if one.get("sensitivity") not in (RESTRICTED, VAULT)
    ]
    amounts = [one["key"] for one in open_ones if one["kind"] == MONEY]
    for table in (one for one in open_ones if one["kind"] == TABLE):
        money = {column["key"] for column in table["columns"] if column["kind"] == MONEY}
        amounts += [f"{table['key']}.{one['key']}" for one in table["totals"] if set(one["plus"]) <= money]
    found = {
        "title": _first(TITLE, (one["key"] for one in open_ones if one["kind"] == TEXT)),
        "sector": _first(SECTOR, (one["key"] for one in open_ones if one["kind"] in (TEXT, CHOICE))),
        "requested": _first(ASKED, amounts),
    }
    return {part: source for part, source in found.items() if source}


def _first(wanted: re.Pattern[str], keys: Iterable[str]) -> str:
    return next((key for key in keys if wanted.search(key.rpartition(".")[2])), "")
