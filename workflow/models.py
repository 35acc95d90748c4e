"""The kernel's own records: events and their streams, intents, proposals, notices, refusals.

Events are append-only (triggers in `workflow/append_only.py`); what people wrote in their own words
lies in `EventNote`, of which the chain holds a salted digest, so that erasure does not break it.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflow.append_only import append_only
from workflow.job_models import Job
from workflow.list_models import ListExport, SavedView

__all__ = [
    "Event",
    "EventNote",
    "Intent",
    "Job",
    "ListExport",
    "Notice",
    "NoticeBatch",
    "Proposal",
    "Refusal",
    "SavedView",
    "StreamHead",
]


class StreamHead(models.Model):
    """The last link of one stream; its row is what `fire` locks."""

    stream = models.CharField(primary_key=True, max_length=80)
    seq = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq}"


class EventNote(models.Model):
    """Free text that came with an event; may be erased, the event stays."""

    text = models.TextField(blank=True)
    salt = models.CharField(max_length=32)
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


@append_only(unique=[("id",), ("stream", "seq")])
class Event(models.Model):
    """One change of state of one record: a fact, never edited."""

    stream = models.CharField(max_length=80)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    verb = models.CharField(max_length=40)
    source = models.CharField(max_length=30)
    target = models.CharField(max_length=30)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    system = models.CharField(max_length=60, blank=True)
    second_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    data = models.JSONField(default=dict, blank=True)
    note = models.OneToOneField(EventNote, on_delete=models.PROTECT, null=True, blank=True)
    note_digest = models.CharField(max_length=64, blank=True)
    cause = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="effects")
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="workflow_event_stream_seq"),
            models.CheckConstraint(
                condition=Q(actor__isnull=False, system="") | (Q(actor__isnull=True) & ~Q(system="")),
                name="workflow_event_one_actor",
            ),
            models.CheckConstraint(condition=Q(seq__gt=0), name="workflow_event_seq_positive"),
        ]
        indexes = [models.Index(fields=["kind", "object_id"], name="workflow_event_record")]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.verb}"


class Intent(models.Model):
    """An idempotency key that was used: one actor's one intent on one record."""

    actor_key = models.CharField(max_length=70)
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    verb = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["actor_key", "kind", "object_id", "verb", "key"], name="workflow_intent_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.kind}:{self.object_id}"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """First halves of acts."""

    def still_open(self) -> Self:
        """Those that wait for a second person, the oldest first."""
        return self.filter(event__isnull=True, withdrawn_at__isnull=True).order_by("proposed_at", "pk")


class Proposal(models.Model):
    """The first half of an act that needs two persons."""

    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    verb = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    proposer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    event = models.OneToOneField(Event, on_delete=models.PROTECT, null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "verb"],
                condition=Q(event__isnull=True, withdrawn_at__isnull=True),
                name="workflow_proposal_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.kind}:{self.object_id}"


class Refusal(models.Model):
    """An attempt that the door refused; for the timeline and for whoever looks for patterns."""

    stream = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    verb = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    system = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    sentences = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.verb} {self.kind}:{self.object_id}"


class NoticeBatch(models.Model):
    """A mailing to many people: read by a person before it leaves."""

    label = models.CharField(max_length=200)
    stream = models.CharField(max_length=80, blank=True)
    programme_code = models.CharField(max_length=40, blank=True, db_index=True)
    created_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name_plural = "notice batches"

    def __str__(self) -> str:
        return self.label


class Notice(models.Model):
    """A message in the outbox: whom and what by reference only; text is made when it leaves."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")
        PAGE = "page", _("On the page")

    class Status(models.TextChoices):
        DRAFT = "draft", _("To be read before it leaves")
        QUEUED = "queued", _("To send")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    stream = models.CharField(max_length=80, db_index=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, blank=True, related_name="notices")
    batch = models.ForeignKey(
        NoticeBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    template = models.CharField(max_length=60)
    recipient_kind = models.CharField(max_length=40)
    recipient_id = models.CharField(max_length=40)
    context = models.JSONField(default=dict, blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="workflow_notice_queue", condition=Q(status="queued"))
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.recipient_kind}:{self.recipient_id}"
