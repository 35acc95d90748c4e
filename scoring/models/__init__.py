"""Records of scoring, by concept; import from `scoring.models`."""

from scoring.models.advice import FileAdvice, RankingAdvice
from scoring.models.copies import CopiedFile, CopySpan, RedactedCopy
from scoring.models.decisions import BatchState, Decision, DecisionBatch, Outcome
from scoring.models.deliberations import Attendance, Deliberation, DeliberationState, Part, StepAside
from scoring.models.discrepancies import Discrepancy, DiscrepancyState
from scoring.models.foreign import ForeignScores
from scoring.models.grids import Criterion, GateRule, Grid, RoundKind, Section, Stage
from scoring.models.jury import (
    AssignmentState,
    DeclaredConflict,
    Draw,
    EngagementState,
    JurorEngagement,
    JuryAssignment,
)
from scoring.models.pitches import PitchTurn
from scoring.models.quotas import Denominator, Measure, Quota
from scoring.models.rankings import RankedApplication, RankingSnapshot
from scoring.models.reminders import JurorReminder
from scoring.models.rounds import OthersMarks, Round
from scoring.models.sheets import Mark, MarkRevision, Scoresheet, SheetState

__all__ = [
    "AssignmentState",
    "Attendance",
    "BatchState",
    "CopiedFile",
    "CopySpan",
    "Criterion",
    "Decision",
    "DecisionBatch",
    "DeclaredConflict",
    "Deliberation",
    "DeliberationState",
    "Denominator",
    "Discrepancy",
    "DiscrepancyState",
    "Draw",
    "EngagementState",
    "FileAdvice",
    "ForeignScores",
    "GateRule",
    "Grid",
    "JurorEngagement",
    "JurorReminder",
    "JuryAssignment",
    "Mark",
    "MarkRevision",
    "Measure",
    "OthersMarks",
    "Outcome",
    "Part",
    "PitchTurn",
    "Quota",
    "RankedApplication",
    "RankingAdvice",
    "RankingSnapshot",
    "RedactedCopy",
    "Round",
    "RoundKind",
    "Scoresheet",
    "Section",
    "SheetState",
    "Stage",
    "StepAside",
]
