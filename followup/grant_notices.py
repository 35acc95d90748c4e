"""Telling the lead coach that a grant is suspended or goes on; the reason stands on the page of the grant.

The beneficiary is told by `disbursements.messages`; the coach is whom the beneficiary asks.
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from disbursements.models import Grant
from followup.models import Enterprise
from followup.planning import lead_coach
from programmes import messages
from programmes.messages import MessageKind
from workflow import Firing, notices, on
from workflow.models import Notice


def values(notice: Notice) -> Mapping[str, Any] | None:
    """The coach's name, the number of the case, where to look."""
    grant = Grant.objects.select_related("case").filter(pk=notice.context.get("grant")).first()
    coach = User.objects.filter(pk=notice.context.get("coach") or 0).first()
    if grant is None or coach is None:
        return None
    link = settings.PUBLIC_URL.rstrip("/") + grant.case.get_absolute_url()
    return {"name": coach.full_name, "number": grant.case.number, "link": link}


PLACEHOLDERS = {
    "name": _("name of the reader"),
    "number": _("case number"),
    "link": _("address of the case"),
}
SAMPLES = {"name": "Amel Kacem", "number": "40068-7", "link": "https://example.org/"}

SUSPENDED = MessageKind(
    key="followup.grant_suspended",
    label=_("A grant is suspended, to the coach"),
    when=_("When a manager suspends a grant: the lead coach of the enterprise is told."),
    subject=_("The grant of case {number} is suspended"),
    body=_(
        "Dear {name},\n\nThe grant of case {number} is suspended: no money is paid until the programme has"
        " decided how to go on. The beneficiary was told to ask you or the office. Visits and receipts go on:"
        " {link}\n"
    ),
    placeholders=PLACEHOLDERS,
    samples=SAMPLES,
    values=values,
)
RESUMED = MessageKind(
    key="followup.grant_resumed",
    label=_("A grant is resumed, to the coach"),
    when=_("When a manager resumes a suspended grant: the lead coach of the enterprise is told."),
    subject=_("The grant of case {number} goes on"),
    body=_(
        "Dear {name},\n\nThe grant of case {number} is suspended no more: payments go on. What comes next is"
        " written here: {link}\n"
    ),
    placeholders=PLACEHOLDERS,
    samples=SAMPLES,
    values=values,
)


@on("disbursements.Grant", "suspend")
def coach_hears_of_the_suspension(firing: Firing) -> None:
    """Whoever visits the beneficiary knows that no money comes."""
    _tell(firing, SUSPENDED)


@on("disbursements.Grant", "resume")
def coach_hears_that_it_goes_on(firing: Firing) -> None:
    """Whoever visits the beneficiary knows that money may come."""
    _tell(firing, RESUMED)


def _tell(firing: Firing, kind: MessageKind) -> None:
    """Queue a message to the lead coach; none where no coach follows the enterprise."""
    grant: Grant = firing.record
    enterprise = Enterprise.objects.filter(grant=grant).first()
    coach = lead_coach(enterprise) if enterprise is not None else None
    if coach is None:
        return
    notices.queue(
        template=kind.key,
        recipient_kind="user",
        recipient_id=coach,
        stream=grant.stream,
        at=firing.at,
        context={"programme": grant.programme_id, "grant": grant.pk, "coach": coach},
        event=firing.event,
    )


def register() -> None:
    """Make the kinds known, so that a programme may word them."""
    for kind in (SUSPENDED, RESUMED):
        messages.register(kind)
