"""Promises about applications that `manage.py verify` checks over the stored rows."""

from collections import defaultdict

from applications import erasing
from applications.erasure_guards import digest_of_kept
from applications.models import AnswerSet, Erasure, Identity, MatchKey
from applications.vault import VaultError, place_of, sealed_models, unseal
from documents.models import Document
from workflow.models import Event
from workflow.verification import Result

CHUNK = 500
SENDING = ("submit", "answer", "submit_plan")


def sent_answers_are_unchanged() -> Result:
    """Answers are what was sent: every digest that an event of sending keeps fits a frozen answer set."""
    result = Result("frozen answers are those that were sent", 0)
    events = Event.objects.filter(kind="applications.application", verb__in=SENDING)
    sent: dict[int, list[str]] = defaultdict(list)
    for object_id, data in events.values_list("object_id", "data").iterator(chunk_size=CHUNK):
        if "answers" in data:
            sent[int(object_id)].append(data["answers"])
    keys = sorted(sent)
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        held: dict[int, set[str]] = defaultdict(set)
        erased: set[int] = set()
        rows = AnswerSet.objects.filter(application__in=part, frozen_at__isnull=False)
        for row in rows.select_related("form_version").order_by():
            if row.erased_at is not None:
                erased.add(row.application_id)
            else:
                held[row.application_id].add(row.digest)
        for key in part:
            if key in erased:
                result.skipped += 1  # what was kept of them: `erased_answers_are_those_that_were_kept`
                continue
            result.count += len(sent[key])
            if not set(sent[key]) <= held[key]:
                result.problems.append(f"application {key}: its answers are not those that were sent")
    return result


def erased_answers_are_those_that_were_kept() -> Result:
    """What remains of erased answers is what its erasure says; nothing was erased without one."""
    result = Result("what was kept of erased answers is unchanged", 0)
    covered: set[int] = set()
    erasures = Erasure.objects.filter(state="erased").order_by("pk")
    events = Event.objects.filter(kind="applications.erasure", verb="carry_out")
    kept = {int(pk): data.get("kept", "") for pk, data in events.values_list("object_id", "data")}
    for erasure in erasures.iterator(chunk_size=CHUNK):
        covered.update(erasure.answer_sets)
        result.count += 1
        if kept.get(erasure.pk) != digest_of_kept(erasure.answer_sets):
            result.problems.append(f"erasure {erasure.pk}: what was kept of its answers was changed")
    loose = AnswerSet.objects.filter(erased_at__isnull=False).exclude(pk__in=covered)
    for pk in loose.order_by("pk").values_list("pk", flat=True):
        result.problems.append(f"answers {pk}: erased without an erasure")
    return result


def erased_is_empty() -> Result:
    """Of whoever is erased nothing is left to open: no sealed value, no index, no file, no note."""
    result = Result("nothing is left of who was erased", 0)
    for identity in Identity.objects.filter(erased_at__isnull=False).prefetch_related("tokens"):
        result.count += 1
        full = [name for name in Identity.SEALED if identity.__dict__[name]]
        keys = MatchKey.objects.filter(person=identity.person_id).exists()
        if full or identity.document_index or identity.phone_index or identity.tokens.all() or keys:
            result.problems.append(f"identity {identity.pk}: not empty")
    for erasure in Erasure.objects.filter(state="erased").select_related("person", "programme"):
        result.count += 1
        scope = erasing.scope_of(erasure.person, erasure.programme, erasure.erased_at)
        streams = [case.stream for case in scope.cases]
        files = Document.objects.filter(stream__in=streams, erased_at__isnull=True)
        sets = AnswerSet.objects.filter(application__case__in=scope.case_keys, erased_at__isnull=True)
        if files.exists() or sets.exists():
            result.problems.append(f"erasure {erasure.pk}: files or answers are left")
    return result


def vault_opens() -> Result:
    """Every sealed value opens where it lies."""
    result = Result("sealed values open where they lie", 0)
    for model, fields in sealed_models():
        rows = model._base_manager.order_by("pk").only("pk", "vault_key", *(field.name for field in fields))
        for row in rows.iterator(chunk_size=CHUNK):
            for field in fields:
                if not (held := row.__dict__[field.attname]):
                    continue
                result.count += 1
                try:
                    unseal(held, place_of(row, field))
                except VaultError as error:
                    result.problems.append(f"{model._meta.label_lower}:{row.pk}.{field.name}: {error}")
    return result
