"""The accent of a programme: what is refused, what is derived."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.accent import (
    WeakAccent,
    accent_class,
    accent_stylesheet,
    accent_values,
    contrast_on_white,
    mix,
    parse,
)

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


def test_contrast_follows_the_published_examples() -> None:
    assert contrast_on_white((0, 0, 0)) == pytest.approx(21)
    assert contrast_on_white((255, 255, 255)) == pytest.approx(1)
    # the grey that WCAG's literature quotes as the lightest that passes, and the next one
    assert contrast_on_white(parse("#767676")) >= 4.5
    assert contrast_on_white(parse("#777777")) < 4.5


@pytest.mark.parametrize("colour", ["#777777", "#ffffff", "#f0b400", "#00a0e0"])
def test_an_accent_under_four_and_a_half_to_one_is_refused(colour: str) -> None:
    with pytest.raises(WeakAccent) as refusal:
        accent_values(colour)
    assert refusal.value.contrast < 4.5
    assert colour in str(refusal.value)


@pytest.mark.parametrize("text", ["", "red", "#123", "#12345g", "#1f5d7a; } body { display: none", "1f5d7a"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        accent_values(text)


def test_tones_are_those_a_browser_mixes() -> None:
    # computed by Chromium from color-mix(in oklab, #1f5d7a ..., ...)
    assert accent_values("#1F5D7A") == {
        "--accent": "#1f5d7a",
        "--accent-ink": "#16485f",
        "--accent-line": "#aec2ce",
        "--accent-soft": "#dfe7ec",
        "--accent-tint": "#eff3f5",
    }


@given(colours)
def test_every_accepted_accent_gives_readable_tones(colour: str) -> None:
    try:
        values = accent_values(colour)
    except WeakAccent:
        assert contrast_on_white(parse(colour)) < 4.5
        return
    ink = contrast_on_white(parse(values["--accent-ink"]))
    assert ink >= contrast_on_white(parse(colour)) >= 4.5
    soft, tint = (contrast_on_white(parse(values[name])) for name in ("--accent-soft", "--accent-tint"))
    # ink text on the soft tone (current entry of the rail) and on the tint (chips)
    assert ink / soft >= 4.5
    assert ink / tint >= 4.5


@given(colours, st.floats(0, 1))
def test_a_mix_stays_a_colour(colour: str, share: float) -> None:
    assert all(0 <= channel <= 255 for channel in mix(parse(colour), share, (255, 255, 255)))


def test_the_class_of_a_code_is_a_plain_name() -> None:
    assert accent_class("MAR-REF-2018") == "prog-mar-ref-2018"
    assert accent_class("LBY/MTQ 2") == "prog-lby-mtq-2"


def test_the_stylesheet_holds_five_values_and_nothing_else() -> None:
    css = accent_stylesheet("LBY-MTQ2", "#1f5d7a")
    assert css.startswith(".prog-lby-mtq2 {")
    assert css.count(": #") == 5
