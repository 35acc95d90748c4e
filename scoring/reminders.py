"""Reminding jurors of the files that wait for their marks: by the calendar, or by hand after reading.

At most one message a day and juror, which the database holds to. What leaves by hand, and more messages at
once than `MASS`, is a mailing of drafts that a person reads and releases.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from scoring import board, progress
from scoring.messages import REMINDER
from scoring.models import JurorEngagement, JurorReminder, Round
from scoring.models.reminders import BY_HAND
from workflow import Refused, notices
from workflow.models import NoticeBatch

MASS = 30
"""More reminders at once than this wait to be read before they leave."""


def remind_due(now: datetime) -> int:
    """Remind jurors of every open round whose next reminder is due; return how many messages were made."""
    made = 0
    open_rounds = Round.objects.filter(
        session__state="scoring", closed_at__isnull=True, closes_at__isnull=False, reminds=True
    )
    for held in open_rounds.select_related("session__call__programme").order_by("closes_at", "pk"):
        span = board.span_of(held, now)
        left = span.days_left
        stage = progress.stage(left) if left is not None and held.is_open(now) else ""
        if stage:
            made += _remind_stage(held, stage, span.today, now)
    return made


def _remind_stage(held: Round, stage: str, today: date, now: datetime) -> int:
    told = set(JurorReminder.objects.filter(round=held, stage=stage).values_list("engagement", flat=True))
    waiting = [one for one in waiting_jurors(held, now, reminded_on=today) if one.pk not in told]
    if not waiting:
        return 0
    mailing = _mailing(held, now) if len(waiting) > MASS else None
    return sum(_remind(held, one, stage, today, now, mailing) for one in waiting)


def waiting_jurors(held: Round, now: datetime, *, reminded_on: date | None = None) -> list[JurorEngagement]:
    """Return the jurors who take part and have files left; reminded_on: without those reminded that day."""
    loads = board.counted(held, now).loads
    left = [key for key, load in loads.items() if load.left]
    found = JurorEngagement.objects.filter(pk__in=left, state="accepted", user__is_active=True)
    if reminded_on is not None:
        found = found.exclude(user__in=JurorReminder.objects.filter(on=reminded_on).values("user"))
    return list(found.order_by("pk"))


def prepare(held: Round, engagements: Iterable[int], *, by: int, at: datetime) -> NoticeBatch:
    """Draft reminders to chosen jurors; return the mailing that is read before it leaves.

    engagements: their keys; who has nothing left to do or was reminded today is left out. Raises `Refused`
    when the round is closed or nobody remains.
    """
    if held.is_closed or held.session.state != "scoring":
        raise Refused([_("The round is closed.")])
    today = board.span_of(held, at).today
    wanted = set(engagements)
    with transaction.atomic():
        chosen = [one for one in waiting_jurors(held, at, reminded_on=today) if one.pk in wanted]
        if not chosen:
            raise Refused([_("Nobody can be reminded: choose jurors with files left, not reminded today.")])
        mailing = _mailing(held, at)
        if not sum(_remind(held, one, BY_HAND, today, at, mailing, by=by) for one in chosen):
            raise Refused([_("Somebody else has just reminded these jurors.")])
    return mailing


def reminded_today(users: Iterable[int], today: date) -> set[int]:
    """Return which of some users were reminded on a day."""
    return set(JurorReminder.objects.filter(user__in=users, on=today).values_list("user", flat=True))


def _mailing(held: Round, at: datetime) -> NoticeBatch:
    call = held.session.call
    return NoticeBatch.objects.create(
        label=_("Reminder of jurors · %(round)s · %(call)s") % {"round": held, "call": call.code},
        stream=held.session.stream,
        programme_code=call.programme.code,
        created_at=at,
    )


def _remind(
    held: Round,
    engagement: JurorEngagement,
    stage: str,
    today: date,
    at: datetime,
    mailing: NoticeBatch | None,
    *,
    by: int | None = None,
) -> int:
    """Queue or draft one reminder; 0 when another one of today was faster."""
    try:
        with transaction.atomic():
            notice = notices.queue(
                template=REMINDER,
                recipient_kind="user",
                recipient_id=engagement.user_id,
                stream=engagement.stream,
                at=at,
                context={"engagement": engagement.pk, "round": held.pk, "programme": held.programme_id},
                batch=mailing,
            )
            JurorReminder.objects.create(
                round=held,
                engagement=engagement,
                user_id=engagement.user_id,
                on=today,
                stage=stage,
                notice=notice,
                sent_by_id=by,
            )
    except IntegrityError:
        return 0
    return 1
