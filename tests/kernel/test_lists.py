"""A list page: constant queries, pages by key, columns to choose, files that hurt no spreadsheet."""

import csv
import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import django_filters
import openpyxl
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.machine.models import Lantern
from workflow import export, listing
from workflow.lists import KeyedRows, ListView

pytestmark = pytest.mark.django_db


class LanternFilters(django_filters.FilterSet):
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label="Name")
    oil = django_filters.NumberFilter(label="Oil")

    class Meta:
        model = Lantern
        fields = ["q", "oil"]


class LanternTable(listing.ListTable):
    pick = listing.PickColumn(form="batch", name=str, accessor="pk")
    name = listing.TitleColumn(verbose_name="Name", url=lambda record: f"/lanterns/{record.pk}/")
    oil = listing.NumberColumn(verbose_name="Oil")
    keeper = listing.NumberColumn(verbose_name="Keeper")
    neighbour = listing.tables.Column(verbose_name="Neighbour", accessor="neighbour__name")
    caption = "Lanterns"


class LanternList(ListView):
    table_class = LanternTable
    filterset_class = LanternFilters
    title = "Lanterns"
    export_name = "lanterns"

    def get_queryset(self):
        return Lantern.objects.order_by("-oil")

    def get_rows(self):
        return Lantern.objects.select_related("neighbour")

    def get_sums(self):
        return {"oil": Sum("oil")}

    def get_footers(self, totals):
        return {"oil": f"{totals['oil']} litres"}


@pytest.fixture
def lanterns(db):
    first = Lantern.objects.create(name="=HYPERLINK(1)", keeper=1, oil=0)
    made = [Lantern(name=f"Lantern {n:03}", keeper=n, oil=n % 7, neighbour=first) for n in range(1, 120)]
    Lantern.objects.bulk_create(made)
    return [first, *made]


@pytest.fixture
def get(rf):
    def fetch(**query):
        request = rf.get("/lanterns/", query)
        request.user = AnonymousUser()
        return LanternList.as_view()(request)

    return fetch


def queries(action):
    with CaptureQueriesContext(connection) as captured:
        action()
    return captured


def test_a_page_costs_three_queries_for_one_row_and_for_a_hundred(get, db):
    Lantern.objects.create(name="Alone", keeper=1)
    one = queries(get)
    neighbour = Lantern.objects.get()
    Lantern.objects.bulk_create(Lantern(name=f"L{n}", keeper=n, neighbour=neighbour) for n in range(99))
    many = queries(lambda: get(per_page=100))
    assert len(one) == len(many) == 3


def test_no_offset_walks_over_wide_rows(get, lanterns):
    wide = [query["sql"] for query in queries(lambda: get(page=3)) if "keeper" in query["sql"]]
    assert len(wide) == 1
    assert "OFFSET" not in wide[0]


def rows_of(response):
    body = response.content.decode().split("<tbody>")[1].split("</tbody>")[0]
    return body.split("<tr")[1:]


def test_every_row_is_on_exactly_one_page_even_when_many_are_equal(get, lanterns):
    seen = [line for page in (1, 2, 3) for line in rows_of(get(page=page, columns="keeper"))]
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("order", ["-oil", "oil", "neighbour__keeper", "-neighbour__keeper"])
def test_a_page_read_from_the_end_stands_in_the_same_order(lanterns, order):
    chosen = Lantern.objects.order_by(order)
    rows = KeyedRows(chosen, Lantern.objects.all())
    everything = [one.pk for one in rows[0:120]]
    assert everything == list(rows.keys())
    for start, stop in ((50, 100), (61, 62), (90, 120), (100, 150), (119, 120), (120, 170)):
        assert [one.pk for one in rows[start:stop]] == everything[start:stop]
    late = [query["sql"] for query in queries(lambda: rows[100:120]) if "LIMIT" in query["sql"]]
    assert "OFFSET" not in late[0]


def test_a_page_that_does_not_exist_shows_the_first_one(get, lanterns):
    first = rows_of(get())
    for odd in ("0", "-1", "999", "x", ""):
        assert rows_of(get(page=odd)) == first
    assert len(rows_of(get(per_page="1000000"))) == listing.PAGE_SIZE


def test_the_address_sorts_and_filters(get, lanterns):
    assert "Lantern 119" in rows_of(get(sort="-keeper"))[0]
    found = get(q="lantern 11")
    assert len(rows_of(found)) == 10
    assert "10 results" in re.sub("</?bdi[^>]*>", "", found.content.decode())
    assert len(rows_of(get(sort="no_such_column", oil="x"))) == 50


def test_a_reader_chooses_columns_but_never_loses_the_head_of_a_row(get, lanterns):
    line = rows_of(get(columns="oil"))[0]
    assert 'data-label="Oil"' in line
    assert 'data-label="Keeper"' not in line
    assert '<th scope="row"' in line


def test_totals_stand_under_their_column(get, lanterns):
    assert f"{sum(one.oil for one in lanterns)} litres" in get().content.decode().split("<tfoot>")[1]


def test_totals_follow_the_filters(get, lanterns):
    assert "6 litres" in get(oil=6, q="Lantern 006").content.decode().split("<tfoot>")[1]


def test_an_empty_list_says_so_and_a_filtered_one_says_why(get, db):
    assert "Nothing here yet." in get().content.decode()
    Lantern.objects.create(name="Alone", keeper=1)
    assert "Nothing fits these filters." in get(q="zzz").content.decode()


def csv_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_file_holds_all_chosen_rows_and_the_shown_columns(get, lanterns):
    table = csv_of(get(export="csv", sort="keeper", columns=["oil", "neighbour"]))
    assert table[0] == ["Name", "Oil", "Neighbour"]
    assert len(table) == 121
    assert ["Lantern 008", "1", "'=HYPERLINK(1)"] in table
    assert len(csv_of(get(export="csv", q="lantern 11"))) == 11


def test_the_file_costs_the_same_queries_per_thousand_rows(get, lanterns):
    assert len(queries(lambda: csv_of(get(export="csv")))) == 3


def test_an_xlsx_file_has_typed_cells_and_no_formula(get, lanterns):
    response = get(export="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    response.close()
    sheet = book.active
    assert sheet.freeze_panes == "A2"
    cells = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    assert cells[119] == "n"
    assert cells["'=HYPERLINK(1)"] == "s"
    assert "f" not in cells.values()


def test_a_list_without_export_gives_no_file(rf, lanterns):
    class Kept(LanternList):
        export_name = ""

    request = rf.get("/", {"export": "csv"})
    request.user = AnonymousUser()
    assert "<table" in Kept.as_view()(request).content.decode()


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.sampled_from([*export.DANGEROUS, ""])
)
def test_no_cell_of_a_file_begins_like_a_formula(text, sign):
    line = next(
        csv.reader(io.StringIO("".join(export.csv_chunks([sign + text], [])).removeprefix("\ufeff"))), [""]
    )
    assert not (line or [""])[0].startswith(export.DANGEROUS)
    assert not export.harmless(sign + text).startswith(export.DANGEROUS)


def test_numbers_and_dates_stay_numbers_and_dates():
    moment = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
    values = [-5, Decimal("-1234.50"), date(2026, 3, 2), moment, None, True, "-5"]
    with timezone.override(UTC):
        said = [export.csv_cell(value) for value in values]
    assert said == ["-5", "-1234.50", "2026-03-02", "2026-03-02 12:30", "", "1", "'-5"]


def test_a_long_file_comes_in_pieces():
    pieces = list(export.csv_chunks(["n"], ([n] for n in range(1000))))
    assert len(pieces) > 4
    assert "".join(pieces).count("\r\n") == 1001
