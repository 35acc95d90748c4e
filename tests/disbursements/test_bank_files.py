"""Bank files as pure functions: they pass the schema and our own rules, to the unit of each currency."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sepaxml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from disbursements.bank_files import checking, pain, templates
from disbursements.bank_files.content import Party, Payment, PaymentFile, digest, latin

SCHEMAS = Path(sepaxml.__file__).parent / "schemas"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = date(2026, 3, 3)
RIB = "011810000000000000000177"


def rib(account: int) -> str:
    body = f"011810{account:016}"
    return f"{body}{97 - int(body) * 100 % 97:02}"


PAYERS = {
    "EUR": Party("Agence de développement", "FR1420041010050500013M02606", "PSSTFRPPXXX", "", "Paris", "FR"),
    "MAD": Party("Agence de développement", rib(1), "BCPOMAMC", "", "Rabat", "MA"),
    "XOF": Party("Agence", "ML13ML0160120102600100668497", "BDMAMLBA", "", "Bamako", "ML"),
    "LYD": Party("Agency", "LY83002048000020100120361", "NOLYLYLT", "", "Tripoli", "LY"),
}
PAYEES = {
    "EUR": Party("Émile Œuvrard", "DE89370400440532013000", "COBADEFFXXX", "", "Köln", "DE"),
    "MAD": Party("Société L’Étoile & fils", rib(77), "BCPOMAMC", "Banque", "Salé", "MA"),
    "XOF": Party("Awa Traoré", "ML13ML0160120102600100668497", "BDMAMLBA", "", "Mopti", "ML"),
    "LYD": Party("Sami Example", "LY83002048000020100120361", "NOLYLYLT", "", "Sabha", "LY"),
}
UETRS = ("0b4f7f3c-3c0e-4b1c-8a5e-0f1a2b3c4d5e", "1b4f7f3c-3c0e-4b1c-8a5e-0f1a2b3c4d5e")


def a_file(currency: str, amounts: tuple[int, ...] = (1_234_567, 5)) -> PaymentFile:
    payments = tuple(
        Payment(f"CASE-{place}-T1", minor, PAYEES[currency], f"Grant n° {place}", UETRS[place % 2])
        for place, minor in enumerate(amounts)
    )
    return PaymentFile("PROG-B0001", AT, DAY, currency, PAYERS[currency], payments)


def found(data: bytes, path: str) -> list[str]:
    root = etree.fromstring(data)
    space = {"p": root.nsmap[None]}
    steps = [f"p:{step}" if step.isalnum() else step for step in path.split("/")]
    return [element.text for element in root.iterfind("/".join(steps), space)]


@pytest.mark.parametrize("version", pain.VERSIONS)
@pytest.mark.parametrize(
    ("currency", "written"),
    [
        ("EUR", ["12345.67", "0.05"]),
        ("MAD", ["12345.67", "0.05"]),
        ("XOF", ["1234567", "5"]),
        ("LYD", ["1234.567", "0.005"]),
    ],
)
def test_a_file_passes_its_schema_and_our_rules_with_the_decimals_of_its_currency(version, currency, written):
    file = a_file(currency)
    assert [str(one) for one in checking.problems(file, today=DAY)] == []
    data = pain.write(file, version)
    schema = etree.XMLSchema(etree.parse(SCHEMAS / f"{version}.xsd"))
    document = etree.fromstring(data)
    assert schema.validate(document), schema.error_log
    assert found(data, ".//CdtTrfTxInf/Amt/InstdAmt") == written
    assert found(data, ".//GrpHdr/NbOfTxs") == ["2"]
    total = [str(sum(map(Decimal, written)))]
    assert found(data, ".//GrpHdr/CtrlSum") == found(data, ".//PmtInf/CtrlSum") == total
    is_sepa = currency == "EUR"
    assert found(data, ".//PmtTpInf/SvcLvl/Cd") == (["SEPA"] if is_sepa else [])
    assert found(data, ".//PmtInf/ChrgBr") == ["SLEV" if is_sepa else "SHAR"]
    assert found(data, ".//CdtrAcct/Id/Othr/Id") == ([rib(77)] * 2 if currency == "MAD" else [])
    assert data == pain.write(file, version)


def with_payment(file: PaymentFile, **changed: Any) -> PaymentFile:
    first, *rest = file.payments
    return replace(file, payments=(replace(first, **changed), *rest))


def with_payee(currency: str, **changed: Any) -> PaymentFile:
    return with_payment(a_file(currency), payee=replace(PAYEES[currency], **changed))


BROKEN = {
    "wrong RIB key": (with_payee("MAD", number=rib(77)[:-1] + "0"), "key of this RIB"),
    "RIB too short": (with_payee("MAD", number=rib(77)[:-1]), "24 digits"),
    "wrong IBAN digits": (with_payee("XOF", number="ML14ML0160120102600100668497"), "check digits"),
    "IBAN of another country": (with_payee("LYD", number="DE89370400440532013000"), "IBAN is of DE"),
    "no BIC outside SEPA": (with_payee("LYD", bic=""), "Missing at the payee's account: BIC"),
    "letters that banks do not have": (with_payee("LYD", name="سامي"), "do not exchange"),
    "name too long": (with_payee("EUR", name="A" * 71), "longer than 70"),
    "no name": (with_payee("EUR", name=" "), "name is missing"),
    "amount with a fraction": (with_payment(a_file("XOF"), amount_minor=12.5), "whole number"),
    "nothing to pay": (with_payment(a_file("MAD"), amount_minor=0), "whole number"),
    "twice the same reference": (with_payment(a_file("MAD"), end_to_end="CASE-1-T1"), "twice"),
    "reference too long": (with_payment(a_file("MAD"), end_to_end="C" * 36), "cannot stand"),
    "not a version 4 UUID": (
        with_payment(a_file("MAD"), uetr="0b4f7f3c-3c0e-1b1c-8a5e-0f1a2b3c4d5e"),
        "not well formed",
    ),
    "no such currency": (replace(a_file("MAD"), currency="ZZZ"), "ZZZ is not a currency"),
    "the day is over": (replace(a_file("MAD"), value_date=date(2026, 3, 1)), "day of payment is over"),
    "empty": (replace(a_file("MAD"), payments=()), "no payment"),
    "payer's own number": (
        replace(a_file("MAD"), payer=replace(PAYERS["MAD"], number="1" * 24)),
        "key of this RIB",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_a_schema_lets_pass_our_rules_name(name):
    file, said = BROKEN[name]
    assert any(said in str(problem) for problem in checking.problems(file, today=DAY))


@given(
    amounts=st.lists(st.integers(1, 10**11), min_size=1, max_size=20),
    currency=st.sampled_from(["EUR", "MAD", "XOF", "LYD"]),
)
@settings(max_examples=40, deadline=None)
def test_what_a_bank_reads_is_to_the_unit_what_was_ordered(amounts, currency):
    file = a_file(currency, tuple(amounts))
    data = pain.write(file, pain.V03)
    scale = {"EUR": 2, "MAD": 2, "XOF": 0, "LYD": 3}[currency]
    read = [int(Decimal(text).scaleb(scale)) for text in found(data, ".//Amt/InstdAmt")]
    assert read == amounts
    assert Decimal(found(data, ".//GrpHdr/CtrlSum")[0]).scaleb(scale) == sum(amounts)


def test_the_signed_digest_is_of_the_content_and_not_of_the_moment_of_writing():
    file = a_file("MAD")
    later = replace(file, created_at=datetime(2026, 3, 3, tzinfo=UTC))
    assert digest(file, "x") == digest(later, "x")
    assert digest(file, "x") != digest(file, "y")
    assert digest(file, "x") != digest(with_payment(file, amount_minor=1), "x")
    assert latin("Société L’Étoile – “Œuvre” & Cie") == "Societe L'Etoile - 'OEuvre' + Cie"


WALLET = replace(PAYEES["MAD"], number="+212612000001", name="Amina Example", bic="")
COLUMNS = (
    templates.Column("N", "position"),
    templates.Column("MSISDN", "number"),
    templates.Column("Nom", "holder_latin"),
    templates.Column("Montant", "amount"),
    templates.Column("Motif", "fixed", "=SUBVENTION"),
)


def test_an_operator_gets_its_own_table_and_no_cell_is_a_formula():
    file = with_payment(a_file("MAD", (1_234_50,)), payee=WALLET)
    template = templates.Template("csv", COLUMNS, decimal="comma", row_cap=1)
    assert templates.write(file, template) == (
        b"N;MSISDN;Nom;Montant;Motif\r\n1;212612000001;Amina Example;1234,50;'=SUBVENTION\r\n"
    )
    for form, number in (("plus", "+212612000001"), ("zeros", "00212612000001"), ("national", "0612000001")):
        row = templates.rows(template._replace(phone=form), file)[0]
        assert row[1] == number
    book = template._replace(kind="xlsx", with_header=False)
    assert templates.write(file, book) == templates.write(file, book)
    with pytest.raises(ValueError, match="at most"):
        templates.write(a_file("MAD"), template)
    arabic = with_payment(file, payee=replace(WALLET, name="أمينة"))
    columns = (templates.Column("Nom", "holder"),)
    with pytest.raises(templates.NotEncodable):
        templates.write(arabic, templates.Template("csv", columns, encoding="cp1252"))
    assert "أمينة".encode("cp1256") in templates.write(
        arabic, templates.Template("csv", columns, encoding="cp1256")
    )
