"""Forms that come in as XLSForm: read, kept beside the form until a manager takes or drops them.

The account of every row stays when the form is taken: what was not carried over can be read again later.
How the file is read is in `applications/xlsform/`.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applications import form_versions
from applications.form_definition import DECLARATION, INTERNAL, NOTE, PUBLIC
from applications.models import FormImport, FormVersion
from applications.xlsform.carrying import carry_over
from applications.xlsform.workbook import open_workbook
from programmes.models import Call
from workflow import Refused

MOST_LETTERS = 1_000_000


def hand_in(
    call: Call, stage: str, data: bytes, name: str, *, spoken: str, actor: Any, at: datetime
) -> FormImport:
    """Read an XLSForm and keep it beside the form, in the place of one that nobody took.

    spoken: language of texts whose column names none. Raises FileRefused and FormRefused with what stands
    against the file, Refused when the call is over or the form asks nothing.
    """
    if call.state in form_versions.OVER:
        raise Refused([_("The call is over.")])
    book = open_workbook(data, name)
    carried = carry_over(book, spoken=spoken, currency=call.currency, kept=kept_keys(call, stage))
    if not any(question["kind"] != NOTE for question in _questions(carried.definition)):
        raise Refused([_("The file has no question that can be carried over.")])
    if len(json.dumps(carried.definition)) > MOST_LETTERS:
        raise Refused([_("The form is too long for a telephone: shorten its lists or make two forms of it.")])
    with transaction.atomic():
        FormImport.objects.filter(call=call, stage=stage, taken_at__isnull=True).delete()
        return FormImport.objects.create(
            call=call,
            stage=stage,
            definition=carried.definition,
            findings=carried.as_json(),
            file_name=name[-200:],
            uploaded_by=actor,
            uploaded_at=at,
        )


def kept_keys(call: Call, stage: str) -> dict[str, str]:
    """Return every key that was ever used with the kind under which it is used again, "" for none.

    A question of the newest version keeps its key, so that drafts keep their answers; one that was given up
    before does not come back under another meaning.
    """
    newest = form_versions.newest(call, stage)
    kept = dict.fromkeys(form_versions.keys_ever_used(call, stage), "")
    if newest is not None:
        kept |= {question.key: question.kind for question in newest.form.questions()}
    return kept


def take(found: FormImport, *, shown_to_jurors: bool, at: datetime) -> FormVersion:
    """Make the draft of the form of it, in the place of what stands in the draft.

    shown_to_jurors: the answers, but for those that the file keeps from them and what is restricted.
    """
    with transaction.atomic():
        held = FormImport.objects.select_for_update(of=("self",)).select_related("call").get(pk=found.pk)
        if held.taken_at is not None:
            raise Refused([_("This form was taken over already.")])
        definition = held.definition
        for question in _questions(definition):
            asked = question["kind"] not in (NOTE, DECLARATION)
            if shown_to_jurors and asked and question.get("sensitivity") in (PUBLIC, INTERNAL):
                question.setdefault("jurors", True)
        draft = form_versions.begin(held.call, held.stage, definition)
        held.taken_at, held.taken_as, held.definition = at, draft.version, {}
        held.save(update_fields=["taken_at", "taken_as", "definition"])
        return draft


def drop(found: FormImport) -> None:
    """Forget a form that nobody took; raises Refused for one that was."""
    gone, _kinds = FormImport.objects.filter(pk=found.pk, taken_at__isnull=True).delete()
    if not gone:
        raise Refused([_("This form was taken over already.")])


def _questions(definition: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for section in definition.get("sections", []):
        yield from section["questions"]
