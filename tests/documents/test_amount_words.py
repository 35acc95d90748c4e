"""Amounts in words say the amount, in three languages: read back by an independent reader."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from num2words import num2words

from documents.amount_words import CURRENCIES, amount_in_words
from documents.arabic_numbers import MAXIMUM, cardinal

EXAMPLES = [
    (1_400_000, "MAD", "fr", "quatorze mille dirhams"),
    (1_400_050, "MAD", "fr", "quatorze mille dirhams et cinquante centimes"),
    (100, "MAD", "fr", "un dirham"),
    (0, "MAD", "fr", "zéro dirham"),
    (50, "EUR", "fr", "cinquante centimes"),
    (100_000_000, "EUR", "fr", "un million d'euros"),
    (200_000_000, "MAD", "fr", "deux millions de dirhams"),
    (18_000_000, "XOF", "fr", "dix-huit millions de francs CFA"),
    (6_500_000, "XOF", "fr", "six millions cinq cent mille francs CFA"),
    (5_640_000, "LYD", "fr", "cinq mille six cent quarante dinars libyens"),
    (9_000_500, "LYD", "en", "nine thousand Libyan dinars and five hundred dirhams"),
    (101, "USD", "en", "one US dollar and one cent"),
    (1_400_000, "MAD", "ar", "أربعة عشر ألف درهم"),
    (1_400_050, "MAD", "ar", "أربعة عشر ألف درهم وخمسون سنتيماً"),
    (100, "MAD", "ar", "درهم واحد"),
    (200, "MAD", "ar", "درهمان"),
    (500, "MAD", "ar", "خمسة دراهم"),
    (1_500, "MAD", "ar", "خمسة عشر درهماً"),
    (20_000, "MAD", "ar", "مائتا درهم"),
    (200_000, "MAD", "ar", "ألفا درهم"),
    (250_000, "MAD", "ar", "ألفان وخمسمائة درهم"),
    (100_200, "MAD", "ar", "ألف درهم ودرهمان"),
    (10_100_000, "MAD", "ar", "مائة ألف وألف درهم"),
    (12_300_000, "MAD", "ar", "مائة وثلاثة وعشرون ألف درهم"),
    (12_345_600, "MAD", "ar", "مائة وثلاثة وعشرون ألفاً وأربعمائة وستة وخمسون درهماً"),
    (9_000_500, "LYD", "ar", "تسعة آلاف دينار ليبي وخمسمائة درهم"),
    (6_500_000, "XOF", "ar", "ستة ملايين وخمسمائة ألف فرنك أفريقي"),
    (0, "MAD", "ar", "صفر درهم"),
]


@pytest.mark.parametrize(("minor", "currency", "language", "words"), EXAMPLES)
def test_an_amount_reads_as_a_notary_would_write_it(minor, currency, language, words):
    assert amount_in_words(minor, currency, language) == words


def read_arabic(text: str) -> int:
    """Read Arabic number words back: an independent reader, word by word."""
    units = dict(
        zip(
            ["واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"],
            range(1, 11),
            strict=True,
        )
    )
    units |= {"أحد": 1, "اثنا": 2, "عشر": 10, "صفر": 0}
    units |= {
        word: 10 * n
        for n, word in enumerate(
            ["عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"], start=2
        )
    }
    units |= {"مائة": 100, "مائتان": 200, "مائتا": 200}
    units |= {
        f"{stem}مائة": 100 * n
        for n, stem in enumerate(["ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع"], start=3)
    }
    scales: dict[str, int] = {}
    for value, stems in ((10**3, "ألف"), (10**6, "مليون"), (10**9, "مليار")):
        scales |= {stems: value, f"{stems}اً": value}
    plurals = {"آلاف": 10**3, "ملايين": 10**6, "مليارات": 10**9}
    duals = {"ألفان": 2000, "ألفا": 2000, "مليونان": 2 * 10**6, "مليونا": 2 * 10**6}
    duals |= {"ملياران": 2 * 10**9, "مليارا": 2 * 10**9}
    total = pending = 0
    for raw in text.split():
        word = raw[1:] if raw.startswith("و") and raw != "واحد" else raw
        if word in units:
            pending += units[word]
        elif word in scales or word in plurals:
            total += (pending or 1) * (scales | plurals)[word]
            pending = 0
        else:
            total += duals[word] + pending
            pending = 0
    return total + pending


@settings(max_examples=600, deadline=None)
@given(st.one_of(st.integers(0, MAXIMUM), st.integers(0, 3000), st.integers(0, 3000).map(lambda n: n * 1000)))
@example(101_000)
@example(102_102)
@example(200_200_200)
def test_arabic_words_read_back_as_the_same_number(number):
    for before_noun in (False, True):
        assert read_arabic(cardinal(number, before_noun=before_noun)) == number


@settings(max_examples=500, deadline=None)
@given(
    minor=st.integers(0, 10**11),
    currency=st.sampled_from(sorted(CURRENCIES)),
    language=st.sampled_from(["fr", "en", "ar", "ar-MA", "fr_FR"]),
)
def test_an_amount_names_its_whole_and_its_minor_part(minor, currency, language):
    words = CURRENCIES[currency]
    whole, part = divmod(minor, 10**words.exponent)
    spelled = amount_in_words(minor, currency, language)
    assert spelled == " ".join(spelled.split())
    assert not re.search(r"\d", spelled)
    if language[:2] in ("fr", "en"):
        for number in filter(None, (whole, part)):
            assert num2words(number, lang=language[:2]) in spelled


@settings(max_examples=300, deadline=None)
@given(
    pair=st.lists(st.integers(0, 10**9), min_size=2, max_size=2, unique=True),
    currency=st.sampled_from(sorted(CURRENCIES)),
    language=st.sampled_from(["fr", "en", "ar"]),
)
def test_two_amounts_never_read_alike(pair, currency, language):
    first, second = (amount_in_words(minor, currency, language) for minor in pair)
    assert first != second


@pytest.mark.parametrize(
    ("minor", "currency", "language", "error"),
    [
        (-1, "MAD", "fr", ValueError),
        (10**15, "XOF", "ar", ValueError),
        (1, "ZZZ", "fr", LookupError),
        (1, "MAD", "de", LookupError),
    ],
)
def test_what_cannot_be_said_is_refused(minor, currency, language, error):
    with pytest.raises(error):
        amount_in_words(minor, currency, language)
