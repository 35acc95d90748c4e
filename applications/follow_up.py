"""Following a case by number and PIN: who gets in, how often one may try, what the holder of a slip may do.

The holder of a slip reads where the case stands and what was written to the person, and confirms having read
it. Nothing is answered, changed or withdrawn here: a PIN proves that somebody holds a paper, not who it is.
Answers are sworn to and read back, so they ask for the agent, or for the claim of the case
(`applications/claiming.py`).
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import case_number, opening, slips, throttle
from applications.models import Application, Attempts, Case, Registration, Slip
from applications.throttle import Count, Limit
from applications.vault import blind
from workflow import Refused, acts, display
from workflow.actors import System, name_system
from workflow.notices import of_stream, preview
from workflow.states import DONE

CASE = "applications.Case"
HOLDER = System("slip")
SESSION_KEY = "follow_up"
LASTS = timedelta(minutes=20)
KEPT = timedelta(days=30)
LONGEST_NUMBER = 14
ASKED = ("incomplete", "plan_requested", "awarded")


class Locked(Exception):
    """Too many attempts; until when nobody is let in."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(until)


def declare_acts() -> None:
    """Name the acts of this module, and who the holder of a slip is in histories."""
    acts.declare(
        CASE,
        "confirm_read",
        gettext_lazy("Message read by the holder of the slip"),
        facts=("day",),
        meaning=DONE,
    )
    name_system(str(HOLDER), gettext_lazy("Holder of the slip"))


def is_number(number: str) -> bool:
    """Tell whether somebody typed a case number: its check digit fits. That says nothing of what exists."""
    return len(number) <= LONGEST_NUMBER and case_number.is_valid(number)


def enter(number: str, pin: str, *, address: str, now: datetime) -> Slip | None:
    """Return the slip that a case number and a PIN open, None for a wrong PIN and for an unknown case alike.

    address: of the visitor, counted too. Raises `Locked`. An attempt is counted before the PIN is looked at.
    """
    keys = {
        f"case:{number}": throttle.OF_A_CASE,
        f"address:{blind(address, 'address')}": throttle.OF_AN_ADDRESS,
    }
    before = _spend(keys, now)
    case = Case.objects.filter(number=number).first()
    slip = slips.valid_slip(case) if case is not None else None
    if not slips.fits(slip, number, slips.typed(pin)):
        return None
    _forgive(before, now)
    return slip


@transaction.atomic
def _spend(keys: dict[str, Limit], now: datetime) -> dict[str, Count]:
    """Count one attempt under every key; return the counts as they stood before. Raises `Locked`."""
    rows = _locked_rows(keys, now)
    before = {key: _count(row) for key, row in rows.items()}
    locks = [until for count in before.values() if (until := count.locked_at(now)) is not None]
    if locks:
        raise Locked(max(locks))
    for key, row in rows.items():
        _store(row, throttle.spend(before[key], keys[key], now))
    return before


@transaction.atomic
def _forgive(before: dict[str, Count], now: datetime) -> None:
    """After the right PIN: the case counts from nothing again, the address without this attempt."""
    for key, row in _locked_rows(before, now).items():
        if key.startswith("case:"):
            _store(row, Count(since=now))
        else:
            _store(row, throttle.give_back(_count(row), before[key]))


def _locked_rows(keys: Any, now: datetime) -> dict[str, Attempts]:
    Attempts.objects.bulk_create(
        [Attempts(key=key, since=now) for key in sorted(keys)], ignore_conflicts=True
    )
    rows = Attempts.objects.select_for_update().filter(key__in=list(keys)).order_by("key")
    return {row.key: row for row in rows}


def _count(row: Attempts) -> Count:
    return Count(row.since, row.failures, row.strikes, row.locked_until)


def _store(row: Attempts, count: Count) -> None:
    Attempts.objects.filter(pk=row.pk).update(**count._asdict())


def forget_attempts(now: datetime) -> int:
    """Drop the counts of attempts that no longer matter; for `tick`. Return how many."""
    old = Attempts.objects.filter(since__lt=now - KEPT).exclude(locked_until__gt=now)
    return old.delete()[0]


# The session of the page: one case, a short time


def open_session(slip: Slip, now: datetime) -> dict[str, Any]:
    """Return what the visitor's session keeps: which slip, until when."""
    return {"slip": slip.pk, "until": (now + LASTS).timestamp()}


def case_of_session(kept: Any, now: datetime) -> Application | None:
    """Return the application that a session may follow, None when it is over or the PIN is void."""
    if not isinstance(kept, dict) or now.timestamp() >= float(kept.get("until", 0)):
        return None
    slip = Slip.objects.filter(pk=kept.get("slip", 0), ended_at__isnull=True).first()
    if slip is None:
        return None
    return Application.objects.with_papers().filter(case=slip.case_id).first()


# What the page shows and takes


class Told(NamedTuple):
    """A message to the person, without any name."""

    subject: str
    body: str
    at: datetime


def told(application: Application) -> list[Told]:
    """Return what was written to the person, newest first, naming nobody."""
    language = display.language()
    nobody = opening.pseudonym_of(application.case)
    found = []
    for notice in of_stream(application.stream):
        message = preview(notice, language)
        body = message.body.replace(_("[the name, put in when the letter leaves]"), nobody)
        found.append(Told(message.subject, body, notice.created_at))
    return found


def latest_day(application: Application) -> datetime | None:
    """Return until when the person should come, None when no date is set."""
    if application.state == "incomplete":
        request = application.open_request
        return request.due_at if request else None
    return application.plan_due_at if application.state == "plan_requested" else None


@transaction.atomic
def confirm(application: Application, *, day: date | None, today: date, at: datetime) -> None:
    """Note that the holder of the slip has read what is asked, and perhaps the day on which the person comes.

    Raises `Refused` when nothing is asked, or for a day that has passed or comes too late.
    """
    if application.state not in ASKED:
        raise Refused([_("Nothing is asked of you now.")])
    if day is not None:
        latest = latest_day(application)
        if day < today or (
            latest is not None and day > latest.astimezone(application.call.programme.zone).date()
        ):
            raise Refused([_("Choose a day from today until the date that is written.")])
    data = {"day": day.isoformat()} if day else {}
    acts.record(application.case, "confirm_read", actor=HOLDER, at=at, data=data)
    if day is not None:
        _expected(application).update(expected_on=day)


def _expected(application: Application) -> "QuerySet[Registration]":
    return Registration.objects.filter(person=application.applicant_id, programme=application.programme_id)


def read_since_asked(application: Application) -> datetime | None:
    """Return when the holder of the slip confirmed having read what is asked now, None when nobody did."""
    from workflow.models import Event

    events = Event.objects.filter(stream=application.stream, verb="confirm_read")
    if application.state_since is not None:
        events = events.filter(occurred_at__gte=application.state_since)
    return events.order_by("-seq").values_list("occurred_at", flat=True).first()
