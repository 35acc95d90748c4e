"""Lists: rows, totals, sorting, pages, the card form of a phone."""

import re
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django_tables2 import RequestConfig

from accounts.models import User
from workflow import display, listing
from workflow.table_body import body_rows


@dataclass(frozen=True)
class Sum:
    minor: int
    currency: str = "LYD"


class Sample(listing.ListTable):
    pick = listing.PickColumn(form="batch", name=lambda record: record["ref"], accessor="ref")
    ref = listing.RefColumn(verbose_name="Reference", url=lambda record: f"/{record['ref']}/", footer="Total")
    amount = listing.MoneyColumn(
        verbose_name='Amount "now"', order_by="amount__minor", footer=lambda table: display.money(Sum(9000))
    )
    mark = listing.NumberColumn(decimals=1)
    caption = "Samples"


def draw(query: str = "", rows: int = 120) -> str:
    request = RequestFactory().get(f"/list/{query}")
    table = Sample([{"ref": f"R-{i:03}", "amount": Sum(i * 1000), "mark": None} for i in range(rows)])
    RequestConfig(request, paginate={"per_page": listing.page_size(request.GET)}).configure(table)
    with translation.override("en"):
        source = "{% load django_tables2 %}{% render_table table %}"
        return engines["django"].from_string(source).render({"table": table}, request)


def test_a_row_is_headed_by_its_reference_and_labelled_for_the_card_form() -> None:
    html = draw()
    assert '<th scope="row"><a href="/R-000/">' in html
    assert 'data-label="Amount &quot;now&quot;"' in html
    assert "–" in html, "an unknown value is a dash"


def test_the_foot_names_the_totals() -> None:
    foot = draw().partition("<tfoot>")[2]
    assert '<th scope="row">Total</th>' in foot
    assert "9.000" in foot


def test_sorting_keeps_filters_and_goes_back_to_the_first_page() -> None:
    html = draw("?site=t&page=2&sort=amount")
    head = html.partition("<thead>")[2].partition("</thead>")[0]
    assert 'aria-sort="ascending"' in head
    assert "site=t&amp;sort=-amount" in head
    assert "page=2" not in head


def plain(html: str) -> str:
    return re.sub("</?bdi[^>]*>", "", html)


def test_a_long_list_counts_with_a_thousands_separator() -> None:
    pager = engines["django"].from_string("{% load jalon %}{% pager page %}")
    page = Paginator(range(1_219), 25).page(41)
    request = RequestFactory().get("/")
    with translation.override("en"):
        assert "1,001 to 1,025 of 1,219" in plain(pager.render({"page": page}, request))


def test_pages_keep_filters_and_size() -> None:
    html = draw("?site=t&per_page=25&page=2")
    assert "26 to 50 of 120" in plain(html)
    assert 'href="?site=t&amp;per_page=25&amp;page=3"' in html
    assert 'aria-current="page">2<' in html
    assert html.count("<tr>") == 25 + 2


def test_a_page_size_nobody_offers_is_the_usual_one() -> None:
    assert listing.page_size({"per_page": "100000"}) == listing.PAGE_SIZE
    assert listing.page_size({"per_page": "x"}) == listing.PAGE_SIZE
    assert listing.page_size({}) == listing.PAGE_SIZE
    assert listing.page_size({"per_page": "100"}) == 100


def test_an_empty_list_says_so_and_has_no_totals() -> None:
    html = draw(rows=0)
    assert "Nothing here yet." in html
    assert "<tfoot>" not in html


def test_the_box_of_a_row_says_which_row() -> None:
    html = draw()
    assert 'aria-label="Choose R-001"' in html
    assert 'form="batch"' in html


def test_the_box_has_no_label_in_a_card() -> None:
    assert '<td class="pick"><input' in draw()


class Person(tables.Table):
    """Columns as django-tables2 offers them, beside those of ours."""

    is_staff = tables.BooleanColumn()
    language = tables.Column()
    stored = listing.StateColumn(accessor="language", words=lambda value: (f"stored {value}", "done"))
    email = tables.Column(linkify=lambda record: f"/people/{record.pk}/")
    name = tables.Column(accessor="full_name")
    kind = tables.TemplateColumn("{{ record.full_name }}!", accessor="full_name")

    def render_name(self, value: str, bound_row: Any) -> str:
        return f"<{value}>"


def test_every_kind_of_column_is_drawn_as_django_tables2_means_it() -> None:
    user = User(pk=7, email="a@example.org", full_name="Amel & Co", language="fr")
    html = body_rows(Person([user]))
    assert '<a href="/people/7/">a@example.org</a>' in html
    assert "&lt;Amel &amp; Co&gt;" in html
    assert "Amel &amp; Co!" in html
    assert f">{user.get_language_display()}<" in html, "a plain column shows the words of a choice"
    assert ">stored fr<" in html, "a state column gets what is stored"
    assert "✘" in html
