"""Addresses of a form builder in templates, whatever the form is of."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag
def bench_url(bench: Any, name: str, *more: str) -> str:
    """Return the address of a page of the builder that a `Bench` belongs to."""
    found: str = bench.url(name, *more)
    return found
