"""Records of the follow-up, one file a concept."""

from followup.models.actions import ActionPoint
from followup.models.alerts import Alert, AlertNotice
from followup.models.attendance import AttendanceReport, AttendanceTick
from followup.models.enterprises import CaseloadAssignment, Enterprise, EnterpriseMember
from followup.models.form_versions import VisitFormVersion
from followup.models.imports import VisitImport, VisitMapping, WaitingTable
from followup.models.plans import VisitPlan, VisitPlanRow
from followup.models.referrals import Referral
from followup.models.risk import RiskRating
from followup.models.submissions import DeviceContact, VisitMedia, VisitSubmission
from followup.models.support import (
    Cohort,
    Enrolment,
    OrganisationAttendance,
    PersonOutcome,
    SessionAttendance,
    SupportSession,
)
from followup.models.visits import Visit, VisitAttempt

__all__ = [
    "ActionPoint",
    "Alert",
    "AlertNotice",
    "AttendanceReport",
    "AttendanceTick",
    "CaseloadAssignment",
    "Cohort",
    "DeviceContact",
    "Enrolment",
    "Enterprise",
    "EnterpriseMember",
    "OrganisationAttendance",
    "PersonOutcome",
    "Referral",
    "RiskRating",
    "SessionAttendance",
    "SupportSession",
    "Visit",
    "VisitAttempt",
    "VisitFormVersion",
    "VisitImport",
    "VisitMapping",
    "VisitMedia",
    "VisitPlan",
    "VisitPlanRow",
    "VisitSubmission",
    "WaitingTable",
]
