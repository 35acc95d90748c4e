"""Who applies together: adding, changing and removing members of a draft, and what their figures say.

A group is one project and several persons, and is counted as both. Every member's identity lies in the vault;
every member agrees for himself or herself.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import consents, eligibility, findings
from applications.age_groups import age_group
from applications.models import (
    Application,
    ApplicationMember,
    Consent,
    EligibilityRule,
    Identity,
    MemberRole,
    NameToken,
    Person,
    Registration,
)
from applications.person_form import PersonForm
from workflow import Refused, display

WHOLE = 100


# What the figures say


class Finding(NamedTuple):
    """One condition on the group: what is asked, what the group has, and what follows."""

    title: str
    asked: str
    found: str
    outcome: str
    blocks: bool

    @property
    def meaning(self) -> str:
        """How it is coloured."""
        if self.outcome == eligibility.MET:
            return "done"
        return "blocked" if self.blocks and self.outcome == eligibility.NOT_MET else "waiting"


def facts_of(application: Application, year: int) -> eligibility.Facts:
    """Return what the composition rules look at: sex and year of birth of each member, no category."""
    persons = list(application.members.order_by("pk").values_list("person", flat=True))
    rows = Registration.objects.filter(person__in=persons, programme=application.programme_id)
    known = {row["person"]: row for row in rows.values("person", "sex", "birth_year")}
    members = [
        eligibility.Member(birth_year=row["birth_year"], sex=row["sex"]) if row else eligibility.Member()
        for row in (known.get(person) for person in persons)
    ]
    return eligibility.Facts(year=year, members=members)


def composition(application: Application, year: int) -> list[Finding]:
    """Return what each composition rule of the call finds in the group."""
    rules = EligibilityRule.objects.filter(call=application.call_id, kind="composition")
    facts = facts_of(application, year) if rules else None
    return [
        Finding(
            title=rule.title,
            asked=findings.asked(rule.kind, rule.parameters, {}),
            found=findings.found(rule.kind, facts, {}),
            outcome=eligibility.evaluate(rule.kind, rule.parameters, facts),
            blocks=rule.severity == "block" and not rule.parameters.get("waivable"),
        )
        for rule in rules
        if facts is not None
    ]


def size_asked(application: Application) -> str:
    """Return how many members the track asks for, in words."""
    least, most = application.track.min_members, application.track.max_members
    if most is None:
        return ngettext("at least %(least)s person", "at least %(least)s persons", least) % {"least": least}
    if least == most:
        return ngettext("%(least)s person", "%(least)s persons", least) % {"least": least}
    return _("%(least)s to %(most)s persons") % {"least": least, "most": most}


def size_fits(application: Application, count: int) -> bool:
    """Whether the track takes so many members."""
    most = application.track.max_members
    return count >= application.track.min_members and (most is None or count <= most)


def shares_problem(shares: Sequence[int | None]) -> str | None:
    """Return what is wrong with the shares of a group that must say them, None when they make the whole."""
    missing = sum(share is None for share in shares)
    if missing:
        return ngettext(
            "The share of %(number)s member is missing.",
            "The shares of %(number)s members are missing.",
            missing,
        ) % {"number": display.number_text(missing)}
    total = sum(share or 0 for share in shares)
    if total == WHOLE:
        return None
    return _("The shares make %(total)s %%; together they must make 100 %%.") % {"total": total}


def without_consent(application: Application) -> int:
    """Return how many members have not agreed to the use of their data in this programme."""
    agreed = Consent.objects.filter(
        programme=application.programme_id, kind=Consent.Kind.DATA, withdrawn_at__isnull=True
    )
    return application.members.exclude(person__in=agreed.values("person")).count()


# Changing a draft


def why_fixed(application: Application) -> str | None:
    """Return why members cannot change now, None while the application is a draft."""
    return None if application.state == "draft" else _("The application was sent: its members are fixed.")


def _refuse_unless_draft(application: Application) -> None:
    state = Application.objects.select_for_update(of=("self",)).values_list("state", flat=True)
    if state.get(pk=application.pk) != "draft":
        raise Refused([_("The application was sent: its members are fixed.")])


@transaction.atomic
def add(
    application: Application, form: PersonForm, *, role: str, share: int | None, actor: Any, at: datetime
) -> ApplicationMember:
    """Add somebody new, whose identity the form files in the vault, and who agreed. Raises `Refused`."""
    _refuse_unless_draft(application)
    person = Person.objects.create()
    form.file(person)
    consents.give(person, application.call.programme, Consent.Kind.DATA, actor=actor, at=at)
    return ApplicationMember.objects.create(application=application, person=person, role=role, share=share)


@transaction.atomic
def add_known(
    application: Application, person: Person, *, role: str, share: int | None, actor: Any, at: datetime
) -> ApplicationMember:
    """Add a person who was received in the programme, and who agreed. Raises `Refused`."""
    _refuse_unless_draft(application)
    if application.members.filter(person=person).exists():
        raise Refused([_("This person is a member already.")])
    consents.give(person, application.call.programme, Consent.Kind.DATA, actor=actor, at=at)
    return ApplicationMember.objects.create(application=application, person=person, role=role, share=share)


@transaction.atomic
def change(member: ApplicationMember, *, role: str, share: int | None, form: PersonForm | None) -> None:
    """Change role and share of a member, and what the form says of the person. Raises `Refused`."""
    _refuse_unless_draft(member.application)
    if form is not None:
        form.file(member.person)
    ApplicationMember.objects.filter(pk=member.pk).update(role=role, share=share)


@transaction.atomic
def remove(member: ApplicationMember) -> None:
    """Take a member out of a draft; who was written down for it alone is forgotten. Raises `Refused`."""
    application = member.application
    _refuse_unless_draft(application)
    if member.person_id == application.applicant_id:
        raise Refused([_("The applicant cannot leave the own application; it can be withdrawn.")])
    person = member.person
    member.delete()
    if not _is_known_otherwise(person, application):
        Consent.objects.filter(person=person).delete()
        Registration.objects.filter(person=person).delete()
        NameToken.objects.filter(identity__person=person).delete()
        Identity.objects.filter(person=person).delete()
        person.delete()


def _is_known_otherwise(person: Person, application: Application) -> bool:
    """Whether a person is more than a member that was written down for this draft."""
    received = person.registrations.filter(received_at__isnull=False).exists()
    elsewhere = person.registrations.exclude(programme=application.programme_id).exists()
    applies = person.applications.exists() or person.application_memberships.exists()
    opened = person.reveals.exists()
    return bool(person.user_id or received or elsewhere or applies or opened)


def is_only_here(member: ApplicationMember) -> bool:
    """Whether a member was written down for this draft alone, so that the draft may correct it."""
    application = member.application
    person = member.person
    others = person.application_memberships.exclude(pk=member.pk).exists()
    received = person.registrations.filter(received_at__isnull=False).exists()
    elsewhere = person.registrations.exclude(programme=application.programme_id).exists()
    own = person.pk == application.applicant_id or person.user_id is not None
    return not (others or received or elsewhere or own)


# What a page shows of each member


class Line(NamedTuple):
    """One member on a page. name: for the applicant alone, of persons that nobody else wrote down."""

    member: ApplicationMember
    name: str
    words: str
    is_applicant: bool
    agreed: bool


def lines(application: Application, *, year: int, names: bool) -> list[Line]:
    """Return the members in order: five queries whatever their number. names: the reader is the applicant."""
    members = list(application.members.select_related("person").order_by("pk"))
    persons = [member.person_id for member in members]
    rows = Registration.objects.filter(person__in=persons, programme=application.programme_id)
    known = {row.person_id: row for row in rows.select_related("site")}
    agreed = set(
        Consent.objects.filter(
            person__in=persons, programme=application.programme_id, kind="data", withdrawn_at__isnull=True
        ).values_list("person", flat=True)
    )
    called = _names(members, application) if names else {}
    return [
        Line(
            member=member,
            name=called.get(member.person_id, ""),
            words=_words(known.get(member.person_id), year),
            is_applicant=member.person_id == application.applicant_id,
            agreed=member.person_id in agreed,
        )
        for member in members
    ]


def _names(members: Sequence[ApplicationMember], application: Application) -> dict[int, str]:
    """The names that the applicant wrote down; not of persons who are known from elsewhere."""
    persons = [member.person_id for member in members]
    elsewhere = ApplicationMember.objects.filter(person__in=persons).exclude(application=application)
    received = Registration.objects.filter(person__in=persons, received_at__isnull=False)
    others = {*elsewhere.values_list("person", flat=True), *received.values_list("person", flat=True)}
    others.discard(application.applicant_id)
    identities = Identity.objects.filter(person__in=set(persons) - others)
    return {identity.person_id: identity.name for identity in identities}


def _words(row: Registration | None, year: int) -> str:
    if row is None:
        return ""
    group = age_group(row.birth_year, year)
    said = [row.get_sex_display() if row.sex else "", group.label if group else ""]
    return " · ".join(str(word) for word in said if word)


def roles_for(application: Application) -> list[tuple[str, Any]]:
    """Return the roles that a member may have: a pair has no treasurer."""
    if application.track.composition in ("pair", "group"):
        return [choice for choice in MemberRole.choices if choice[0] in ("lead", "member")]
    return [choice for choice in MemberRole.choices if choice[0] != MemberRole.LEAD]
