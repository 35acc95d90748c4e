"""Writing what was read: persons, identities, consents, cases, answers, checks, events, in one transaction.

Sending is past history here (`workflow.load_history`): the row of the table is the act, whoever imports it is
named, and the day is that on which the form was received. Nobody is written to.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applications import answers, case_number, eligibility, screening
from applications.duplicates import searching
from applications.imports import groups
from applications.imports.reading import Context, Draft
from applications.models import (
    AnswerSet,
    Application,
    ApplicationMember,
    Case,
    Consent,
    Identity,
    ImportBatch,
    ImportedRow,
    Person,
    Registration,
    RuleCheck,
    RuleKind,
)
from applications.models.case import CHANCE
from programmes.models import Call
from workflow import Fact, History, PastAct, Refused, load_history

BATCH = 500


def write(
    batch: ImportBatch,
    drafts: Sequence[Draft],
    context: Context,
    form_version: Any,
    *,
    actor: Any,
    at: datetime,
) -> int:
    """Write every draft or none; return how many. Raises `Refused` when a row came in meanwhile."""
    call = context.call
    with transaction.atomic():
        Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
        people = [person for draft in drafts for person in draft.people]
        marks = [row.fingerprint for row in people]
        for start in range(0, len(marks), BATCH):
            part = marks[start : start + BATCH]
            if ImportedRow.objects.filter(call=call, fingerprint__in=part).exists():
                raise Refused([_("Somebody else imported the same rows meanwhile. Check the file again.")])
        persons = dict(
            zip(
                marks,
                Person.objects.bulk_create([Person() for _row in people], batch_size=BATCH),
                strict=True,
            )
        )
        _describe(drafts, persons, call, actor)
        applications = _applications(drafts, persons, call, form_version.form)
        sets = [
            _answers(draft, one, form_version, at) for draft, one in zip(drafts, applications, strict=True)
        ]
        histories = [
            History(one, [Fact("submit", draft.sent_at, actor, {"answers": given.digest})])
            for draft, one, given in zip(drafts, applications, sets, strict=True)
        ]
        given_to = list(_agreed(drafts, applications, persons, actor))
        load_history(histories, recorded_at=at, acts=given_to)
        for given, one in zip(sets, applications, strict=True):
            given.application = one
        AnswerSet.objects.bulk_create(sets, batch_size=BATCH)
        ApplicationMember.objects.bulk_create(
            [
                ApplicationMember(
                    application_id=one.pk,
                    person_id=persons[row.fingerprint].pk,
                    role=row.values.get("role", ""),
                    share=row.values.get("share"),
                )
                for draft, one in zip(drafts, applications, strict=True)
                for row in draft.people
            ],
            batch_size=BATCH,
        )
        RuleCheck.objects.bulk_create(
            list(_checks(drafts, applications, call, form_version.form, at)), batch_size=BATCH
        )
        ImportedRow.objects.bulk_create(
            [
                ImportedRow(
                    batch_id=batch.pk,
                    call_id=call.pk,
                    application_id=one.pk,
                    row=row.row,
                    fingerprint=row.fingerprint,
                )
                for draft, one in zip(drafts, applications, strict=True)
                for row in draft.people
            ],
            batch_size=BATCH,
        )
        searching.ask_many(applications, at)
        batch.imported_at, batch.table, batch.report = at, "", ""
        batch.save()
    return len(drafts)


def _describe(drafts: Sequence[Draft], persons: Mapping[str, Person], call: Call, actor: Any) -> None:
    """File identities in the vault, registrations for figures, consents as they were given."""
    names = ("latin_name", "arabic_name", "birth_date", "document_number", "phone", "address")
    identities, registrations, consents = [], [], []
    for draft in drafts:
        for row in draft.people:
            said, person = row.values, persons[row.fingerprint]
            identities.append(Identity(person_id=person.pk, **{name: said.get(name, "") for name in names}))
            registrations.append(
                Registration(
                    person_id=person.pk,
                    programme_id=call.programme_id,
                    site_id=row.site.pk,
                    received_at=draft.sent_at,
                    received_by_id=actor.pk,
                    sex=said.get("sex", ""),
                    category=said.get("category", ""),
                    birth_year=int(said["birth_date"][:4]),
                )
            )
            consents += [
                Consent(
                    person_id=person.pk,
                    programme_id=call.programme_id,
                    kind=kind,
                    given_at=draft.sent_at,
                    recorded_by_id=actor.pk,
                )
                for kind in _kinds(row)
            ]
    Identity.objects.file(identities, batch_size=BATCH)
    Registration.objects.bulk_create(registrations, batch_size=BATCH)
    Consent.objects.bulk_create(consents, batch_size=BATCH)


def _kinds(row: Draft) -> list[str]:
    """What the person of a row agreed to: without the use of the data, no row is read as good."""
    return ["data", "photo"] if row.values.get("photo_consent") else ["data"]


def _agreed(
    drafts: Sequence[Draft], applications: Sequence[Application], persons: Mapping[str, Person], actor: Any
) -> Iterator[PastAct]:
    """The consents as acts in the history of each case."""
    for draft, application in zip(drafts, applications, strict=True):
        for row in draft.people:
            for kind in _kinds(row):
                person = persons[row.fingerprint]
                yield PastAct(person, f"give_{kind}", draft.sent_at, actor, application.stream)


def _applications(
    drafts: Sequence[Draft], persons: Mapping[str, Person], call: Call, form: Any
) -> list[Application]:
    taken = Case.objects.values_list("serial", flat=True)
    serials = case_number.draw(len(drafts), CHANCE, set(taken))
    cases = [
        Case(
            serial=serial,
            number=case_number.make(serial),
            programme_id=call.programme_id,
            site_id=draft.site.pk,
            opened_at=draft.sent_at,
        )
        for draft, serial in zip(drafts, serials, strict=True)
    ]
    Case.objects.bulk_create(cases, batch_size=BATCH)
    found = []
    for draft, case in zip(drafts, cases, strict=True):
        said = answers.summary(form, draft.given)
        found.append(
            Application(
                case=case,
                call=call,
                track=draft.track,
                session_id=draft.session.pk,
                applicant_id=persons[draft.fingerprint].pk,
                organisation_name=draft.values.get("organisation_name", ""),
                title=said.title,
                sector=said.sector,
                requested_minor=said.requested,
                language="ar"
                if draft.values.get("arabic_name") and not draft.values.get("latin_name")
                else "fr",
                submitted_at=draft.sent_at,
            )
        )
    return found


def _answers(draft: Draft, application: Application, form_version: Any, at: datetime) -> AnswerSet:
    given = AnswerSet(form_version=form_version, revision=1, saved_at=at, frozen_at=draft.sent_at)
    given.put(draft.given)
    return given


def _checks(
    drafts: Sequence[Draft], applications: Sequence[Application], call: Call, form: Any, at: datetime
) -> Any:
    """What the rules of the call say, from the rows themselves."""
    rules = list(call.eligibility_rules.all())
    year = at.astimezone(call.programme.zone).year
    for draft, application in zip(drafts, applications, strict=True):
        own, total = screening.budget_of(form, draft.given)
        facts = eligibility.Facts(
            year=year,
            members=[*map(groups.member_of, draft.people)],
            site=draft.site.code,
            own=own,
            total=total,
        )
        for rule in rules:
            # Whether somebody was funded before is not known from a row: a person looks.
            by_hand = rule.kind == RuleKind.PREVIOUS_WINNER
            found = (
                eligibility.BY_HAND if by_hand else eligibility.evaluate(rule.kind, rule.parameters, facts)
            )
            yield RuleCheck(
                application_id=application.pk, rule_id=rule.pk, computed=found, outcome=found, checked_at=at
            )
