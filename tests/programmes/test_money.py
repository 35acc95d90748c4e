"""Amounts are exact, and refused when they cannot be: properties, not examples, where money is concerned."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from programmes import money
from programmes.money import (
    CURRENCIES,
    AmountRefused,
    CurrencyMismatch,
    Money,
    MoneyFormField,
    convert,
    convert_cumulative,
    exponent,
    format_money,
    parse,
    split,
)

amounts = st.integers(min_value=-(10**15), max_value=10**15)
currencies = st.sampled_from(sorted(CURRENCIES))
rates = st.decimals(min_value="0.0001", max_value="99999", places=6)


@pytest.mark.parametrize(("currency", "digits"), [("XOF", 0), ("MAD", 2), ("EUR", 2), ("LYD", 3), ("IQD", 3)])
def test_every_currency_has_the_decimals_of_the_iso_table(currency, digits):
    assert exponent(currency) == digits


@pytest.mark.parametrize("code", ["ZZZ", "XXX", "XAU", "eur", ""])
def test_what_is_no_currency_is_refused(code):
    with pytest.raises(ValueError, match="ISO 4217"):
        exponent(code)


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
@given(minor=amounts, currency=currencies)
def test_an_amount_written_for_a_reader_is_read_back_unchanged(language, minor, currency):
    written = format_money(Money(minor, currency), language)
    assert parse(written, currency, language) == Money(minor, currency)


@given(minor=amounts, currency=currencies)
def test_an_amount_written_for_a_machine_is_read_back_unchanged(minor, currency):
    amount = Money(minor, currency)
    assert parse(f"{amount.decimal:f}", currency, "fr") == amount


@pytest.mark.parametrize("text", ["1234.56", "1 234,56", "1,234.56", "0.5", "12,3"])
def test_decimals_of_a_currency_without_decimals_are_refused(text):
    with pytest.raises(AmountRefused, match="no decimals"):
        parse(text, "XOF", "en")


@given(
    minor=st.integers(min_value=1, max_value=9), currency=currencies, language=st.sampled_from(["fr", "en"])
)
def test_one_decimal_too_many_is_refused(minor, currency, language):
    digits = exponent(currency)
    with pytest.raises(AmountRefused):
        parse(f"10{'.' if language == 'en' else ','}{'0' * digits}{minor}", currency, language)


@pytest.mark.parametrize(
    ("text", "currency", "language", "minor"),
    [
        ("1 234,50", "MAD", "fr", 123450),
        ("1\u202f234,50", "MAD", "fr", 123450),
        ("1,234.50", "MAD", "en", 123450),
        ("1.234,50", "MAD", "en", 123450),
        ("١٢٣٤٫٥٠", "MAD", "ar", 123450),
        ("١٬٢٣٤", "XOF", "ar", 1234),
        ("1,234", "XOF", "en", 1234),
        ("1,234", "LYD", "fr", 1234),
        ("1,234", "LYD", "en", 1234000),
        ("1,234,567", "XOF", "fr", 1234567),
        ("12 000 XOF", "XOF", "fr", 12000),
        ("EUR 5", "EUR", "en", 500),
        ("0", "EUR", "en", 0),
    ],
)
def test_an_amount_is_read_as_people_write_it(text, currency, language, minor):
    assert parse(text, currency, language).minor == minor


@pytest.mark.parametrize(
    "text",
    ["", "abc", "12 EUR", "1e5", "1 23", "12,34,56", "--3", "1.2.3", "NaN", "1_000", "1,23456.00", "٫"],
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(AmountRefused):
        parse(text, "MAD", "en")


def test_an_amount_too_large_for_a_column_is_refused():
    with pytest.raises(AmountRefused, match="too large"):
        parse("9" * 19, "XOF", "en")


@given(minor=amounts, weights=st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_parts_add_up_to_the_whole_and_none_is_off_by_a_unit(minor, weights):
    parts = split(minor, weights)
    assert sum(parts) == minor
    assert len(parts) == len(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Decimal(minor) * weight / sum(weights)) < 1


def test_equal_remainders_go_to_the_earlier_part():
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(101, [1, 1, 1]) == [34, 34, 33]
    assert split(1_000, [50, 30, 20]) == [500, 300, 200]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [3, -1]])
def test_nothing_is_split_by_weights_that_mean_nothing(weights):
    with pytest.raises(ValueError, match="cannot split"):
        split(100, weights)


@given(parts=st.lists(st.integers(0, 10**12), max_size=20), rate=rates, source=currencies, target=currencies)
def test_converted_parts_add_up_to_the_converted_whole(parts, rate, source, target):
    converted = convert_cumulative(parts, rate, source, target)
    assert sum(converted) == convert(Money(sum(parts), source), rate, target).minor
    exact = Decimal(10) ** (exponent(target) - exponent(source)) * rate
    for part, result in zip(parts, converted, strict=True):
        assert abs(part * exact - result) <= 1


def test_conversion_is_rounded_half_up_and_never_by_a_float():
    assert convert(Money(5, "XOF"), Decimal("0.001"), "EUR") == Money(1, "EUR")
    assert convert(Money(1000, "EUR"), Decimal("10.80"), "MAD") == Money(10800, "MAD")
    assert convert(Money(100, "EUR"), Decimal("655.957"), "XOF") == Money(656, "XOF")
    with pytest.raises(TypeError, match="never a float"):
        convert_cumulative([1], 1.5, "EUR", "MAD")


@given(first=amounts, second=amounts, currency=currencies)
def test_adding_and_comparing_keep_to_the_minor_unit(first, second, currency):
    a, b = Money(first, currency), Money(second, currency)
    assert (a + b).minor == first + second
    assert a - b == -(b - a)
    assert (a < b) == (first < second)
    assert (a >= b) == (first >= second)


def test_two_currencies_are_never_added_or_compared():
    with pytest.raises(CurrencyMismatch):
        Money(1, "EUR") + Money(1, "MAD")
    with pytest.raises(CurrencyMismatch):
        _ = Money(1, "EUR") < Money(1, "MAD")
    assert Money(1, "EUR") != Money(1, "MAD")


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1)])
def test_an_amount_is_a_whole_number_of_minor_units(minor):
    with pytest.raises(TypeError):
        Money(minor, "EUR")


def test_a_machine_reads_the_amount_with_a_point_and_the_code():
    assert str(Money(-3760000, "LYD")) == "-3760.000 LYD"
    assert str(Money(5, "XOF")) == "5 XOF"
    assert Money(5, "EUR").decimal == Decimal("0.05")


def test_the_form_field_gives_minor_units_and_shows_them_as_the_reader_writes():
    field = MoneyFormField("LYD", required=False)
    with translation.override("fr"):
        assert field.clean("3 760,5") == 3760500
        assert field.prepare_value(3760500) == "3\u202f760,500"
        assert not field.has_changed(3760500, "3760,500")
        assert field.has_changed(3760500, "3760,501")
        assert field.has_changed(3760500, "x")
    assert field.clean("") is None
    assert field.clean(3760500) == 3760500  # a field that is fixed hands back what is stored
    assert field.unit == "LYD"
    for refused in ("-1", "1.2345", "x"):
        with pytest.raises(AmountRefused):
            field.clean(refused)


def test_no_float_comes_near_an_amount():
    with open(money.__file__, encoding="utf-8") as source:
        code = source.read()
    assert "float(" not in code
