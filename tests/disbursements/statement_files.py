"""Statements as banks write them, made from plain rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from programmes.money import exponent

ACCOUNT = "MA64011519000001205000534921"
OPENING = 10_000_000
CSV_COLUMNS = {
    "booked_on": "Date",
    "debit": "Débit",
    "credit": "Crédit",
    "end_to_end": "Référence",
    "name": "Nom",
    "text": "Libellé",
    "order": "dmy",
    "decimal": "comma",
}


@dataclass(frozen=True)
class Row:
    """One movement; minor: below zero when money went out."""

    day: str
    minor: int
    end_to_end: str = ""
    name: str = ""
    text: str = ""
    bank: str = ""


def major(minor: int, currency: str) -> str:
    """An amount without sign, with a point."""
    return f"{Decimal(abs(minor)).scaleb(-exponent(currency)):.{exponent(currency)}f}"


def _balance(code: str, minor: int, currency: str) -> str:
    way = "CRDT" if minor >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{major(minor, currency)}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
        f"<Dt><Dt>2026-03-01</Dt></Dt></Bal>"
    )


def _details(row: Row, currency: str, version: str, told: bool = True) -> str:
    side = "Cdtr" if row.minor < 0 else "Dbtr"
    name = f"<Pty><Nm>{row.name}</Nm></Pty>" if version >= "08" else f"<Nm>{row.name}</Nm>"
    amount = f'<Amt Ccy="{currency}">{major(row.minor, currency)}</Amt>' if told else ""
    return (
        f"<TxDtls><Refs><AcctSvcrRef>{row.bank}</AcctSvcrRef>"
        f"<EndToEndId>{row.end_to_end or 'NOTPROVIDED'}</EndToEndId></Refs>{amount}"
        + (f"<RltdPties><{side}>{name}</{side}></RltdPties>" if row.name else "")
        + f"<RmtInf><Ustrd>{row.text}</Ustrd></RmtInf></TxDtls>"
    )


def _entry(rows: Sequence[Row], currency: str, version: str, told: bool = True) -> str:
    minor = sum(row.minor for row in rows)
    way = "CRDT" if minor >= 0 else "DBIT"
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version >= "08" else "<Sts>BOOK</Sts>"
    return (
        f'<Ntry><Amt Ccy="{currency}">{major(minor, currency)}</Amt><CdtDbtInd>{way}</CdtDbtInd>{status}'
        f"<BookgDt><Dt>{rows[0].day}</Dt></BookgDt><ValDt><Dt>{rows[0].day}</Dt></ValDt><NtryDtls>"
        + "".join(_details(row, currency, version, told) for row in rows)
        + "</NtryDtls></Ntry>"
    )


def camt_file(
    rows: Sequence[Row],
    currency: str = "MAD",
    *,
    version: str = "08",
    account: str = ACCOUNT,
    collected: bool = False,
    parts_told: bool = True,
    lost: int = 0,
) -> bytes:
    """A camt.053. collected: all rows in one entry. lost: so many rows are left out at the end."""
    closing = OPENING + sum(row.minor for row in rows)
    shown = rows[: len(rows) - lost]
    groups = [shown] if collected else [[row] for row in shown]
    entries = "".join(_entry(group, currency, version, parts_told) for group in groups)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
        f"<Stmt><Id>1</Id>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        f"{_balance('OPBD', OPENING, currency)}{_balance('CLBD', closing, currency)}{entries}"
        f"</Stmt></BkToCstmrStmt></Document>\n"
    ).encode()


def mt940_file(rows: Sequence[Row], currency: str = "MAD", *, lost: int = 0) -> bytes:
    """An MT940. lost: so many rows are left out at the end."""

    def comma(minor: int) -> str:
        text = major(minor, currency).replace(".", ",")
        return text if "," in text else f"{text},"

    closing = OPENING + sum(row.minor for row in rows)
    lines = [":20:STMT1", f":25:{ACCOUNT}", ":28C:1/1", f":60F:C260301{currency}{comma(OPENING)}"]
    for row in rows[: len(rows) - lost]:
        day = date.fromisoformat(row.day)
        way = "D" if row.minor < 0 else "C"
        lines.append(f":61:{day:%y%m%d}{day:%m%d}{way}{comma(row.minor)}NTRFNONREF//{row.bank}")
        reference = f"?20EREF+{row.end_to_end}" if row.end_to_end else ""
        named = f"?32{row.name}" if row.name else ""
        lines.append(f":86:166?00Virement{reference}?21SVWZ+{row.text}{named}")
    lines += [f":62F:C260331{currency}{comma(closing)}", "-"]
    return "\r\n".join(lines).encode()


def csv_file(rows: Sequence[Row], currency: str = "MAD") -> bytes:
    """A table with money out and money in apart, as French-speaking banks write it."""
    lines = ["Date;Débit;Crédit;Référence;Nom;Libellé"]
    for row in rows:
        day = date.fromisoformat(row.day)
        amount = major(row.minor, currency).replace(".", ",")
        out, into = (f"-{amount}", "") if row.minor < 0 else ("", amount)
        lines.append(f"{day:%d/%m/%Y};{out};{into};{row.end_to_end};{row.name};{row.text}")
    return "\r\n".join(lines).encode()
