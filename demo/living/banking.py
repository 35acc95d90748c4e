"""Bank and operator of the living programme: its accounts, a batch that is out, two statements.

One statement is imported: most of its movements are payments of ours, some are to be explained. The other one
waits to be imported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from demo.living import money
from demo.living.stage import Stage
from disbursements import batches, reconciling
from disbursements.models import (
    BankLine,
    FileTemplate,
    Grant,
    PayingAccount,
    PaymentBatch,
    PaymentOrder,
    StatementFile,
)
from workflow import display

COLUMNS = (
    ("MSISDN", "number"),
    ("Nom", "holder_latin"),
    ("Montant", "amount"),
    ("Reference", "reference"),
)
STATEMENT_COLUMNS = {
    "booked_on": "Date",
    "debit": "Débit",
    "credit": "Crédit",
    "end_to_end": "Référence",
    "bank_reference": "Opération",
    "name": "Client",
    "text": "Libellé",
    "order": "dmy",
    "decimal": "comma",
}
FEE = 1_250
HOLDER = "Agence de la démonstration"


def open_accounts(stage: Stage, at: datetime) -> PayingAccount:
    """A wallet whose operator takes a table of 1,000 rows, and a bank account; return the bank account."""
    common = {
        "programme": stage.programme,
        "currency": stage.programme.currency,
        "holder": HOLDER,
        "town": "Rabat",
        "country": "MA",
        "entered_by": stage.staff["manager"],
        "entered_at": at,
    }
    template = FileTemplate.objects.create(
        programme=stage.programme,
        name="Opérateur mobile",
        definition={
            "kind": "csv",
            "decimal": "comma",
            "row_cap": 1000,
            "columns": [{"heading": heading, "source": source, "text": ""} for heading, source in COLUMNS],
        },
        changed_by=stage.staff["manager"],
        changed_at=at,
    )
    PayingAccount.objects.create(
        name="Portefeuille mobile",
        channel="mobile",
        number="+212612000001",
        institution="Portefeuille de la démonstration",
        file_format="table",
        template=template,
        **common,
    )
    return PayingAccount.objects.create(
        name="Compte principal",
        number=money.rib(1),
        bic="BCPOMAMC",
        institution="Banque de la démonstration",
        statement_columns=STATEMENT_COLUMNS,
        **common,
    )


def pay_together(stage: Stage, account: PayingAccount, grants: Sequence[Grant], at: datetime) -> PaymentBatch:
    """Second instalments that left in one file, signed by three persons."""
    orders = [money.tranche(grant, 2).live_order() for grant in grants]
    day = at.astimezone(stage.programme.zone).date()
    batch = batches.open_batch(account, day, actor=stage.staff["preparer"], at=at)
    batches.add(batch, [order.pk for order in orders if order is not None])
    for verb, role in (
        ("seal", "preparer"),
        ("approve", "approver"),
        ("release", "releaser"),
        ("export", "preparer"),
    ):
        stage.fire(batch, verb, role, at)
    return batch


@dataclass(frozen=True)
class Movement:
    """A row of a statement. minor: below zero when money went out."""

    day: date
    minor: int
    text: str
    name: str = ""
    reference: str = ""


def hand_in_statement(stage: Stage, batch: PaymentBatch, at: datetime) -> None:
    """The bank's statement, looked at and not imported: a payment by reference, one by name, a fee."""
    day = at.astimezone(stage.programme.zone).date()
    rows = [
        Movement(
            day,
            -line.net_minor,
            "Virement",
            _holder(line.order),
            reference=line.end_to_end if place == 0 else "",
        )
        for place, line in enumerate(batch.live_lines().select_related("order__destination"))
    ]
    _hand_in(stage, batch.account, [*rows, Movement(day, -FEE, "Frais de virement")], at)


def import_statement(
    stage: Stage, account: PayingAccount, received: Sequence[Movement], at: datetime
) -> StatementFile:
    """What happened on the account before: payments found by their references, a fee, the rest to explain.

    received: what came in. The newest payment carries no reference: a person says which one it is.
    """
    paid = PaymentOrder.objects.filter(
        programme=stage.programme, channel="bank", state__in=["executed", "receipted", "in_doubt"]
    ).select_related("destination")
    rows = [
        Movement(order.executed_on, -order.net_minor, "Virement", _holder(order), order.number)
        if order.executed_on
        else Movement(stage.day(-4), -order.net_minor, "Virement", _holder(order))
        for order in paid
    ]
    fee = Movement(stage.day(-30), -FEE, "Frais de tenue de compte")
    file = _hand_in(stage, account, sorted([*rows, *received, fee], key=lambda row: row.day), at)
    stage.fire(file, "take_in", "reconciler", at)
    reconciling.match_certain(stage.programme, actor=stage.staff["reconciler"], at=at)
    stage.fire(BankLine.objects.get(file=file, amount_minor=-FEE), "book_fee", "reconciler", at)
    return file


def set_aside(stage: Stage, file: StatementFile, minor: int, reason: str, at: datetime) -> None:
    """A movement that is nothing of this programme."""
    stage.fire(
        BankLine.objects.get(file=file, amount_minor=minor), "set_aside", "reconciler", at, reason=reason
    )


def _hand_in(stage: Stage, account: PayingAccount, rows: Sequence[Movement], at: datetime) -> StatementFile:
    lines = ["Date;Débit;Crédit;Référence;Opération;Client;Libellé"]
    for place, row in enumerate(rows, start=1):
        amounts = f"{_written(-row.minor)};" if row.minor < 0 else f";{_written(row.minor)}"
        operation = f"OP-{row.day:%y%m}-{place:03}"
        lines.append(f"{row.day:%d/%m/%Y};{amounts};{row.reference};{operation};{row.name};{row.text}")
    return reconciling.hand_in(
        account,
        "\r\n".join(lines).encode(),
        f"releve-{at:%Y-%m-%d}.csv",
        actor=stage.staff["reconciler"],
        at=at,
    )


def _holder(order: PaymentOrder) -> str:
    return order.destination.holder if order.destination else display.DASH


def _written(minor: int) -> str:
    return f"{minor // 100},{minor % 100:02}"
