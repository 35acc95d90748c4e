"""The checklist on the screening page: one line a rule, what was typed in it, saved without writing over.

Each line carries when its check was last changed. A line that somebody else changed meanwhile is not saved:
both results are shown, and the officer decides again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from applications import findings, screening
from applications.models import Application, EligibilityRule, Outcome, RuleCheck
from workflow import display

CHOSEN = (Outcome.MET, Outcome.NOT_MET, Outcome.WAIVED)
LONGEST_REASON = 300


class Typed(NamedTuple):
    """What stands in a line as it was sent. seen: the state of the check when the page was drawn."""

    outcome: str
    reason: str
    seen: str


@dataclass
class Line:
    """One rule with its check, as the page draws it."""

    rule: EligibilityRule
    check: RuleCheck | None
    asked: str = ""
    found: str = ""
    outcome: str = ""
    reason: str = ""
    problem: str = ""
    theirs: str = ""

    @property
    def seen(self) -> str:
        """What the page must send back, so that nothing is written over."""
        return stamp(self.check)

    @property
    def is_open(self) -> bool:
        """Whether nobody and nothing has settled it yet."""
        return self.outcome not in CHOSEN

    @property
    def options(self) -> list[tuple[str, str, str]]:
        """The results that a person may choose, each with the key that chooses it."""
        return [(value, str(Outcome(value).label), str(key)) for key, value in enumerate(CHOSEN, start=1)]


@dataclass
class Checklist:
    """All lines. blocked: the rules on which being declared eligible waits."""

    lines: list[Line] = field(default_factory=list)

    @property
    def problems(self) -> list[Line]:
        """Lines that could not be saved as they were typed."""
        return [line for line in self.lines if line.problem]

    @property
    def settled(self) -> int:
        """How many lines have a result."""
        return sum(not line.is_open for line in self.lines)

    @property
    def not_met(self) -> list[EligibilityRule]:
        """Rules found not met, those that block first."""
        found = [line.rule for line in self.lines if line.outcome == Outcome.NOT_MET]
        return sorted(found, key=lambda rule: rule.severity != "block")


def stamp(check: RuleCheck | None) -> str:
    """Return what tells one state of a check from a later one."""
    return f"{check.outcome}@{check.checked_at.isoformat()}" if check else ""


def checklist(application: Application, at: datetime) -> Checklist:
    """Return the checklist of a file as it is stored, with what the file says about each rule."""
    rules = list(application.call.eligibility_rules.all())
    if not rules:
        return Checklist()
    held = {check.rule_id: check for check in application.checks.select_related("checked_by")}
    facts = screening.gather(application, at)
    sites = {site.code: site.name for site in application.call.programme.sites.all()}
    lines = []
    for rule in rules:
        check = held.get(rule.pk)
        lines.append(
            Line(
                rule,
                check,
                asked=findings.asked(rule.kind, rule.parameters, sites),
                found=findings.found(rule.kind, facts, sites),
                outcome=check.outcome if check else Outcome.BY_HAND,
                reason=check.reason if check else "",
            )
        )
    return Checklist(lines)


def read(data: Mapping[str, Any], rules: Iterable[EligibilityRule]) -> dict[int, Typed]:
    """Return what was sent for each rule; a line that was not on the page is left out."""
    found = {}
    for rule in rules:
        if f"seen-{rule.pk}" in data:
            found[rule.pk] = Typed(
                outcome=str(data.get(f"outcome-{rule.pk}", "")),
                reason=" ".join(str(data.get(f"reason-{rule.pk}", "")).split())[:LONGEST_REASON],
                seen=str(data[f"seen-{rule.pk}"]),
            )
    return found


@transaction.atomic
def save(application: Application, typed: Mapping[int, Typed], *, actor: Any, at: datetime) -> Checklist:
    """Save the lines that were changed, all or none; return the checklist, with problems if there are any."""
    list(RuleCheck.objects.select_for_update(of=("self",)).filter(application=application).order_by("pk"))
    found = checklist(application, at)
    changed = []
    for line in found.lines:
        sent = typed.get(line.rule.pk)
        if sent is None or sent.outcome not in CHOSEN:
            continue
        if (sent.outcome, sent.reason) == (line.outcome, line.reason):
            continue
        if sent.seen != line.seen:
            line.theirs = _said(line)
            line.problem = _("Somebody else changed this meanwhile. Choose again.")
        elif screening.reason_is_needed(line.check, sent.outcome) and not sent.reason:
            line.problem = _("“%(rule)s”: say why in a few words.") % {"rule": line.rule.title}
        line.outcome, line.reason = sent.outcome, sent.reason
        changed.append(line)
    if not found.problems:
        for line in changed:
            line.check = screening.decide(
                application, line.rule, outcome=line.outcome, reason=line.reason, actor=actor, at=at
            )
    return found


def _said(line: Line) -> str:
    check = line.check
    if check is None:
        return ""
    who = str(check.checked_by) if check.checked_by else _("Automatic")
    said = f"{check.get_outcome_display()} · {who}, {display.date_text(check.checked_at)}"
    return f"{said} · {check.reason}" if check.reason else said
