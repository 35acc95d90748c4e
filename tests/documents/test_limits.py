"""Sizes of files are written as the other numbers of a language are."""

import pytest
from django.utils import translation

from documents.limits import KILOBYTE, MEGABYTE, size_text


@pytest.mark.parametrize(
    ("language", "size", "text"),
    [
        ("en", 300, "1 KB"),
        ("en", 21.5 * KILOBYTE, "22 KB"),
        ("en", 1023 * KILOBYTE, "1,023 KB"),
        ("en", MEGABYTE, "1.0 MB"),
        ("fr", 1.44 * MEGABYTE, "1,4 MB"),
        ("ar", 9.96 * MEGABYTE, "10.0 MB"),
    ],
)
def test_a_size_is_read_as_other_numbers_are(language, size, text):
    with translation.override(language):
        assert size_text(int(size)) == text
