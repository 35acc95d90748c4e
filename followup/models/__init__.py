"""Records of the follow-up, one file a concept."""

from followup.models.enterprises import CaseloadAssignment, Enterprise, EnterpriseMember
from followup.models.plans import VisitPlan, VisitPlanRow
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
    "CaseloadAssignment",
    "Cohort",
    "DeviceContact",
    "Enrolment",
    "Enterprise",
    "EnterpriseMember",
    "OrganisationAttendance",
    "PersonOutcome",
    "RiskRating",
    "SessionAttendance",
    "SupportSession",
    "Visit",
    "VisitAttempt",
    "VisitMedia",
    "VisitPlan",
    "VisitPlanRow",
    "VisitSubmission",
]
