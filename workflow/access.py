"""Who may reach a view: every view declares its access, an undeclared one is denied.

Here live the three declarations (`public`, `signed_in`, `rule`), the middleware that enforces them and
the two questions a view may ask by itself (`check`, `get_visible`). The rules themselves are predicates of
the `rules` library in each package's `rules.py`; what a person's list contains is each model's `visible_to`.

What one may not see answers exactly like what does not exist: 404, the same bytes.
"""

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlsplit

import rules
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _

log = logging.getLogger("jalon.access")

API_PREFIX = "/api/"
ODD = re.compile("[\x00\ud800-\udfff]")
PUBLIC, SIGNED_IN, RULE = "public", "signed_in", "rule"

View = TypeVar("View", bound=Callable[..., Any])
M = TypeVar("M", bound=Model)
Lookup = Callable[..., Any]


class SeesRows(Protocol):
    """A manager or queryset that knows which rows a user may see."""

    def visible_to(self, user: Any) -> QuerySet[Any]: ...


@dataclass(frozen=True)
class Access:
    """What a view demands of its visitor. Calling it on a view or a view class declares the view."""

    kind: str
    name: str = ""
    lookup: Lookup | None = None

    def __call__(self, view: View) -> View:
        attribute = "access_rule" if isinstance(view, type) else "access"
        setattr(view, attribute, self)
        return view


public = Access(PUBLIC)
"""Anybody, signed in or not."""

signed_in = Access(SIGNED_IN)
"""Any signed-in person; the view shows only what `visible_to` or `check` lets through."""


def rule(name: str, lookup: Lookup | None = None) -> Access:
    """Demand the permission `name` (a rule registered with `rules.add_perm`).

    `lookup(request, **url_kwargs)` finds the object the rule is asked about and raises Http404 when there is
    none (see `visible`); the view finds it again by `object_of(request)`. Without it the rule is asked
    about no object, which fits lists and pages that create something.
    """
    return Access(RULE, name, lookup)


def visible(rows: SeesRows, **fields: str) -> Lookup:
    """A lookup for `rule`: the row of `rows` that the visitor may see, by the URL's arguments.

    `fields` maps a model field (or lookup path) to the name of the URL argument: `visible(Call.objects,
    pk="call_id")`. Without it every URL argument is a field.
    """

    def lookup(request: HttpRequest, **url_kwargs: Any) -> Any:
        wanted = {field: url_kwargs[kwarg] for field, kwarg in fields.items()} if fields else url_kwargs
        return get_visible(rows, request.user, **wanted)

    return lookup


def get_visible(rows: SeesRows, user: Any, **wanted: Any) -> Any:
    """The one row of `rows.visible_to(user)` that matches `wanted`; raises Http404 otherwise."""
    seen = rows.visible_to(user)
    try:
        return seen.get(**wanted)
    except (seen.model.DoesNotExist, ValueError, OverflowError):
        raise Http404 from None


def may(user: Any, name: str, obj: Any = None) -> bool:
    """Whether `user` holds the permission `name` on `obj`: the only way this question is asked.

    A superuser gets no answer of his own, unlike with `user.has_perm`.
    """
    return bool(rules.has_perm(name, user, obj))


def check(user: Any, name: str, obj: Any = None) -> None:
    """Raise Http404 unless `user` holds the permission `name` on `obj`."""
    if not may(user, name, obj):
        raise Http404


def declare(
    patterns: URLPattern | URLResolver | Iterable[URLPattern | URLResolver],
    access: Access,
    exceptions: Mapping[str, Access] | None = None,
) -> list[URLPattern | URLResolver]:
    """Declare third-party URLs where they are included: `*declare(path("x/", include(...)), signed_in)`.

    `exceptions` gives single URL names another access; a name that is not there raises ImproperlyConfigured.
    Returns copies; the included module stays as it was.
    """
    if isinstance(patterns, URLPattern | URLResolver):
        patterns = [patterns]
    unused = dict(exceptions or {})
    copies = [_declared(pattern, access, exceptions or {}, unused) for pattern in patterns]
    if unused:
        raise ImproperlyConfigured(f"no such URL to declare: {', '.join(sorted(unused))}")
    return copies


def _declared(
    pattern: URLPattern | URLResolver,
    access: Access,
    exceptions: Mapping[str, Access],
    unused: dict[str, Access],
) -> URLPattern | URLResolver:
    if isinstance(pattern, URLResolver):
        inner = [_declared(child, access, exceptions, unused) for child in pattern.url_patterns]
        return URLResolver(
            pattern.pattern, inner, pattern.default_kwargs, pattern.app_name, pattern.namespace
        )
    original = pattern.callback

    @wraps(original)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return original(request, *args, **kwargs)

    name = pattern.name or ""
    exceptions.get(name, access)(view)
    unused.pop(name, None)
    return URLPattern(pattern.pattern, view, pattern.default_args, pattern.name)


def declared(view: Callable[..., Any]) -> Access | None:
    """The access that a URL's callback declares, or None."""
    found = getattr(view, "access", None)
    if not isinstance(found, Access):
        found = getattr(getattr(view, "view_class", None), "access_rule", None)
    return found if isinstance(found, Access) else None


def admit(request: HttpRequest, access: Access, url_kwargs: Mapping[str, Any]) -> None:
    """Let a signed-in visitor pass a declaration, its object on the request; raises Http404 otherwise."""
    if access.kind == RULE:
        obj = access.lookup(request, **url_kwargs) if access.lookup else None
        check(request.user, access.name, obj)
        request.access_object = obj  # type: ignore[attr-defined]


def object_of(request: HttpRequest) -> Any:
    """Return the object that the view's rule was asked about, found by its lookup and already checked.

    Raises AttributeError in a view whose rule has no lookup: a mistake of the view.
    """
    return request.access_object  # type: ignore[attr-defined]


class DefaultDenyMiddleware:
    """Let nobody into a view before its declaration says so; deny views that declare nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_api(request) and response.status_code in (403, 404) and not _is_json(response):
            text = _("You may not do this.") if response.status_code == 403 else _("Not found.")
            return JsonResponse({"detail": text}, status=response.status_code)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Return a way to sign in, raise Http404, or let the view run."""
        access = declared(view)
        if access is None:
            log.error("view without declared access: %s", getattr(view, "__qualname__", view))
        elif access.kind == PUBLIC:
            return None
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        if access is None:
            raise Http404
        admit(request, access, kwargs)
        return None


def is_api(request: HttpRequest) -> bool:
    """Whether the answer is read by a program and must be JSON."""
    return request.path_info.startswith(API_PREFIX)


def _is_json(response: HttpResponse) -> bool:
    return response.get("Content-Type", "").startswith("application/json")


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send an anonymous visitor to the sign-in page, a fragment's whole page too; the API says 401."""
    if is_api(request):
        return JsonResponse({"detail": _("Sign in first.")}, status=401)
    if request.headers.get("HX-Request"):
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = quote(page.path or "/")
        return HttpResponse(
            status=401, headers={"HX-Redirect": f"{resolve_url(settings.LOGIN_URL)}?next={back}"}
        )
    return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))


class OddBytesMiddleware:
    """Refuse characters that no form of ours sends and that a database chokes on (NUL, lone surrogates)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_odd(request.path_info):
            return self._answer(request, 404)
        if any(_is_odd(name) or any(map(_is_odd, values)) for name, values in request.GET.lists()):
            return self._answer(request, 400)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Look at the form or JSON body, after the CSRF check and before the view."""
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return None
        if request.content_type == "application/json":
            odd = _json_is_odd(request.body)
        else:
            odd = any(_is_odd(name) or any(map(_is_odd, values)) for name, values in request.POST.lists())
        return self._answer(request, 400) if odd else None

    @staticmethod
    def _answer(request: HttpRequest, status: int) -> HttpResponse:
        text = {404: _("Not found."), 400: _("This request holds characters that cannot be stored.")}[status]
        if is_api(request):
            return JsonResponse({"detail": text}, status=status)
        return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def _is_odd(text: str) -> bool:
    return ODD.search(text) is not None


def _json_is_odd(body: bytes) -> bool:
    if b"\\u" not in body:
        return b"\x00" in body
    try:
        written = json.dumps(json.loads(body), ensure_ascii=False)
        written.encode()
    except UnicodeEncodeError:
        return True
    except ValueError:
        return False  # not JSON at all: the view says so in its own words
    return "\\u0000" in written
