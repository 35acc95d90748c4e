"""Template tags of the component set: `{% load jalon %}`.

Small tags show one value (their functions are in `workflow/display.py`), block tags wrap content (which the
template engine has escaped already), inclusion tags draw a component from data with a template of
`templates/components/`. Each one is described in `docs/components.md` and shown on `/styleguide/`.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from workflow import display, fields, listing, navigation, table_body

register = template.Library()
# Django spells it with a vowel sign that nobody writes
OWN_NAMES = {"ar": "العربية"}

for _shown in (
    display.icon,
    display.state,
    display.dot,
    display.person,
    display.ref,
    display.money,
    display.number,
    display.fig,
    display.tag,
    display.count,
    display.redacted,
    display.date,
    display.long_date,
    display.moment,
    display.clock,
    display.bar,
    display.spark,
):
    register.simple_tag(_shown)


@register.simple_tag
def day(value: datetime.date) -> SafeString:
    """Show a date without its year when it is this year."""
    return display.day(value, timezone.localdate())


@register.simple_tag
def age(since: int | datetime.date, short: bool = False) -> SafeString:
    """Show how long something waits: a number of days, or the date or moment since when."""
    days = since if isinstance(since, int) else display.days_between(since, timezone.now())
    return display.isolated(display.age_text(days, short))


@register.simple_tag
def percent(value: Any, decimals: int = 0) -> SafeString:
    """Show a percentage, 64.8 being 64.8 %."""
    return display.isolated(display.percent_text(value, decimals))


@register.filter
def amount(value: display.Amount) -> str:
    """Return an amount as plain text, for titles and sentences (`{{ order.amount|amount }}`)."""
    return display.money_text(value)


@register.filter
def figure(value: int | None) -> str:
    """Return a whole number as plain text, with signs between its thousands (`{{ files|figure }}`)."""
    return str(display.DASH) if value is None else display.number_text(value)


@register.filter
def in_order(text: display.Text) -> SafeString:
    """Keep references in order within a sentence (`{{ reason|in_order }}`)."""
    return display.in_order(text)


@register.filter
def leading(label: object) -> str:
    """Set a label before what is said of it, with the colon of the language (`{{ chip.label|leading }}`)."""
    return fields.leading(str(label))


@register.filter
def listed(words: Iterable[object]) -> str:
    """Set words in a row, between the commas of the language (`{{ languages|listed }}`)."""
    return display.listed(words)


@register.filter
def own_name(code: str) -> str:
    """Return a language's own name: `fr` is Français."""
    return OWN_NAMES.get(code) or get_language_info(code)["name_local"].capitalize()


# Frame


@register.inclusion_tag("components/rail.html", takes_context=True)
def rail(context: Context) -> dict[str, Any]:
    """Draw the sections that this reader has: rail on a wide screen, bar at the foot of a phone."""
    request = context["request"]
    places = navigation.places(request, _programme(context))
    bar_places, more = navigation.split_for_phone(places)
    return {"bar": bar_places, "more": more}


@register.simple_tag
def rail_place(place: navigation.Place) -> SafeString:
    """Write a section of the rail: a link with its icon, and how many things wait there."""
    current = ' aria-current="page"' if place.current else ""
    waiting = display.count(place.count, _("waiting")) if place.count else ""
    label, icon_ = display.escaped(str(place.label)), display.icon(place.icon)
    return SafeString(
        f'<a href="{display.escaped(place.url)}"{current}>{icon_}<span>{label}</span>{waiting}</a>'
    )


@register.inclusion_tag("components/topbar.html", takes_context=True)
def topbar(context: Context, light: bool = False) -> dict[str, Any]:
    """Draw the top bar: mark, programme switcher, user menu, language menu; `light` for phone pages."""
    request = context["request"]
    user = getattr(request, "user", None)
    programme = _programme(context)
    signed_in = bool(user and user.is_authenticated)
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "light": light,
        "programme": programme,
        "user": user,
        "signed_in": signed_in,
        "role": navigation.role_name(user, programme) if signed_in else "",
        "choices": navigation.programme_choices(user) if signed_in and not light else [],
        "heading": context.get("frame_title", ""),
    }


@register.inclusion_tag("components/language_menu.html", takes_context=True)
def language_menu(context: Context, named: bool = False) -> dict[str, Any]:
    """Draw the language menu, a POST form; `named` shows the language's name on phones too."""
    return {"request": context["request"], "csrf_token": context.get("csrf_token"), "named": named}


@register.simple_tag(takes_context=True)
def accent_class(context: Context) -> str:
    """Return the class for `<html>` that carries the programme's accent, or nothing."""
    return getattr(_programme(context), "accent_class", "")


@register.simple_tag(takes_context=True)
def accent_link(context: Context) -> SafeString:
    """Link the programme's small stylesheet, when there is a programme."""
    url = getattr(_programme(context), "accent_url", "")
    return format_html('<link rel="stylesheet" href="{}">', url) if url else mark_safe("")


def _programme(context: Context) -> Any:
    return context.get("programme") or getattr(context.get("request"), "programme", None)


# Blocks that wrap content


@register.simple_block_tag
def panel(
    content: str,
    title: str = "",
    note: str = "",
    end: str = "",
    foot: str = "",
    anchor: str = "",
    flush: bool = False,
    level: int = 2,
) -> SafeString:
    """Wrap content in a panel with its heading; `flush` for content that reaches the edges (a table)."""
    return _render(
        "panel",
        content=content,
        title=title,
        note=note,
        end=end,
        foot=foot,
        anchor=anchor,
        flush=flush,
        heading=f"h{level}",
    )


@register.simple_block_tag
def page_head(
    content: str,
    title: str,
    state: str = "",
    meaning: str = "neutral",
    ref: str = "",
    lead: str = "",
    facts: Iterable[Any] | None = None,
) -> SafeString:
    """Head a page: title, state badge (word and meaning), reference, facts; the content stands at the end."""
    badge = display.state(state, meaning) if state else ""
    return _render(
        "page_head",
        content=content if content.strip() else "",
        title=title,
        badge=badge,
        ref=ref and display.ref(ref),
        lead=lead,
        facts=facts or [],
    )


@register.simple_block_tag
def crumbs(content: str) -> SafeString:
    """Wrap `{% crumb %}` tags into the path above the title."""
    return _render("crumbs", content=content)


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """One step of the path."""
    shown = display.in_order(label)
    inner = format_html('<a href="{}">{}</a>', url, shown) if url else shown
    return format_html("<li>{}</li>", inner)


@register.simple_block_tag
def action_bar(content: str, label: str = "") -> SafeString:
    """Wrap the buttons of a record, and its blocked actions, into the action bar."""
    return _render("action_bar", content=content, label=label)


@register.inclusion_tag("components/blocked_action.html")
def blocked_action(label: str, reason: str | Iterable[str], key: str) -> dict[str, Any]:
    """Draw an action that is not possible now, with why; `key` makes its id unique on the page."""
    reasons = [reason] if isinstance(reason, str) else list(reason)
    return {"label": label, "reasons": reasons, "key": key}


@register.simple_block_tag
def notice(
    content: str, meaning: str = "doing", title: str = "", slim: bool = False, role: str = ""
) -> SafeString:
    """Wrap a message in a notice of one of the six meanings."""
    return _render(
        "notice",
        content=content,
        meaning=display.check_meaning(meaning),
        title=title,
        slim=slim,
        role=role,
        icon_name=NOTICE_ICONS[meaning],
    )


NOTICE_ICONS = {
    "waiting": "clock",
    "doing": "info-circle",
    "done": "check-lg",
    "blocked": "exclamation-triangle",
    "refused": "slash-circle",
    "neutral": "lock",
}


@register.simple_block_tag
def empty(content: str, title: str, icon: str = "inbox") -> SafeString:
    """Say that there is nothing, and in the content what to do next."""
    return _render("empty", content=content, title=title, icon_name=icon)


@register.simple_block_tag
def sheet(content: str, totals: bool = False) -> SafeString:
    """Wrap `{% row %}` blocks into a sheet of facts; `totals` for amounts at the end of the line."""
    return _render("sheet", content=content, totals=totals)


@register.simple_block_tag
def row(content: str, label: str) -> SafeString:
    """One line of a sheet: label and content."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, content)


@register.simple_block_tag
def dock(content: str) -> SafeString:
    """Keep the buttons of a long form at the foot of the window."""
    return format_html('<div class="dock">{}</div>', content)


@register.simple_block_tag
def paper(
    content: str, label: str, institution: str, place: str = "", ref: str = "", date: Any = ""
) -> SafeString:
    """Show a paper as it will be printed, with its letterhead."""
    return _render(
        "paper", content=content, label=label, institution=institution, place=place, ref=ref, date=date
    )


@register.simple_block_tag
def criterion(content: str, label: str, points: Any = None, of: Any = None) -> SafeString:
    """Wrap the scale, anchor and comment of one criterion of a grid."""
    return _render("criterion", content=content, label=label, points=points, of=of)


@register.simple_block_tag
def batch(
    content: str, form: str = "", count: int | None = None, total: display.Amount | None = None
) -> SafeString:
    """Wrap the actions on the chosen rows; `form` is the id of the form that the boxes belong to."""
    return _render("batch", content=content, form=form, count=count, total=total)


# Components drawn from data


@register.inclusion_tag("components/stakes.html")
def stakes(
    steps: Iterable[Any],
    side: Iterable[Any] = (),
    upright: bool = False,
    label: str = "",
) -> dict[str, Any]:
    """Draw steps as stakes on a line; `{% strip record %}` of the kernel draws the machine of a record."""
    return {"steps": steps, "side": side, "upright": upright, "label": label}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """Draw what happened to a case, latest first."""
    return {"events": events}


@register.inclusion_tag("components/inbox.html")
def inbox(groups: Iterable[Any]) -> dict[str, Any]:
    """Draw what waits for the reader, grouped by urgency."""
    return {"groups": groups}


@register.inclusion_tag("components/checks.html")
def checks(items: Iterable[Any]) -> dict[str, Any]:
    """Draw conditions: met, waiting or blocked, each with its note and date or link."""
    return {"items": items}


@register.inclusion_tag("components/signs.html")
def signs(items: Iterable[Any]) -> dict[str, Any]:
    """Draw the signatures that a paper needs, signed or awaited."""
    return {"items": items}


@register.inclusion_tag("components/file.html")
def file_tile(
    name: str,
    note: str = "",
    url: str = "",
    meaning: str = "",
    icon: str = "",
    progress: int | None = None,
    download: bool = False,
    remove_url: str = "",
) -> dict[str, Any]:
    """Draw one file as an `<li>`: name, note, state, progress, buttons to fetch or remove it."""
    names = {"done": "check-lg", "doing": "send", "waiting": "phone", "blocked": "exclamation-triangle"}
    return {
        "name": name,
        "note": note,
        "url": url,
        "meaning": meaning and display.check_meaning(meaning),
        "icon_name": icon or names.get(meaning, "file-earmark-text"),
        "progress": progress,
        "download": download,
        "remove_url": remove_url,
    }


@register.inclusion_tag("components/job.html")
def job(title: str, done: int, total: int, note: str = "", stop_url: str = "") -> dict[str, Any]:
    """Draw the progress of a long work."""
    share = 100 * done / total if total else 0
    return {"title": title, "done": done, "total": total, "share": share, "note": note, "stop_url": stop_url}


@register.inclusion_tag("components/save_state.html", takes_context=True)
def save_state(context: Context, meaning: str = "done", text: str = "") -> dict[str, Any]:
    """Draw the state of autosave; the script keeps it up to date and announces it."""
    return {"request": context.get("request"), "meaning": display.check_meaning(meaning), "text": text}


@register.inclusion_tag("components/gauge.html")
def gauge(
    label: str,
    value: Any,
    of: float = 100,
    shown: Any = "",
    note: str = "",
    meaning: str = "",
    soft: float = 0,
    mark: float | None = None,
    thin: bool = False,
) -> dict[str, Any]:
    """Draw a labelled bar with its number and a note."""
    return {
        "label": label,
        "bar": display.bar(value, of, soft=soft, mark=mark, thin=thin),
        "shown": shown,
        "note": note,
        "meaning": meaning and display.check_meaning(meaning),
    }


@register.inclusion_tag("components/tiles.html")
def tiles(items: Iterable[Any]) -> dict[str, Any]:
    """Draw figures side by side: value, target, trend, coverage."""
    listed = list(items)
    return {"items": listed, "five": len(listed) == 5}


@register.inclusion_tag("components/funnel.html")
def funnel(steps: Iterable[Mapping[str, Any]], caption: str) -> dict[str, Any]:
    """Draw a funnel and its table twin; steps are `{label, value, url}` from the widest on."""
    drawn, first, before = [], None, None
    for step in steps:
        value = step["value"]
        first = value if first is None else first
        drawn.append(
            {
                **step,
                "bar": display.bar(value, first or 1, stake=True),
                "rate": 100 * value / before if before else None,
                "from_start": 100 * value / first if first else None,
            }
        )
        before = value
    return {"steps": drawn, "caption": caption}


@register.inclusion_tag("components/holders.html")
def holders(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Draw who holds how much money and since when; items are `{label, url, amount, note, meaning}`."""
    listed = list(items)
    most = max((item["amount"].minor for item in listed), default=0) or 1
    return {"items": [{**item, "bar": display.bar(item["amount"].minor, most)} for item in listed]}


@register.inclusion_tag("components/diff.html")
def diff(before: str, after: str, before_label: str = "", after_label: str = "") -> dict[str, Any]:
    """Draw two values beside each other; mark the changed words with `<del>` and `<ins>` before calling."""
    return {"before": before, "after": after, "before_label": before_label, "after_label": after_label}


@register.inclusion_tag("components/scale.html")
def scale(
    name: str, value: int | None = None, top: int = 5, label: str = "", required: bool = False
) -> dict[str, Any]:
    """Draw the points of a criterion as one row of radio buttons, 0 to `top`."""
    return {"name": name, "value": value, "points": range(top + 1), "label": label, "required": required}


# Lists

register.filter("body_rows", table_body.body_rows)
register.filter("foot_row", table_body.foot_row)


@register.simple_tag(takes_context=True)
def head_cells(context: Context, table: Any) -> SafeString:
    """Write the cells of a table's head, with links that sort by a column."""
    return table_body.head_cells(table, dict(context["request"].GET.lists()))


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Any, sizes: Iterable[int] = listing.PAGE_SIZES) -> dict[str, Any]:
    """Draw page numbers and page sizes under a list; filters in the address are kept."""
    return {
        "request": context["request"],
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "gap": page.paginator.ELLIPSIS,
        "sizes": sizes,
        "size": page.paginator.per_page,
    }


@register.inclusion_tag("components/filters.html", takes_context=True)
def filters(
    context: Context, form: BaseForm, search: str = "q", results: int | None = None
) -> dict[str, Any]:
    """Draw a filter form (GET): search field, one menu a field, chips of what is active."""
    request = context["request"]
    return {
        "request": request,
        "form": form,
        "search": form[search] if search in form.fields else None,
        "search_control": fields.search_control(form[search]) if search in form.fields else "",
        "menus": [fields.filter_menu(form[name]) for name in form.fields if name != search],
        "chips": fields.active_filters(form),
        "results": results,
        "sort": request.GET.get("sort", ""),
        "per_page": request.GET.get("per_page", ""),
        "columns": request.GET.getlist("columns"),
    }


# Forms


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """Say above a form what is to be corrected, each error a link to its field."""
    return {"errors": fields.error_links(forms)}


@register.simple_tag
def field(bound: BoundField, unit: str = "", rows: int | None = None, css: str = "") -> SafeString:
    """Draw one field: label, help, control, counter, errors beside it. `unit` stands after the control."""
    return render_to_string(
        "components/field.html", fields.field_context(bound, unit=unit, rows=rows, css=css)
    )


@register.inclusion_tag("components/drop.html")
def drop(bound: BoundField, hint: str = "", label: str = "") -> dict[str, Any]:
    """Draw a file field as a drop area with one large button."""
    return {"field": bound, "control": fields.control(bound), "hint": hint, "label": label or bound.label}


def _render(component: str, **context: Any) -> SafeString:
    return render_to_string(f"components/{component}.html", context)
