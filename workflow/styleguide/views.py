"""Pages of the style guide, and the accents that they show. Answer 404 unless `STYLEGUIDE` is set."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from workflow import access
from workflow.styleguide import samples

TOKENS = (
    "accent", "accent-ink", "accent-line", "accent-soft", "accent-tint",
    "ink", "ink-2", "ink-3", "line-3", "line-2", "line", "page", "sunk", "surface",
)  # fmt: skip


ERRORS = ("400", "403", "403_csrf", "404", "500", "maintenance")


def in_development(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Serve the view to anybody where the style guide is on, to nobody elsewhere."""

    @wraps(view)
    def guarded(request: HttpRequest, **parts: str) -> HttpResponse:
        if not settings.STYLEGUIDE:
            raise Http404
        return view(request, **parts)

    return access.public(guarded)


@in_development
def components(request: HttpRequest) -> HttpResponse:
    """Show every component on a staff page."""
    words = samples.texts()
    listed = samples.table(words)
    listed.paginate(per_page=50)
    return render(
        request,
        "styleguide/components.html",
        {
            "t": words,
            "programme": samples.SampleProgramme(words["institution"], "LBY-MTQ2", ""),
            "choices": samples.programmes(words),
            "person": samples.Person(words["amel"]),
            "bar": samples.places(words)[:4],
            "more": samples.places(words)[4:],
            "tokens": TOKENS,
            "table": listed,
            "filters_form": samples.filter_form(words, request.GET or QueryDict("site=tripoli&site=misrata")),
            "form": samples.form(words),
            "values": samples.money(words),
            "ranking": samples.ranking(words),
            "sums": samples.sums(),
            "captions": [words[key] for key in ("machine_installed", "workshop", "cash_book")],
            "order_date": samples.TODAY,
            **samples.page_head(words),
            **samples.case(words),
            **samples.figures(words),
        },
    )


@in_development
def phone(request: HttpRequest) -> HttpResponse:
    """Show the light frame with an applicant's page."""
    words = samples.texts()
    return render(
        request,
        "styleguide/phone.html",
        {
            "t": words,
            "frame_title": words["institution"],
            "form": samples.form(words),
            "sums": samples.sums(),
            **samples.case(words),
            **samples.phone(words),
        },
    )


@in_development
def autosave(request: HttpRequest) -> HttpResponse:
    """Answer the autosave of the phone page as a real form would; nothing is kept."""
    if request.method != "POST":
        raise Http404
    version = request.POST.get("version", "")
    return JsonResponse(
        {
            "version": int(version[:6]) + 1 if version.isdecimal() else 1,
            "saved_at": f"{timezone.localtime():%H:%M}",
        }
    )


@in_development
def error(request: HttpRequest, page: str) -> HttpResponse:
    """Show an error page as visitors get it."""
    if page not in ERRORS:
        raise Http404
    return render(request, f"{page}.html")
