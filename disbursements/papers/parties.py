"""Who stands on a paper: the organisation, the applicant by name with a record of it, or the case."""

from datetime import datetime
from typing import Any

from applications import opening
from documents.bidi import isolate


def beneficiary_name(application: Any, *, actor: Any, at: datetime, reason: str, language: str) -> str:
    """Return the words for who gets the grant, in the paper's language: see `opening.on_paper`."""
    return isolate(opening.on_paper(application, actor=actor, at=at, reason=reason, language=language).words)
