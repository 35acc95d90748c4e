"""How applications, cases and persons are selected, and who sees what. A juror sees nothing here."""

from collections.abc import Callable
from typing import Any, Self

from django.db import models
from django.db.models import Case, F, Q, When

from programmes.named_parts import parts_of
from programmes.predicates import INSIDE, Role, programme_ids

READERS = tuple(role for role in INSIDE if role not in {Role.JUROR, Role.COACH, Role.PROTECTION_OFFICER})
"""Who reads files of a programme: neither jurors (redacted copies only) nor coaches (their caseload)."""

RECEPTION = (
    Role.FIELD_AGENT,
    Role.SCREENING_OFFICER,
    Role.SUPERVISOR,
    Role.MANAGER,
    Role.PROTECTION_OFFICER,
    Role.AUDITOR,
)
"""Who reads who was received in a programme, by reference."""

PRINTERS = (
    Role.FIELD_AGENT,
    Role.SCREENING_OFFICER,
    Role.JURY_SECRETARY,
    Role.PREPARER,
    Role.VERIFIER,
    Role.APPROVER,
    Role.RELEASER,
    Role.RECONCILER,
    Role.COACH,
    Role.SUPERVISOR,
    Role.MANAGER,
)
"""Who prints papers on which a beneficiary is named; each name printed leaves an event."""

CaseReaders = Callable[[Any], "models.QuerySet[Any] | None"]
_case_readers: list[CaseReaders] = []


def register_case_readers(cases_of: CaseReaders) -> None:
    """Let more people read single cases: `user -> cases` (None when there are none), such as a coach's own.

    Called from an upper package's `apps.ready()`.
    """
    if cases_of not in _case_readers:
        _case_readers.append(cases_of)


class CaseQuerySet(models.QuerySet[Any]):
    """Cases."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes that one works on, those entrusted to one, and one's own."""
        if getattr(user, "pk", None) is None:
            return self.none()
        wanted = Q(programme__in=programme_ids(user, *READERS))
        applications = self.model._meta.get_field("application").related_model._default_manager
        wanted |= Q(pk__in=applications.filter(applicant__user=user.pk).order_by().values("case"))
        for cases_of in _case_readers:
            if (cases := cases_of(user)) is not None:
                wanted |= Q(pk__in=cases.values("pk"))
        return self.filter(wanted)


class ApplicationQuerySet(models.QuerySet[Any]):
    """Applications."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes that one works on without drafts; one's own; assisted drafts, for agents."""
        if getattr(user, "pk", None) is None:
            return self.none()
        seen = Q(call__programme__in=programme_ids(user, *READERS)) & ~Q(state="draft")
        if agents := programme_ids(user, Role.FIELD_AGENT):
            seen |= Q(self.under_assistance(), call__programme__in=agents)
        return self.filter(seen | Q(applicant__user=user.pk))

    def written_by(self, user: Any) -> Self:
        """Those in which one writes: one's own, and those of people whom one helps as field agent.

        A person with an account writes alone: who helped before does not any more.
        """
        if getattr(user, "pk", None) is None:
            return self.none()
        wanted = Q(applicant__user=user.pk)
        if agents := programme_ids(user, Role.FIELD_AGENT):
            helped = self.under_assistance(helper=user.pk)
            wanted |= Q(helped, call__programme__in=agents, applicant__user__isnull=True)
        return self.filter(wanted)

    def under_assistance(self, **fields: Any) -> Q:
        """The condition that somebody helps now; fields of the assistance, such as `helper`."""
        assistances = self.model._meta.get_field("assistances").related_model._default_manager
        now = assistances.filter(ended_at__isnull=True, **fields)
        return Q(pk__in=now.values("application"))

    def own(self, user: Any) -> Self:
        """One's own, drafts included, newest first."""
        if getattr(user, "pk", None) is None:
            return self.none()
        return self.filter(applicant__user=user.pk).order_by("-case__opened_at", "-pk")

    def sent_in(self, programme: Any, user: Any) -> Self:
        """What was sent in a programme and one may see: `visible_to`, without its joins for who reads all.

        Without a join for the programme either: a page that lists them knows its calls.
        """
        rows = self.filter(call__in=parts_of(programme).calls).exclude(state="draft")
        return rows if programme.pk in programme_ids(user, *READERS) else rows.visible_to(user)

    def with_papers(self) -> Self:
        """With what a page about one of them needs of the records around it."""
        return self.select_related(
            "case__programme", "case__site", "call__programme", "track", "session", "applicant"
        )

    def oldest_first(self) -> Self:
        """The one that waits longest first."""
        return self.order_by(F("state_since").asc(nulls_first=True), "pk")


class OfApplicationQuerySet(models.QuerySet[Any]):
    """What staff leave on applications: read by those who read the programme's files, not by applicants."""

    def visible_to(self, user: Any) -> Self:
        """Those on applications of programmes whose files one reads."""
        if getattr(user, "pk", None) is None:
            return self.none()
        return self.filter(application__call__programme__in=programme_ids(user, *READERS))


class FlagQuerySet(OfApplicationQuerySet):
    """Flags on applications."""

    def with_names(self) -> Self:
        """With the names of those who raised and resolved them, and nothing else of these persons."""
        own = [field.name for field in self.model._meta.concrete_fields]
        rows = self.select_related("raised_by", "resolved_by")
        return rows.only(*own, "raised_by__full_name", "resolved_by__full_name")


DUPLICATE_READERS = (Role.SCREENING_OFFICER, Role.MANAGER)
"""Who compares files that look like one."""


class DuplicateQuerySet(models.QuerySet[Any]):
    """Likely duplicates."""

    def visible_to(self, user: Any) -> Self:
        """Those of which one may compare both sides: who does not read one of them learns nothing of it."""
        if getattr(user, "pk", None) is None:
            return self.none()
        ids = programme_ids(user, *DUPLICATE_READERS)
        if not ids:
            return self.none()
        return self.filter(earlier__call__programme__in=ids, later__call__programme__in=ids)

    def of_programme(self, programme: Any) -> Self:
        """Those of which one side at least is of a programme."""
        return self.filter(Q(later__call__programme=programme) | Q(earlier__call__programme=programme))

    def of_application(self, application: Any) -> Self:
        """Those of a file, whichever side it is."""
        return self.filter(Q(later=application) | Q(earlier=application))

    def undecided(self) -> Self:
        """Likely ones that nobody has decided."""
        return self.filter(finding="", strength="likely")

    def holding(self) -> Self:
        """Those that keep the later file from being declared eligible."""
        return self.undecided().filter(earlier__call__programme=F("later__call__programme"))

    def with_files(self) -> Self:
        """With what pages show of both files."""
        sides = ("earlier", "later")
        papers = ("case__site", "call__programme", "track")
        return self.select_related(
            *(f"{side}__{paper}" for side in sides for paper in papers)
        ).select_related("earlier_person", "later_person", "decided_by")

    def to_decide_first(self) -> Self:
        """What waits, the likeliest first; then what was decided, the newest first."""
        waits = Case(When(finding="", strength="likely", then=0), When(finding="", then=1), default=2)
        return self.annotate(place=waits).order_by("place", "-decided_at", "-weight", "pk")


APPEAL_READERS = (Role.APPEAL_OFFICER, Role.MANAGER, Role.AUDITOR)
"""Who reads appeals: whoever hears them, and who answers for the programme."""


class AppealQuerySet(models.QuerySet[Any]):
    """Appeals."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes in which one hears or oversees them, and one's own."""
        if getattr(user, "pk", None) is None:
            return self.none()
        overseen = Q(application__call__programme__in=programme_ids(user, *APPEAL_READERS))
        return self.filter(overseen | Q(application__applicant__user=user.pk))


class PersonQuerySet(models.QuerySet[Any]):
    """Persons, by reference; names are in the vault."""

    def visible_to(self, user: Any) -> Self:
        """Those registered in programmes whose people one receives, and oneself."""
        if getattr(user, "pk", None) is None:
            return self.none()
        registered = self.model._base_manager.filter(
            registrations__programme__in=programme_ids(user, *RECEPTION)
        )
        return self.filter(Q(pk__in=registered.values("pk")) | Q(user=user.pk))


class RegistrationQuerySet(models.QuerySet[Any]):
    """Registrations."""

    def visible_to(self, user: Any) -> Self:
        """Those of programmes whose people one receives, and one's own."""
        if getattr(user, "pk", None) is None:
            return self.none()
        return self.filter(Q(programme__in=programme_ids(user, *RECEPTION)) | Q(person__user=user.pk))


class ConsentQuerySet(models.QuerySet[Any]):
    """Consents."""

    def in_force(self) -> Self:
        """Those that hold now."""
        return self.filter(withdrawn_at__isnull=True)

    def visible_to(self, user: Any) -> Self:
        """One's own, and those of programmes whose people one receives or visits."""
        if getattr(user, "pk", None) is None:
            return self.none()
        seen = Q(programme__in=programme_ids(user, *RECEPTION)) | Q(person__user=user.pk)
        if coached := programme_ids(user, Role.COACH):
            cases = self.model._meta.apps.get_model("applications", "Case")._default_manager.visible_to(user)
            persons = cases.filter(programme__in=coached).values("application__members__person")
            seen |= Q(programme__in=coached, person__in=persons)
        return self.filter(seen)


class ErasureQuerySet(models.QuerySet[Any]):
    """Erasures."""

    def visible_to(self, user: Any) -> Self:
        """One's own, and those in programmes that one protects, manages or audits."""
        if getattr(user, "pk", None) is None:
            return self.none()
        overseen = programme_ids(user, Role.PROTECTION_OFFICER, Role.MANAGER, Role.AUDITOR)
        return self.filter(Q(programme__in=overseen) | Q(person__user=user.pk))

    def waiting(self) -> Self:
        """Those that are not decided."""
        return self.filter(state="requested")

    def waiting_first(self) -> Self:
        """What waits by its day, then what was decided, the newest first."""
        done = Case(When(state="requested", then=0), When(state="kept", then=1), default=2)
        return self.annotate(place=done).order_by("place", "due_on", "-erased_at", "pk")


class RevealQuerySet(models.QuerySet[Any]):
    """Openings of identities."""

    def with_reasons(self) -> Self:
        """With what a list of them shows: case, who, and the reason in its note."""
        return self.select_related("person", "programme", "case", "actor", "event__note")

    def visible_to(self, user: Any) -> Self:
        """One's own identity's, one's own acts, and those in programmes that one protects or audits."""
        if getattr(user, "pk", None) is None:
            return self.none()
        overseen = programme_ids(user, Role.PROTECTION_OFFICER, Role.MANAGER, Role.AUDITOR)
        return self.filter(Q(programme__in=overseen) | Q(person__user=user.pk) | Q(actor=user.pk))
