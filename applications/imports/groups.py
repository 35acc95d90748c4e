"""Rows that apply together: one row a person, the first one carries the answers; what is asked of the group.

Rows with the same mark in the column "Group" are one application. Pure, on what `reading` read.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from applications import eligibility, findings, guards, membership
from applications.imports.values import Unreadable, one_of
from applications.models import MemberRole
from documents.intake.tables import Sheet
from programmes.models.calls import Composition
from workflow.digits import western

if TYPE_CHECKING:
    from applications.imports.reading import Context, Draft

MARK = "person.group"
TOGETHER = (Composition.PAIR, Composition.GROUP, Composition.COOPERATIVE)
ROLES = {
    "lead": (
        "project lead",
        "leader",
        "porteur",
        "porteuse",
        "porteur du projet",
        "صاحب المشروع",
        "صاحبة المشروع",
    ),
    "president": ("président", "présidente", "chair", "رئيس", "رئيسة"),
    "vice_president": ("vice-président", "vice-présidente", "نائب الرئيس", "نائبة الرئيس"),
    "treasurer": ("trésorier", "trésorière", "أمين المال", "أمينة المال"),
    "secretary": ("secrétaire", "secrétaire général", "secrétaire générale", "كاتب", "كاتبة", "كاتب عام"),
    "member": ("membre", "adhérent", "adhérente", "عضو", "عضوة"),
}
"""What people call each role, beside its key; spelling and case do not matter."""

Row = tuple[int, list[str]]
Complain = Callable[["Draft", str, str], None]


def bundles(sheet: Sheet, columns: Mapping[str, str]) -> list[list[Row]]:
    """Return the rows that belong together, in the order of the first of each; most stand alone."""
    place = next((at for at, heading in enumerate(sheet.headings) if columns.get(heading) == MARK), None)
    if place is None:
        return [[row] for row in sheet.rows]
    found: list[list[Row]] = []
    groups: dict[str, list[Row]] = {}
    for row in sheet.rows:
        mark = row[1][place].strip()
        if mark and mark in groups:
            groups[mark].append(row)
            continue
        bundle = [row]
        found.append(bundle)
        if mark:
            groups[mark] = bundle
    return found


def role(text: str) -> str:
    """Return the role that a text names in any language; raises `Unreadable`."""
    return one_of(text, ROLES)


def share(text: str) -> int:
    """Return a share in whole percent; raises `Unreadable`."""
    plain = western(text).replace("%", "").replace("\u066a", "").strip()
    if plain.isdecimal() and int(plain) <= membership.WHOLE:
        return int(plain)
    raise Unreadable(_("Write a whole percentage from 0 to 100."))


def check(drafts: Sequence["Draft"], context: "Context", complain: Complain) -> None:
    """Say what stands against the group as a whole. drafts: one a person, the one with the answers first."""
    lead, track = drafts[0], drafts[0].track
    for draft in drafts[1:]:
        if any(lead.given.get(key) != value for key, value in draft.given.items()):
            complain(
                draft, "", _("The first row of a group carries the answers; this row says something else.")
            )
    if track is None or track.composition == Composition.INSTITUTION:
        return
    if sentence := guards.size_problem(track, len(drafts)):
        complain(lead, "person.track", sentence)
        return
    if track.composition not in TOGETHER:
        return
    _give_roles(drafts, track, complain)
    if track.asks_shares:
        shares = [draft.values.get("share") for draft in drafts]
        if sentence := membership.shares_problem(shares):
            complain(lead, "person.share", sentence)
    facts = eligibility.Facts(
        year=context.now.astimezone(context.call.programme.zone).year, members=[*map(member_of, drafts)]
    )
    for rule in context.compositions:
        if eligibility.evaluate(rule.kind, rule.parameters, facts) == eligibility.NOT_MET:
            words = {
                "rule": rule.title,
                "asked": findings.asked(rule.kind, rule.parameters, {}),
                "found": findings.found(rule.kind, facts, {}),
            }
            complain(lead, "", _("“%(rule)s”: %(asked)s. Your group: %(found)s.") % words)


def _give_roles(drafts: Sequence["Draft"], track: Any, complain: Complain) -> None:
    small = track.composition in (Composition.PAIR, Composition.GROUP)
    for draft in drafts:
        named = draft.values.get("role")
        if named is None:
            first = MemberRole.LEAD if small else ""
            draft.values["role"] = first if draft is drafts[0] else MemberRole.MEMBER
        elif (named == MemberRole.LEAD) != small and named != MemberRole.MEMBER:
            complain(draft, "person.role", _("This track has no such role."))


def member_of(draft: "Draft") -> eligibility.Member:
    """Return what the rules look at of the person of a row."""
    said = draft.values
    born = said.get("birth_date")
    return eligibility.Member(int(born[:4]) if born else None, said.get("sex", ""), said.get("category", ""))
