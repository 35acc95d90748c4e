"""Bank and operator of the living programme: its accounts, a batch that is out, a statement to reconcile."""

from collections.abc import Sequence
from datetime import datetime

from demo.living import money
from demo.living.stage import Stage
from disbursements import batches, reconciling
from disbursements.models import FileTemplate, Grant, PayingAccount, PaymentBatch, PaymentOrder
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


def hand_in_statement(stage: Stage, batch: PaymentBatch, at: datetime) -> None:
    """The bank's statement, looked at and not imported: a payment by reference, one by name, a fee."""
    day = at.astimezone(stage.programme.zone).strftime("%d/%m/%Y")
    lines = ["Date;Débit;Crédit;Référence;Opération;Client;Libellé"]
    for place, line in enumerate(batch.live_lines().select_related("order__destination")):
        reference = line.end_to_end if place == 0 else ""
        lines.append(
            f"{day};{_written(line.net_minor)};;{reference};OP-{place + 1:04};{_holder(line.order)};Virement"
        )
    lines.append(f"{day};{_written(FEE)};;;OP-9001;;Frais de virement")
    reconciling.hand_in(
        batch.account,
        "\r\n".join(lines).encode(),
        f"releve-{at:%Y-%m-%d}.csv",
        actor=stage.staff["reconciler"],
        at=at,
    )


def _holder(order: PaymentOrder) -> str:
    return order.destination.holder if order.destination else display.DASH


def _written(minor: int) -> str:
    return f"{minor // 100},{minor % 100:02}"
