"""Data of the disbursements: one file a concept. What the transitions book and cause is outside, see
`disbursements/bookings.py` and `disbursements/reactions.py`."""

from disbursements.models.agreements import Agreement, SignatureMethod
from disbursements.models.batch_records import BankFile, BatchLine, BatchSignature
from disbursements.models.batches import BatchState, PaymentBatch
from disbursements.models.cash import CashAdvance, CashLine, CashMethod, CashState
from disbursements.models.donors import DonorInstalment, DonorInstalmentState
from disbursements.models.grants import BudgetLine, Grant, GrantState
from disbursements.models.holds import Hold, HoldState
from disbursements.models.justification import (
    Justification,
    JustificationLine,
    JustificationState,
    LineDecision,
)
from disbursements.models.ledger import Account, AccountingPeriod, AccountKind, Phase, Posting
from disbursements.models.order_records import Confirmation, Instruction, OrderEvidence, OrderSignature
from disbursements.models.order_states import EvidenceKind, EvidenceUse, OrderState
from disbursements.models.orders import PaymentOrder
from disbursements.models.payees import (
    Channel,
    Destination,
    DestinationOpening,
    DestinationState,
    SecondChannel,
    Supplier,
    VerificationEvidence,
)
from disbursements.models.paying_accounts import FileFormat, FileTemplate, PayingAccount
from disbursements.models.plans import (
    ConditionKind,
    FundingShare,
    PaymentMode,
    TranchePlan,
    TranchePlanRow,
)
from disbursements.models.policy import ApprovalThreshold, PaymentPolicy, WriteOffCeiling
from disbursements.models.procurement import (
    AcceptanceMethod,
    Procurement,
    ProcurementLine,
    ProcurementState,
    Quote,
)
from disbursements.models.recovery import Recovery
from disbursements.models.recovery_records import RecoveryMove, RecoveryPart
from disbursements.models.recovery_states import MoveKind, RecoveryCause, RecoveryState
from disbursements.models.signing import SignatureStep
from disbursements.models.statements import (
    BankLine,
    FileState,
    LineOutcome,
    LineState,
    StatementFile,
)
from disbursements.models.tranche_records import Condition, Evidence, TrancheShare
from disbursements.models.tranche_states import TrancheState
from disbursements.models.tranches import Tranche

__all__ = [
    "AcceptanceMethod",
    "Account",
    "AccountKind",
    "AccountingPeriod",
    "Agreement",
    "ApprovalThreshold",
    "BankFile",
    "BankLine",
    "BatchLine",
    "BatchSignature",
    "BatchState",
    "BudgetLine",
    "CashAdvance",
    "CashLine",
    "CashMethod",
    "CashState",
    "Channel",
    "Condition",
    "ConditionKind",
    "Confirmation",
    "Destination",
    "DestinationOpening",
    "DestinationState",
    "DonorInstalment",
    "DonorInstalmentState",
    "Evidence",
    "EvidenceKind",
    "EvidenceUse",
    "FileFormat",
    "FileState",
    "FileTemplate",
    "FundingShare",
    "Grant",
    "GrantState",
    "Hold",
    "HoldState",
    "Instruction",
    "Justification",
    "JustificationLine",
    "JustificationState",
    "LineDecision",
    "LineOutcome",
    "LineState",
    "MoveKind",
    "OrderEvidence",
    "OrderSignature",
    "OrderState",
    "PayingAccount",
    "PaymentBatch",
    "PaymentMode",
    "PaymentOrder",
    "PaymentPolicy",
    "Phase",
    "Posting",
    "Procurement",
    "ProcurementLine",
    "ProcurementState",
    "Quote",
    "Recovery",
    "RecoveryCause",
    "RecoveryMove",
    "RecoveryPart",
    "RecoveryState",
    "SecondChannel",
    "SignatureMethod",
    "SignatureStep",
    "StatementFile",
    "Supplier",
    "Tranche",
    "TranchePlan",
    "TranchePlanRow",
    "TrancheShare",
    "TrancheState",
    "VerificationEvidence",
    "WriteOffCeiling",
]
