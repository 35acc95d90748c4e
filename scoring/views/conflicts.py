"""Which files of a session a reader must not see, because of a conflict of interests."""

from typing import Any

from django.db.models import QuerySet

from scoring.models import DeclaredConflict, JuryAssignment, RankingSnapshot


def conflicts_of(user: Any, made: RankingSnapshot) -> "QuerySet[Any]":
    """Return the applications of a ranking with which a person has a conflict."""
    declared = DeclaredConflict.objects.filter(
        engagement__user=user.pk, engagement__session=made.session_id, lifted_at__isnull=True
    )
    aside = JuryAssignment.objects.filter(
        engagement__user=user.pk, engagement__session=made.session_id, state="recused"
    )
    return (
        declared.order_by()
        .values_list("application", flat=True)
        .union(aside.order_by().values_list("application", flat=True))
    )
