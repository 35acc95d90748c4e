"""Controls of forms written by plain functions: select boxes, groups of boxes, one-line fields.

What they write is what Django's templates and ours (`templates/django/forms/widgets/`) write; a template for
every option took a fifth of a list page, whose filters have a hundred. Widgets that draw themselves otherwise
are left to Django: `writer` knows none for them.
"""

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.models import ModelChoiceIterator
from django.utils.safestring import SafeString

from workflow.display import escaped

Writer = Callable[[BoundField, Any, dict[str, Any]], SafeString]
ONE_LINE = frozenset(
    f"django/forms/widgets/{kind}.html" for kind in ("text", "number", "email", "url", "date", "time")
)


def writer(widget: forms.Widget) -> Writer | None:
    """Return what writes a widget, None when only its template knows how."""
    kind = type(widget)
    if kind is forms.Select:
        return select
    if kind is forms.CheckboxSelectMultiple:
        return boxes
    plain = (
        kind.get_context is forms.widgets.Input.get_context
        and kind.render is forms.Widget.render
        and kind.build_attrs is forms.Widget.build_attrs
    )
    return one_line if plain and getattr(widget, "template_name", "") in ONE_LINE else None


def _attributes(bound: BoundField, widget: forms.Widget, attrs: dict[str, Any]) -> dict[str, Any]:
    if bound.field.localize:
        widget.is_localized = True
    found = {**widget.attrs, **bound.build_widget_attrs(attrs, widget)}
    if bound.auto_id and "id" not in found:
        found["id"] = bound.auto_id
    return found


def _written(attributes: Mapping[str, Any]) -> str:
    """Return attributes as they stand in a tag: without a value for True, not at all for False and None."""
    return "".join(
        f" {name}" if value is True else f' {name}="{escaped(value)}"'
        for name, value in attributes.items()
        if value is not None and value is not False
    )


def one_line(bound: BoundField, widget: Any, attrs: dict[str, Any]) -> SafeString:
    """Write a field of one line."""
    value = widget.format_value(bound.value())
    shown = "" if value is None else f' value="{escape(str(value))}"'
    rest = _written(_attributes(bound, widget, attrs))
    return SafeString(f'<input type="{widget.input_type}" name="{escape(bound.html_name)}"{shown}{rest}>')


def select(bound: BoundField, widget: Any, attrs: dict[str, Any]) -> SafeString:
    """Write a select box."""
    rest, chosen = _written(_attributes(bound, widget, attrs)), set(widget.format_value(bound.value()))
    written = [f'<select name="{escape(bound.html_name)}"{rest}>']
    for group, options in _groups(widget):
        if group is not None:
            written.append(f'\n  <optgroup label="{escaped(group)}">')
        for value, label in options:
            selected = " selected" if value in chosen else ""
            written.append(f'\n  <option value="{escape(value)}"{selected}>{escaped(label)}</option>')
        if group is not None:
            written.append("\n  </optgroup>")
    written.append("\n</select>")
    return SafeString("".join(written))


def boxes(bound: BoundField, widget: Any, attrs: dict[str, Any]) -> SafeString:
    """Write a group of boxes, each with its label."""
    own, chosen = _attributes(bound, widget, attrs), set(widget.format_value(bound.value()))
    name, key, css = escape(bound.html_name), own.pop("id", ""), own.pop("class", "")
    stack = escaped(f"stack tight {css}".rstrip())
    rest = _written({**own, "class": css} if css else own)
    written = [f'<div{_written({"id": key} if key else {})} class="{stack}">']
    for place, (group, options) in enumerate(_groups(widget)):
        if group is not None:
            written.append(f'\n  <p class="small strong">{escaped(group)}</p>')
        for index, (value, label) in enumerate(options):
            own_id = labelled = ""
            if key:
                each = escape(f"{key}_{place}" if group is None else f"{key}_{place}_{index}")
                own_id, labelled = f' id="{each}"', f' for="{each}"'
            checked = " checked" if value in chosen else ""
            written.append(
                f'\n  <div class="form-check"><input class="form-check-input" type="checkbox" name="{name}"'
                f' value="{escape(value)}"{rest}{own_id}{checked}>'
                f'<label class="form-check-label"{labelled}>{escaped(label)}</label></div>'
            )
    written.append("\n</div>")
    return SafeString("".join(written))


def _groups(widget: Any) -> Iterator[tuple[Any, list[tuple[str, Any]]]]:
    """Yield (name of the group or None, options as value and label)."""
    for value, label in _in_one_trip(widget.choices):
        if isinstance(label, list | tuple):
            yield value, [(_text(one), text) for one, text in label]
        else:
            yield None, [(_text(value), label)]


def _in_one_trip(choices: Any) -> Any:
    """Return choices that read their rows by a plain query: Django's would open a cursor on the server.

    That is three trips to PostgreSQL, which keeps the rows aside between them, for ten options of a filter.
    """
    if isinstance(choices, ModelChoiceIterator):
        rows = choices.queryset.all()
        # This one queryset: the class of every field that is made of rows would have to change instead.
        rows.iterator = rows.__iter__  # type: ignore[method-assign, assignment]
        choices.queryset = rows
    return choices


def _text(value: Any) -> str:
    return "" if value is None else str(value)
