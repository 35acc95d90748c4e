"""Which files of a session a reader must not see, because of a conflict of interests."""

from typing import Any

from django.db.models import QuerySet

from scoring.models import DeclaredConflict, JuryAssignment


def conflicts_in(user: Any, session: int) -> "QuerySet[Any]":
    """Return the applications of a session with which a person has a conflict."""
    declared = DeclaredConflict.objects.filter(
        engagement__user=user.pk, engagement__session=session, lifted_at__isnull=True
    )
    aside = JuryAssignment.objects.filter(
        engagement__user=user.pk, engagement__session=session, state="recused"
    )
    return (
        declared.order_by()
        .values_list("application", flat=True)
        .union(aside.order_by().values_list("application", flat=True))
    )
