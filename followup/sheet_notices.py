"""Telling a coach that the office typed a paper sheet in and handed it in under the coach's name.

The coach stays the author, so the coach is whom an error would be laid to: they read it before it is judged.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from followup.models import Visit
from programmes import messages
from programmes.messages import MessageKind
from workflow import Firing, notices, on
from workflow.models import Notice

TEMPLATE = "followup.sheet_typed_in"


@on("followup.Visit", "submit")
def coach_hears_of_a_sheet_in_their_name(firing: Firing) -> None:
    """Tell the author of a visit that somebody else has typed in and submitted."""
    visit: Visit = firing.record
    if visit.author_id is None or firing.actor.pk in (None, visit.author_id):
        return
    notices.queue(
        template=TEMPLATE,
        recipient_kind="user",
        recipient_id=visit.author_id,
        stream=visit.stream,
        at=firing.at,
        context={"programme": visit.programme_id, "visit": str(visit.pk)},
        event=firing.event,
    )


def values(notice: Notice) -> Mapping[str, Any] | None:
    """The coach, who typed, which visit of which case, where to look; no name of a beneficiary."""
    visits = Visit.objects.select_related("author", "typed_by", "case", "plan_row")
    visit = visits.filter(pk=notice.context.get("visit")).first()
    if visit is None or visit.author is None or visit.typed_by is None:
        return None
    return {
        "name": visit.author.full_name,
        "typist": visit.typed_by.full_name,
        "visit": visit.name,
        "number": visit.case.number,
        "link": settings.PUBLIC_URL.rstrip("/") + visit.get_absolute_url(),
    }


KIND = MessageKind(
    key=TEMPLATE,
    label=_("A paper sheet was typed in, to the coach"),
    when=_("When the office has typed in a coach’s paper sheet and submitted the visit in the coach’s name."),
    subject=_("Your paper sheet of case {number} was typed in"),
    body=_(
        "Dear {name},\n\n{typist} has typed in your paper sheet of the visit “{visit}” of case {number} and"
        " submitted the visit in your name. Read it: {link}\n\nIf it does not say what you found, tell your"
        " supervisor before the visit is validated: it can be returned to you.\n"
    ),
    placeholders={
        "name": _("name of the reader"),
        "typist": _("name of who typed the sheet in"),
        "visit": _("name of the visit"),
        "number": _("case number"),
        "link": _("address of the visit"),
    },
    samples={
        "name": "Amel Kacem",
        "typist": "Idriss Maïga",
        "visit": "M+1",
        "number": "40068-7",
        "link": "https://example.org/",
    },
    values=values,
)


def register() -> None:
    """Make the message known, so that a programme may word it."""
    messages.register(KIND)
