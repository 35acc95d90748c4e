"""Payment orders: one payment of one instalment to one payee, signed by four persons at least.

Here are the arrows. Signatures are rows (`models/order_records.py`); the database refuses a person twice in
one round, and an executed order without four different persons (`models/order_columns.py`). What was issued
to the bank or cashier is a row of its own that never changes.
"""

from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements.guards import batches as batch_guards
from disbursements.guards import orders as guards
from disbursements.guards.inputs import own_files
from disbursements.models import sentences
from disbursements.models.order_columns import OrderColumns
from disbursements.models.order_records import Instruction
from disbursements.models.order_states import EvidenceUse, OrderState
from disbursements.models.payees import Destination
from disbursements.models.policy import policy_of, threshold_for
from disbursements.models.signing import SignatureStep, person
from disbursements.querysets import OrderQuerySet
from workflow import Firing, StateField, transition
from workflow.states import BLOCKED, DOING, DONE, NEUTRAL, REFUSED, WAITING


def release_sentence(order: "PaymentOrder") -> str:
    """Say what releasing does, with amount and payee."""
    return gettext("%(amount)s are released to %(payee)s, account %(account)s.") % order.in_words()


def submit_sentence(order: "PaymentOrder") -> str:
    """Say what submitting does."""
    return gettext("%(amount)s of instalment %(tranche)s are put forward for approval.") % order.in_words()


class PaymentOrder(OrderColumns):
    """One order, and every way in which its state changes."""

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

    state = StateField(default=OrderState.DRAFT, choices=OrderState.choices)

    objects = OrderQuerySet.as_manager()

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
        confirm=sentences.approve_order,
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
        confirm=sentences.issue_order,
    )
    def export(self, firing: Firing) -> None:
        """The instruction is out: the order is never edited again."""
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
        label=_("Record that it was paid"),
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
        confirm=sentences.execute_order,
    )
    @transition(
        source="in_doubt",
        target="executed",
        label=_("Record that it was paid"),
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
        confirm=sentences.execute_order,
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
        label=_("Record that it was not paid"),
        done=_("Payment failed"),
        guards=[guards.failure_is_proved, own_files("file")],
        form="disbursements.forms.orders.FailForm",
        facts=("evidence", "reference", "file"),
        style="danger",
        confirm=sentences.fail_order,
    )
    @transition(
        source="in_doubt",
        target="failed",
        label=_("Record that it was not paid"),
        done=_("Payment failed"),
        guards=[guards.failure_is_proved, own_files("file")],
        form="disbursements.forms.orders.FailForm",
        facts=("evidence", "reference", "file"),
        second_person=True,
        style="danger",
        confirm=sentences.fail_order,
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
        confirm=sentences.confirm_receipt,
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
        confirm=sentences.return_order,
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
        confirm=sentences.reject_order,
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
        confirm=sentences.cancel_order,
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
