"""How rows of a programme are selected: what each person may see."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from programmes import predicates

READS_QUESTIONS = ("manager", "screening_officer", "auditor")


class ProgrammeQuerySet(models.QuerySet[Any]):
    """Programmes, and who may see them."""

    def public(self) -> Self:
        """Those that anybody may read about: published, and not kept from the public."""
        return self.exclude(state="draft").filter(is_listed=True)

    def visible_to(self, user: Any) -> Self:
        """Public ones, and those in which the user has a role; a system administrator sets all of them up."""
        if predicates.is_administrator(user):
            return self
        return self.filter(_open_to_public() | Q(pk__in=predicates.programme_ids(user)))

    def worked_on_by(self, user: Any, *roles: str) -> Self:
        """Those in which the user has a role (one of `roles` if any are named)."""
        return self.filter(pk__in=predicates.programme_ids(user, *roles))


def _open_to_public(prefix: str = "") -> Q:
    listed = Q(**{f"{prefix}is_listed": True})
    return listed & ~Q(**{f"{prefix}state": "draft"})


class OfProgrammeQuerySet(models.QuerySet[Any]):
    """Rows that are read where their programme is: sites, offices, links, contributions, results."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes that the user may see."""
        if predicates.is_administrator(user):
            return self
        return self.filter(_open_to_public("programme__") | Q(programme__in=predicates.programme_ids(user)))


class InsideProgrammeQuerySet(models.QuerySet[Any]):
    """Rows for people who work on the programme: message templates, rates."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes in which the user has a role."""
        if predicates.is_administrator(user):
            return self
        return self.filter(programme__in=predicates.programme_ids(user))


class OrganisationQuerySet(models.QuerySet[Any]):
    """Donors and partners: institutions, not persons."""

    def visible_to(self, user: Any) -> Self:
        """All of them for people who work on some programme; else those of public programmes."""
        if predicates.is_administrator(user) or predicates.programme_ids(user):
            return self
        named = _open_to_public("contributions__programme__") | _open_to_public("partnerships__programme__")
        return self.filter(pk__in=self.model._base_manager.filter(named).values("pk"))


class MembershipQuerySet(models.QuerySet[Any]):
    """Who has which role."""

    def visible_to(self, user: Any) -> Self:
        """One's own, and those of programmes that one manages or audits."""
        if predicates.is_administrator(user):
            return self
        overseen = predicates.programme_ids(user, "manager", "auditor")
        return self.filter(Q(programme__in=overseen) | Q(user=user.pk)) if user.pk else self.none()

    def in_force(self, on: Any) -> Self:
        """Those valid on a date; a delegated role no longer than the role that it stands in for.

        Said as what has not happened, so that a date that is not set, or no such role, ends nothing.
        """
        return self.filter(
            ~Q(valid_until__lt=on),
            ~Q(delegated_from__valid_until__lt=on),
            delegated_from__ended_at__isnull=True,
            valid_from__lte=on,
            ended_at__isnull=True,
        )


class CallQuerySet(models.QuerySet[Any]):
    """Calls of programmes."""

    def public(self) -> Self:
        """Those that anybody may read: published, real, of a public programme."""
        return self.filter(_open_to_public("programme__"), is_test=False).exclude(
            state__in=["draft", "cancelled"]
        )

    def visible_to(self, user: Any) -> Self:
        """Public ones; drafts and trials for people who work on the programme."""
        if predicates.is_administrator(user):
            return self
        published = _open_to_public("programme__") & Q(is_test=False) & ~Q(state__in=["draft", "cancelled"])
        return self.filter(published | Q(programme__in=predicates.programme_ids(user)))


class OfCallQuerySet(models.QuerySet[Any]):
    """Rows read where their call is: tracks."""

    def visible_to(self, user: Any) -> Self:
        """Those of calls that the user may see."""
        from programmes.models import Call

        if predicates.is_administrator(user):
            return self
        return self.filter(call__in=Call.objects.visible_to(user))


class SessionQuerySet(models.QuerySet[Any]):
    """Selection sessions: for people who work on the programme, donors not included."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes in which the user has a role other than donor."""
        return self.filter(call__programme__in=predicates.programme_ids(user, *predicates.INSIDE))


class QuestionQuerySet(models.QuerySet[Any]):
    """Questions about calls: before they are answered, for those who answer them and for auditors."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes that one manages, screens for or audits."""
        return self.filter(call__programme__in=predicates.programme_ids(user, *READS_QUESTIONS))

    def waiting(self) -> Self:
        """Those that nobody answered or set aside."""
        return self.filter(current__isnull=True, set_aside_at__isnull=True)

    def shown(self) -> Self:
        """Those that everybody reads, with their answer, in order."""
        return self.filter(is_shown=True).select_related("current").order_by("sort", "pk")
