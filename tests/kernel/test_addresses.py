"""Addresses that are resolved once are those that Django resolves each time."""

import pytest
from django.urls import reverse, set_script_prefix

from workflow.addresses import address_of

NAMES = ("disbursements:grant", "disbursements:tranche", "disbursements:order", "scoring:file")


@pytest.mark.parametrize("name", NAMES)
def test_an_address_by_key_is_the_one_that_the_urls_say(name):
    for key in (1, 40_068, 9_007_199_254_740_993):
        assert address_of(name, key) == reverse(name, args=[key])
    set_script_prefix("/jalon/")
    try:
        assert address_of(name, 7) == reverse(name, args=[7])
        assert address_of(name, 7).startswith("/jalon/")
    finally:
        set_script_prefix("/")
    assert address_of(name, 7) == reverse(name, args=[7])


def test_a_record_that_was_never_kept_has_no_address():
    with pytest.raises(TypeError):
        address_of("disbursements:grant", None)
