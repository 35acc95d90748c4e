"""The checklist of screening: what the rules of the call say of an application, and what a person decides.

Rules are evaluated by `applications/eligibility.py` when an application is sent, and again when a missing
piece comes in; what a person decided meanwhile stays.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from applications import answers, categories, eligibility
from applications.form_definition import MONEY, TABLE, Form
from applications.models import Application, Outcome, Registration, RuleCheck

SETTLED = (Outcome.MET, Outcome.WAIVED)


def gather(application: Application, at: datetime) -> eligibility.Facts:
    """Return what is known of an application; opens the categories of its members in the vault."""
    persons = [member.person_id for member in application.members.all()]
    if not persons and application.applicant_id:
        persons = [application.applicant_id]
    rows = Registration.objects.filter(person__in=persons, programme=application.programme_id)
    known = {row.person_id: row for row in rows}
    held = categories.for_engines(known.values())
    site = application.case.site
    own, total = _budget(application)
    return eligibility.Facts(
        year=at.astimezone(application.call.programme.zone).year,
        members=[_member(known.get(person), held) for person in persons],
        site=site.code if site else "",
        funded_before=_funded_before(application, persons),
        own=own,
        total=total,
    )


def _member(row: Registration | None, held: dict[int, str]) -> eligibility.Member:
    if row is None:
        return eligibility.Member()
    return eligibility.Member(birth_year=row.birth_year, sex=row.sex, category=held.get(row.pk, ""))


def _funded_before(application: Application, persons: Sequence[int]) -> bool:
    others = Application.objects.filter(state="awarded", members__person__in=persons)
    return others.exclude(pk=application.pk).exists()


def _budget(application: Application) -> tuple[int | None, int | None]:
    """Own part and whole of the newest budget that was sent: the totals "own" and "total" of a table."""
    for stage in ("plan", "idea"):
        sent = application.sent_answers(stage)
        found = budget_of(sent.form, sent.answers) if sent else (None, None)
        if found[1] is not None:
            return found
    return None, None


def budget_of(form: Form, given: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Return own part and whole of the budget in the answers to a form, None without a budget."""
    for question in form.questions():
        kinds = {total.key for total in question.totals}
        money = any(column.kind == MONEY for column in question.columns)
        rows = given.get(question.key)
        if question.kind == TABLE and money and {"own", "total"} <= kinds and rows:
            sums = answers.totals(question, rows)
            return int(sums["own"]), int(sums["total"])
    return None, None


def evaluate(application: Application, at: datetime) -> None:
    """Evaluate every rule of the call; what a person decided is kept, only the computed result is renewed."""
    rules = list(application.call.eligibility_rules.all())
    if not rules:
        return
    facts = gather(application, at)
    held = {check.rule_id: check for check in application.checks.all()}
    for rule in rules:
        computed = eligibility.evaluate(rule.kind, rule.parameters, facts)
        check = held.get(rule.pk) or RuleCheck(application=application, rule=rule)
        check.computed = computed
        if check.checked_by_id is None:
            check.outcome, check.checked_at = computed, at
        check.save()


@transaction.atomic
def decide(
    application: Application, rule: Any, *, outcome: str, reason: str, actor: Any, at: datetime
) -> RuleCheck:
    """Record what a person found for one rule; a waiver, or another result than computed, has its reason.

    A decision about the file that runs at this moment ends first: it has asked which rules are met.
    """
    Application.objects.select_for_update(of=("self",)).only("pk").get(pk=application.pk)
    check, _made = RuleCheck.objects.select_for_update().get_or_create(
        application=application, rule=rule, defaults={"outcome": Outcome.BY_HAND, "checked_at": at}
    )
    check.outcome, check.reason = outcome, reason
    check.checked_by, check.checked_at = actor, at
    check.save()
    return check


def settled_rules(applications: Collection[int]) -> dict[int, set[int]]:
    """Return the keys of the rules that are met or waived, by application: one query."""
    settled: dict[int, set[int]] = {}
    checks = RuleCheck.objects.filter(application__in=applications, outcome__in=SETTLED)
    for application, rule in checks.values_list("application_id", "rule_id"):
        settled.setdefault(application, set()).add(rule)
    return settled


def reason_is_needed(check: RuleCheck | None, outcome: str) -> bool:
    """Whether a result needs a reason: a waiver, or a result against what was computed."""
    if outcome == Outcome.WAIVED:
        return True
    computed = check.computed if check else Outcome.BY_HAND
    return computed in (Outcome.MET, Outcome.NOT_MET) and outcome != computed
