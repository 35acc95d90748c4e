"""The form builder of a call: its pages that change one section, one question, one column or total."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from applications.builder.bench import CallBench
from applications.views import builder_pages
from applications.views.builder import building, draft_or_back
from programmes.models import Call
from workflow import access

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
Page = Callable[..., HttpResponse]


def _of_call(page: Page) -> Page:
    """Let a page of the builder be about the draft of a call's form."""

    def view(request: HttpRequest, code: str, call: str, stage: str, **more: Any) -> HttpResponse:
        found: Call = access.object_of(request)
        draft = draft_or_back(request, found, stage)
        return draft if isinstance(draft, HttpResponse) else page(request, CallBench(draft), **more)

    view.__doc__, view.__name__ = page.__doc__, page.__name__
    return view


section = building(get_or_post(_of_call(builder_pages.section)))
remove_section = building(get_or_post(_of_call(builder_pages.remove_section)))
add_question = building(get_or_post(_of_call(builder_pages.add_question)))
edit_question = building(get_or_post(_of_call(builder_pages.edit_question)))
remove_question = building(get_or_post(_of_call(builder_pages.remove_question)))
edit_part = building(get_or_post(_of_call(builder_pages.edit_part)))
arrange = building(require_POST(_of_call(builder_pages.arrange)))
arrange_part = building(require_POST(_of_call(builder_pages.arrange_part)))
