"""How form fields look: classes of the controls, counters, the error summary, chips of active filters.

The forms themselves belong to the packages; the markup is in `templates/components/` and
`templates/django/forms/`, so that `{{ form }}` and `{% field form.name %}` look the same.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms
from django.forms import BaseForm, BoundField
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workflow import written_controls
from workflow.display import escaped, icon

# Words of a search are not filters one takes off by a chip; nor are order and page.
NOT_FILTERS = frozenset({"sort", "page", "per_page", "columns"})
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


class ErrorLink(NamedTuple):
    """One line of the error summary."""

    text: str
    anchor: str
    label: str


class Chip(NamedTuple):
    """One active filter and the query that takes it off."""

    label: str
    value: str
    query: str


def control_class(widget: forms.Widget) -> str:
    """Return the class of a control by its kind."""
    if isinstance(widget, GROUPS):
        return ""
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    if isinstance(widget, forms.NumberInput):
        return "form-control num"
    return "form-control"


def want(field: forms.Field, wanted: bool = True) -> None:
    """Show a field as required, or not, whatever the browser is to insist on: the server decides."""
    field.is_wanted = wanted  # type: ignore[attr-defined]


def control(bound: BoundField, css: str = "", **attrs: Any) -> SafeString:
    """Render the control of a field with its class (kept beside the widget's own) and more attributes."""
    widget = bound.field.widget
    classes = " ".join(filter(None, [control_class(widget), widget.attrs.get("class", ""), css]))
    if classes:
        attrs["class"] = classes
    if isinstance(widget, forms.Textarea) and "rows" not in attrs and widget.attrs.get("rows") == "10":
        attrs["rows"] = 4  # Django's own default is a third of a phone screen
    if write := written_controls.writer(widget):
        return write(bound, widget, attrs)
    return bound.as_widget(attrs=attrs)


def filter_menu(bound: BoundField) -> SafeString:
    """Write the menu of one filter of a list: its label, its control, a button."""
    label = escaped(bound.label)
    if bound.use_fieldset:
        drawn = f'<fieldset>\n<legend class="visually-hidden">{label}</legend>\n{control(bound)}\n</fieldset>'
    else:
        named = f'<label class="visually-hidden" for="{escaped(bound.id_for_label)}">{label}</label>'
        drawn = f"{named}\n{control(bound, css='form-control-sm')}"
    return SafeString(
        f'<details class="menu">\n<summary>{label}{icon("chevron-down")}</summary>\n'
        f'<div class="pop">\n<div class="stack tight">\n{drawn}\n'
        f'<button class="btn btn-sm btn-quiet" type="submit">{escaped(_("Show"))}</button>\n'
        "</div>\n</div>\n</details>\n"
    )


def search_control(bound: BoundField) -> SafeString:
    """Render the search field of a list: its label stands in it, as there is no room beside it."""
    hint = bound.field.widget.attrs.get("placeholder") or str(bound.label)
    return control(bound, css="form-control-sm", placeholder=hint)


def field_context(
    bound: BoundField, unit: str = "", rows: int | None = None, css: str = ""
) -> dict[str, Any]:
    """Return what `components/field.html` needs to draw a field."""
    widget = bound.field.widget
    limit = getattr(bound.field, "max_length", None)
    attrs: dict[str, Any] = {"rows": rows} if rows else {}
    once = getattr(bound.field, "line_breaks_count_once", False)
    counted = bool(limit and (once or isinstance(widget, forms.Textarea)))
    if counted:
        attrs["aria-describedby"] = " ".join(
            filter(None, [bound.aria_describedby, f"{bound.auto_id}_counter"])
        )
    return {
        "field": bound,
        "control": control(bound, css=css, **attrs),
        "unit": unit or getattr(bound.field, "unit", ""),
        "checkbox": isinstance(widget, forms.CheckboxInput),
        "group": isinstance(widget, GROUPS) or bound.use_fieldset,
        "note": getattr(bound.field, "is_note", False),
        "required": getattr(bound.field, "is_wanted", bound.field.required),
        "limit": limit if counted else None,
        "line_break": 1 if once else 2,
        "length": letters(str(bound.value() or ""), 1 if once else 2) if counted else 0,
    }


def letters(text: str, line_break: int = 2) -> int:
    """Count the letters of a text as `static/js/forms.js` does: code points, a line break as one or as two.

    A form sends a line break as two characters; Django counts them both, answers of applicants only once.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return len(lines) + (line_break - 1) * lines.count("\n")


def leading(label: str) -> str:
    """Return a label before what is said of it: a question keeps its own sign, others get a colon."""
    return f"{label} –" if label.endswith(("?", "؟", "!", ".", ":")) else _("%(label)s:") % {"label": label}


def error_links(form_list: Iterable[BaseForm]) -> list[ErrorLink]:
    """Return every error of the forms, in the order of the fields, with the anchor of its control."""
    links = []
    for form in form_list:
        if not form.is_bound:
            continue
        links += [ErrorLink(str(error), "", "") for error in form.non_field_errors()]
        for name, errors in form.errors.items():
            if name not in form.fields:
                continue
            bound = form[name]
            anchor = bound.id_for_label or bound.auto_id
            if isinstance(bound.field.widget, GROUPS):
                anchor = f"{bound.auto_id}_0"
            label = leading(str(bound.label))
            links += [ErrorLink(str(error), anchor, label) for error in errors]
    return links


def active_filters(form: BaseForm) -> list[Chip]:
    """Return the active filters of a GET form, each with the query string without it and without the page."""
    query = form.data
    if not isinstance(query, QueryDict) or not form.is_valid():
        return []
    chips = []
    for name, field in form.fields.items():
        key = form.add_prefix(name)
        raw = [value for value in query.getlist(key) if value]
        if name in NOT_FILTERS or not raw or form.cleaned_data.get(name) in field.empty_values:
            continue
        choices = {str(value): str(label) for value, label in _flat(getattr(field, "choices", []))}
        for value in raw:
            rest = query.copy()
            rest.setlist(key, [other for other in query.getlist(key) if other not in ("", value)])
            rest.pop("page", None)
            chips.append(Chip(str(form[name].label), choices.get(value, value), rest.urlencode()))
    return chips


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label
