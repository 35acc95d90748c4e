"""The kinds of papers that exist: each package registers those it prints, in its `apps.ready()`.

kinds.register("payment_order", title=_("Payment order"), prefix="OP")
"""

from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class PaperKind(NamedTuple):
    """One kind of paper: its code, its translated name and what its numbers begin with."""

    code: str
    title: "StrOrPromise"
    prefix: str


_kinds: dict[str, PaperKind] = {}


def register(code: str, *, title: "StrOrPromise", prefix: str) -> None:
    """Add a kind of paper; raises ImproperlyConfigured when another kind has this prefix."""
    for other in _kinds.values():
        if other.prefix == prefix and other.code != code:
            raise ImproperlyConfigured(f"papers {code} and {other.code} would both be numbered {prefix}-...")
    _kinds[code] = PaperKind(code, title, prefix)


def kind(code: str) -> PaperKind:
    """Return a registered kind; raises LookupError that says how to register one."""
    try:
        return _kinds[code]
    except KeyError:
        raise LookupError(f"no paper kind {code!r}: call documents.kinds.register in apps.ready()") from None


def title(code: str) -> "StrOrPromise":
    """Return a kind's name; the code itself of a kind that nobody prints any more."""
    return _kinds[code].title if code in _kinds else code


def reference(code: str, year: int, number: int) -> str:
    """Return a paper's number as printed, for instance OP-2026-0061."""
    prefix = _kinds[code].prefix if code in _kinds else code.upper()
    return f"{prefix}-{year}-{number:04d}"
