"""ISO 20022 customer credit transfers: pain.001.001.09 and pain.001.001.03, written with lxml.

Amounts are printed with the currency's own decimals. Outside SEPA: no service level, shared charges, the
payee's bank by BIC, town and country of both, and the national number where there is no IBAN.
"""

from typing import TYPE_CHECKING

from disbursements.bank_files.content import Party, PaymentFile, latin

if TYPE_CHECKING:
    from lxml.etree import _Element

V09, V03 = "pain.001.001.09", "pain.001.001.03"
VERSIONS = (V09, V03)
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
TEXT_LENGTH = 140


class _Writer:
    """Adds elements of one version under a parent."""

    def __init__(self, version: str) -> None:
        self.space = f"{NAMESPACE}{version}"
        self.is_new = version == V09

    def add(self, parent: "_Element", path: str, text: str = "") -> "_Element":
        """Add one element, or a chain of them (`Id/IBAN`); the last one holds the text."""
        from lxml.etree import SubElement

        for name in path.split("/"):
            parent = SubElement(parent, f"{{{self.space}}}{name}")
        if text:
            parent.text = text
        return parent

    def party(self, parent: "_Element", name: str, party: Party) -> None:
        """Name and place of a party."""
        block = self.add(parent, name)
        self.add(block, "Nm", latin(party.name))
        if party.town or party.country:
            place = self.add(block, "PstlAdr")
            if party.town:
                self.add(place, "TwnNm", latin(party.town))
            if party.country:
                self.add(place, "Ctry", party.country)

    def account(self, parent: "_Element", name: str, party: Party, currency: str = "") -> None:
        """An IBAN, or the national number."""
        block = self.add(parent, name)
        self.add(block, "Id/IBAN" if party.has_iban else "Id/Othr/Id", party.number)
        if currency:
            self.add(block, "Ccy", currency)

    def agent(self, parent: "_Element", name: str, party: Party) -> None:
        """The bank by its BIC."""
        block = self.add(parent, f"{name}/FinInstnId")
        if party.bic:
            self.add(block, "BICFI" if self.is_new else "BIC", party.bic)
        else:
            self.add(block, "Othr/Id", "NOTPROVIDED")


def write(file: PaymentFile, version: str = V09) -> bytes:
    """Return the XML of a file that `checking.problems` found nothing against.

    version: one of `VERSIONS`. Same data, same bytes.
    """
    if version not in VERSIONS:
        raise ValueError(f"{version!r} is not written here")
    from lxml import etree

    to = _Writer(version)
    root = etree.Element(f"{{{to.space}}}Document", nsmap={None: to.space})  # type: ignore[dict-item]
    message = to.add(root, "CstmrCdtTrfInitn")
    count, total = str(file.count), file.amount(file.total_minor)
    head = to.add(message, "GrpHdr")
    to.add(head, "MsgId", file.message_id)
    to.add(head, "CreDtTm", file.created_at.isoformat(timespec="seconds"))
    to.add(head, "NbOfTxs", count)
    to.add(head, "CtrlSum", total)
    to.add(head, "InitgPty/Nm", latin(file.payer.name))
    _block(to, message, file, count, total)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _block(to: _Writer, message: "_Element", file: PaymentFile, count: str, total: str) -> None:
    block = to.add(message, "PmtInf")
    to.add(block, "PmtInfId", file.message_id)
    to.add(block, "PmtMtd", "TRF")
    to.add(block, "BtchBookg", "false")
    to.add(block, "NbOfTxs", count)
    to.add(block, "CtrlSum", total)
    if file.is_sepa:
        to.add(block, "PmtTpInf/SvcLvl/Cd", "SEPA")
    to.add(block, "ReqdExctnDt/Dt" if to.is_new else "ReqdExctnDt", file.value_date.isoformat())
    to.party(block, "Dbtr", file.payer)
    to.account(block, "DbtrAcct", file.payer, file.currency)
    to.agent(block, "DbtrAgt", file.payer)
    to.add(block, "ChrgBr", "SLEV" if file.is_sepa else "SHAR")
    for payment in file.payments:
        row = to.add(block, "CdtTrfTxInf")
        ids = to.add(row, "PmtId")
        to.add(ids, "EndToEndId", payment.end_to_end)
        if to.is_new and payment.uetr:
            to.add(ids, "UETR", payment.uetr)
        amount = to.add(row, "Amt/InstdAmt", file.amount(payment.amount_minor))
        amount.set("Ccy", file.currency)
        if payment.payee.bic or not file.is_sepa:
            to.agent(row, "CdtrAgt", payment.payee)
        to.party(row, "Cdtr", payment.payee)
        to.account(row, "CdtrAcct", payment.payee)
        if payment.text:
            to.add(row, "RmtInf/Ustrd", latin(payment.text)[:TEXT_LENGTH])
