"""Statements as pure functions: read whole or refused with a sentence, each line once whatever the files."""

import io
from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from disbursements.statements import camt, proposals, reading
from disbursements.statements.lines import StatementLine, StatementRefused, same_account, with_occurrences
from tests.disbursements.statement_files import (
    ACCOUNT,
    CSV_COLUMNS,
    Row,
    camt_file,
    csv_file,
    mt940_file,
)

ROWS = (
    Row("2026-03-03", -840000, "CASE-1-T1", "Amina Example", "Grant", "B1"),
    Row("2026-03-03", -1250, "", "", "Commission", "B2"),
    Row("2026-03-05", 839000, "CASE-1-T1", "Amina Example", "AC04 returned", "B3"),
)


ING = b""":20:P140220000000001
:25:NL69INGB0123456789EUR
:28C:00000
:60F:C140219EUR662,23
:61:1402200220C1,56NTRFEREF//00000000001005
/TRCD/00100/
:86:/EREF/EV12341REP1231456T1234//CNTP/NL32INGB0000012345/INGBNL2A/ING BANK NV///REMI/USTD//EV10001/
:61:1402200220D1,57NTRFPREF//00000000001006
/TRCD/00200/
:86:/PREF/M000000003333333//REMI/USTD//TOTAAL 1 VZ/
:62F:C140220EUR662,22
:64:C140220EUR662,22
-
"""
GERMAN = b"""{1:F01DEUTDEFFAXXX0000000000}{2:I940DEUTDEFFXXXXN}{4:
:20:STARTUMS
:25:10020030/1234567
:28C:5/1
:60F:C211231EUR5000,00
:61:220103DR100,00N033NONREF//POS 1
:86:177?00SEPA-Ueberweisung?20EREF+ORD-1-F1?21KREF+NONREF?22SVWZ+Tranche 1?30BPDEDEFF?32Mueller GmbH
:62F:C220103EUR4900,00
-}
"""


def read(data, name="statement.xml", currency="MAD", account=ACCOUNT, columns=None):
    return reading.read(data, name, account=account, currency=currency, columns=columns or CSV_COLUMNS)


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_camt_statement_is_read_to_the_minor_unit_with_references_and_names(version):
    found = read(camt_file(ROWS, version=version))
    assert [line.amount_minor for line in found.lines] == [-840000, -1250, 839000]
    assert found.lines[0] == StatementLine(
        date(2026, 3, 3), -840000, "MAD", date(2026, 3, 3), "CASE-1-T1", "B1", "Amina Example", "Grant"
    )
    assert found.closing_minor - found.opening_minor == sum(line.amount_minor for line in found.lines)


def test_a_collected_entry_becomes_a_line_for_each_of_its_payments_or_stays_whole():
    split = read(camt_file(ROWS[:2], collected=True))
    assert [line.amount_minor for line in split.lines] == [-840000, -1250]
    whole = read(camt_file(ROWS[:2], collected=True, parts_told=False))
    assert [line.amount_minor for line in whole.lines] == [-841250]


@pytest.mark.parametrize(("currency", "scale"), [("XOF", 0), ("LYD", 3), ("EUR", 2)])
def test_amounts_have_the_decimals_of_their_currency_in_every_form(currency, scale):
    rows = (Row("2026-03-03", -1234567, "CASE-1-T1", "Amina", "x", "B1"),)
    for data, name in (
        (camt_file(rows, currency), "s.xml"),
        (mt940_file(rows, currency), "s.sta"),
        (csv_file(rows, currency), "s.csv"),
    ):
        found = read(data, name, currency)
        assert [line.amount_minor for line in found.lines] == [-1234567]
        assert found.lines[0].end_to_end == "CASE-1-T1"
    if scale < 3:
        odd = camt_file(rows, currency).replace(b">12", b">0.1234512", 1)
        with pytest.raises(StatementRefused):
            read(odd, currency=currency)


def test_an_mt940_statement_tells_reversals_and_names_apart():
    found = read(mt940_file(ROWS), "s.sta")
    assert [(line.amount_minor, line.end_to_end, line.name) for line in found.lines] == [
        (-840000, "CASE-1-T1", "Amina Example"),
        (-1250, "", ""),
        (839000, "CASE-1-T1", "Amina Example"),
    ]
    reversal = mt940_file(ROWS[2:]).replace(b"0305C", b"0305RD")
    assert [line.amount_minor for line in read(reversal, "s.sta").lines] == [839000]


XXE = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>&x;</Id></Stmt>
</BkToCstmrStmt></Document>"""
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "'
    + b"ha" * 100
    + b'">'
    + b"".join(
        f'<!ENTITY {name} "{f"&{before};" * 50}">'.encode()
        for before, name in zip("abcdef", "bcdefg", strict=True)
    )
    + b"]><d>&g;</d>"
)
DEEP = b"<a>" * 5000 + b"</a>" * 5000
ODD = {
    "empty": (b"", "s.xml", "empty"),
    "huge": (b"<" + b" " * (10 * 1024 * 1024), "s.xml", "larger than 10 MB"),
    "cut off": (camt_file(ROWS)[:-200], "s.xml", "cut off"),
    "external entity": (XXE, "s.xml", "document type"),
    "billion laughs": (LAUGHS, "s.xml", "cut off|document type"),
    "very deep": (DEEP, "s.xml", "cut off|not a statement"),
    "another schema": (
        b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'/>",
        "s.xml",
        "camt",
    ),
    "no statement": (
        b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'/>",
        "s.xml",
        "no statement",
    ),
    "a line was lost": (camt_file(ROWS, lost=1), "s.xml", "part is missing"),
    "wrong encoding": (camt_file(ROWS).replace(b"UTF-8", b"UTF-16"), "s.xml", "encoding"),
    "other currency": (camt_file(ROWS, "EUR"), "s.xml", "account is in MAD"),
    "unknown currency": (camt_file(ROWS).replace(b"MAD", b"ZZZ"), "s.xml", "not a currency"),
    "other account": (camt_file(ROWS, account="MA64999999999999999999999999"), "s.xml", "not of this one"),
    "MT940 cut off": (mt940_file(ROWS)[:-40], "s.sta", "cut off"),
    "MT940 lost a line": (mt940_file(ROWS, lost=1), "s.sta", "part is missing"),
    "MT940 in UTF-16": (
        mt940_file(ROWS).decode().encode("utf-16"),
        "s.sta",
        "encoding|Missing in this table|not",
    ),
    "MT940 with an odd line": (
        mt940_file(ROWS).replace(b":61:2603", b":61:XXXX", 1),
        "s.sta",
        "damaged|read",
    ),
    "table without its columns": (b"a;b\n1;2\n", "s.csv", "Missing in this table"),
    "table with an odd day": (csv_file(ROWS).replace(b"03/03/2026", b"31/02/2026", 1), "s.csv", "Row 2.*day"),
    "table with an odd amount": (
        csv_file(ROWS).replace(b"-8400,00", b"-84x0,00", 1),
        "s.csv",
        "Row 2.*amount",
    ),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "s.csv", "."),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_refused_with_a_sentence(name):
    data, file_name, said = ODD[name]
    with pytest.raises(StatementRefused, match=said):
        read(data, file_name)


def test_an_account_is_known_by_its_iban_or_its_national_number():
    assert same_account("MA64 0115 1900 0001 2050 0053 4921", ACCOUNT)
    assert same_account("011519000001205000534921", ACCOUNT)
    assert not same_account("4921", ACCOUNT)
    assert not same_account("", ACCOUNT)
    assert same_account("NL69INGB0123456789EUR", "NL69 INGB 0123 4567 89")
    assert not same_account("NL69INGB0123456788EUR", "NL69INGB0123456789")
    assert same_account("10020030/1234567", "DE89100200300001234567")
    assert same_account("10020030/1234567", "1234567")
    assert not same_account("99020030/1234567", "DE89100200300001234567")


def test_mt940_of_banks_with_their_own_ways_of_writing_is_read():
    found = read(ING, account="NL69INGB0123456789", currency="EUR")
    assert [(line.end_to_end, line.amount_minor) for line in found.lines] == [
        ("EV12341REP1231456T1234", 156),
        ("", -157),
    ]
    (line,) = read(GERMAN, account="DE89100200300001234567", currency="EUR").lines
    assert (line.end_to_end, line.amount_minor, line.booked_on) == ("ORD-1-F1", -10000, date(2022, 1, 3))
    assert "Mueller" in line.name
    assert not camt.is_xml(b"Date;Montant")


def line_of(number):
    return StatementLine(
        date(2026, 3, 1 + number % 3), -100 * (1 + number % 2), "MAD", bank_reference=f"B{number % 4}"
    )


def kept_after(files):
    """What a table under UNIQUE(fingerprint, occurrence) holds after some files."""
    kept = set()
    for file in files:
        kept |= {(mark, place) for _line, mark, place in with_occurrences(file, str)}
    return Counter(mark for mark, _place in kept)


@pytest.mark.long
@given(
    history=st.lists(st.integers(0, 11), max_size=30).map(lambda numbers: [line_of(one) for one in numbers]),
    cuts=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5),
    rng=st.randoms(use_true_random=False),
)
@settings(max_examples=150, deadline=None)
def test_overlapping_repeated_and_shuffled_files_keep_each_line_once(history, cuts, rng):
    files = [history, *(history[min(pair) : max(pair)] for pair in cuts)]
    files += [list(file) for file in files]
    for file in files:
        rng.shuffle(file)
    rng.shuffle(files)
    truth = Counter(with_occurrences([line], str)[0][1] for line in history)
    assert kept_after(files) == truth
    assert kept_after([*files, *files]) == truth


def test_a_reference_with_its_amount_is_certain_and_all_else_a_proposal():
    waiting = proposals.Expected(
        1, "CASE-1-T1", 840000, "MAD", "exported", date(2026, 3, 2), "Amina Éxample", "4921"
    )
    other = proposals.Expected(2, "CASE-2-T1", 840000, "MAD", "exported", date(2026, 3, 2), "Sami Other")
    known = (waiting, other)

    def movement(key, minor, **said):
        return proposals.Movement(key, date(2026, 3, 4), minor, "MAD", **said)

    sure = movement(1, -840000, end_to_end="case-1-t1")
    assert proposals.certain([sure], known) == [(1, 1)]
    assert proposals.certain([sure, movement(2, -840000, end_to_end="CASE-1-T1")], known) == [(1, 1)]
    assert proposals.certain([movement(3, -839999, end_to_end="CASE-1-T1")], known) == []
    back = movement(4, 839000, end_to_end="CASE-1-T1")
    assert proposals.certain([back, sure], known) == [(1, 1), (4, 1)]
    named = proposals.propose(movement(5, -840000, name="EXAMPLE AMINA"), known)
    assert [(one.expected, one.by_name, one.certain) for one in named] == [
        (1, True, False),
        (2, False, False),
    ]
    in_text = proposals.propose(movement(6, -840000, text="virement CASE-2-T1 merci"), known)
    assert in_text[0].expected == 2
    assert proposals.propose(movement(7, -1), known) == []
    assert proposals.propose(movement(8, 1, name="Nobody"), known) == []


def test_a_file_of_several_accounts_gives_each_account_what_is_its_own():
    other = "MA64999999999999999999999999"
    one, two = camt_file(ROWS), camt_file(ROWS[:1], account=other)
    inner = two[two.index(b"<Stmt>") : two.index(b"</BkToCstmrStmt>")]
    both = one.replace(b"</BkToCstmrStmt>", inner + b"</BkToCstmrStmt>")
    found = read(both)
    assert [line.amount_minor for line in found.lines] == [-840000, -1250, 839000]
    assert found.others == (other,)
    assert [line.amount_minor for line in read(both, account=other).lines] == [-840000]
    with pytest.raises(StatementRefused, match=f"of account {ACCOUNT}, {other}"):
        read(both, account="MA64111111111111111111111111")
    swift = mt940_file(ROWS) + b"\r\n" + mt940_file(ROWS[1:2]).replace(ACCOUNT.encode(), other.encode())
    assert len(read(swift, "s.sta").lines) == 3
    assert [line.amount_minor for line in read(swift, "s.sta", account=other).lines] == [-1250]


def test_payments_booked_as_one_sum_name_the_file_that_they_came_in():
    plain = camt_file(ROWS[:1])
    start, end = plain.index(b"<TxDtls>"), plain.index(b"</TxDtls>") + len(b"</TxDtls>")
    batch = b"<Btch><PmtInfId>PRG-B0001</PmtInfId><NbOfTxs>3</NbOfTxs></Btch>"
    (line,) = read(plain[:start] + batch + plain[end:]).lines
    assert (line.amount_minor, line.end_to_end, line.text) == (-840000, "", "PRG-B0001 x 3")
    (reversed_,) = read(plain.replace(b"<Sts>", b"<RvslInd>true</RvslInd><Sts>")).lines
    assert reversed_.amount_minor == -840000, "the direction is told, a reversal or not"


def test_numbers_of_a_workbook_have_their_point_whatever_the_tables_of_the_account_have():
    book = Workbook()
    page = book.active
    page.append(["Date", "Débit", "Crédit", "Référence", "Nom", "Libellé"])
    page.append([date(2026, 3, 3), 1234.567, None, "CASE-1-T1", "Amina", "x"])
    page.append(["04/03/2026", None, "1\u202f250,500", "", "Fund", "paid in"])
    page.append([None, None, None, None, None, "a remark of the bank"])
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue(), "s.xlsx", "LYD")
    assert [line.amount_minor for line in found.lines] == [-1234567, 1250500]
    page["B2"] = "=2+2"
    book.save(out := io.BytesIO())
    with pytest.raises(StatementRefused, match=r"Row 2.*formula"):
        read(out.getvalue(), "s.xlsx", "LYD")
