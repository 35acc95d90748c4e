"""The list page that every package shares: filter, sort, page, choose columns, take the rows away as a file.

A list page is a small class: rows it may show (`visible_to`), a filter set, a table. However many rows there
are, a page costs the same queries: one count, one for the keys of the page, one for its rows. Columns are in
`workflow/listing.py`, files in `workflow/export.py`; docs/add-a-list-page.md says it in steps.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import django_filters
from django.core.paginator import InvalidPage
from django.db.models import Aggregate, Count, Model, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views import View
from django_tables2.data import TableQuerysetData

from workflow import export, list_files, saved_views
from workflow.listing import ListTable, PickColumn, page_size
from workflow.table_body import reader

EXPORTS = ("csv", "xlsx")
EXPORT_CHUNK = 1000
EMPTY: tuple[Any, ...] = (None, "", [], ())


class KeyedRows(TableQuerysetData):
    """Rows of a table that are counted and paged by key; whole rows are read for one page only.

    chosen: the filtered queryset, with the annotations that columns sort by. rows: the queryset that reads
    what columns show, by key. sums: what the query that counts the chosen rows adds up beside.
    """

    def __init__(
        self,
        chosen: "QuerySet[Any]",
        rows: "QuerySet[Any]",
        sums: Mapping[str, Aggregate] | None = None,
    ) -> None:
        super().__init__(chosen)
        self.rows, self.sums = rows, sums or {}

    def __len__(self) -> int:
        """The number of chosen rows: one count without order or joins for show."""
        return int(self._counted["_rows"])

    @property
    def totals(self) -> dict[str, Any]:
        """The sums of the chosen rows, by name."""
        return {name: self._counted[name] for name in self.sums}

    @cached_property
    def _counted(self) -> dict[str, Any]:
        chosen = self.data.order_by()
        if not self.sums:
            return {"_rows": chosen.count()}
        found: dict[str, Any] = chosen.aggregate(_rows=Count("*"), **self.sums)
        return found

    def __getitem__(self, key: Any) -> Any:
        """The rows of a slice, in order."""
        if not isinstance(key, slice):
            return self[key : key + 1][0]
        return self.fetch(self._keys_of(key))

    def _keys_of(self, rows: slice) -> list[Any]:
        """The keys of a slice; one nearer to the end is read from there, so that no page is slow."""
        start, stop = rows.start or 0, rows.stop
        if stop is None or rows.step is not None or 2 * start < len(self):
            return list(self.keys()[rows])
        total = len(self)
        return list(self.keys().reverse()[max(0, total - stop) : max(0, total - start)])[::-1]

    def keys(self) -> "QuerySet[Any]":
        """The keys of all chosen rows in the order of the page; equal rows stand by key."""
        query = self.data.query
        order = [*query.order_by] or [*(self.data.model._meta.ordering if query.default_ordering else ())]
        return self.data.order_by(*order, "pk").values_list("pk", flat=True)

    def fetch(self, keys: Sequence[Any]) -> list[Any]:
        """Read whole rows by key, in the order of the keys."""
        found = {row.pk: row for row in self.rows.filter(pk__in=keys).order_by()}
        return [found[key] for key in keys if key in found]

    def __iter__(self) -> Iterator[Any]:
        """Every chosen row, some at a time: memory does not grow with their number."""
        keys = list(self.keys())
        for start in range(0, len(keys), EXPORT_CHUNK):
            yield from self.fetch(keys[start : start + EXPORT_CHUNK])


class BatchAction(NamedTuple):
    """Something to do with chosen rows: a button that posts the choice to a page with a preview."""

    label: Any
    url: str
    style: str = ""


class ListView(View):
    """One list page. Subclasses declare their access and name their table.

    rows_class: how a page's rows are read, for figures that no single query brings.
    table_class: columns; `default_columns` of it are shown first, all when it is empty.
    filterset_class: filters; a field named `q` is the search field.
    title, lead: heading and the sentence under it. export_name: file name of the export, "" for none.
    export_needs_reason: nobody takes the rows away without saying why. private_filters: filters whose values
    are never stored, such as a name that is searched for.
    """

    table_class: type[ListTable]
    rows_class: type[KeyedRows] = KeyedRows
    filterset_class: type[django_filters.FilterSet] | None = None
    title: Any = ""
    lead: Any = ""
    empty: Any = _("Nothing here yet.")
    empty_filtered: Any = _("Nothing fits these filters.")
    export_name = ""
    export_needs_reason = False
    private_filters: tuple[str, ...] = ()
    template_name = "workflow/list.html"
    http_method_names = ["get", "head", "options"]

    request: HttpRequest

    def get_queryset(self) -> "QuerySet[Any]":
        """Return the rows that this reader may choose from: begin with `visible_to(self.request.user)`."""
        raise NotImplementedError

    def get_rows(self) -> "QuerySet[Any]":
        """Return the queryset that reads what the columns show (joins, annotations), limited by key later."""
        model: type[Model] = self.get_queryset().model
        return model._default_manager.all()

    def get_title(self) -> Any:
        """Return the heading."""
        return self.title

    def get_lead(self) -> Any:
        """Return the sentence under the heading."""
        return self.lead

    def get_sums(self) -> dict[str, Aggregate]:
        """Return what is added up over the chosen rows, by name, in the query that counts them."""
        return {}

    def get_footers(self, totals: dict[str, Any]) -> dict[str, Any]:
        """Return what stands under columns, by name, from the sums of the chosen rows."""
        return {}

    def get_batch_actions(self) -> list[BatchAction]:
        """Return what can be done with chosen rows; the table then has a PickColumn of the form "batch"."""
        return []

    def get_context(self, **context: Any) -> dict[str, Any]:
        """Return more for the template."""
        return context

    def get_data(self, chosen: "QuerySet[Any]") -> KeyedRows:
        """Return how the chosen rows are counted, paged and read."""
        return self.rows_class(chosen, self.get_rows(), self.get_sums())

    def get_table(self, chosen: "QuerySet[Any]") -> ListTable:
        """Return the table of the chosen rows, sorted as the address asks."""
        table = self.table_class(data=self.get_data(chosen), exclude=self.left_out())
        if sort := self.request.GET.getlist("sort"):
            table.order_by = sort
        return table

    def shown_columns(self) -> frozenset[str]:
        """Return the names of the columns that the page or file shows: what others need is not read."""
        names = self.table_class.base_columns
        wanted = set(self.request.GET.getlist("columns")) & set(names)
        return frozenset(wanted or self.table_class.default_columns or names)

    def left_out(self) -> tuple[str, ...]:
        """Return the columns that this reader does not get: boxes to choose, where nothing can be done."""
        if self.get_batch_actions():
            return ()
        columns = self.table_class.base_columns.items()
        return tuple(name for name, column in columns if isinstance(column, PickColumn))

    def get_filterset(self) -> django_filters.FilterSet | None:
        """Return the bound filter set, None when the list has no filters."""
        if self.filterset_class is None:
            return None
        return self.filterset_class(self.request.GET, queryset=self.get_queryset(), request=self.request)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the page, or give the file that the address asks for."""
        filterset = self.get_filterset()
        chosen = filterset.qs if filterset else self.get_queryset()
        table = self.get_table(chosen)
        wanted = request.GET.get("export", "")
        if self.export_name and wanted in EXPORTS:
            return self.file(table, wanted)
        return self.page(table, filterset)

    def file(self, table: ListTable, kind: str) -> HttpResponseBase:
        """Give the file at once, or lead to the page that asks why, and whom else."""
        rows = len(table.data)
        if self.export_needs_reason or list_files.is_large(rows):
            return HttpResponseRedirect(list_files.address_to_ask(self.request, kind))
        list_files.note(self, kind, rows)
        return self.exported(table, kind)

    def page(self, table: ListTable, filterset: django_filters.FilterSet | None) -> HttpResponse:
        """Show one page of the table."""
        query = self.request.GET
        shown = column_choice(table, query.getlist("columns"))
        choices = column_choices(table, shown)
        hide(table, shown)
        for name, footer in self.get_footers(table.data.totals).items():
            if name in table.columns.names():
                table.columns[name].column._footer = footer
        size = page_size(query)
        try:
            table.paginate(page=int(query.get("page", "1")), per_page=size)
        except (ValueError, InvalidPage):
            table.paginate(page=1, per_page=size)
        filtered = filterset is not None and _filters(filterset)
        table.empty_text = self.empty_filtered if filtered else self.empty
        context = {
            "title": self.get_title(),
            "lead": self.get_lead(),
            "table": table,
            "filterset": filterset,
            "results": len(table.data) if filtered else None,
            "column_choices": choices,
            "exports": EXPORTS if self.export_name else (),
            "batch_actions": self.get_batch_actions(),
            "saved": saved_views.of_list(self),
        }
        return render(self.request, self.template_name, self.get_context(**context))

    def exported(
        self, table: ListTable, kind: str, watermark: export.Watermark | None = None
    ) -> HttpResponseBase:
        """Give all chosen rows with the shown columns as a file."""
        hide(table, column_choice(table, self.request.GET.getlist("columns")))
        columns = exported_columns(table)
        header = [name for _column, names in columns for name in names]
        name = f"{slugify(self.export_name)}-{timezone.localdate():%Y-%m-%d}.{kind}"
        rows = _values(table, columns)
        if kind == "xlsx":
            file = export.xlsx_file(str(self.get_title()), header, rows, watermark)
            return FileResponse(file, as_attachment=True, filename=name)
        chunks = export.csv_chunks(header, rows, watermark)
        response = StreamingHttpResponse(
            _in_the_reader_s_terms(chunks), content_type="text/csv; charset=utf-8"
        )
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _filters(filterset: django_filters.FilterSet) -> bool:
    """Whether the address asks for something that the filter set understands."""
    return any(value not in EMPTY for value in filterset.form.cleaned_data.values())


def column_choice(table: ListTable, wanted: Sequence[str]) -> list[str]:
    """Return the names of the shown columns: those asked for, else the table's own choice; row heads stay."""
    columns = {bound.name: bound.column for bound in table.columns.iterall()}
    chosen = set(wanted) & columns.keys() or set(table.default_columns) or set(columns)
    return [name for name, column in columns.items() if name in chosen or is_fixed(column)]


def column_choices(table: ListTable, shown: Sequence[str]) -> list[dict[str, Any]]:
    """Return the columns that a reader may show or hide."""
    return [
        {"name": bound.name, "label": bound.verbose_name, "shown": bound.name in shown}
        for bound in table.columns.iterall()
        if not is_fixed(bound.column)
    ]


def is_fixed(column: Any) -> bool:
    """Whether a column cannot be hidden: it heads the row, or holds the box that chooses it."""
    return bool(getattr(column, "row_header", False)) or isinstance(column, PickColumn)


def hide(table: ListTable, shown: Sequence[str]) -> None:
    """Hide the columns that are not shown."""
    for name in table.columns.names():
        if name not in shown:
            table.columns.hide(name)


def exported_columns(table: ListTable) -> list[tuple[Any, list[str]]]:
    """Return the shown columns that hold data, each with its headings in a file."""
    found = []
    for bound in table.columns:
        if not bound.column.exclude_from_export:
            label = str(bound.verbose_name)
            headings = getattr(bound.column, "export_headings", None)
            found.append((bound, headings(label) if headings else [label]))
    return found


def _values(table: ListTable, columns: Sequence[tuple[Any, list[str]]]) -> Iterator[list[Any]]:
    readers = [_reader(table, bound, len(headings)) for bound, headings in columns]
    for record in table.data:
        yield [cell for read in readers for cell in read(record)]


def _reader(table: ListTable, bound: Any, width: int) -> Callable[[Any], Sequence[Any]]:
    """Return how a column says a record's cells in a file; unknown is empty, never zero."""
    if own := getattr(table, f"export_{bound.name}", None):
        return lambda record: [own(record)]
    give = getattr(bound.column, "export", None)
    stored, nothing = reader(bound), [None] * width

    def read(record: Any) -> Sequence[Any]:
        value = stored(record)
        if value is None or value == "":
            return nothing
        return give(value) if give else [str(value)]

    return read


def _in_the_reader_s_terms(chunks: Iterator[str]) -> Iterator[str]:
    """Keep language and time zone of the request while the answer is streamed, after the request's end."""
    language, zone = translation.get_language() or "en", timezone.get_current_timezone()
    while True:
        with translation.override(language), timezone.override(zone):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk
