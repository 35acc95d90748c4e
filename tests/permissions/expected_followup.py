"""Who follows enterprises: coaches their own caseload, supervisors and staff their programme."""

from datetime import date
from typing import Any
from uuid import uuid4

from applications.models import Case
from followup.models import (
    ActionPoint,
    Alert,
    CaseloadAssignment,
    Cohort,
    Enrolment,
    Enterprise,
    EnterpriseMember,
    PersonOutcome,
    Referral,
    SupportSession,
    Visit,
    VisitFormVersion,
    VisitImport,
    VisitPlan,
    VisitSubmission,
)
from tests.permissions.matrix import World, act, asks, row, sees
from tests.worlds.programmes import NOON
from tests.worlds.programmes import World as ProgrammeWorld

STAFF = "manager supervisor preparer verifier approver releaser reconciler auditor"
ALERTS = "supervisor manager auditor"
SUPPORT = "coach field_agent supervisor manager auditor"
FIELD = "coach field_agent supervisor"
COHORT: dict[str, Any] = {"of": "followup.cohort", "pk": "pk"}
IN_PROGRAMME: dict[str, Any] = {"of": "programmes.programme", "code": "code"}
NO_UID = "00000000-0000-4000-8000-000000000000"
VISIT: dict[str, Any] = {"of": "followup.visit", "pk": "pk"}
SECTION: dict[str, Any] = {**IN_PROGRAMME, "section": "=own"}
QUESTION: dict[str, Any] = {**IN_PROGRAMME, "question": "=tools"}
COLUMN: dict[str, Any] = {**QUESTION, "part": "=columns", "row": "=name"}
TEXT = {"fr": "Outils", "en": "Tools", "ar": "أدوات"}
VISIT_FORM = {
    "sections": [
        {
            "key": "own",
            "title": TEXT,
            "questions": [
                {
                    "key": "tools",
                    "kind": "table",
                    "label": TEXT,
                    "columns": [{"key": "name", "kind": "text", "label": TEXT}],
                }
            ],
        }
    ]
}
"""The draft of a visit form in each programme."""

SEES = [
    sees("followup.enterprise", f"applicant@own #coach {STAFF}"),
    sees("followup.visit", f"applicant@own #coach {STAFF}"),
    sees("followup.visitsubmission", f"#coach {STAFF}"),
    sees("followup.actionpoint", f"applicant@own #coach {STAFF}"),
    sees("followup.alert", ALERTS),
    sees("followup.referral", "protection_officer"),
    sees("followup.visitplan", f"coach {STAFF}"),
    sees("followup.enrolment", f"applicant@own coach field_agent {STAFF}"),
    sees("followup.visitimport", ALERTS),
    sees("followup.cohort", f"coach field_agent {STAFF}"),
    sees("followup.personoutcome", SUPPORT),
    sees("followup.supportsession", f"coach field_agent {STAFF}"),
]

ACTS = [
    act("followup.visit", "confirm", "#coach"),
    act("followup.visit", "start", "#coach"),
    act("followup.visit", "submit", "#coach system"),
    act("followup.visit", "return", "supervisor"),
    act("followup.visit", "validate", "supervisor"),
    act("followup.visit", "miss", "system"),
    act("followup.visit", "reschedule", "#coach supervisor"),
    act("followup.visit", "cancel", "supervisor"),
    act("followup.visit", "reopen", "manager"),
    act("followup.actionpoint", "claim", "applicant@own #coach"),
    act("followup.actionpoint", "verify", "#coach supervisor"),
    act("followup.actionpoint", "reopen", "#coach supervisor"),
    act("followup.actionpoint", "drop", "supervisor"),
    act("followup.referral", "accept", "protection_officer"),
    act("followup.referral", "close", "protection_officer"),
    act("followup.supportsession", "hold", "coach field_agent"),
    act("followup.supportsession", "close", "supervisor"),
    act("followup.supportsession", "cancel", "coach supervisor"),
    act("followup.enrolment", "complete", "supervisor system"),
    act("followup.enrolment", "drop_out", "supervisor"),
]

ASKS = [
    asks("followup.print_certificate", f"{FIELD} manager", of="followup.cohort"),
    asks("followup.settle_visitsubmission", "manager", of="followup.visitsubmission"),
    asks("followup.make_visit", "#coach", of="followup.visit"),
    asks("followup.read_answers", f"#coach {STAFF}", of="followup.visit"),
    asks("followup.handle_alert", "supervisor manager", of="followup.alert"),
    asks("followup.record_attendance", "coach field_agent supervisor", of="followup.supportsession"),
    asks("followup.view_visit_plan", "manager auditor", of="programmes.call"),
]

ROWS = [
    row("followup:field_app", "everybody"),
    row("followup:field_worker", "everybody"),
    row("followup:field_manifest", "everybody"),
    row("followup:field_texts", "everybody", language="=ar"),
    row("followup:api_caseload", "coach@any"),
    row("followup:api_visit", posts="coach@any", gives=(405,), uid=f"={NO_UID}"),
    row("followup:api_attendance", posts="coach@any", gives=(405,), uid=f"={NO_UID}"),
    row("followup:api_media", posts="coach@any", gives=(405,), uid=f"={NO_UID}", media_uid=f"={NO_UID}"),
    row("followup:waive_media", "supervisor manager", posts="supervisor manager", **VISIT),
    row(
        "followup:report",
        f"#coach {STAFF}",
        posts="manager",
        of="followup.visitsubmission",
        pk="uid",
    ),
    row("followup:field_desk", "manager supervisor auditor", **IN_PROGRAMME),
    row("followup:rescue", "manager", posts="manager", **IN_PROGRAMME),
    row("followup:my_week", "coach@any"),
    row("followup:visit", f"applicant@own #coach {STAFF}", **VISIT),
    row("followup:visit_form", "#coach supervisor manager", posts="#coach supervisor manager", **VISIT),
    row("followup:attempt", "#coach", posts="#coach", **VISIT),
    row("followup:handover", "supervisor", posts="supervisor", of="followup.enterprise", pk="pk"),
    row("followup:add_action", "#coach supervisor", posts="#coach supervisor", **VISIT),
    row("followup:open_referral", "#coach supervisor", posts="#coach supervisor", **VISIT),
    row("followup:action", f"applicant@own #coach {STAFF}", of="followup.actionpoint", pk="pk"),
    row("followup:actions", f"coach {STAFF}", **IN_PROGRAMME),
    row("followup:alerts", ALERTS, **IN_PROGRAMME),
    row("followup:alert", ALERTS, posts="supervisor manager", of="followup.alert", pk="pk"),
    row("followup:override_risk", "manager", posts="manager", of="followup.enterprise", pk="pk"),
    row("followup:referrals", "protection_officer", **IN_PROGRAMME),
    row("followup:referral", "protection_officer", of="followup.referral", pk="pk"),
    row("followup:enterprises", f"coach {STAFF}", **IN_PROGRAMME),
    row("followup:enterprise", f"#coach {STAFF}", of="followup.enterprise", pk="pk"),
    row("followup:stand_in", "supervisor", posts="supervisor", of="followup.enterprise", pk="pk"),
    row("followup:move_anchor", "supervisor", posts="supervisor", of="followup.enterprise", pk="pk"),
    row("followup:unplanned_visit", "#coach", posts="#coach", of="followup.enterprise", pk="pk"),
    row("followup:found_enterprise", "supervisor", posts="supervisor", **IN_PROGRAMME),
    row("followup:programme_plan", "manager", posts="manager", **IN_PROGRAMME),
    row("followup:calendar", f"coach field_agent {STAFF}", **IN_PROGRAMME),
    row("followup:late_visits", f"coach {STAFF}", **IN_PROGRAMME),
    row("followup:workload", ALERTS, **IN_PROGRAMME),
    row("followup:map", f"coach field_agent {STAFF}", **IN_PROGRAMME),
    row("followup:visits", f"coach {STAFF}", **IN_PROGRAMME),
    row("followup:support_sessions", SUPPORT, **IN_PROGRAMME),
    row(
        "followup:plan_session",
        "coach field_agent supervisor",
        posts="coach field_agent supervisor",
        **IN_PROGRAMME,
    ),
    row("followup:enrolments", SUPPORT, **IN_PROGRAMME),
    row("followup:import_visits", "supervisor manager", posts="supervisor manager", **IN_PROGRAMME),
    row("followup:cohorts", SUPPORT, **IN_PROGRAMME),
    row("followup:new_cohort", "supervisor manager", posts="supervisor manager", **IN_PROGRAMME),
    row("followup:cohort", SUPPORT, posts=f"{FIELD} manager", **COHORT),
    row("followup:edit_cohort", "supervisor manager", posts="supervisor manager", **COHORT),
    row("followup:enrol", FIELD, posts=FIELD, **COHORT),
    row("followup:outcomes", SUPPORT, **IN_PROGRAMME),
    row("followup:note_outcome", FIELD, posts=FIELD, **IN_PROGRAMME),
    row("followup:import_outcomes", FIELD, posts=FIELD, **IN_PROGRAMME),
    row("followup:print_attendance", FIELD, posts=FIELD, of="followup.supportsession", pk="pk"),
    row("followup:add_organisation", FIELD, posts=FIELD, of="followup.supportsession", pk="pk"),
    row(
        "followup:support_session",
        SUPPORT,
        posts="coach field_agent supervisor",
        of="followup.supportsession",
        pk="pk",
    ),
    row("followup:visit_plan", "manager", posts="manager", of="programmes.call", pk="pk"),
    row("followup:visit_builder", ALERTS, **IN_PROGRAMME),
    row("followup:visit_blank_sheet", ALERTS, language="=fr", **IN_PROGRAMME),
    row("followup:visit_sheet", "#coach supervisor manager", language="=fr", **VISIT),
    row("followup:visit_preview", ALERTS, posts=ALERTS, **IN_PROGRAMME),
    row("followup:visit_import_form", "manager", posts="manager", **IN_PROGRAMME),
    row("followup:visit_choose_form", posts="manager", **IN_PROGRAMME),
    row("followup:visit_drop_form", posts="manager", **IN_PROGRAMME),
    row("followup:visit_publish_form", "manager", posts="manager", **IN_PROGRAMME),
    row("followup:visit_arrange_form", posts="manager", **IN_PROGRAMME),
    row("followup:visit_standard", "manager", posts="manager", question="=met", **IN_PROGRAMME),
    row("followup:visit_add_section", "manager", posts="manager", **IN_PROGRAMME),
    row("followup:visit_edit_section", "manager", posts="manager", **SECTION),
    row("followup:visit_remove_section", "manager", posts="manager", **SECTION),
    row("followup:visit_add_question", "manager", posts="manager", **SECTION),
    row("followup:visit_edit_question", "manager", posts="manager", **QUESTION),
    row("followup:visit_remove_question", "manager", posts="manager", **QUESTION),
    row("followup:visit_add_table_part", "manager", posts="manager", part="=columns", **QUESTION),
    row(
        "followup:visit_edit_table_part", "manager", posts="manager", part="=columns", row="=name", **QUESTION
    ),
    row("followup:visit_arrange_table_part", posts="manager", part="=columns", row="=name", **QUESTION),
]


def fill(world: World) -> None:
    """One enterprise with a planned visit in each programme, followed by the programme's coach."""
    coaches = {
        world.here.programme.pk: world.user("coach"),
        world.there.programme.pk: world.user("coach elsewhere"),
    }
    cases: dict[int, Case] = {}
    for case in (world.objects["applications.case"].ours, world.objects["applications.case"].theirs):
        cases[case.programme_id] = case
    enterprises = {key: _enterprise(case, coaches[key]) for key, case in cases.items()}
    add = world.objects
    add["followup.enterprise"] = world.twins(lambda side: enterprises[side.programme.pk])
    add["followup.visit"] = world.twins(
        lambda side: _visit(enterprises[side.programme.pk], coaches[side.programme.pk])
    )
    add["followup.visitsubmission"] = world.twins(
        lambda side: _submission(enterprises[side.programme.pk], coaches[side.programme.pk])
    )
    add["followup.actionpoint"] = world.twins(
        lambda side: _action(enterprises[side.programme.pk], coaches[side.programme.pk])
    )
    add["followup.alert"] = world.twins(lambda side: _alert(enterprises[side.programme.pk]))
    add["followup.referral"] = world.twins(
        lambda side: _referral(cases[side.programme.pk], coaches[side.programme.pk])
    )
    for side in (world.here, world.there):
        VisitFormVersion.objects.create(
            programme=side.programme,
            number=2,
            definition=VISIT_FORM,
            made_by=world.user("manager"),
            made_at=NOON,
        )
    add["followup.visitplan"] = world.twins(
        lambda side: VisitPlan.objects.create(programme=side.programme, call=side.call)
    )
    add["followup.supportsession"] = world.twins(_session)
    add["followup.enrolment"] = world.twins(lambda side: _enrolment(side, cases[side.programme.pk]))
    add["followup.cohort"] = world.twins(lambda side: Cohort.objects.get(programme=side.programme))
    add["followup.visitimport"] = world.twins(
        lambda side: VisitImport.objects.create(
            programme=side.programme, file_name="v.csv", taken_by=coaches[side.programme.pk], taken_at=NOON
        )
    )
    add["followup.personoutcome"] = world.twins(
        lambda side: _outcome(cases[side.programme.pk], coaches[side.programme.pk])
    )


def _enterprise(case: Case, coach: Any) -> Enterprise:
    enterprise = Enterprise.objects.create(
        case=case, programme=case.programme, name="Atelier", kind="individual"
    )
    EnterpriseMember.objects.create(enterprise=enterprise, person=case.application.applicant)
    CaseloadAssignment.objects.create(enterprise=enterprise, coach=coach, valid_from=date(2024, 1, 1))
    return enterprise


def _visit(enterprise: Enterprise, coach: Any) -> Visit:
    return Visit.objects.create(
        case=enterprise.case,
        enterprise=enterprise,
        programme=enterprise.programme,
        code="M1",
        due_on=date(2024, 3, 1),
        coach=coach,
    )


def _submission(enterprise: Enterprise, coach: Any) -> VisitSubmission:
    return VisitSubmission.objects.create(
        uid=uuid4(),
        programme=enterprise.programme,
        enterprise=enterprise,
        sender=coach,
        form_version=1,
        device_at=NOON,
        performed_at=NOON,
        received_at=NOON,
        sha256="0" * 64,
        status="quarantined",
        flag="reassigned",
    )


def _action(enterprise: Enterprise, coach: Any) -> ActionPoint:
    return ActionPoint.objects.create(
        case=enterprise.case,
        enterprise=enterprise,
        programme=enterprise.programme,
        what="Keep the cash book",
        agreed_on=date(2024, 3, 1),
        due_on=date(2024, 4, 1),
        coach=coach,
    )


def _alert(enterprise: Enterprise) -> Alert:
    return Alert.objects.create(
        programme=enterprise.programme,
        case=enterprise.case,
        enterprise=enterprise,
        kind="risk",
        facts={"codes": ["closed"], "points": 60},
        raised_at=NOON,
    )


def _referral(case: Case, coach: Any) -> Referral:
    return Referral.objects.create(
        programme=case.programme, case=case, concern="violence", note="…", opened_by=coach, opened_at=NOON
    )


def _session(side: ProgrammeWorld) -> SupportSession:
    return SupportSession.objects.create(
        programme=side.programme, purpose="training", title="Formation", held_on=NOON.date()
    )


def _enrolment(side: ProgrammeWorld, case: Case) -> Enrolment:
    cohort = Cohort.objects.create(programme=side.programme, code="C1", title="Cohorte", kind="training")
    return Enrolment.objects.create(
        case=case, cohort=cohort, person=case.application.applicant, enrolled_on=NOON.date()
    )


def _outcome(case: Case, coach: Any) -> PersonOutcome:
    return PersonOutcome.objects.create(
        case=case,
        person=case.application.applicant,
        outcome="employed",
        seen_on=NOON.date(),
        source="A call",
        recorded_by=coach,
    )
