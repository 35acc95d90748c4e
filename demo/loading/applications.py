"""Applications with their answers, checks and machine, from reception to the decision."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from applications import case_number, standard_forms
from applications.models import (
    AnswerSet,
    Application,
    ApplicationMember,
    Case,
    EligibilityRule,
    FormVersion,
    Person,
    RuleCheck,
)
from demo.loading import words
from demo.loading.calendar import SessionDays, session_days
from demo.loading.moments import Dice, after, at
from demo.loading.numbers import serials
from demo.loading.programme import Loaded
from demo.plan import CasePlan
from workflow import Fact, History, System

BATCH = 500
DECISION = System("decisionbatch.announce")
TICK = System("tick")
SHORTLISTED_ENDS = {"enrolled_no_plan", "rejected_after_pitch"}
WITHOUT_REVIEW = {"ineligible", "withdrawn"}


@dataclass
class LoadedCase:
    """One case while it is being loaded."""

    plan: CasePlan
    application: Application
    members: list[Person]
    days: SessionDays
    submitted: datetime

    @property
    def case(self) -> Case:
        """Its case."""
        return self.application.case


def load_applications(loaded: Loaded, persons: dict[str, Person]) -> list[LoadedCase]:
    """Make the applications of a plan; their histories join the others of the programme."""
    if loaded.plan.call is None:
        return []
    forms = _forms(loaded)
    rules = _rules(loaded)
    dice = Dice(f"applications {loaded.plan.code}")
    numbers = serials(len(loaded.plan.cases), loaded.plan.code)
    two_rounds = loaded.two_stage
    cases = []
    waiting = 0
    for plan, serial in zip(loaded.plan.cases, numbers, strict=True):
        days = session_days(loaded.plan, plan.session)
        submitted = after(
            days.cutoff, -dice.randint(3, 30), hour=dice.randint(8, 16), minutes=dice.randint(0, 59)
        )
        waiting += plan.ends == "lapsed_from_waiting"
        language = words.language_of(loaded.plan.country)
        application = Application(
            case=Case(
                serial=serial,
                number=case_number.make(serial),
                programme=loaded.programme,
                site=loaded.sites[plan.site],
                opened_at=after(submitted, -2),
            ),
            call=loaded.call,
            track=loaded.tracks[plan.track],
            session=loaded.sessions[plan.session],
            applicant=persons[plan.members[0].key],
            organisation_name=plan.organisation,
            households=plan.households,
            title=plan.title,
            sector=words.trade_of(plan, language),
            requested_minor=plan.requested,
            awarded_minor=plan.amount,
            language=language,
            submitted_at=submitted,
            plan_due_at=days.plan_due if two_rounds and plan.ends not in WITHOUT_REVIEW else None,
            waiting_rank=waiting if plan.ends == "lapsed_from_waiting" else None,
        )
        cases.append(
            LoadedCase(
                plan=plan,
                application=application,
                members=[persons[member.key] for member in plan.members],
                days=days,
                submitted=submitted,
            )
        )
    Case.objects.bulk_create([item.application.case for item in cases], batch_size=BATCH)
    for item in cases:
        facts = _facts(loaded, item, rules, two_rounds)
        loaded.histories.append(History(item.application, facts))
    loaded.later.append(lambda: _around(loaded, cases, forms, rules, two_rounds))
    return cases


def _forms(loaded: Loaded) -> dict[str, FormVersion]:
    stages = {"idea": standard_forms.idea_form()}
    if loaded.two_stage:
        stages["plan"] = standard_forms.plan_form()
    published = at(loaded.plan.call.opens - timedelta(days=7), 8) if loaded.plan.call else None
    return {
        stage: FormVersion.objects.create(
            call=loaded.call, stage=stage, definition=definition, frozen_at=published
        )
        for stage, definition in stages.items()
    }


def _rules(loaded: Loaded) -> list[EligibilityRule]:
    return [
        EligibilityRule.objects.create(
            call=loaded.call,
            kind="age",
            severity="block",
            parameters={"from": 18},
            title_fr="Avoir 18 ans ou plus",
            title_en="Be 18 or older",
            title_ar="أن يكون العمر 18 سنة أو أكثر",
            sort=1,
        ),
        EligibilityRule.objects.create(
            call=loaded.call,
            kind="by_hand",
            severity="block",
            parameters={},
            title_fr="Statut et résidence vérifiés",
            title_en="Status and residence checked",
            title_ar="التحقق من الوضع والإقامة",
            sort=2,
        ),
    ]


def _facts(loaded: Loaded, item: LoadedCase, rules: list[EligibilityRule], two_rounds: bool) -> list[Fact]:
    agent, screener = loaded.staff["field_agent"], loaded.staff["screening_officer"]
    secretary = loaded.staff["jury_secretary"]
    ends, days = item.plan.ends, item.days
    facts = [Fact("submit", item.submitted, agent)]
    if ends == "ineligible":
        return [*facts, Fact("mark_ineligible", days.screened, screener, {"rule": rules[1].pk})]
    facts.append(Fact("mark_eligible", days.screened, screener))
    if ends == "withdrawn":
        return [*facts, Fact("withdraw", after(days.screened, 0, minutes=90), agent)]
    facts.append(Fact("start_review", days.scoring, secretary))
    if two_rounds:
        if ends == "not_retained":
            return [*facts, Fact("not_retain", days.first_announced, DECISION)]
        facts.append(Fact("shortlist", days.first_announced, DECISION))
        due = days.plan_due.isoformat()
        facts.append(Fact("request_plan", after(days.first_announced, 1), secretary, {"due_at": due}))
        if ends == "enrolled_no_plan":
            return [*facts, Fact("lapse", after(days.plan_due, 0, minutes=30), TICK)]
        facts.append(Fact("submit_plan", after(days.plan_due, -2, hour=11), agent))
        facts.append(Fact("start_final_review", days.final_review, secretary))
    return [*facts, *_decision(item)]


def _decision(item: LoadedCase) -> list[Fact]:
    announced = item.days.announced
    if item.plan.ends == "funded":
        return [Fact("award", announced, DECISION, {"amount": item.plan.amount})]
    if item.plan.ends == "lapsed_from_waiting":
        rank = {"rank": item.application.waiting_rank}
        return [
            Fact("waitlist", announced, DECISION, rank),
            Fact("lapse", after(item.days.closed, 0, minutes=5), TICK),
        ]
    return [Fact("reject", announced, DECISION)]


def _around(
    loaded: Loaded,
    cases: list[LoadedCase],
    forms: dict[str, FormVersion],
    rules: list[EligibilityRule],
    two_rounds: bool,
) -> None:
    """Make the rows that hang on applications, once these have their keys."""
    screener = loaded.staff["screening_officer"]
    members, answers, checks = [], [], []
    for item in cases:
        share = 100 // len(item.members)
        for number, person in enumerate(item.members):
            members.append(
                ApplicationMember(
                    application=item.application,
                    person=person,
                    role="lead" if number == 0 else "member",
                    share=100 - share * (len(item.members) - 1) if number == 0 else share,
                )
            )
        answers.append(
            AnswerSet(
                application=item.application,
                form_version=forms["idea"],
                answers=_idea(item),
                revision=3,
                saved_at=item.submitted,
                frozen_at=item.submitted,
            )
        )
        if two_rounds and item.plan.ends in {"funded", "rejected", "rejected_after_pitch"}:
            filed = after(item.days.plan_due, -2, hour=11)
            answers.append(
                AnswerSet(
                    application=item.application,
                    form_version=forms["plan"],
                    answers=_plan(item),
                    revision=5,
                    saved_at=filed,
                    frozen_at=filed,
                )
            )
        for rule in rules:
            met = item.plan.ends != "ineligible" or rule is rules[0]
            checks.append(
                RuleCheck(
                    application=item.application,
                    rule=rule,
                    outcome="met" if met else "not_met",
                    checked_by=screener,
                    checked_at=after(item.days.screened, 0, minutes=-10),
                )
            )
    ApplicationMember.objects.bulk_create(members, batch_size=BATCH)
    AnswerSet.objects.bulk_create(answers, batch_size=BATCH)
    RuleCheck.objects.bulk_create(checks, batch_size=BATCH)


def _idea(item: LoadedCase) -> dict[str, Any]:
    language = item.application.language
    return {
        "title": item.plan.title,
        "trade": words.trade_of(item.plan, language),
        "description": words.DESCRIPTION[language].format(title=item.plan.title),
        "existing": "no",
        "experience": words.EXPERIENCE[language],
        "requested": item.plan.requested,
        "use_of_money": words.USE_OF_MONEY[language],
        "sworn": True,
    }


def _plan(item: LoadedCase) -> dict[str, Any]:
    language = item.application.language
    asked = item.plan.amount or item.plan.requested
    own = asked // 10
    equipment, stock = words.EQUIPMENT[language], words.FIRST_STOCK[language]
    return {
        "customers": words.CUSTOMERS[language],
        "competitors": words.COMPETITORS[language],
        "budget": [
            {"item": equipment, "quantity": "1", "unit_price": asked * 7 // 10 + own, "own": own},
            {"item": stock, "quantity": "1", "unit_price": asked - asked * 7 // 10},
        ],
        "monthly_turnover": asked // 4,
        "jobs": "2",
    }
