"""Payment orders: one payment of one instalment to one payee, signed by four persons at least.

Signatures are rows; the database refuses a person twice in one round, and an executed order without four
different persons. What was issued to the bank or cashier is a row of its own that never changes.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements.guards import batches as batch_guards
from disbursements.guards import orders as guards
from disbursements.guards.inputs import own_files
from disbursements.models.payees import Channel, Destination, Supplier
from disbursements.models.tranches import Tranche
from disbursements.querysets import OrderChildQuerySet, OrderQuerySet
from programmes.money import Money
from workflow import Firing, StateField, StateModel, known_states, transition
from workflow.append_only import append_only
from workflow.display import money_text
from workflow.states import BLOCKED, DOING, DONE, NEUTRAL, REFUSED, WAITING


class OrderState(models.TextChoices):
    """Where a payment order stands."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved")
    RELEASED = "released", _("Released")
    EXPORTED = "exported", _("Instruction issued")
    EXECUTED = "executed", _("Executed")
    RECEIPTED = "receipted", _("Received")
    REJECTED = "rejected", _("Rejected")
    IN_DOUBT = "in_doubt", _("In doubt")
    FAILED = "failed", _("Failed")
    RETURNED = "returned", _("Returned")
    CANCELLED = "cancelled", _("Cancelled")


OVER = (OrderState.FAILED, OrderState.RETURNED, OrderState.CANCELLED)
"""States in which an order came to nothing: its instalment may get another one."""
PAID = (OrderState.EXECUTED, OrderState.RECEIPTED)


def person(firing: Firing) -> int:
    """Return the id of the person who acts; a rule or a guard has already sent the system away."""
    assert firing.actor.pk is not None  # noqa: S101
    return firing.actor.pk


def release_sentence(order: "PaymentOrder") -> str:
    """Say what releasing does, with amount and payee."""
    return gettext("%(amount)s are released to %(payee)s, account %(account)s.") % order.in_words()


def submit_sentence(order: "PaymentOrder") -> str:
    """Say what submitting does."""
    return gettext("%(amount)s of instalment %(tranche)s are put forward for approval.") % order.in_words()


class PaymentOrder(StateModel):
    """One order. All amounts in minor units of `currency`; gross is the instalment's amount."""

    MAIN_PATH = ("draft", "submitted", "approved", "released", "exported", "executed", "receipted")
    MEANINGS = {
        "draft": NEUTRAL,
        "submitted": WAITING,
        "approved": WAITING,
        "released": DOING,
        "exported": DOING,
        "executed": DONE,
        "receipted": DONE,
        "rejected": BLOCKED,
        "in_doubt": BLOCKED,
        "failed": REFUSED,
        "returned": REFUSED,
        "cancelled": REFUSED,
    }

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="payment_orders"
    )
    tranche = models.ForeignKey(Tranche, on_delete=models.PROTECT, related_name="orders")
    attempt = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(_("number"), max_length=50, unique=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    currency = models.CharField(_("currency"), max_length=3)
    gross_minor = models.BigIntegerField(_("gross"))
    withholding_minor = models.BigIntegerField(_("tax withheld"), default=0)
    fee_minor = models.BigIntegerField(_("fee"), default=0)
    offset_minor = models.BigIntegerField(_("kept back for what is owed"), default=0)
    net_minor = models.BigIntegerField(_("net to pay"))

    supplier = models.ForeignKey(
        Supplier, on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    destination = models.ForeignKey(
        Destination, on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, blank=True)
    frozen_fingerprint = models.CharField(max_length=64, blank=True)
    frozen_masked = models.CharField(max_length=40, blank=True)
    frozen_institution = models.CharField(max_length=120, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    approvals_needed = models.PositiveSmallIntegerField(null=True, blank=True)
    releases_needed = models.PositiveSmallIntegerField(null=True, blank=True)
    threshold_minor = models.BigIntegerField(null=True, blank=True)
    round = models.PositiveSmallIntegerField(default=1)

    tranche_verifier = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    tranche_approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reconciled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer_due_on = models.DateField(_("answer expected by"), null=True, blank=True)
    executed_on = models.DateField(_("executed on"), null=True, blank=True)
    state = StateField(default=OrderState.DRAFT, choices=OrderState.choices)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment order")
        verbose_name_plural = _("payment orders")
        ordering = ["number"]
        constraints = [
            known_states("disbursements_order", OrderState),
            models.UniqueConstraint(fields=["tranche", "attempt"], name="disbursements_order_attempt"),
            models.UniqueConstraint(
                fields=["tranche"],
                condition=~Q(state__in=OVER),
                name="disbursements_order_one_live_per_tranche",
            ),
            models.CheckConstraint(
                condition=Q(
                    gross_minor=F("net_minor") + F("withholding_minor") + F("fee_minor") + F("offset_minor")
                ),
                name="disbursements_order_gross_is_net_withholding_fee",
            ),
            models.CheckConstraint(
                condition=Q(net_minor__gt=0, withholding_minor__gte=0, fee_minor__gte=0, offset_minor__gte=0),
                name="disbursements_order_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(prepared_by=F("tranche_verifier")) & ~Q(prepared_by=F("tranche_approver")),
                name="disbursements_order_preparer_is_a_third_person",
            ),
            *[
                models.CheckConstraint(
                    condition=~Q(**{f"{one}_by": F(f"{other}_by")}),
                    name=f"disbursements_order_{one}_not_{other}",
                )
                for one, other in (
                    ("prepared", "approved"),
                    ("prepared", "released"),
                    ("prepared", "reconciled"),
                    ("approved", "released"),
                    ("approved", "reconciled"),
                    ("released", "reconciled"),
                )
            ],
            models.CheckConstraint(
                condition=~Q(state__in=[OrderState.EXECUTED, OrderState.RECEIPTED, OrderState.RETURNED])
                | Q(
                    approved_by__isnull=False,
                    released_by__isnull=False,
                    reconciled_by__isnull=False,
                    executed_on__isnull=False,
                ),
                name="disbursements_order_executed_by_four",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[OrderState.DRAFT, OrderState.CANCELLED])
                | (
                    Q(destination__isnull=False, approvals_needed__gte=1, releases_needed__gte=1)
                    & ~Q(frozen_fingerprint="")
                ),
                name="disbursements_order_frozen_when_submitted",
            ),
        ]
        indexes = [models.Index(fields=["programme", "state"], name="disbursements_order_list")]

    def __str__(self) -> str:
        return self.number

    @property
    def stream(self) -> str:
        """The case's stream."""
        return self.tranche.stream

    @property
    def amount(self) -> Money:
        """The gross amount."""
        return Money(self.gross_minor, self.currency)

    @property
    def net(self) -> Money:
        """What reaches the payee."""
        return Money(self.net_minor, self.currency)

    @property
    def instruction_is_out(self) -> bool:
        """Whether the bank or the cashier was told."""
        before = (OrderState.DRAFT, OrderState.SUBMITTED, OrderState.APPROVED, OrderState.RELEASED)
        return self.state not in (*before, OrderState.REJECTED, OrderState.CANCELLED)

    def get_absolute_url(self) -> str:
        """The order's page."""
        return reverse("disbursements:order", args=[self.pk])

    @staticmethod
    def number_for(tranche: Tranche, attempt: int) -> str:
        """Return the number of an instalment's n-th order: the case, the instalment, which attempt."""
        again = f"-{attempt}" if attempt > 1 else ""
        return f"{tranche.grant.reference}-T{tranche.number}{again}"

    def in_words(self) -> dict[str, Any]:
        """What sentences about this order name: never the holder of an account."""
        return {
            "number": self.number,
            "amount": money_text(self.net),
            "tranche": str(self.tranche),
            "payee": self.supplier.name if self.supplier else gettext("the beneficiary"),
            "account": self.frozen_masked,
        }

    def signed_in_round(self, step: str = "") -> Any:
        """Return the signatures of the present round, of one step when it is named."""
        found = self.signatures.filter(round=self.round)
        return found.filter(step=step) if step else found

    def sign(self, step: str, firing: Firing) -> int:
        """Add the actor's signature to the round; return how many signatures the step has now."""
        self.signatures.create(round=self.round, step=step, user_id=person(firing), signed_at=firing.at)
        return int(self.signed_in_round(step).count())

    @transition(
        source="draft",
        target="submitted",
        label=_("Submit for approval"),
        done=_("Submitted"),
        guards=[
            guards.amount_is_the_tranche,
            guards.payee_has_a_verified_account,
            guards.threshold_row_is_found,
            guards.preparer_did_not_verify_or_approve_the_tranche,
            guards.deductions_leave_something_to_pay,
        ],
        form="disbursements.forms.orders.SubmitForm",
        facts=("withholding", "fee"),
        confirm=submit_sentence,
        style="primary",
    )
    def submit(self, firing: Firing) -> None:
        """Freeze payee, amounts and the signatures needed; sign as preparer."""
        from disbursements.models.policy import threshold_for

        self.withholding_minor = int(firing.data.get("withholding") or 0)
        self.fee_minor = int(firing.data.get("fee") or 0)
        self.net_minor = self.gross_minor - self.withholding_minor - self.fee_minor - self.offset_minor
        self.freeze(self.tranche.payee_destination(), firing)
        row = threshold_for(self.programme_id, self.currency, self.gross_minor)
        assert row is not None  # noqa: S101  the guard has just found it
        self.approvals_needed, self.releases_needed = row.approvals, row.releases
        self.threshold_minor = row.from_minor
        self.prepared_by_id = person(firing)
        self.sign(SignatureStep.PREPARE, firing)

    def freeze(self, destination: Destination, firing: Firing) -> None:
        """Copy what identifies the payee's account, so that a later change is seen."""
        self.destination = destination
        self.supplier = destination.supplier
        self.channel = destination.channel
        self.frozen_fingerprint = destination.fingerprint
        self.frozen_masked = destination.masked
        self.frozen_institution = destination.institution
        self.frozen_at = firing.at

    @transition(
        source="submitted",
        target=("submitted", "approved"),
        label=_("Approve the payment"),
        done=_("Payment approved"),
        guards=[guards.not_signed_this_round, guards.grant_is_active, guards.no_hold_is_open],
        style="primary",
    )
    def approve(self, firing: Firing) -> str:
        """Sign as approver; approved when enough have."""
        self.approved_by_id = person(firing)
        enough = self.sign(SignatureStep.APPROVE, firing) >= (self.approvals_needed or 1)
        return OrderState.APPROVED if enough else OrderState.SUBMITTED

    @transition(
        source="approved",
        target=("approved", "released"),
        label=_("Release the payment"),
        done=_("Payment released"),
        guards=[
            guards.not_signed_this_round,
            guards.grant_is_active,
            guards.no_hold_is_open,
            guards.destination_is_unchanged_and_cooled,
            guards.books_are_open,
            batch_guards.order_is_in_no_batch,
        ],
        confirm=release_sentence,
        style="primary",
    )
    def release(self, firing: Firing) -> str:
        """Sign the release; with the last signature the amount is taken from the grant."""
        self.released_by_id = person(firing)
        enough = self.sign(SignatureStep.RELEASE, firing) >= (self.releases_needed or 1)
        return OrderState.RELEASED if enough else OrderState.APPROVED

    @transition(
        source="released",
        target="exported",
        label=_("Issue the instruction"),
        done=_("Instruction issued"),
        guards=[
            guards.grant_is_active,
            guards.no_hold_is_open,
            guards.instruction_is_stored,
            batch_guards.order_is_in_no_batch,
        ],
        form="disbursements.forms.orders.ExportForm",
        facts=("paper", "batch_file", "sha256"),
        style="primary",
    )
    def export(self, firing: Firing) -> None:
        """The instruction is out: the order is never edited again."""
        from disbursements.models.policy import policy_of

        Instruction.objects.create(
            order=self,
            paper_id=firing.data.get("paper"),
            sha256=firing.data["sha256"],
            currency=self.currency,
            net_minor=self.net_minor,
            fingerprint=self.frozen_fingerprint,
            issued_at=firing.at,
        )
        self.answer_due_on = self.programme.day_of(firing.at) + policy_of(self.programme_id).answer_time

    @transition(
        source="exported",
        target="executed",
        label=_("Record the execution"),
        done=_("Payment executed"),
        guards=[
            guards.not_signed_this_round,
            guards.execution_is_proved,
            own_files("file"),
            guards.books_are_open,
        ],
        form="disbursements.forms.orders.ExecuteForm",
        facts=("evidence", "reference", "executed_on", "file"),
        style="primary",
    )
    @transition(
        source="in_doubt",
        target="executed",
        label=_("Record the execution"),
        done=_("Payment executed"),
        guards=[
            guards.not_signed_this_round,
            guards.execution_is_proved,
            own_files("file"),
            guards.books_are_open,
        ],
        form="disbursements.forms.orders.ExecuteForm",
        facts=("evidence", "reference", "executed_on", "file"),
        second_person=True,
        style="primary",
    )
    def execute(self, firing: Firing) -> None:
        """A statement line or a signed receipt says that it was paid; sign as reconciler."""
        self.executed_on = date.fromisoformat(firing.data["executed_on"])
        self.reconciled_by_id = person(firing)
        self.sign(SignatureStep.RECONCILE, firing)
        self.keep_evidence(EvidenceUse.EXECUTED, firing)

    @transition(
        source="exported",
        target="in_doubt",
        label=_("Put in doubt"),
        done=_("Payment in doubt"),
        guards=[guards.answer_is_late],
    )
    def doubt(self, firing: Firing) -> None:
        """No answer came in time: neither paid nor failed until somebody knows."""

    @transition(
        source="exported",
        target="failed",
        label=_("Record the failure"),
        done=_("Payment failed"),
        guards=[guards.failure_is_proved, own_files("file")],
        form="disbursements.forms.orders.FailForm",
        facts=("evidence", "reference", "file"),
        style="danger",
    )
    @transition(
        source="in_doubt",
        target="failed",
        label=_("Record the failure"),
        done=_("Payment failed"),
        guards=[guards.failure_is_proved, own_files("file")],
        form="disbursements.forms.orders.FailForm",
        facts=("evidence", "reference", "file"),
        second_person=True,
        style="danger",
    )
    def fail(self, firing: Firing) -> None:
        """It was refused by the bank or never paid out; the amount is the grant's again."""
        self.keep_evidence(EvidenceUse.FAILED, firing)

    @transition(
        source="executed",
        target="receipted",
        label=_("Confirm receipt"),
        done=_("Receipt confirmed"),
        guards=[guards.receipt_is_confirmed, own_files("file")],
        form="disbursements.forms.orders.AcknowledgeForm",
        facts=("file",),
        style="primary",
    )
    def acknowledge(self, firing: Firing) -> None:
        """The payee says that the money arrived."""
        self.confirmations.create(
            received=True, said_by_id=person(firing), said_at=firing.at, file_id=firing.data.get("file")
        )

    @transition(
        source=("executed", "receipted"),
        target="returned",
        label=_("Record a return"),
        done=_("Payment returned"),
        guards=[
            guards.return_is_proved,
            guards.tranche_is_not_justified,
            guards.nothing_of_it_was_recovered,
            guards.books_are_open,
            own_files("file"),
        ],
        form="disbursements.forms.orders.ReturnForm",
        facts=("evidence", "reference", "returned_minor", "returned_on", "file"),
        style="danger",
    )
    def return_(self, firing: Firing) -> None:
        """The money came back, less a fee perhaps; the instalment may be paid again."""
        self.keep_evidence(EvidenceUse.RETURNED, firing)

    @transition(
        source=("submitted", "approved"),
        target="rejected",
        label=_("Reject"),
        done=_("Payment rejected"),
        guards=[batch_guards.order_is_in_no_batch],
        reason=True,
        style="danger",
    )
    def reject(self, firing: Firing) -> None:
        """Back to the preparer, with a reason."""

    @transition(
        source="rejected",
        target="draft",
        label=_("Revise"),
        done=_("Payment taken back to draft"),
        style="primary",
    )
    def revise(self, firing: Firing) -> None:
        """Open a new round: all signatures are given again."""
        self.round += 1
        self.approved_by = self.released_by = None

    @transition(
        source=("draft", "submitted", "approved", "released"),
        target="cancelled",
        label=_("Cancel the order"),
        done=_("Order cancelled"),
        guards=[batch_guards.order_is_in_no_batch],
        reason=True,
        style="danger",
    )
    def cancel(self, firing: Firing) -> None:
        """It will not be paid; what it took is the grant's again."""

    def keep_evidence(self, use: str, firing: Firing) -> None:
        """Keep what proves an outcome."""
        data = firing.data
        self.evidence.create(
            use=use,
            kind=data["evidence"],
            reference=data.get("reference", ""),
            file_id=data.get("file"),
            amount_minor=data.get("returned_minor"),
            said_by_id=person(firing),
            said_at=firing.at,
        )


class SignatureStep(models.TextChoices):
    """What a signature says."""

    PREPARE = "prepare", _("Prepared by")
    APPROVE = "approve", _("Approved by")
    RELEASE = "release", _("Released by")
    RECONCILE = "reconcile", _("Reconciled by")


@append_only(unique=[("id",), ("order", "round", "user")])
class OrderSignature(models.Model):
    """One person's signature in one round of an order; nobody signs twice in a round."""

    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="signatures")
    round = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=10, choices=SignatureStep.choices)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    objects = OrderChildQuerySet.as_manager()

    class Meta:
        ordering = ["order", "round", "signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "round", "user"], name="disbursements_signature_once_per_round"
            ),
            models.CheckConstraint(
                condition=Q(step__in=SignatureStep.values), name="disbursements_signature_known_step"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.step} {self.round}"


@append_only(unique=[("id",), ("order",)])
class Instruction(models.Model):
    """What was issued for an order, once: the paper or file with its digest, the amount, the account."""

    order = models.OneToOneField(PaymentOrder, on_delete=models.PROTECT, related_name="instruction")
    paper = models.ForeignKey(
        "documents.Paper", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sha256 = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    issued_at = models.DateTimeField()

    objects = OrderChildQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.order_id)


class EvidenceUse(models.TextChoices):
    """What a proof was given for."""

    EXECUTED = "executed", _("Executed")
    FAILED = "failed", _("Failed")
    RETURNED = "returned", _("Returned")


class EvidenceKind(models.TextChoices):
    """What proves that money moved, or did not."""

    STATEMENT = "statement", _("Line of the bank statement")
    RECEIPT = "receipt", _("Signed receipt")
    OPERATOR = "operator", _("Message of the operator")
    BANK_NOTICE = "bank_notice", _("Notice of the bank")


class OrderEvidence(models.Model):
    """What somebody saw before recording an outcome."""

    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="evidence")
    use = models.CharField(max_length=10, choices=EvidenceUse.choices)
    kind = models.CharField(max_length=12, choices=EvidenceKind.choices)
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    file = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount_minor = models.BigIntegerField(null=True, blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    said_at = models.DateTimeField()

    objects = OrderChildQuerySet.as_manager()

    class Meta:
        ordering = ["order", "said_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(reference=""),
                name="disbursements_order_evidence_is_there",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.use}"


class Confirmation(models.Model):
    """What the payee says: "I have received it" or "I have not"."""

    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="confirmations")
    received = models.BooleanField()
    note = models.CharField(_("note"), max_length=500, blank=True)
    file = models.ForeignKey(
        "documents.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    objects = OrderChildQuerySet.as_manager()

    class Meta:
        ordering = ["order", "said_at"]

    def __str__(self) -> str:
        return f"{self.order_id} {self.received}"
