"""A walk over the whole URLconf: every URL says who may reach it, by a rule that exists."""

import re
from collections.abc import Iterator

import pytest
import rules
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.urls.converters import PathConverter, StringConverter

from workflow import access

# Third-party URLs whose converters are not ours; the middleware refuses NUL there.
FOREIGN = re.compile(r"^(account|mfa|socialaccount)_|^admin:")


def every_url(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every URL pattern of the product with its path."""
    for child in (resolver or get_resolver()).url_patterns:
        if isinstance(child, URLResolver):
            yield from every_url(child, prefix + str(child.pattern))
        else:
            yield prefix + str(child.pattern), child


URLS = list(every_url())


def test_there_are_urls_to_judge():
    assert len(URLS) > 20


@pytest.mark.parametrize(("path", "pattern"), URLS, ids=[path for path, _ in URLS])
def test_every_url_declares_its_access(path, pattern):
    found = access.declared(pattern.callback)
    assert found is not None, f"{path} declares nothing: add @access.rule(...), signed_in or public"
    if found.kind == access.RULE:
        assert rules.perm_exists(found.name), f"{path} names {found.name}, which nobody registered"


@pytest.mark.parametrize(("path", "pattern"), URLS, ids=[path for path, _ in URLS])
def test_every_url_has_a_name_and_our_own_take_no_free_text(path, pattern):
    assert pattern.name, f"{path} has no name: the permission matrix could not hold it"
    if FOREIGN.match(pattern.name):
        return
    for name, converter in pattern.pattern.converters.items():
        assert type(converter) not in (StringConverter, PathConverter), (
            f"{path}: <{name}> takes any byte; use a converter of workflow/converters.py"
        )


SAMPLES = {
    "id": "7",
    "int": "7",
    "word": "paper",
    "ref": "AB-12",
    "kind": "applications.application",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
    "token": "t" * 32,
    "paper_code": "AB12-CD34-EF56",
    "copy": "2",
    "slug": "404",
}


@pytest.mark.parametrize(
    ("path", "pattern"), [one for one in URLS if "(?P" not in one[0]], ids=lambda value: str(value)
)
def test_no_url_hides_behind_another(path, pattern):
    """An address with usual values leads to its own page, whatever stands before it in the URLconf."""
    address = "/" + re.sub(r"<(?:(\w+):)?(\w+)>", lambda part: SAMPLES[part[1]], path)
    found = resolve(address)
    assert found.func is pattern.callback, f"{path} is answered by {found.view_name}"
