"""A case number is checked as it is typed."""

from hypothesis import given
from hypothesis import strategies as st

from applications import case_number

SERIALS = st.integers(min_value=10_000, max_value=9_999_999)


@given(SERIALS)
def test_a_made_number_is_valid(serial):
    assert case_number.is_valid(case_number.make(serial))


@given(SERIALS, st.data())
def test_one_wrong_digit_is_caught(serial, data):
    digits = case_number.make(serial).replace("-", "")
    place = data.draw(st.integers(min_value=0, max_value=len(digits) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != digits[place]]))
    wrong = digits[:place] + other + digits[place + 1 :]
    assert not case_number.is_valid(f"{wrong[:-1]}-{wrong[-1]}")


@given(SERIALS, st.data())
def test_swapped_neighbours_are_caught(serial, data):
    digits = case_number.make(serial).replace("-", "")
    place = data.draw(st.integers(min_value=0, max_value=len(digits) - 2))
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    if swapped != digits:
        assert not case_number.is_valid(f"{swapped[:-1]}-{swapped[-1]}")


def test_odd_input_is_no_number():
    for odd in ("", "-", "12345", "12345-", "1234-5", "abcde-1", "١٢٣٤٥-١", "12345-67", " 12345-6"):
        assert not case_number.is_valid(odd)
