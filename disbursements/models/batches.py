"""Payment batches: several orders that go to the bank or operator in one file, signed as one content.

A batch has one paying account, one currency, one channel, one day. Sealing fixes count, control sum and
digest; approvers and releasers sign that digest; the file is written once and its bytes never change.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from disbursements.guards import batches as guards
from disbursements.models import sentences
from disbursements.models.orders import PaymentOrder
from disbursements.models.payees import Channel
from disbursements.models.paying_accounts import PayingAccount
from disbursements.models.policy import threshold_for
from disbursements.models.signing import SignatureStep, person
from disbursements.querysets import BatchQuerySet
from programmes.money import Money
from workflow import Firing, StateField, StateModel, display, known_states, transition
from workflow.display import date_text, money_text
from workflow.states import BLOCKED, DOING, DONE, NEUTRAL, REFUSED, WAITING


class BatchState(models.TextChoices):
    """Where a batch stands."""

    OPEN = "open", _("Open")
    SEALED = "sealed", _("Sealed")
    APPROVED = "approved", _("Approved")
    RELEASED = "released", _("Released")
    EXPORTED = "exported", _("File written")
    PARTLY_SETTLED = "partly_settled", _("Settled in part")
    SETTLED = "settled", _("Settled")
    CLOSED = "closed", _("Closed")
    REJECTED_BY_BANK = "rejected_by_bank", _("Rejected by the bank")
    CANCELLED = "cancelled", _("Cancelled")


def orders_streams(batch: "PaymentBatch", data: dict[str, Any]) -> Iterable[str]:
    """The streams of the orders that a batch moves."""
    rows = batch.live_lines().select_related("order__tranche__grant__case")
    return sorted({line.order.stream for line in rows})


class PaymentBatch(StateModel):
    """One batch. control_minor: sum of the net amounts, in minor units of `currency`, fixed when sealed."""

    MAIN_PATH = ("open", "sealed", "approved", "released", "exported", "settled", "closed")
    READ_WITH = ("programme", "account__template")
    MEANINGS = {
        "open": NEUTRAL,
        "sealed": WAITING,
        "approved": WAITING,
        "released": DOING,
        "exported": DOING,
        "partly_settled": DOING,
        "settled": DONE,
        "closed": DONE,
        "rejected_by_bank": BLOCKED,
        "cancelled": REFUSED,
    }

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="payment_batches"
    )
    number = models.CharField(_("number"), max_length=35, unique=True)
    account = models.ForeignKey(PayingAccount, on_delete=models.PROTECT, related_name="batches")
    currency = models.CharField(_("currency"), max_length=3)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    value_date = models.DateField(_("day of payment"))
    round = models.PositiveSmallIntegerField(default=1)
    count = models.PositiveIntegerField(_("payments"), null=True, blank=True)
    control_minor = models.BigIntegerField(_("control sum"), null=True, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    approvals_needed = models.PositiveSmallIntegerField(null=True, blank=True)
    releases_needed = models.PositiveSmallIntegerField(null=True, blank=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    state = StateField(default=BatchState.OPEN, choices=BatchState.choices)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment batch")
        verbose_name_plural = _("payment batches")
        ordering = ["-opened_at", "-id"]
        constraints = [
            known_states("disbursements_batch", BatchState),
            models.CheckConstraint(
                condition=Q(state__in=[BatchState.OPEN, BatchState.CANCELLED])
                | (
                    Q(count__gte=1, control_minor__gt=0, approvals_needed__gte=1, releases_needed__gte=1)
                    & ~Q(content_sha256="")
                ),
                name="disbursements_batch_sealed_is_counted",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=F("prepared_by"))
                & ~Q(released_by=F("prepared_by"))
                & ~Q(released_by=F("approved_by")),
                name="disbursements_batch_three_persons",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[
                        BatchState.RELEASED,
                        BatchState.EXPORTED,
                        BatchState.PARTLY_SETTLED,
                        BatchState.SETTLED,
                        BatchState.CLOSED,
                        BatchState.REJECTED_BY_BANK,
                    ]
                )
                | Q(approved_by__isnull=False, released_by__isnull=False),
                name="disbursements_batch_released_by_three",
            ),
        ]
        indexes = [models.Index(fields=["programme", "state"], name="disbursements_batch_list")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The batch's page."""
        return reverse("disbursements:batch", args=[self.pk])

    @property
    def total(self) -> Money | None:
        """The control sum, None before the batch is sealed."""
        return None if self.control_minor is None else Money(self.control_minor, self.currency)

    def live_lines(self) -> Any:
        """The payments that count, in order."""
        return self.lines.filter(is_live=True).order_by("position")

    def in_words(self) -> dict[str, Any]:
        """What sentences about this batch name."""
        nets = list(self.live_lines().values_list("net_minor", flat=True))
        return {
            "count": display.Figure(len(nets)),
            "total": money_text(Money(sum(nets), self.currency)),
            "account": f"{self.account.name} {self.account.masked}",
            "day": date_text(self.value_date),
        }

    def signed_in_round(self, step: str = "") -> Any:
        """Return the signatures of the present round, of one step when it is named."""
        found = self.signatures.filter(round=self.round)
        return found.filter(step=step) if step else found

    def sign(self, step: str, firing: Firing) -> int:
        """Add the actor's signature on the digest; return how many signatures the step has now."""
        self.signatures.create(
            round=self.round,
            step=step,
            user_id=person(firing),
            signed_at=firing.at,
            content_sha256=self.content_sha256,
        )
        return int(self.signed_in_round(step).count())

    @transition(
        source="open",
        target="sealed",
        label=_("Seal the batch"),
        done=_("Batch sealed"),
        guards=[guards.has_payments, guards.threshold_row_is_found, guards.file_can_be_written],
        facts=("count", "control_minor", "content_sha256"),
        confirm=sentences.seal_batch,
        style="primary",
    )
    def seal(self, firing: Firing) -> None:
        """Fix count, control sum, digest and the signatures needed; sign as preparer."""
        from disbursements import batches

        file = batches.content_of(self, at=firing.at)
        self.count, self.control_minor = file.count, file.total_minor
        self.content_sha256 = batches.digest_of(self, file)
        row = threshold_for(self.programme_id, self.currency, file.total_minor)
        assert row is not None  # noqa: S101  the guard has just found it
        orders = [line.order for line in self.live_lines().select_related("order")]
        self.approvals_needed = max([row.approvals, *(order.approvals_needed or 1 for order in orders)])
        self.releases_needed = max([row.releases, *(order.releases_needed or 1 for order in orders)])
        self.prepared_by_id = person(firing)
        self.sign(SignatureStep.PREPARE, firing)
        firing.data.update(
            count=self.count, control_minor=self.control_minor, content_sha256=self.content_sha256
        )

    @transition(
        source="sealed",
        target="open",
        label=_("Open the batch again"),
        done=_("Batch opened again"),
    )
    def unseal(self, firing: Firing) -> None:
        """Signatures are dropped: a new round begins."""
        self.round += 1
        self.count = self.control_minor = self.approvals_needed = self.releases_needed = None
        self.content_sha256 = ""
        self.approved_by = None

    @transition(
        source="sealed",
        target=("sealed", "approved"),
        label=_("Approve the batch"),
        done=_("Batch approved"),
        guards=[guards.not_signed_this_round, guards.content_is_what_was_sealed],
        style="primary",
        confirm=sentences.approve_batch,
    )
    def approve(self, firing: Firing) -> str:
        """Sign the digest; approved when enough have."""
        self.approved_by_id = person(firing)
        enough = self.sign(SignatureStep.APPROVE, firing) >= (self.approvals_needed or 1)
        return BatchState.APPROVED if enough else BatchState.SEALED

    @transition(
        source="approved",
        target=("approved", "released"),
        label=_("Release the batch"),
        done=_("Batch released"),
        guards=[
            guards.not_signed_this_round,
            guards.content_is_what_was_sealed,
            guards.file_can_be_written,
            guards.orders_can("release", "approved"),
        ],
        locks=orders_streams,
        confirm=sentences.release_batch,
        style="primary",
    )
    def release(self, firing: Firing) -> str:
        """Sign the digest and, as the same person, the release of every order that still needs it."""
        self.released_by_id = person(firing)
        enough = self.sign(SignatureStep.RELEASE, firing) >= (self.releases_needed or 1)
        return BatchState.RELEASED if enough else BatchState.APPROVED

    @transition(
        source="released",
        target="exported",
        label=_("Write the file"),
        done=_("File written"),
        guards=[
            guards.content_is_what_was_sealed,
            guards.accounts_are_unchanged,
            guards.file_can_be_written,
            guards.orders_can("export", "released", by_system=True),
        ],
        facts=("sha256", "size"),
        locks=orders_streams,
        confirm=sentences.export_batch,
        style="primary",
    )
    def export(self, firing: Firing) -> None:
        """Write the file once and keep it; its orders are issued with it."""
        from disbursements import batches

        file = batches.write_file(self, by=person(firing), at=firing.at)
        firing.data.update(sha256=file.sha256, size=file.size)

    @transition(
        source="exported",
        target=("settled", "partly_settled"),
        label=_("Settle the batch"),
        done=_("Batch settled"),
        guards=[guards.something_came_of_it],
        style="primary",
    )
    @transition(
        source="partly_settled",
        target="settled",
        label=_("Settle the batch"),
        done=_("Batch settled"),
        guards=[guards.everything_came_to_an_end],
        style="primary",
    )
    def settle(self, firing: Firing) -> str:
        """The statement told of some payments, or of all."""
        return BatchState.PARTLY_SETTLED if self.orders_under_way().exists() else BatchState.SETTLED

    @transition(
        source="exported",
        target="rejected_by_bank",
        label=_("Record the rejection by the bank"),
        done=_("Batch rejected by the bank"),
        guards=[
            guards.nothing_came_of_it_yet,
            guards.rejection_is_proved,
            guards.orders_can("fail", "exported"),
        ],
        form="disbursements.forms.batches.RejectForm",
        facts=("reference",),
        locks=orders_streams,
        style="danger",
        confirm=sentences.reject_batch,
    )
    def reject(self, firing: Firing) -> None:
        """The bank took nothing of the file: every order of it fails, its money is the grant's again."""

    @transition(
        source="settled",
        target="closed",
        label=_("Close the batch"),
        done=_("Batch closed"),
    )
    def close(self, firing: Firing) -> None:
        """Nothing more is expected of it."""

    @transition(
        source=("open", "sealed", "approved", "released"),
        target="cancelled",
        label=_("Cancel the batch"),
        done=_("Batch cancelled"),
        reason=True,
        style="danger",
        confirm=sentences.cancel_batch,
    )
    def cancel(self, firing: Firing) -> None:
        """No file goes out; the orders are free again."""
        self.lines.update(is_live=False)

    def orders_under_way(self) -> Any:
        """The orders of this batch of which nobody knows yet what came of them."""
        return PaymentOrder.objects.filter(
            batch_lines__batch=self, batch_lines__is_live=True, state__in=["exported", "in_doubt"]
        )
