"""Fragments that show any record's machine: its actions, its strip, its history, the panels of a page.

Usage: `{% load workflow_tags %}`, then `{% actions record %}`, `{% strip record %}`,
`{% history record.stream %}`, `{% panels "applications.case" case %}`.
"""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from workflow import panels as panel_registry
from workflow.actions import actions_for
from workflow.door import new_key
from workflow.models import Event
from workflow.states import StateModel
from workflow.strip import strip_of
from workflow.timeline import history as history_of

register = template.Library()


@register.inclusion_tag("workflow/_actions.html", takes_context=True)
def actions(context: Context, record: StateModel) -> dict[str, Any]:
    """Show what the reader can do with the record; blocked ones that can apply, with their sentences."""
    request = context["request"]
    found = actions_for(record, request.user)
    return {
        "record": record,
        "available": [action for action in found if action.available],
        "proposed": [action for action in found if action.available and action.proposal],
        "reader": request.user,
        "blocked": [action for action in found if not action.available and action.applies],
        "key": new_key(),
        "next": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("workflow/_strip.html")
def strip(
    record: StateModel, title: str = "", quiet: bool = False, events: "list[Event] | None" = None
) -> dict[str, Any]:
    """Show the record's path with "you are here"; events: all of its stream, where the page has them."""
    return {"record": record, "strip": strip_of(record, quiet=quiet, events=events), "title": title}


@register.inclusion_tag("workflow/_history.html")
def history(
    stream: str, limit: int = 0, staff: bool = True, events: "list[Event] | None" = None
) -> dict[str, Any]:
    """Show the history of a stream, newest first; limit 0 shows all; events: where the page has them."""
    return {"lines": history_of(stream, limit=limit or None, staff=staff, events=events), "staff": staff}


@register.simple_tag(takes_context=True)
def panels(context: Context, page: str, record: Any, side: bool = False) -> SafeString:
    """Show the panels that packages registered for a page."""
    parts = panel_registry.rendered(page, context["request"], record, side=side)
    return mark_safe("".join(parts))  # noqa: S308 rendered templates
