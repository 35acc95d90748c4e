"""What masked copies are made from, read for many applications in so many queries as for one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.contenttypes.models import ContentType

from documents.models import Document
from scoring import copy_texts
from scoring.models import RedactedCopy
from scoring.redaction import Identity

if TYPE_CHECKING:
    from applications.models import AnswerSet, Application, FormVersion


class Source(NamedTuple):
    """What the next copy of one application is made from.

    texts: what jurors would read, by key. documents: the files that they should see. last: its newest copy.
    """

    application: "Application"
    texts: dict[str, str]
    identity: Identity
    documents: list[Document]
    last: RedactedCopy | None


def read(applications: "Sequence[Application]") -> list[Source]:
    """Return the sources of some applications, in their order: four queries."""
    from applications.models import AnswerSet, ApplicationMember, newest_of_each_stage

    keys = [application.pk for application in applications]
    sent = AnswerSet.objects.filter(application__in=keys, frozen_at__isnull=False)
    answers = _by_application(_with_one_form_each(sent.select_related("form_version")))
    people = ApplicationMember.objects.filter(application__in=keys).order_by("pk")
    members = _by_application(copy_texts.with_identities(people))
    versions = RedactedCopy.objects.filter(application__in=keys).order_by("version")
    last = {copy.application_id: copy for copy in versions.only("application", "version", "texts")}
    documents = _documents(applications)
    return [
        Source(
            application,
            copy_texts.texts(application, newest_of_each_stage(answers[application.pk])),
            copy_texts.identity_of(application, members[application.pk]),
            documents[application.pk],
            last.get(application.pk),
        )
        for application in applications
    ]


def _with_one_form_each(answers: "Iterable[AnswerSet]") -> "Iterator[AnswerSet]":
    """Let answers to the same form share it, so that it is read once."""
    forms: dict[int, FormVersion] = {}
    for given in answers:
        given.form_version = forms.setdefault(given.form_version_id, given.form_version)
        yield given


def _by_application(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.application_id].append(row)
    return found


def _documents(applications: "Sequence[Application]") -> dict[int, list[Document]]:
    found: dict[int, list[Document]] = defaultdict(list)
    if applications:
        kind = ContentType.objects.get_for_model(applications[0])
        keys = [application.pk for application in applications]
        rows = Document.objects.filter(owner_type=kind, owner_id__in=keys, erased_at=None, juror_visible=True)
        rows = rows.only("owner_id")
        for document in rows.exclude(sensitivity__in=copy_texts.HIDDEN_SENSITIVITIES):
            found[document.owner_id].append(document)
    return found
