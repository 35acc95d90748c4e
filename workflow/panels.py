"""Panels: pieces of a page that several packages fill; the lower package draws the frame and knows none."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class Panel(NamedTuple):
    """One panel of a page.

    context: `(request, record) -> dict | None`; None leaves the panel out for this reader.
    side: shown in the side column.
    """

    key: str
    template: str
    context: Callable[[HttpRequest, Any], "dict[str, Any] | None"]
    order: int = 100
    side: bool = False


_panels: dict[str, dict[str, Panel]] = defaultdict(dict)


def register(page: str, panel: Panel) -> None:
    """Add a panel to a page such as "programmes.call" or "applications.case"."""
    _panels[page][panel.key] = panel


def rendered(page: str, request: HttpRequest, record: Any, *, side: bool = False) -> list[SafeString]:
    """Return the panels of a page as HTML, in order, for this reader."""
    parts = []
    for panel in sorted(_panels[page].values(), key=lambda panel: (panel.order, panel.key)):
        if panel.side is side and (context := panel.context(request, record)) is not None:
            parts.append(render_to_string(panel.template, {**context, "record": record}, request=request))
    return parts
