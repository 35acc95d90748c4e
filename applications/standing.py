"""Where an application stands, in plain words: what happens now, who has it, what comes next, since when.

One definition for the header of the case and for the applicant's own page. What happens after the award is
told by the packages above, which register who follows the case from there (`register_follower`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import appeal_guards
from applications.models import Application
from applications.models.appeals import OPEN
from workflow import display

APPLICANT, OFFICE, COMMITTEE, NOBODY = (
    _("you"),
    _("the programme's office"),
    _("the selection committee"),
    _("nobody: it is finished"),
)


class Standing(NamedTuple):
    """now: a sentence to the applicant; holder: who has it; following: the next step; open: still moving.

    since: when this began, None where nobody knows; office_holder: the role that has it, for staff, where the
    applicant reads it in plainer words.
    """

    now: Any
    holder: Any
    following: Any
    open: bool = True
    since: datetime | None = None
    office_holder: Any = ""

    @property
    def holder_for_staff(self) -> Any:
        """Who has it, as those who run the programme read it."""
        return _("the applicant") if self.holder is APPLICANT else self.office_holder or self.holder


Follower = Callable[[Application], "Standing | None"]
_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Let a package above say where an awarded application stands; None leaves it to the application."""
    if follower not in _followers:
        _followers.append(follower)


STANDINGS = {
    "draft": Standing(_("Your application is not sent yet."), APPLICANT, _("Complete it and send it.")),
    "submitted": Standing(
        _("Your application has arrived. It is being checked."),
        OFFICE,
        _("Documents and conditions are checked."),
    ),
    "incomplete": Standing(
        _("Something is missing. Answer what is asked below."), APPLICANT, _("Your answer, before the date.")
    ),
    "eligible": Standing(
        _("Your application is complete and eligible."), COMMITTEE, _("The committee reads it.")
    ),
    "ineligible": Standing(
        _("Your application does not meet a condition of the call."), NOBODY, _("Nothing more."), open=False
    ),
    "in_review": Standing(_("The committee reads your application."), COMMITTEE, _("The committee decides.")),
    "shortlisted": Standing(
        _("Your application was retained for the next round."), OFFICE, _("You will be asked for your plan.")
    ),
    "not_retained": Standing(_("Your application was not retained."), NOBODY, _("Nothing more."), open=False),
    "plan_requested": Standing(_("Your plan is awaited."), APPLICANT, _("Fill in the plan and send it.")),
    "plan_submitted": Standing(_("Your plan has arrived."), COMMITTEE, _("The committee reads it.")),
    "in_final_review": Standing(_("The committee reads your plan."), COMMITTEE, _("The committee decides.")),
    "awarded": Standing(_("Your project is funded."), OFFICE, _("The agreement is prepared for signature.")),
    "waitlisted": Standing(
        _("Your project is on the waiting list."), COMMITTEE, _("A place may become free.")
    ),
    "rejected": Standing(_("Your project was not chosen."), NOBODY, _("Nothing more."), open=False),
    "declined": Standing(_("You declined the award."), NOBODY, _("Nothing more."), open=False),
    "lapsed": Standing(_("The time for your answer has passed."), NOBODY, _("Nothing more."), open=False),
    "withdrawn": Standing(_("You withdrew your application."), NOBODY, _("Nothing more."), open=False),
    "disqualified": Standing(
        _("Your application was excluded."),
        NOBODY,
        _("Ask the programme's office for the reasons."),
        open=False,
    ),
}


def standing(application: Application, at: datetime) -> Standing:
    """Return where an application stands at a moment."""
    if application.state == "awarded":
        for follower in _followers:
            if (found := follower(application)) is not None:
                return found
    words = STANDINGS[application.state]._replace(since=application.state_since)
    if application.state in appeal_guards.APPEALABLE:
        return _after_a_refusal(words, application, at)
    return words


def _after_a_refusal(words: Standing, application: Application, at: datetime) -> Standing:
    """What is next after a decision that one can appeal against: until when, or how the appeal stands."""
    if appeal_guards.why_not_lodge(application, at) is None:
        until = timezone.localtime(appeal_guards.window_of(application))
        day, hour = display.date_text(until), f"{until:%H:%M}"
        said = gettext("You may appeal until %(date)s, %(time)s.") % {"date": day, "time": hour}
        return words._replace(holder=gettext("nobody, unless there is an appeal"), following=said)
    appeal = application.appeals.order_by("lodged_at").last()
    if appeal is None or appeal.decided_at != application.state_since:
        return words._replace(following=gettext("Nothing more: the time to appeal is over."))
    if appeal.state in OPEN:
        return words._replace(holder=OFFICE, following=gettext("The answer to your appeal."), open=True)
    return words
