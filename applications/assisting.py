"""Writing at a person's side: beginning with consent, taking over from a colleague, reading back, ending.

Every step is an act in the case's history (`workflow/acts.py`); who may is asked by the views. A person with
an account writes alone: nobody begins to help there, and help that was given before ends with the claim.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import drafting
from applications.models import Application, Assistance, Ending, Mark, Person, ReadBack
from documents.filing import store
from documents.models import Sensitivity
from workflow import Refused, acts
from workflow.states import DOING, DONE

CASE = "applications.Case"


def declare_acts() -> None:
    """Name the acts of this module."""
    acts.declare(CASE, "assist", gettext_lazy("A field agent writes for the person"), meaning=DOING)
    acts.declare(
        CASE,
        "take_over",
        gettext_lazy("Another field agent writes for the person"),
        facts=("helper",),
        reason=True,
        meaning=DOING,
    )
    acts.declare(
        CASE,
        "read_back",
        gettext_lazy("Read back to the person and confirmed"),
        facts=("answers", "mark"),
        meaning=DONE,
    )


def why_not(person: Person | None) -> str | None:
    """Return why nobody may write for a person, None when somebody may."""
    if person is None:
        return _("Nobody is named as applicant.")
    if person.user_id is not None:
        return _(
            "This person has an account and writes alone. Help by explaining, at the person's own screen."
        )
    return None


@transaction.atomic
def begin(
    call: Any, track: Any, person: Person, *, helper: Any, language: str, written_in: str, at: datetime
) -> Application:
    """Begin an application for a person, or go on with the one begun before; return it under assistance.

    language: what is spoken; written_in: the language of messages and papers. Raises `Refused`.
    """
    if (sentence := why_not(person)) is not None:
        raise Refused([sentence])
    application, _new = drafting.begin(call, track, person, language=written_in, at=at)
    assist(application, helper=helper, language=language, at=at)
    return application


@transaction.atomic
def assist(
    application: Application, *, helper: Any, language: str, at: datetime, reason: str = ""
) -> Assistance:
    """Let an agent write an application for its person; from another agent it is taken over, with a reason.

    The same agent again changes nothing. Raises `Refused`.
    """
    held = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if (sentence := why_not(held.applicant)) is not None:
        raise Refused([sentence])
    before = held.assistance
    if before is not None and before.helper_id == helper.pk:
        return before
    if before is None:
        acts.record(application.case, "assist", actor=helper, at=at)
    elif not reason.strip():
        raise Refused([_("Say in a few words why you take over from your colleague.")])
    else:
        taken = {"helper": before.helper_id}
        acts.record(application.case, "take_over", actor=helper, at=at, reason=reason, data=taken)
        _end(before, Ending.TAKEN_OVER, at)
    return Assistance.objects.create(application=application, helper=helper, language=language, began_at=at)


def _end(assistance: Assistance, ending: str, at: datetime) -> None:
    assistance.ended_at, assistance.ending = at, ending
    assistance.save(update_fields=["ended_at", "ending"])


def end_for(person: Person, at: datetime) -> None:
    """End all help to a person who writes alone from now on."""
    for assistance in Assistance.objects.filter(application__applicant=person, ended_at__isnull=True):
        _end(assistance, Ending.CLAIMED, at)


@transaction.atomic
def record_read_back(
    application: Application, given: Mapping[str, Any], *, answers: str, actor: Any, at: datetime
) -> ReadBack:
    """Note that the person confirmed what was read back.

    given: cleaned data of `ReadBackForm`; answers: digest of what stood on the page that was read. Raises
    `Refused` when other answers stand there now, or when somebody else helps.
    """
    assistance = application.assistance
    if assistance is None or assistance.helper_id != actor.pk:
        raise Refused([_("Somebody else helps with this application now.")])
    current = application.open_answers
    if current is None or current.digest != answers:
        raise Refused([_("The answers were changed meanwhile. Read them back again.")])
    acts.record(
        application.case, "read_back", actor=actor, at=at, data={"answers": answers, "mark": given["mark"]}
    )
    witnessed = given["mark"] != Mark.SIGNATURE
    names = ("first_witness", "first_capacity", "second_witness", "second_capacity")
    made = ReadBack.objects.create(
        assistance=assistance,
        answers=answers,
        language=given["language"],
        at=at,
        mark=given["mark"],
        **{name: given[name] if witnessed else "" for name in names},
    )
    if given.get("sheet") is not None:
        add_sheet(made, given["sheet"], actor=actor, at=at)
    return made


def add_sheet(read_back: ReadBack, photograph: Any, *, actor: Any, at: datetime) -> None:
    """Keep the photograph of the signed sheet with its read-back, in the vault; a second one replaces it."""
    read_back.sheet = store(
        photograph,
        owner=read_back,
        kind="read_back_sheet",
        actor=actor,
        at=at,
        stream=read_back.assistance.application.stream,
        sensitivity=Sensitivity.VAULT,
    )
    read_back.save(update_fields=["sheet"])


def valid_read_back(application: Application) -> ReadBack | None:
    """Return the newest read-back of exactly the answers that stand there now, None when there is none."""
    current = application.open_answers
    if current is None:
        return None
    rows = ReadBack.objects.filter(assistance__application=application, answers=current.digest)
    return rows.order_by("-at", "-pk").first()


def read_back_without_sheet(application: Application) -> ReadBack | None:
    """Return the newest read-back of which the signed sheet was not photographed yet, None when all were."""
    newest = ReadBack.objects.filter(assistance__application=application).order_by("-at", "-pk").first()
    return newest if newest is not None and newest.sheet_id is None else None
