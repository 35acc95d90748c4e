"""A list by its address, opened again with the reader's rights: for a file, or for rows chosen in it."""

from collections.abc import Iterable
from copy import copy
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from workflow import access
from workflow.lists import ListView

MOST_PICKS = 5000


def open_list(request: HttpRequest, path: str, query: str) -> ListView:
    """Return the list page at a path with a query, as if the reader had opened it; raises Http404.

    The list's own declaration is asked again. The programme of the list becomes that of the request.
    """
    try:
        match = resolve(path)
    except Resolver404 as error:
        raise Http404 from error
    view_class = getattr(match.func, "view_class", None)
    declared = access.declared(match.func)
    if not (isinstance(view_class, type) and issubclass(view_class, ListView)) or declared is None:
        raise Http404
    inner = copy(request)
    inner.method, inner.path, inner.path_info = "GET", path, path
    inner.GET = QueryDict(query)
    inner.resolver_match = match
    access.admit(inner, declared, match.kwargs)
    if hasattr(inner, "programme"):
        request.programme = inner.programme  # type: ignore[attr-defined]
    view = view_class()
    view.setup(inner, *match.args, **match.kwargs)
    return view


class Selection(NamedTuple):
    """Rows chosen in a list: some by key, or everything that fits its filters, over all its pages."""

    path: str
    query: str
    picks: tuple[int, ...] = ()
    everything: bool = False

    @classmethod
    def read(cls, data: QueryDict) -> "Selection":
        """Return what the batch form of a list sent."""
        return cls(
            path=data.get("list", ""),
            query=data.get("query", ""),
            picks=_keys(data.getlist("pick")),
            everything=bool(data.get("all")),
        )

    def fields(self) -> list[tuple[str, str]]:
        """Return the hidden fields that carry the selection to the next page."""
        found = [("list", self.path), ("query", self.query)]
        if self.everything:
            return [*found, ("all", "1")]
        return [*found, *(("pick", str(key)) for key in self.picks)]

    def rows(self, request: HttpRequest) -> "QuerySet[Any]":
        """Return the chosen rows that the reader may see in the list now, in its order; raises Http404."""
        view = open_list(request, self.path, self.query)
        if not view.get_batch_actions():
            raise Http404
        filterset = view.get_filterset()
        rows = filterset.qs if filterset and self.everything else view.get_queryset()
        return rows if self.everything else rows.filter(pk__in=self.picks)


def _keys(values: Iterable[str]) -> tuple[int, ...]:
    found = dict.fromkeys(int(value) for value in values if value.isdecimal() and len(value) < 18)
    return tuple(found)[:MOST_PICKS]
