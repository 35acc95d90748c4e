"""How single values look: amounts, numbers, dates, states, in three languages."""

import datetime
import re
from dataclasses import dataclass

import pytest
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import trans_real
from hypothesis import given
from hypothesis import strategies as st

from tests.databases import ROOT
from workflow import display

NARROW = "\u202f"


@dataclass(frozen=True)
class Sum:
    minor: int
    currency: str


@pytest.mark.parametrize(
    ("language", "minor", "currency", "text"),
    [
        ("fr", 3_760_000, "LYD", f"3{NARROW}760,000"),
        ("en", 3_760_000, "LYD", "3,760.000"),
        ("ar", 3_760_000, "LYD", "3,760.000"),
        ("fr", 1_400_000, "MAD", f"14{NARROW}000,00"),
        ("fr", 18_000_000, "XOF", f"18{NARROW}000{NARROW}000"),
        ("fr", 0, "EUR", "0,00"),
        ("fr", 5, "LYD", "0,005"),
        ("en", -123_456, "EUR", "−1,234.56"),
        ("en", -7, "XOF", "−7"),
    ],
)
def test_an_amount_shows_all_its_decimals(language: str, minor: int, currency: str, text: str) -> None:
    with translation.override(language):
        assert display.amount_text(Sum(minor, currency)) == text


@given(st.integers(-(10**15), 10**15), st.sampled_from(["LYD", "MAD", "XOF", "EUR"]))
def test_no_digit_of_an_amount_is_lost(minor: int, currency: str) -> None:
    with translation.override("fr"):
        text = display.amount_text(Sum(minor, currency))
    assert int(re.sub(r"\D", "", text)) == abs(minor)
    assert text.startswith("−") == (minor < 0)


def test_an_amount_brings_its_own_exponent() -> None:
    @dataclass(frozen=True)
    class Exact(Sum):
        exponent: int

    with translation.override("en"):
        assert display.amount_text(Exact(12_345, "XXX", 4)) == "1.2345"


def test_unknown_is_not_zero() -> None:
    assert "not published" in display.money(None, "not published")
    assert "0" in display.money(Sum(0, "EUR"))
    assert "not published" not in display.money(Sum(0, "EUR"), "not published")


def test_arabic_keeps_latin_runs_in_order() -> None:
    with translation.override("ar"):
        assert '<bdi dir="ltr">3,760.000 <small>LYD</small></bdi>' in display.money(Sum(3_760_000, "LYD"))
        assert display.ref("MTQ2-S-0029") == '<bdi class="ref" dir="ltr">MTQ2-S-0029</bdi>'
        assert 'dir="ltr">14.02.2023</bdi>' in display.date(datetime.date(2023, 2, 14))
    with translation.override("fr"):
        assert "dir=" not in display.money(Sum(3_760_000, "LYD"))


@pytest.mark.parametrize(
    ("language", "text"), [("fr", "14.02.2023"), ("ar", "14.02.2023"), ("en", "14 Feb 2023")]
)
def test_a_date_follows_the_language_and_cannot_be_misread(language: str, text: str) -> None:
    with translation.override(language):
        shown = display.date(datetime.date(2023, 2, 14))
    assert text in shown
    assert '<time datetime="2023-02-14">' in shown


def test_a_day_leaves_out_this_year_alone() -> None:
    with translation.override("fr"):
        assert ">15.06<" in display.day(datetime.date(2023, 6, 15), datetime.date(2023, 7, 1))
        assert ">15.06.2023<" in display.day(datetime.date(2023, 6, 15), datetime.date(2024, 7, 1))


def test_a_moment_is_told_in_the_reader_s_time_zone() -> None:
    from django.utils import timezone

    moment = datetime.datetime(2023, 6, 12, 23, 30, tzinfo=datetime.UTC)
    with translation.override("fr"), timezone.override("Africa/Tripoli"):
        assert "13.06.2023, 01:30" in display.moment(moment)
        assert display.days_between(moment, datetime.datetime(2023, 6, 14, 23, 0, tzinfo=datetime.UTC)) == 2


@pytest.mark.parametrize(
    ("value", "decimals", "text"), [(1234, None, "1,234"), ("0.5", 0, "1"), ("-1234.5", 2, "−1,234.50")]
)
def test_numbers_are_grouped_and_rounded_half_up(value: object, decimals: int | None, text: str) -> None:
    with translation.override("en"):
        assert display.number_text(display.Decimal(str(value)), decimals) == text


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (-1, "today"),
        (0, "today"),
        (1, "1 day"),
        (91, "91 days"),
        (92, "3 months"),
        (365, "11 months"),
        (731, "2 years"),
        (1627, "4 years"),
    ],
)
def test_an_age_is_told_in_the_unit_that_says_something(days: int, text: str) -> None:
    with translation.override("en"):
        assert display.age_text(days) == text
        assert display.age_text(days, short=True).endswith(" d")


def test_percent_keeps_its_space_in_french_only() -> None:
    with translation.override("fr"):
        assert display.percent_text(display.Decimal("64.8"), 1) == "64,8\u00a0%"
    with translation.override("en"):
        assert display.percent_text(71) == "71%"


def test_a_state_outside_the_six_meanings_is_refused() -> None:
    for meaning in display.MEANINGS:
        assert f"is-{meaning}" in display.state("x", meaning)
    with pytest.raises(ValueError, match="no state meaning"):
        display.state("x", "danger")


@pytest.mark.parametrize(
    "show", [display.ref, display.person, display.tag, display.redacted, lambda x: display.fig(x, "")]
)
def test_no_value_writes_markup(show) -> None:
    assert "<script>" not in show("<script>alert(1)</script>")


def test_a_figure_without_records_to_open_is_no_link() -> None:
    assert "<a " not in display.fig(173, "")
    assert 'href="/records/"' in display.fig(173, "/records/")


@given(st.floats(0, 500), st.floats(0, 100), st.floats(0, 200))
def test_a_bar_never_draws_outside_itself(value: float, soft: float, mark: float) -> None:
    for svg in (
        display.bar(value, soft=soft, mark=mark),
        display.bar(value, stake=True),
        display.bar(value, 0),
    ):
        for x, width in re.findall(r'x="([\d.e-]+)" width="([\d.e-]+)"', svg):
            assert float(x) >= 0
            assert float(width) >= 0
            assert float(x) + float(width) <= 100.61


def test_a_trend_needs_two_points() -> None:
    assert display.spark([3]) == ""
    assert "polyline" in display.spark([3, 3])


def test_references_keep_their_order_within_arabic_sentences():
    assert display.in_order("Case 98004-1 <b>") == "Case 98004-1 &lt;b&gt;"
    with translation.override("ar"):
        assert display.in_order("الملف 98004-1") == 'الملف <bdi class="ref" dir="ltr">98004-1</bdi>'
        address = "http://jalon.example/follow/98004-1/"
        assert display.in_order(f"هنا: {address}") == f'هنا: <bdi dir="ltr">{address}</bdi>'
        assert display.in_order("CS-2026-0016 و P-3F2A91AB").count("<bdi") == 2
        assert display.in_order("دفعة 2 من 3") == "دفعة 2 من 3"
        markup = SafeString('<bdi class="ref">98004-1</bdi>')
        assert display.in_order(markup) == markup


def test_an_age_in_arabic_begins_on_the_right():
    with translation.override("ar"):
        assert display.isolated("4 أشهر") == "<bdi>4 أشهر</bdi>"
        assert display.isolated("29.11.2026") == '<bdi dir="ltr">29.11.2026</bdi>'


def test_a_date_tells_machines_the_day_and_a_moment_the_time():
    sent = datetime.datetime(2026, 11, 7, 16, 0, tzinfo=datetime.UTC)
    with translation.override("fr"):
        assert 'datetime="2026-11-07"' in display.date(sent)
        assert 'datetime="2026-11-07T16:00:00+00:00"' in display.clock(sent)


def test_no_template_writes_a_colon_of_its_own_behind_a_label():
    sentence = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}", re.DOTALL)
    templates = sorted((ROOT / "templates").rglob("*.html"))
    wrong = [path.name for path in templates if "}}: " in sentence.sub("", path.read_text())]
    assert templates
    assert wrong == [], "use |leading: French sets a space before the colon"


@pytest.mark.parametrize(
    ("language", "text"), [("en", "P-1: paid"), ("fr", "P-1 : paid"), ("ar", "P-1: paid")]
)
def test_a_name_before_what_is_said_of_it_has_the_colon_of_the_language(
    settings, monkeypatch, language, text
):
    settings.LOCALE_PATHS = [ROOT / "locale"]
    monkeypatch.setattr(trans_real, "_translations", {})
    with translation.override(language):
        assert display.labelled("P-1", "paid").replace("\u00a0", " ").replace(NARROW, " ") == text
