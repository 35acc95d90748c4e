"""When a call is open longer, whoever is writing learns the new date, by a mailing that is read first."""

from django.utils.translation import gettext as _

from applications.models import Application
from programmes import extending
from programmes.models import CallExtension
from workflow import notices
from workflow.models import NoticeBatch


def tell_those_who_write(made: CallExtension) -> None:
    """Queue a message for each draft of the call, held back until a manager read and released the mailing."""
    call = made.call
    drafts = Application.objects.filter(call=call, state="draft", applicant__isnull=False)
    rows = list(drafts.select_related("case").order_by("pk"))
    if not rows:
        return
    mailing = NoticeBatch.objects.create(
        label=_("New closing date: %(call)s") % {"call": call.title},
        stream=call.stream,
        programme_code=call.programme.code,
        created_at=made.at,
    )
    for draft in rows:
        notices.queue(
            template="deadline_moved",
            recipient_kind="person",
            recipient_id=draft.applicant_id,
            stream=draft.stream,
            at=made.at,
            context={"application": draft.pk, "extension": made.pk},
            batch=mailing,
        )


def register() -> None:
    """Follow extensions."""
    extending.follow(tell_those_who_write)
