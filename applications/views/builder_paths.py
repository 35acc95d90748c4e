"""The pages of a form builder that change one section or one question, as views with their addresses.

Whatever the form is of (a call, the visits of a programme): who may build it, and which draft a page is
about, is said by whoever asks for the paths. The pages themselves are in `builder_pages.py`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST

from applications.builder.bench import Bench
from applications.views import builder_pages
from workflow.access import Access

Page = Callable[..., HttpResponse]
BenchOf = Callable[..., Bench | HttpResponse]
OF_A_PAGE = ("section", "question", "part", "row")
"""Arguments of an address that a page takes itself; the others say which form it is about."""

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def paths_of_parts(form: str, bench_of: BenchOf, building: Access, *, prefix: str = "") -> list[URLPattern]:
    """Return the addresses below a form's own, each with its view.

    bench_of: `(request, **arguments)`, the draft on its bench, or the answer where there is none to change.
    building: the rule of every page. prefix: what the names of the addresses begin with.
    """

    def view(page: Page, methods: Callable[[Page], Page] = get_or_post) -> Page:
        @wraps(page)
        def shown(request: HttpRequest, **given: Any) -> HttpResponse:
            own = {name: given.pop(name) for name in OF_A_PAGE if name in given}
            bench = bench_of(request, **given)
            return bench if isinstance(bench, HttpResponse) else page(request, bench, **own)

        return building(methods(shown))

    section, question = f"{form}sections/<word:section>/", f"{form}questions/<word:question>/"
    part = f"{question}<word:part>/"
    edit_section, edit_part = view(builder_pages.section), view(builder_pages.edit_part)
    pages = (
        ("arrange_form", f"{form}arrange/", view(builder_pages.arrange, require_POST)),
        ("add_section", f"{form}sections/new/", edit_section),
        ("edit_section", section, edit_section),
        ("remove_section", f"{section}remove/", view(builder_pages.remove_section)),
        ("add_question", f"{section}add/", view(builder_pages.add_question)),
        ("edit_question", question, view(builder_pages.edit_question)),
        ("remove_question", f"{question}remove/", view(builder_pages.remove_question)),
        ("add_table_part", f"{part}new/", edit_part),
        ("edit_table_part", f"{part}<word:row>/", edit_part),
        ("arrange_table_part", f"{part}<word:row>/arrange/", view(builder_pages.arrange_part, require_POST)),
    )
    return [path(address, page, name=f"{prefix}{name}") for name, address, page in pages]
