"""The body of a list as HTML: rows and cells, written by plain functions.

What a cell holds comes from the table's columns (`workflow/listing.py`); everything around the body is in
`templates/components/table.html`. A template per cell, or the inspection of the render function for every
cell that django-tables2 does, costs more than the rest of a page: here each column is looked at once.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.template.base import render_value_in_context
from django.template.context import Context
from django.utils.safestring import SafeString

from workflow.display import escaped, icon, one_writing

FAST_ARGUMENTS = frozenset({"value", "record"})


def body_rows(table: tables.Table) -> SafeString:
    """Return the rows of the table's page as HTML."""
    cells = [(*_tags(bound, heads_row=_heads_row(bound)), _content(bound)) for bound in table.columns]
    context = bool(table.row_attrs)
    written = []
    with one_writing():
        for row in table.paginated_rows:
            css = row.attrs.get("class") if context else ""
            written.append(f'<tr class="{escaped(css)}">' if css else "<tr>")
            for opening, bare, closing, content in cells:
                shown = content(row)
                written.append(f"{opening}{shown}{closing}" if shown else f"{bare}{closing}")
            written.append("</tr>\n")
    return SafeString("".join(written))


def head_cells(table: tables.Table, query: Mapping[str, Sequence[str]]) -> SafeString:
    """Return the cells of the table's head as HTML; a column that can be sorted is a link.

    query: what the address asks for, lists by name; the links keep it but for the page.
    """
    written = []
    for bound in table.columns:
        css = bound.attrs["th"].get("class") or ""
        opening = f'<th scope="col" class="{escaped(css)}"' if css else '<th scope="col"'
        shown = _text(bound.header)
        if not bound.orderable:
            written.append(f"{opening}>{shown}</th>\n")
            continue
        alias = bound.order_by_alias
        if bound.is_ordered:
            opening += f' aria-sort="{"descending" if alias.is_descending else "ascending"}"'
            shown = f"{shown} {icon('chevron-down' if alias.is_descending else 'chevron-up')}"
        asked = {**query, table.prefixed_order_by_field: [alias.next]}
        asked.pop(table.prefixed_page_field, None)
        address = escape(f"?{urlencode(asked, doseq=True)}")
        written.append(f'{opening}><a href="{address}">{shown}</a></th>\n')
    return SafeString("".join(written))


def foot_row(table: tables.Table) -> SafeString:
    """Return the foot of the table as HTML: what `footer=` of its columns says."""
    written = []
    for bound in table.columns:
        footer = bound.footer if bound.has_footer() else ""
        opening, _bare, closing = _tags(bound, heads_row=bool(footer) and _heads_row(bound))
        written.append(f"{opening}{_text(footer)}{closing}")
    return SafeString(f"<tr>{''.join(written)}</tr>")


def _heads_row(bound: Any) -> bool:
    return bool(getattr(bound.column, "row_header", False))


def _tags(bound: Any, *, heads_row: bool) -> tuple[str, str, str]:
    """Return the opening tag of a column's cells, that of its empty cells, and the closing tag.

    The label stands before the content on a phone, where an empty cell is not shown at all.
    """
    css = bound.attrs["td"].get("class") or ""
    attributes = f' class="{escaped(css)}"' if css else ""
    if heads_row:
        return f'<th scope="row"{attributes}>', f'<th scope="row"{attributes}>', "</th>"
    bare = f"<td{attributes}>"
    if "pick" not in css.split() and (label := str(bound.header)):
        return f'<td{attributes} data-label="{escaped(str(label))}">', bare, "</td>"
    return bare, bare, "</td>"


def _content(bound: Any) -> Callable[[Any], str]:
    """Return what writes a column's cell for a row: the short way where the render function allows it."""
    wanted = inspect.signature(bound.render).parameters
    plain = all(
        name in FAST_ARGUMENTS and one.kind is not one.VAR_KEYWORD and one.kind is not one.VAR_POSITIONAL
        for name, one in wanted.items()
    )
    if bound.link or not plain:
        return lambda row: _text(row.get_cell(bound.name))
    read, render, default = reader(bound), bound.render, bound.default
    if "record" in wanted and "value" in wanted:
        return lambda row: _write(read(row.record), default, lambda v: render(value=v, record=row.record))
    if "record" in wanted:
        return lambda row: _write(read(row.record), default, lambda _v: render(record=row.record))
    return _remembered(read, default, lambda value: render(value=value))


def _remembered(
    read: Callable[[Any], Any], default: Any, render: Callable[[Any], Any]
) -> Callable[[Any], str]:
    """Return what writes cells that depend on the value alone: equal values of a page are written once."""
    known: dict[tuple[type, Any], str] = {}

    def content(row: Any) -> str:
        value = read(row.record)
        key = type(value), value
        try:
            return known[key]
        except TypeError:  # a list, say
            return _write(value, default, render)
        except KeyError:
            known[key] = found = _write(value, default, render)
            return found

    return content


def _write(value: Any, default: Any, render: Callable[[Any], Any]) -> str:
    return _text(default if value is None or value == "" else render(value))


def reader(bound: Any) -> Callable[[Any], Any]:
    """Return what reads a column's value from a record.

    A plain column shows the words of a field with choices; the columns of ours get what is stored.
    """
    accessor = bound.accessor
    name = str(accessor)
    words = f"get_{name}_display" if type(bound.column) is tables.Column else ""
    if "__" in name or "." in name:
        return lambda record: accessor.resolve(record, quiet=True)

    def read(record: Any) -> Any:
        if _has_keys(record.__class__):
            return accessor.resolve(record, quiet=True)
        if words and (display := getattr(record, words, None)):
            return display()
        value = getattr(record, name, None)
        return value() if callable(value) and not getattr(value, "do_not_call_in_templates", False) else value

    return read


@cache
def _has_keys(kind: Any) -> bool:
    return issubclass(kind, Mapping)


_PLAIN = Context()


def _text(value: Any) -> str:
    """Return a cell's content, escaped, as a template would write it."""
    if isinstance(value, str):
        return escaped(value)
    return render_value_in_context(value, _PLAIN)
