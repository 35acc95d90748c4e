"""What waits here for managers and secretaries, for the start page."""

from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programmes import predicates
from programmes.models import Call, CallQuestion, Programme, Role, SelectionSession
from workflow import display
from workflow.inbox import Queue, Row, register
from workflow.models import NoticeBatch


def drafts_to_publish(user: Any) -> "QuerySet[Call]":
    """Draft calls with an opening date, for their managers."""
    ids = predicates.programme_ids(user, Role.MANAGER)
    if not ids:
        return Call.objects.none()
    rows = Call.objects.filter(programme__in=ids, programme__state="running", state="draft")
    return rows.filter(opens_at__isnull=False).select_related("programme").order_by("opens_at")


def calls_to_conclude(user: Any) -> "QuerySet[Call]":
    """Closed calls of which no session goes on, for their managers."""
    ids = predicates.programme_ids(user, Role.MANAGER)
    if not ids:
        return Call.objects.none()
    going_on = SelectionSession.objects.filter(call=OuterRef("pk")).exclude(state__in=["closed", "cancelled"])
    rows = Call.objects.filter(Q(programme__in=ids) & ~Exists(going_on), state="closed")
    return rows.select_related("programme").order_by("state_since")


def mailings_to_read(user: Any) -> "QuerySet[NoticeBatch]":
    """Mailings that nobody released yet, for managers and secretaries."""
    ids = predicates.programme_ids(user, Role.MANAGER, Role.JURY_SECRETARY)
    if not ids:
        return NoticeBatch.objects.none()
    codes = Programme.objects.filter(pk__in=ids).values("code")
    waiting = NoticeBatch.objects.filter(released_at__isnull=True, programme_code__in=codes)
    return waiting.annotate(message_count=Count("notices")).order_by("created_at")


def calls_with_questions(user: Any) -> "QuerySet[Call]":
    """Calls about which visitors asked something that nobody answered, for those who answer."""
    ids = predicates.programme_ids(user, Role.MANAGER, Role.SCREENING_OFFICER)
    if not ids:
        return Call.objects.none()
    waiting = CallQuestion.objects.waiting().filter(call__programme__in=ids)
    rows = Call.objects.filter(pk__in=waiting.values("call")).select_related("programme")
    open_ones = Q(questions__current__isnull=True, questions__set_aside_at__isnull=True)
    counted = rows.annotate(
        waiting=Count("questions", filter=open_ones), since=Min("questions__asked_at", filter=open_ones)
    )
    return counted.order_by("since")


def _question_row(call: Call) -> Row:
    count = call.waiting  # type: ignore[attr-defined]
    asked = ngettext("%(count)s question to answer", "%(count)s questions to answer", count)
    return Row(
        title=asked % {"count": display.number_text(count)},
        detail=call.title,
        url=reverse("programmes:questions", args=[call.programme.code, call.code]),
        since=call.since,  # type: ignore[attr-defined]
    )


def _draft_row(call: Call) -> Row:
    return Row(
        title=_("Publish the call “%(call)s”") % {"call": call.title},
        detail=_("%(programme)s · opens on its date only if it is published")
        % {"programme": call.programme.code},
        url=call.get_absolute_url(),
        due=call.opens_at,
    )


def _conclude_row(call: Call) -> Row:
    return Row(
        title=_("Conclude the call “%(call)s”") % {"call": call.title},
        detail=_("%(programme)s · every session is over") % {"programme": call.programme.code},
        url=call.get_absolute_url(),
        since=call.state_since,
    )


def _mailing_row(batch: NoticeBatch) -> Row:
    count = batch.message_count  # type: ignore[attr-defined]
    messages = ngettext("%(count)s message", "%(count)s messages", count) % {
        "count": display.number_text(count)
    }
    return Row(
        title=_("Read and release: %(mailing)s") % {"mailing": batch.label},
        detail=f"{batch.programme_code} · {messages}",
        url=reverse("programmes:mailing", args=[batch.programme_code, batch.pk]),
        since=batch.created_at,
        due=timezone.now(),
    )


def register_all() -> None:
    """Put the queues on the start pages."""
    register(
        Queue(
            "programmes.mailings", gettext_lazy("Mailings to read"), mailings_to_read, _mailing_row, order=20
        )
    )
    register(
        Queue(
            "programmes.questions",
            gettext_lazy("Questions about calls"),
            calls_with_questions,
            _question_row,
            order=30,
        )
    )
    register(
        Queue("programmes.drafts", gettext_lazy("Calls to publish"), drafts_to_publish, _draft_row, order=80)
    )
    register(
        Queue(
            "programmes.conclude",
            gettext_lazy("Calls to conclude"),
            calls_to_conclude,
            _conclude_row,
            order=90,
        )
    )
