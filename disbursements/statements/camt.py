"""ISO 20022 camt.053 statements, any version, read with lxml: no entities, no DTD, no network, no huge trees.

Only booked entries count. An entry with several transactions becomes one line each when their amounts are
told and add up to the entry; else the entry stays one line, so that no money is lost or made up.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from disbursements.statements.lines import MAX_BYTES, Statement, StatementLine, StatementRefused, to_minor

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d\d")


def is_xml(data: bytes) -> bool:
    """Whether the bytes begin as XML does, in one of the encodings that it may have."""
    head = data[:200].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    return head.startswith(b"<")


def read(data: bytes) -> list[Statement]:
    """Return the statements in an XML file, of one account or of several.

    Raises `StatementRefused` with a sentence.
    """
    from lxml import etree

    root = _tree(data)
    space = etree.QName(root).namespace or ""
    if not NAMESPACE.fullmatch(space) or etree.QName(root).localname != "Document":
        raise StatementRefused(_("This XML is not a statement of the form camt.053."))
    found = [_statement(node, space) for node in root.iterfind(f".//{{{space}}}Stmt")]
    if not found:
        raise StatementRefused(_("There is no statement in this file."))
    return found


def _tree(data: bytes) -> "_Element":
    if len(data) > MAX_BYTES:
        raise StatementRefused(_("This file is larger than 10 MB."))
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data.removeprefix(BOM_UTF8).lstrip(b" \r\n\t"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise StatementRefused(
            _("The file is cut off or damaged, or its encoding is not what it says.")
        ) from error
    document: Any = root.getroottree().docinfo
    if document.doctype or any(True for _node in root.iter(etree.Entity)):
        raise StatementRefused(_("The file declares a document type or entities: banks never do that."))
    return root


class _Node:
    """An element with its namespace: short paths for long names."""

    def __init__(self, node: "_Element", space: str) -> None:
        self.node, self.space = node, space

    def _path(self, path: str) -> str:
        return "/".join(f"{{{self.space}}}{step}" for step in path.split("/"))

    def text(self, *paths: str) -> str:
        """The text of the first path that has one."""
        for path in paths:
            found = self.node.find(self._path(path))
            if found is not None and found.text and found.text.strip():
                return found.text.strip()
        return ""

    def all(self, path: str) -> Iterator["_Node"]:
        """The elements at a path."""
        for found in self.node.iterfind(self._path(path)):
            yield _Node(found, self.space)

    def first(self, path: str) -> "_Node | None":
        """The first element at a path."""
        return next(self.all(path), None)


def _statement(element: "_Element", space: str) -> Statement:
    node = _Node(element, space)
    account = node.text("Acct/Id/IBAN", "Acct/Id/Othr/Id")
    balances: dict[str, tuple[int, str]] = {}
    for one in node.all("Bal"):
        code = one.text("Tp/CdOrPrtry/Cd")
        balances.setdefault(code, _signed(one))
    lines = [line for entry in node.all("Ntry") for line in _lines(entry)]
    opening = balances.get("OPBD") or balances.get("PRCD")
    closing = balances.get("CLBD")
    currency = (
        node.text("Acct/Ccy") or (opening[1] if opening else "") or (lines[0].currency if lines else "")
    )
    return Statement(
        account,
        currency,
        tuple(lines),
        opening[0] if opening else None,
        closing[0] if closing else None,
    )


def _signed(node: _Node) -> tuple[int, str]:
    """The amount of a balance or entry in minor units, below zero for a debit, and its currency."""
    amount = node.first("Amt")
    if amount is None or amount.node.text is None:
        raise StatementRefused(_("A movement of this file has no amount."))
    currency = amount.node.get("Ccy", "")
    minor = to_minor(amount.node.text, currency)
    direction = node.text("CdtDbtInd")
    if minor < 0 or direction not in ("CRDT", "DBIT"):
        raise StatementRefused(_("A movement of this file does not say whether money came or went."))
    return (-minor if direction == "DBIT" else minor), currency


def _lines(entry: _Node) -> Iterator[StatementLine]:
    status = entry.text("Sts/Cd", "Sts")
    if status and status != "BOOK":
        return
    total, currency = _signed(entry)
    booked = _day(entry, "BookgDt")
    if booked is None:
        raise StatementRefused(_("A movement of this file has no day."))
    value = _day(entry, "ValDt")
    details = list(entry.all("NtryDtls/TxDtls"))
    parts = [_part(one, total, currency) for one in details] if len(details) > 1 else []
    if parts and None not in parts and sum(part for part in parts if part is not None) == total:
        for one, part in zip(details, parts, strict=True):
            yield _line(entry, one, booked, value, int(part or 0), currency)
    else:
        only = details[0] if len(details) == 1 else None  # several, untold: the entry speaks for them
        yield _line(entry, only, booked, value, total, currency)


def _part(detail: _Node, total: int, currency: str) -> int | None:
    """The signed amount of one transaction of an entry, None when it is not told in the entry's currency."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        amount = detail.first(path)
        if amount is not None and amount.node.text and amount.node.get("Ccy") == currency:
            minor = to_minor(amount.node.text, currency)
            direction = detail.text("CdtDbtInd") or ("DBIT" if total < 0 else "CRDT")
            return -minor if direction == "DBIT" else minor
    return None


def _line(
    entry: _Node, detail: _Node | None, booked: date, value: date | None, minor: int, currency: str
) -> StatementLine:
    reference = detail.text("Refs/EndToEndId") if detail else ""
    other = "Cdtr" if minor < 0 else "Dbtr"
    name, texts = "", [entry.text("AddtlNtryInf"), *_collected(entry)]
    bank = entry.text("AcctSvcrRef")
    if detail:
        bank = detail.text("Refs/AcctSvcrRef") or bank
        name = detail.text(
            f"RltdPties/{other}/Nm",
            f"RltdPties/{other}/Pty/Nm",
            "RltdPties/Cdtr/Nm",
            "RltdPties/Cdtr/Pty/Nm",
        )
        texts = [
            *(one.node.text or "" for one in detail.all("RmtInf/Ustrd")),
            detail.text("RtrInf/Rsn/Cd"),
            detail.text("RtrInf/AddtlInf"),
            detail.text("AddtlTxInf"),
            *texts,
        ]
    return StatementLine(
        booked_on=booked,
        amount_minor=minor,
        currency=currency,
        value_on=value,
        end_to_end="" if reference == "NOTPROVIDED" else reference[:80],
        bank_reference=bank[:80],
        name=name[:140],
        text=" ".join(" ".join(texts).split())[:500],
    )


def _collected(entry: _Node) -> Iterator[str]:
    """How many payments an entry stands for, and the file of ours that they came in, where it tells."""
    for batch in entry.all("NtryDtls/Btch"):
        if not entry.first("NtryDtls/TxDtls"):
            count = batch.text("NbOfTxs")
            yield from (batch.text("PmtInfId", "MsgId"), f"x {count}" if count else "")


def _day(node: _Node, name: str) -> date | None:
    text = node.text(f"{name}/Dt", f"{name}/DtTm")[:10]
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise StatementRefused(_("“%(text)s” is not a day.") % {"text": text}) from error
