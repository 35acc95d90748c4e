"""The outbox: notices are queued inside the transaction by reference, and written when they leave.

A notice holds who and what by id only. Upper packages register how a recipient is addressed and how a
template becomes text. Mass mail is a batch of drafts that a person reads and releases.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import translation

from workflow import sms
from workflow.models import Event, Notice, NoticeBatch

MAX_ATTEMPTS = 5


class Address(NamedTuple):
    """Where a recipient can be reached now, and in which language."""

    email: str = ""
    phone: str = ""
    language: str = "fr"


class Message(NamedTuple):
    """A rendered notice."""

    subject: str
    body: str


_addresses: dict[str, Callable[[str], Address | None]] = {}
_renderers: list[Callable[[Notice, str], Message | None]] = []


def register_recipient(kind: str, resolve: Callable[[str], Address | None]) -> None:
    """Say how a recipient of a kind ("user", "person") is addressed, given its id."""
    _addresses[kind] = resolve


def register_renderer(render: Callable[[Notice, str], Message | None]) -> None:
    """Add a function `(notice, language) -> Message | None`; the first that answers is used."""
    if render not in _renderers:
        _renderers.append(render)


def queue(
    *,
    template: str,
    recipient_kind: str,
    recipient_id: object,
    stream: str,
    at: datetime,
    context: dict[str, Any] | None = None,
    event: Event | None = None,
    batch: NoticeBatch | None = None,
) -> Notice:
    """Put a notice in the outbox, in the caller's transaction; in a batch it waits as a draft."""
    return Notice.objects.create(
        template=template,
        recipient_kind=recipient_kind,
        recipient_id=str(recipient_id),
        stream=stream,
        context=context or {},
        event=event,
        batch=batch,
        status=Notice.Status.DRAFT if batch else Notice.Status.QUEUED,
        created_at=at,
    )


def release(batch: NoticeBatch, *, by: Any, at: datetime) -> int:
    """Let the drafts of a batch leave, once; return how many were queued."""
    with transaction.atomic():
        taken = NoticeBatch.objects.filter(pk=batch.pk, released_at__isnull=True).update(
            released_at=at, released_by=by
        )
        if not taken:
            return 0
        return batch.notices.filter(status=Notice.Status.DRAFT).update(status=Notice.Status.QUEUED)


_for_recipient: ContextVar[bool] = ContextVar("notice_for_recipient", default=False)


@contextmanager
def for_recipient() -> Iterator[None]:
    """Render for the very person who is addressed: only then does a message carry a name."""
    token = _for_recipient.set(True)
    try:
        yield
    finally:
        _for_recipient.reset(token)


def is_for_recipient() -> bool:
    """Whether what is rendered now is read by the person who is addressed, and by nobody before."""
    return _for_recipient.get()


def preview(notice: Notice, language: str | None = None) -> Message:
    """Return the text that a notice would have, for reading before it leaves."""
    address = _address(notice)
    chosen = language or (address.language if address else settings.LANGUAGE_CODE)
    with translation.override(chosen):
        for render in _renderers:
            if (message := render(notice, chosen)) is not None:
                return message
    return Message(subject=notice.template, body="")


def deliver(*, at: datetime, limit: int = 500) -> int:
    """Send queued notices, oldest first; return how many left. Safe to run from several processes."""
    sent = 0
    queued = Notice.objects.filter(status=Notice.Status.QUEUED).order_by("created_at")
    for notice in list(queued[:limit]):
        claimed = Notice.objects.filter(
            pk=notice.pk, status=Notice.Status.QUEUED, attempts=notice.attempts
        ).update(attempts=F("attempts") + 1)
        if claimed:
            sent += _send(notice, at)
    return sent


def _address(notice: Notice) -> Address | None:
    resolve = _addresses.get(notice.recipient_kind)
    return resolve(notice.recipient_id) if resolve else None


def _send(notice: Notice, at: datetime) -> int:
    address = _address(notice)
    with for_recipient():
        message = preview(notice, address.language if address else None)
    try:
        channel = _dispatch(address, message)
    except Exception as error:
        # Whatever a mail or SMS gateway raises must not stop the other notices.
        final = notice.attempts + 1 >= MAX_ATTEMPTS
        Notice.objects.filter(pk=notice.pk).update(
            error=type(error).__name__[:200],
            status=Notice.Status.FAILED if final else Notice.Status.QUEUED,
        )
        return 0
    Notice.objects.filter(pk=notice.pk).update(
        status=Notice.Status.SENT, sent_at=at, channel=channel, error=""
    )
    return 1


def _dispatch(address: Address | None, message: Message) -> str:
    if address and address.email:
        EmailMessage(message.subject, message.body, settings.DEFAULT_FROM_EMAIL, [address.email]).send()
        return Notice.Channel.EMAIL
    if address and address.phone:
        sms.backend().send(address.phone, message.body)
        return Notice.Channel.SMS
    # No e-mail and no phone: the status page shows it, the field agent reads it out.
    return Notice.Channel.PAGE


def of_stream(stream: str) -> Iterable[Notice]:
    """Return the notices of a stream, newest first."""
    return Notice.objects.filter(stream=stream).order_by("-created_at", "-pk")
