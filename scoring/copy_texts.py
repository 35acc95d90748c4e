"""What jurors are meant to read of an application, text by text, and by what its people could be known.

Reads the dossier and the vault, stores nothing. Each text has a key of its own, such as "idea/description" or
"plan/budget/0/item": what is hidden in it is decided under that key (`scoring/workbench.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from applications import answers, form_definition
from scoring.redaction import Identity, Piece

if TYPE_CHECKING:
    from applications.models import AnswerSet, Application

Mask = Callable[[str, str], list[Piece]]
"""Returns the pieces of a text by its key and its words."""

TITLE = "title"
LINE = {"fr": "Ligne", "en": "Line", "ar": "السطر"}
HIDDEN_KINDS = frozenset(
    {form_definition.PHONE, form_definition.DECLARATION, form_definition.FILE, form_definition.NOTE}
)
HIDDEN_SENSITIVITIES = frozenset({form_definition.RESTRICTED, form_definition.VAULT})


def plain(key: str, text: str) -> list[Piece]:
    """Mask nothing."""
    return [{"text": text}] if text else []


def identity_of(application: "Application", members: Iterable[Any] | None = None) -> Identity:
    """Return everything by which the people behind an application could be known.

    members: read before with their persons, by whoever reads those of many applications.
    """
    names: list[str] = [application.organisation_name]
    numbers: list[str] = []
    places: list[str] = []
    references: list[str] = []
    for person in _persons(application, members):
        references += [str(person), str(person.reference)]
        if person.user is not None:
            names.append(person.user.full_name)
            numbers.append(str(person.user.phone or ""))
            references.append(person.user.email or "")
        identity = getattr(person, "identity", None)
        if identity is not None:
            names += [identity.latin_name, identity.arabic_name]
            numbers += [identity.phone, identity.document_number, *_dates(identity.birth_date)]
            places.append(identity.address)
    return Identity(_written(names), _written(numbers), _written(places), _written(references))


def with_identities(members: Any) -> Any:
    """Read members of applications with what `identity_of` asks of them, and no more."""
    account = (f"person__user__{name}" for name in ("full_name", "email", "phone_sealed"))
    sealed = ("latin_name", "arabic_name", "phone", "document_number", "birth_date", "address", "vault_key")
    identity = (f"person__identity__{name}" for name in sealed)
    rows = members.select_related("person__user", "person__identity")
    return rows.only("application", "person__reference", *account, *identity)


def _dates(birth: Any) -> list[str]:
    """A full date of birth as its digits are written: year first, day first."""
    year, *rest = str(birth or "").split("-")
    return [year + "".join(rest), "".join(reversed(rest)) + year] if len(rest) == 2 else []


def _persons(application: "Application", members: Iterable[Any] | None) -> list[Any]:
    if members is None:
        members = with_identities(application.members)
    found = {member.person_id: member.person for member in members}
    if application.applicant is not None and application.applicant_id not in found:
        found[application.applicant.pk] = application.applicant
    return list(found.values())


def _written(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text and text.strip()))


def parts(
    application: "Application", mask: Mask, sent: "Iterable[AnswerSet] | None" = None
) -> Iterator[dict[str, Any]]:
    """Yield what jurors read of all forms that were sent, section by section. sent: read before."""
    for answer_set in application.all_sent_answers() if sent is None else sent:
        stage = answer_set.form_version.stage
        yield from parts_of(answer_set.form, answer_set.answers, application.currency, mask, stage=stage)


def texts(application: "Application", sent: "Iterable[AnswerSet] | None" = None) -> dict[str, str]:
    """Return every text that a juror would read, by its key, as it was written. sent: read before."""
    found = {TITLE: application.title} if application.title else {}

    def collect(key: str, text: str) -> list[Piece]:
        if text:
            found[key] = text
        return []

    for _part in parts(application, collect, sent):
        pass
    return found


def parts_of(
    form: form_definition.Form, given: Mapping[str, Any], currency: str, mask: Mask, *, stage: str = ""
) -> Iterator[dict[str, Any]]:
    """Yield what jurors read of the answers to a form, section by section, masked."""
    shown = {question.key for question in answers.shown(form, given) if _is_for_jurors(question)}
    for section in form.sections:
        found = [
            _answer(question, given[question.key], currency, mask, f"{stage}/{question.key}")
            for question in section.questions
            if question.key in shown and not answers.is_empty(given.get(question.key))
        ]
        if found:
            yield {"title": dict(section.title), "answers": found}


def _is_for_jurors(question: form_definition.Question) -> bool:
    return (
        question.jurors
        and question.kind not in HIDDEN_KINDS
        and question.sensitivity not in HIDDEN_SENSITIVITIES
    )


def _answer(
    question: form_definition.Question, value: Any, currency: str, mask: Mask, key: str
) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": question.kind, "label": dict(question.label), "currency": currency}
    if question.kind == form_definition.TABLE:
        return {**shown, **_table(question, value, mask, key)}
    if question.kind == form_definition.CHOICE:
        labels = dict(question.choices)
        return {**shown, "choice": dict(labels.get(str(value), {"fr": str(value)}))}
    if question.kind == form_definition.CHOICES:
        labels = dict(question.choices)
        chosen = value if isinstance(value, list) else [value]
        return {**shown, "chosen": [dict(labels.get(str(one), {"fr": str(one)})) for one in chosen]}
    return {**shown, **_value(question.kind, value, mask, key)}


def _value(kind: str, value: Any, mask: Mask, key: str) -> dict[str, Any]:
    """One value: whole minor units, or masked text."""
    if kind == form_definition.MONEY and isinstance(value, int):
        return {"minor": value}
    return {"pieces": mask(key, "" if value is None else str(value))}


def _table(question: form_definition.Question, rows: list[Any], mask: Mask, key: str) -> dict[str, Any]:
    kinds = question.column_kinds
    lines = answers.lines(question, rows)
    totals = answers.totals(question, rows)
    of = {total.key: kinds.get(total.plus[0], "") for total in question.totals if total.plus}
    columns = [{"label": dict(column.label), "kind": column.kind} for column in question.columns]
    shown = [
        [_value(kind, line.get(name), mask, f"{key}/{number}/{name}") for name, kind in kinds.items()]
        for number, line in enumerate(lines)
    ]
    if question.row_labels:
        columns.insert(0, {"label": LINE, "kind": form_definition.TEXT})
        for row, texts in zip(shown, question.row_labels, strict=False):
            row.insert(0, {"texts": dict(texts)})
    return {
        "columns": columns,
        "rows": shown,
        "totals": [
            {
                "label": dict(total.label),
                **_value(of[total.key], totals[total.key], mask, f"{key}/total/{total.key}"),
            }
            for total in question.totals
            if total.key in of
        ],
    }
