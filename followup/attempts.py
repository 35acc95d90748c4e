"""Attempts to visit somebody, and what follows when nobody can be reached."""

from datetime import datetime
from typing import Any

from django.db import transaction

from followup.models import Visit, VisitAttempt
from followup.ratings import rate_enterprise


@transaction.atomic
def note_attempt(visit: Visit, *, result: str, comment: str, by: Any, at: datetime) -> VisitAttempt:
    """Store an attempt and rate the enterprise anew: three in a row without anybody hold its money."""
    attempt = VisitAttempt.objects.create(visit=visit, at=at, result=result, comment=comment, by=by)
    rate_enterprise(visit.enterprise, None, actor=by, at=at)
    return attempt
