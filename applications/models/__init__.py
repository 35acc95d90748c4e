"""Records of applications, one file a concept."""

from applications.models.appeals import Appeal, AppealState
from applications.models.application import Application, ApplicationState
from applications.models.assistance import Assistance, Capacity, Ending, Mark, ReadBack
from applications.models.case import Case
from applications.models.consents import Consent
from applications.models.desk import FileOpening, Flag, FlagKind, PanelOpinion, ScreeningPlan
from applications.models.duplicates import Alike, Comparison, Duplicate, Finding, MatchKey, Strength
from applications.models.erasures import Cause, Erasure, ErasureState
from applications.models.forms import (
    AnswerSet,
    FormImport,
    FormVersion,
    Stage,
    current_form,
    newest_of_each_stage,
)
from applications.models.identity import Identity, NameToken
from applications.models.imports import ImportBatch, ImportedRow, ImportMapping
from applications.models.members import ApplicationMember, MemberRole
from applications.models.openings import Reveal, Shown
from applications.models.people import Category, DocumentKind, Person, Registration, Sex
from applications.models.screening import (
    EligibilityRule,
    Outcome,
    PieceRequest,
    RuleCheck,
    RuleKind,
    Severity,
)
from applications.models.slips import Attempts, Claim, Slip, SlipEnding

__all__ = [
    "Alike",
    "AnswerSet",
    "Appeal",
    "AppealState",
    "Application",
    "ApplicationMember",
    "ApplicationState",
    "Assistance",
    "Attempts",
    "Capacity",
    "Case",
    "Category",
    "Cause",
    "Claim",
    "Comparison",
    "Consent",
    "DocumentKind",
    "Duplicate",
    "EligibilityRule",
    "Ending",
    "Erasure",
    "ErasureState",
    "FileOpening",
    "Finding",
    "Flag",
    "FlagKind",
    "FormImport",
    "FormVersion",
    "Identity",
    "ImportBatch",
    "ImportMapping",
    "ImportedRow",
    "Mark",
    "MatchKey",
    "MemberRole",
    "NameToken",
    "Outcome",
    "PanelOpinion",
    "Person",
    "PieceRequest",
    "ReadBack",
    "Registration",
    "Reveal",
    "RuleCheck",
    "RuleKind",
    "ScreeningPlan",
    "Severity",
    "Sex",
    "Shown",
    "Slip",
    "SlipEnding",
    "Stage",
    "Strength",
    "current_form",
    "newest_of_each_stage",
]
