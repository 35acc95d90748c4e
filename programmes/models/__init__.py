"""Everything a programme is made of, by concept; import from `programmes.models`."""

from programmes.models.calls import (
    Call,
    CallState,
    Composition,
    Payment,
    Purpose,
    SelectionSession,
    SessionState,
    Track,
)
from programmes.models.extensions import CallExtension
from programmes.models.messages import MessageTemplate
from programmes.models.partners import Basis, Contribution, ExchangeRate, Organisation, Partnership
from programmes.models.people import Membership, Role
from programmes.models.places import ExpectedResult, Office, ProgrammeLink, Site
from programmes.models.programme import Programme, ProgrammeState
from programmes.models.questions import CallQuestion, PublishedAnswer

__all__ = [
    "Basis",
    "Call",
    "CallExtension",
    "CallQuestion",
    "CallState",
    "Composition",
    "Contribution",
    "ExchangeRate",
    "ExpectedResult",
    "Membership",
    "MessageTemplate",
    "Office",
    "Organisation",
    "Partnership",
    "Payment",
    "Programme",
    "ProgrammeLink",
    "ProgrammeState",
    "PublishedAnswer",
    "Purpose",
    "Role",
    "SelectionSession",
    "SessionState",
    "Site",
    "Track",
]
