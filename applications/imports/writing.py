"""Writing what was read: persons, identities, consents, cases, answers, checks, events, in one transaction.

Sending is past history here (`workflow.load_history`): the row of the table is the act, whoever imports it is
named, and the day is that on which the form was received. Nobody is written to.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applications import answers, case_number, eligibility
from applications.duplicates import searching
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
from workflow import Fact, History, Refused, load_history

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
        marks = [draft.fingerprint for draft in drafts]
        for start in range(0, len(marks), BATCH):
            part = marks[start : start + BATCH]
            if ImportedRow.objects.filter(call=call, fingerprint__in=part).exists():
                raise Refused([_("Somebody else imported the same rows meanwhile. Check the file again.")])
        persons = Person.objects.bulk_create([Person() for _draft in drafts], batch_size=BATCH)
        _describe(drafts, persons, call, actor)
        applications = _applications(drafts, persons, call, form_version.form)
        sets = [
            _answers(draft, one, form_version, at) for draft, one in zip(drafts, applications, strict=True)
        ]
        histories = [
            History(one, [Fact("submit", draft.sent_at, actor, {"answers": given.digest})])
            for draft, one, given in zip(drafts, applications, sets, strict=True)
        ]
        load_history(histories, recorded_at=at)
        for given, one in zip(sets, applications, strict=True):
            given.application = one
        AnswerSet.objects.bulk_create(sets, batch_size=BATCH)
        ApplicationMember.objects.bulk_create(
            [
                ApplicationMember(application=one, person=person)
                for one, person in zip(applications, persons, strict=True)
            ],
            batch_size=BATCH,
        )
        RuleCheck.objects.bulk_create(list(_checks(drafts, applications, call, at)), batch_size=BATCH)
        ImportedRow.objects.bulk_create(
            [
                ImportedRow(
                    batch=batch, call=call, application=one, row=draft.row, fingerprint=draft.fingerprint
                )
                for draft, one in zip(drafts, applications, strict=True)
            ],
            batch_size=BATCH,
        )
        searching.ask_many(applications, at)
        batch.imported_at, batch.table, batch.report = at, "", ""
        batch.save()
    return len(drafts)


def _describe(drafts: Sequence[Draft], persons: Sequence[Person], call: Call, actor: Any) -> None:
    """File identities in the vault, registrations for figures, consents as they were given."""
    names = ("latin_name", "arabic_name", "birth_date", "document_number", "phone", "address")
    identities, registrations, consents = [], [], []
    for draft, person in zip(drafts, persons, strict=True):
        said = draft.values
        identities.append(Identity(person=person, **{name: said.get(name, "") for name in names}))
        registrations.append(
            Registration(
                person=person,
                programme=call.programme,
                site=draft.site,
                received_at=draft.sent_at,
                received_by=actor,
                sex=said.get("sex", ""),
                category=said.get("category", ""),
                birth_year=int(said["birth_date"][:4]),
            )
        )
        consents.append(
            Consent(
                person=person,
                programme=call.programme,
                kind="data",
                given_at=draft.sent_at,
                recorded_by=actor,
            )
        )
    Identity.objects.file(identities, batch_size=BATCH)
    Registration.objects.bulk_create(registrations, batch_size=BATCH)
    Consent.objects.bulk_create(consents, batch_size=BATCH)


def _applications(
    drafts: Sequence[Draft], persons: Sequence[Person], call: Call, form: Any
) -> list[Application]:
    taken = Case.objects.values_list("serial", flat=True)
    serials = case_number.draw(len(drafts), CHANCE, set(taken))
    cases = [
        Case(
            serial=serial,
            number=case_number.make(serial),
            programme=call.programme,
            site=draft.site,
            opened_at=draft.sent_at,
        )
        for draft, serial in zip(drafts, serials, strict=True)
    ]
    Case.objects.bulk_create(cases, batch_size=BATCH)
    found = []
    for draft, person, case in zip(drafts, persons, cases, strict=True):
        said = answers.summary(form, draft.given)
        found.append(
            Application(
                case=case,
                call=call,
                track=draft.track,
                session=draft.session,
                applicant=person,
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


def _checks(drafts: Sequence[Draft], applications: Sequence[Application], call: Call, at: datetime) -> Any:
    """What the rules of the call say, from the rows themselves."""
    rules = list(call.eligibility_rules.all())
    year = at.astimezone(call.programme.zone).year
    for draft, application in zip(drafts, applications, strict=True):
        said = draft.values
        member = eligibility.Member(
            int(said["birth_date"][:4]), said.get("sex", ""), said.get("category", "")
        )
        facts = eligibility.Facts(year=year, members=[member], site=draft.site.code)
        for rule in rules:
            # Whether somebody was funded before is not known from a row: a person looks.
            by_hand = rule.kind == RuleKind.PREVIOUS_WINNER
            found = (
                eligibility.BY_HAND if by_hand else eligibility.evaluate(rule.kind, rule.parameters, facts)
            )
            yield RuleCheck(application=application, rule=rule, computed=found, outcome=found, checked_at=at)
