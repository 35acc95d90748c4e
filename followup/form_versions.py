"""Versions of the visit form: the standard one is number 1, a programme's own questions make 2, 3 and so on.

{"name": "p2_shade", "kind": "choice", "label": {"fr", "en", "ar"}, "must": false,
 "choices": [["yes", {"fr", "en", "ar"}], ...]}
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from followup.form_parts import CHOICE, COUNT, DATE, LONG, MONEY, TEXT, VERSION_1, YES_NO, Ask, Part
from followup.models import VisitFormVersion

KINDS = {
    TEXT: _("A few words"),
    LONG: _("Several lines of text"),
    COUNT: _("A number"),
    MONEY: _("An amount of money"),
    YES_NO: _("Yes or no"),
    CHOICE: _("One of several answers"),
    DATE: _("A date"),
}
LIMITS = {TEXT: 300, LONG: 1000}
ADDED = "programme"
MOST_ADDED = 30
Question = Mapping[str, Any]


class UnknownVersion(LookupError):
    """The programme never had this version of the form."""


def parts_for(programme_id: int, number: int) -> tuple[Part, ...]:
    """Return the parts of a version of a programme's form; raises UnknownVersion."""
    if number == 1:
        return VERSION_1
    row = VisitFormVersion.objects.filter(programme=programme_id, number=number).first()
    if row is None:
        raise UnknownVersion(f"{programme_id}/{number}")
    return (*VERSION_1, *_added(row.added))


def _added(questions: Iterable[Question]) -> tuple[Part, ...]:
    asks = tuple(_ask(one) for one in questions)
    return (Part(ADDED, _("Questions of the programme"), asks),) if asks else ()


def _ask(question: Question) -> Ask:
    def said(texts: Mapping[str, str]) -> str:
        return texts.get(translation.get_language() or "") or next(
            (text for text in texts.values() if text), ""
        )

    return Ask(
        question["name"],
        question["kind"],
        said(question["label"]),
        choices=tuple((value, said(label)) for value, label in question.get("choices", ())),
        must=bool(question.get("must")),
        limit=LIMITS.get(question["kind"], 0),
    )


def latest(programme_ids: Iterable[int]) -> dict[int, VisitFormVersion]:
    """Return the newest version of each programme that has one of its own."""
    rows = VisitFormVersion.objects.filter(programme__in=set(programme_ids)).order_by("number")
    return {row.programme_id: row for row in rows}


def for_devices(programmes: Mapping[int, str]) -> dict[str, list[dict[str, Any]]]:
    """Return what programmes (id to code) added, all versions: "CODE/2" to parts, texts by language."""
    rows = VisitFormVersion.objects.filter(programme__in=set(programmes))
    return {f"{programmes[row.programme_id]}/{row.number}": _as_data(row.added) for row in rows}


def _as_data(questions: Iterable[Question]) -> list[dict[str, Any]]:
    asks = []
    for one in questions:
        limit = {"limit": LIMITS[one["kind"]]} if one["kind"] in LIMITS else {}
        asks.append({**one, **limit})
    title = {}
    for language in ("fr", "en", "ar"):
        with translation.override(language):
            title[language] = str(_("Questions of the programme"))
    return [{"name": ADDED, "title": title, "asks": asks}] if asks else []


@transaction.atomic
def publish(programme: Any, questions: list[dict[str, Any]], *, actor: Any, at: datetime) -> VisitFormVersion:
    """Make the next version of a programme's form with these questions of its own; older ones stay."""
    type(programme).objects.select_for_update().get(pk=programme.pk)
    newest = latest([programme.pk]).get(programme.pk)
    return VisitFormVersion.objects.create(
        programme=programme,
        number=newest.number + 1 if newest else 2,
        added=questions,
        made_by_id=actor.pk,
        made_at=at,
    )
