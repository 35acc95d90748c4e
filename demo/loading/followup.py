"""Enterprises, coaches and visits of the grants; cohorts, sessions and outcomes beside them."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from accounts.models import User
from applications import case_number
from applications.models import Case, Person
from demo.loading import words
from demo.loading.applications import LoadedCase
from demo.loading.grants import LoadedGrant
from demo.loading.moments import Dice, after, at
from demo.loading.numbers import serials
from demo.loading.programme import Loaded
from demo.plan import CohortPlan, EnrolmentPlan
from followup.calendar import Offset, due_date
from followup.enterprises import KIND_OF_COMPOSITION
from followup.models import (
    CaseloadAssignment,
    Cohort,
    Enrolment,
    Enterprise,
    EnterpriseMember,
    OrganisationAttendance,
    RiskRating,
    SessionAttendance,
    SupportSession,
    Visit,
    VisitPlan,
    VisitPlanRow,
)
from programmes.models import Organisation
from workflow import Fact, History

BATCH = 500


def load_visit_plan(loaded: Loaded) -> dict[str, VisitPlanRow]:
    """Make the visit plan of the call; return its rows by code."""
    plan = loaded.plan.call
    if plan is None:
        return {}
    made = VisitPlan.objects.create(programme=loaded.programme, call=loaded.call, anchor=plan.anchor)
    rows = VisitPlanRow.objects.bulk_create(
        VisitPlanRow(
            plan=made,
            code=visit.code,
            offset_months=visit.months,
            offset_days=visit.days,
            gates_tranche=visit.gates,
            purpose=visit.purpose,
        )
        for visit in plan.visits
    )
    return {row.code: row for row in rows}


def load_visits(loaded: Loaded, made: list[LoadedGrant]) -> list[Visit]:
    """Make the enterprises of grants and their visits; histories join those of the programme."""
    rows = load_visit_plan(loaded)
    dice = Dice(f"visits {loaded.plan.code}")
    visits = []
    for place, one in enumerate(made):
        coach = loaded.staff.coaches[place % len(loaded.staff.coaches)]
        enterprise = _enterprise(loaded, one.item, one)
        loaded.histories.append(History(enterprise))
        loaded.later.append(partial(_around, enterprise, one.item.members, coach, one.activated.date()))
        for row in rows.values():
            visit = _visit(
                loaded,
                enterprise,
                row.code,
                due_date(one.anchor, row.offset, loaded.plan.country),
                coach,
                dice,
            )
            visit.plan_row, visit.window_days = row, row.window_days
            visits.append(visit)
        enterprise.status_on = visits[-1].performed_at.date() if visits[-1].performed_at else None
    return visits


def _enterprise(loaded: Loaded, item: LoadedCase, one: LoadedGrant) -> Enterprise:
    track = item.application.track
    cooperative = track.composition == "cooperative"
    return Enterprise(
        case=item.case,
        grant=one.grant,
        programme=loaded.programme,
        name=item.plan.organisation or item.plan.title,
        kind=KIND_OF_COMPOSITION[track.composition],
        sector=item.application.sector,
        site=loaded.sites[item.plan.site],
        registered_on=(one.activated + timedelta(days=20)).date() if cooperative else None,
        opened_on=one.anchor,
        existed_before=track.purpose == "strengthening",
        status="open",
        anchor_on=one.anchor,
    )


def _around(enterprise: Enterprise, members: list[Person], coach: User, day: date) -> None:
    EnterpriseMember.objects.bulk_create(
        [
            EnterpriseMember(
                enterprise=enterprise, person=person, joined_on=day, role="lead" if number == 0 else "member"
            )
            for number, person in enumerate(members)
        ]
    )
    CaseloadAssignment.objects.create(
        enterprise=enterprise, coach=coach, valid_from=day, reason="Première affectation"
    )


def _visit(
    loaded: Loaded,
    enterprise: Enterprise,
    code: str,
    due: date,
    coach: User,
    dice: Dice,
    profit: int | None = None,
) -> Visit:
    low, high = loaded.plan.profit_range
    earned = profit if profit is not None else (dice.randint(low, high) if high else None)
    performed = at(due + timedelta(days=dice.randint(0, 4)), dice.randint(8, 15))
    answers: dict[str, Any] = {
        "performed_on": performed.date().isoformat(),
        "modality": "on_site",
        "status": "open",
        "money_source": "recalled",
        "jobs_women": dice.randint(0, 2),
        "jobs_men": dice.randint(0, 2),
        "keeps_accounts": dice.random() < 0.6,
        "cash_book_seen": True,
    }
    if earned is not None:
        answers |= {"profit": earned, "turnover": earned * 3, "goods": earned * 2}
    submitted = after(performed, 0, hour=18)
    supervisor = loaded.staff["supervisor"]
    visit = Visit(
        case=enterprise.case,
        enterprise=enterprise,
        programme=loaded.programme,
        code=code,
        due_on=due,
        coach=coach,
        author=coach,
        validator=supervisor,
        performed_at=performed,
        answers=answers,
        revision=1,
    )
    loaded.histories.append(
        History(
            visit,
            [
                Fact("start", performed, coach),
                Fact("submit", submitted, coach),
                Fact("validate", after(submitted, 2, hour=10), supervisor),
            ],
        )
    )
    return visit


def rate(visits: list[Visit]) -> None:
    """Store a rating for every visit: all of them are low."""
    RiskRating.objects.bulk_create(
        [
            RiskRating(
                enterprise=visit.enterprise,
                visit=visit,
                rated_at=visit.state_since or at(visit.due_on, 12),
                points=0,
                level="green",
            )
            for visit in visits
        ],
        batch_size=BATCH,
    )


# --- cohorts and sessions ----------------------------------------------------------------------------


def load_support(loaded: Loaded, persons: dict[str, Person], cases: list[LoadedCase]) -> list[Visit]:
    """Make awareness sessions, cohorts with their enrolments, and capacity building."""
    _awareness(loaded, persons)
    of_person = {person.pk: item.case for item in cases for person in item.members}
    visits: list[Visit] = []
    for cohort in loaded.plan.cohorts:
        visits += _cohort(loaded, cohort, persons, of_person)
    _capacity(loaded)
    return visits


def _session(
    loaded: Loaded, kind: str, title: str, day: date, cohort: Cohort | None = None, site: Any = None
) -> SupportSession:
    agent, supervisor = loaded.staff["field_agent"], loaded.staff["supervisor"]
    session = SupportSession(
        programme=loaded.programme,
        cohort=cohort,
        purpose=kind,
        title=title,
        site=site,
        held_on=day,
        leader=agent,
    )
    held = [Fact("hold", at(day, 17), agent), Fact("close", at(day + timedelta(days=2), 10), supervisor)]
    loaded.histories.append(History(session, held))
    return session


def _awareness(loaded: Loaded, persons: dict[str, Person]) -> None:
    """One session a site and month, with everybody who was made aware there then."""
    groups: dict[tuple[str, int, int], list[Any]] = {}
    for plan in loaded.plan.people:
        if plan.aware_on:
            groups.setdefault((plan.site, plan.aware_on.year, plan.aware_on.month), []).append(plan)
    for (site, _year, _month), people in sorted(groups.items()):
        day = max(plan.aware_on for plan in people)
        session = _session(
            loaded, "awareness", "Sensibilisation à l’auto-emploi", day, site=loaded.sites[site]
        )
        loaded.later.append(partial(_were_there, session, [persons[plan.key] for plan in people]))


def _were_there(session: SupportSession, persons: list[Person]) -> None:
    SessionAttendance.objects.bulk_create(
        [SessionAttendance(session=session, person=person, present=True) for person in persons]
    )


def _cohort(
    loaded: Loaded, plan: CohortPlan, persons: dict[str, Person], of_person: dict[int, Case]
) -> list[Visit]:
    cohort = Cohort.objects.create(
        programme=loaded.programme,
        code=plan.code,
        title=plan.title.fr,
        kind=plan.kind,
        starts_on=min(plan.sessions),
        ends_on=max(plan.sessions),
    )
    sessions = [_session(loaded, plan.kind, plan.title.fr, day, cohort) for day in plan.sessions]
    of_person = {**of_person, **_new_cases(loaded, plan, persons, of_person)}
    visits: list[Visit] = []
    dice = Dice(f"cohort {plan.code}")
    enrolments = []
    for place, row in enumerate(plan.people):
        person = persons[row.person.key]
        enrolment = _enrolment(loaded, cohort, plan, row, person, of_person[person.pk])
        enrolments.append((row, person))
        if row.opened or row.baseline_profit is not None:
            coach = loaded.staff.coaches[place % len(loaded.staff.coaches)]
            visits += _accompanied(loaded, plan, row, person, enrolment, coach, dice)
    loaded.later.append(lambda: _attend(sessions, enrolments))
    return visits


def _new_cases(
    loaded: Loaded, plan: CohortPlan, persons: dict[str, Person], of_person: dict[int, Case]
) -> dict[int, Case]:
    """Open a case for everybody who is enrolled without an application."""
    rows = [row for row in plan.people if persons[row.person.key].pk not in of_person]
    opened = at(min(plan.sessions) - timedelta(days=7), 10)
    cases = [
        Case(
            serial=serial,
            number=case_number.make(serial),
            programme=loaded.programme,
            site=loaded.sites[row.person.site],
            opened_at=opened,
        )
        for row, serial in zip(rows, serials(len(rows), plan.code), strict=True)
    ]
    Case.objects.bulk_create(cases, batch_size=BATCH)
    return {persons[row.person.key].pk: case for row, case in zip(rows, cases, strict=True)}


def _enrolment(
    loaded: Loaded, cohort: Cohort, plan: CohortPlan, row: EnrolmentPlan, person: Person, case: Case
) -> Enrolment:
    ended = at(max(plan.sessions), 18)
    supervisor = loaded.staff["supervisor"]
    enrolment = Enrolment(
        case=case,
        cohort=cohort,
        person=person,
        site=loaded.sites[row.person.site],
        enrolled_on=min(plan.sessions) - timedelta(days=5),
        partnership=loaded.partnerships.get(row.partner),
        idea_submitted_on=row.idea_on,
        certificate_on=ended.date() if row.completed else None,
    )
    facts = (
        [Fact("complete", after(ended, 1, hour=10), supervisor)]
        if row.completed
        else [Fact("drop_out", after(ended, 1, hour=10), supervisor, reason="Présence insuffisante")]
    )
    loaded.histories.append(History(enrolment, facts))
    return enrolment


def _accompanied(
    loaded: Loaded,
    plan: CohortPlan,
    row: EnrolmentPlan,
    person: Person,
    enrolment: Enrolment,
    coach: User,
    dice: Dice,
) -> list[Visit]:
    """An enterprise without a grant: seen open, or followed from baseline to month 6."""
    start = max(plan.sessions)
    enterprise = Enterprise(
        case=enrolment.case,
        programme=loaded.programme,
        name=f"{TRADES[dice.randrange(len(TRADES))]} {enrolment.case.number}",
        kind="individual",
        sector=words.TRADES["services"][0],
        site=enrolment.site,
        opened_on=start,
        existed_before=row.baseline_profit is not None,
        status="open",
        anchor_on=start,
    )
    loaded.histories.append(History(enterprise))
    loaded.later.append(lambda: _around(enterprise, [person], coach, start))
    country = loaded.plan.country
    if row.baseline_profit is None:
        return [_visit(loaded, enterprise, "M3", due_date(start, Offset(months=3), country), coach, dice)]
    first = _visit(
        loaded, enterprise, "V0", due_date(start, Offset(days=3), country), coach, dice, row.baseline_profit
    )
    last = _visit(
        loaded, enterprise, "M6", due_date(start, Offset(months=6), country), coach, dice, row.month_6_profit
    )
    return [first, last]


TRADES = ("Atelier", "Commerce", "Ferme", "Salon", "Café", "Coopérative familiale")


def _attend(sessions: list[SupportSession], enrolments: list[tuple[EnrolmentPlan, Person]]) -> None:
    """Who completed was always there; who did not missed the second half."""
    rows = []
    for number, session in enumerate(sessions):
        late = number * 2 >= len(sessions)
        rows += [
            SessionAttendance(session=session, person=person, present=row.completed or not late)
            for row, person in enrolments
        ]
    SessionAttendance.objects.bulk_create(rows, batch_size=BATCH)


def _capacity(loaded: Loaded) -> None:
    for name, kind, day in loaded.plan.strengthened:
        session = _session(loaded, kind, f"Renforcement : {name.fr}", day)
        loaded.later.append(partial(_strengthened, session, name.fr))


def _strengthened(session: SupportSession, name: str) -> None:
    OrganisationAttendance.objects.create(
        session=session, organisation=Organisation.objects.get(name_fr=name)
    )


def visits_by_code(visits: list[Visit]) -> dict[tuple[int, str], Visit]:
    """Return the visits of grants by grant and code."""
    return {(visit.enterprise.grant_id, visit.code): visit for visit in visits if visit.enterprise.grant_id}
