"""Messages to applicants: what each one says, in which words of the programme, and to whom it goes.

A notice holds the application and the event by reference; its words are made when it leaves or is read on the
status page. The wording of a programme (`programmes.MessageTemplate`) goes before the one written here.
"""

from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from applications.models import Application, Identity, Person
from programmes.models import MessageTemplate
from workflow import display, notices
from workflow.declare import Firing
from workflow.models import Notice

# {call}, {number}, {link}: on every message; {date}, {questions}, {message}, {rule} where the event has them.
FIELDS = ("call", "number", "link", "date", "questions", "message", "rule", "reason")


class Wording(NamedTuple):
    """A message as the product says it: subject and text, English msgids with fields in braces."""

    subject: str
    body: str


WORDINGS = {
    "appeal_received": Wording(
        gettext_noop("We have received your appeal"),
        gettext_noop("Your appeal for application {number} has arrived. You can follow it here: {link}"),
    ),
    "appeal_admitted": Wording(
        gettext_noop("Your appeal will be heard"),
        gettext_noop(
            "Somebody who took no part in the decision about application {number} will look at it again.\n"
            "You can follow it here: {link}"
        ),
    ),
    "appeal_inadmissible": Wording(
        gettext_noop("Your appeal is not admitted"),
        gettext_noop(
            "Your appeal for application {number} is not heard, because: {reason}\nMore is said here: {link}"
        ),
    ),
    "appeal_upheld": Wording(
        gettext_noop("Your appeal was upheld"),
        gettext_noop(
            "You were right: application {number} is decided again. {reason}\nYou can follow it here: {link}"
        ),
    ),
    "appeal_dismissed": Wording(
        gettext_noop("Your appeal was dismissed"),
        gettext_noop(
            "The decision about application {number} stands, because: {reason}\nMore is said here: {link}"
        ),
    ),
    "application_received": Wording(
        gettext_noop("We have received your application"),
        gettext_noop(
            "Your application for “{call}” has arrived. Its number is {number}: keep it.\n"
            "You can follow it and fetch your receipt here: {link}"
        ),
    ),
    "piece_requested": Wording(
        gettext_noop("Something is missing in your application"),
        gettext_noop(
            "Your application {number} for “{call}” needs an answer from you before {date}.\n"
            "What is asked: {questions}\n{message}\n"
            "The rest of your file does not change. Answer here: {link}"
        ),
    ),
    "piece_received": Wording(
        gettext_noop("We have received what was missing"),
        gettext_noop("What we asked for application {number} has arrived. You can follow it here: {link}"),
    ),
    "application_eligible": Wording(
        gettext_noop("Your application is complete and eligible"),
        gettext_noop(
            "The selection committee will read your application {number}. You can follow it here: {link}"
        ),
    ),
    "application_ineligible": Wording(
        gettext_noop("Your application cannot be taken further"),
        gettext_noop(
            "Your application {number} for “{call}” does not meet a condition of the call: {rule}\n"
            "How to appeal is said here: {link}"
        ),
    ),
    "plan_requested": Wording(
        gettext_noop("We ask you for your plan"),
        gettext_noop(
            "Your idea was retained. Fill in the plan for application {number} before {date}, here: {link}"
        ),
    ),
    "plan_received": Wording(
        gettext_noop("We have received your plan"),
        gettext_noop("The plan for application {number} has arrived. You can follow it here: {link}"),
    ),
    "form_changed": Wording(
        gettext_noop("The form of your application has changed"),
        gettext_noop(
            "The form of the call “{call}” has changed. What you wrote in application {number} is kept.\n"
            "Read it again and complete it before you send it: {link}"
        ),
    ),
    "deadline_moved": Wording(
        gettext_noop("You have more time for your application"),
        gettext_noop("The call “{call}” is open until {date}. Send application {number} before that: {link}"),
    ),
    "application_lapsed": Wording(
        gettext_noop("Your application has lapsed"),
        gettext_noop(
            "The time for application {number} has passed without an answer. More is said here: {link}"
        ),
    ),
    "application_withdrawn": Wording(
        gettext_noop("Your application was withdrawn"),
        gettext_noop("Application {number} for “{call}” was withdrawn, as you asked."),
    ),
    "case_claimed": Wording(
        gettext_noop("Your application is in your own hands now"),
        gettext_noop(
            "Application {number} was taken over by an account, as its owner. Only this account writes in it"
            " now. If it was not you, tell the office at once."
        ),
    ),
    "application_disqualified": Wording(
        gettext_noop("Your application was excluded"),
        gettext_noop("Application {number} for “{call}” was excluded. More is said here: {link}"),
    ),
}


def say(template: str, firing: Firing, *, application: Application | None = None) -> None:
    """Queue a message to the applicant about a change of state; nobody is told where nobody is named."""
    application = application or firing.record
    if application.applicant_id is None:
        return
    notices.queue(
        template=template,
        recipient_kind="person",
        recipient_id=application.applicant_id,
        stream=application.stream,
        at=firing.at,
        context={"application": application.pk},
        event=firing.event,
    )


def tell_of_appeal(appeal: Any, at: Any) -> None:
    """Queue the message that an appeal has arrived."""
    application = appeal.application
    if application.applicant_id is not None:
        notices.queue(
            template="appeal_received",
            recipient_kind="person",
            recipient_id=application.applicant_id,
            stream=application.stream,
            at=at,
            context={"application": application.pk},
        )


def render(notice: Notice, language: str) -> notices.Message | None:
    """Return the text of one of our messages in a language, None when it is not ours."""
    wording = WORDINGS.get(notice.template)
    if wording is None:
        return None
    application = (
        Application.objects.filter(pk=notice.context.get("application"))
        .select_related("case", "call__programme", "applicant")
        .first()
    )
    if application is None:
        return None
    subject, body = _own_wording(application, notice.template, language) or (
        _(wording.subject),
        _(wording.body),
    )
    values = _values(application, notice)
    return notices.Message(subject=_filled(subject, values), body=_filled(body, values))


def _own_wording(application: Application, key: str, language: str) -> tuple[str, str] | None:
    found = MessageTemplate.objects.filter(
        programme=application.programme_id, key=key, language=language
    ).first()
    return (found.subject, found.body) if found else None


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return "\n".join(line for line in text.splitlines() if line.strip())


def _values(application: Application, notice: Notice) -> dict[str, str]:
    data: dict[str, Any] = notice.event.data if notice.event else {}
    due = parse_datetime(str(data.get("due_at", "")))
    if notice.template == "deadline_moved":
        due = application.call.closes_at
    zone = application.call.programme.zone
    has_account = application.applicant is not None and application.applicant.user_id is not None
    page = "applications:status" if has_account else "applications:follow_number"
    link = settings.PUBLIC_URL.rstrip("/") + reverse(page, args=[application.case.number])
    return {
        "call": application.call.title,
        "number": application.case.number,
        "link": link,
        "date": f"{display.date_text(due.astimezone(zone).date())}, {due.astimezone(zone):%H:%M}"
        if due
        else "",
        "questions": _questions(application, data.get("questions", [])),
        "message": _request_text(application, notice),
        "rule": _rule(application, data),
        "reason": _reason(notice),
    }


def _reason(notice: Notice) -> str:
    """What whoever answered an appeal wrote for the applicant."""
    note = notice.event.note if notice.event and notice.template.startswith("appeal_") else None
    return note.text if note else ""


def _questions(application: Application, keys: list[str]) -> str:
    sent = application.sent_answers("idea") if keys else None
    if sent is None:
        return ""
    asked = (sent.form.by_key.get(key) for key in keys)
    return " · ".join(question.label_in(display.language()) for question in asked if question)


def _request_text(application: Application, notice: Notice) -> str:
    if notice.template != "piece_requested":
        return ""
    request = application.piece_requests.filter(asked_at=notice.created_at).first()
    return request.message if request else ""


def _rule(application: Application, data: dict[str, Any]) -> str:
    rule = application.call.eligibility_rules.filter(pk=data.get("rule") or 0).first()
    return rule.title if rule else _("what was asked for did not come in time.")


def address(person_id: str) -> notices.Address | None:
    """Return where a person can be reached: the account's e-mail, else the phone in the vault."""
    person = Person.objects.filter(pk=person_id).select_related("user").first()
    if person is None:
        return None
    if person.user is not None and person.user.email:
        return notices.Address(email=person.user.email, language=person.user.language)
    identity = Identity.objects.filter(person=person).first()
    newest = person.applications.order_by("-pk").values_list("language", flat=True).first()
    return notices.Address(
        phone=identity.phone if identity else "", language=newest or settings.LANGUAGE_CODE
    )
