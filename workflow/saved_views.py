"""Views of a list under a name: filters, order, columns and page size, for oneself or for the programme."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import IntegrityError, transaction
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from workflow import list_scope
from workflow.door import Refused
from workflow.models import SavedView

if TYPE_CHECKING:
    from workflow.lists import ListView

PASSING = ("page", "export")
MOST_VIEWS = 50


class SavedViews(NamedTuple):
    """The saved views of a list as one reader sees them."""

    own: list[SavedView]
    shared: list[SavedView]
    current: SavedView | None
    may_share: bool
    path: str
    query: str

    @property
    def offered(self) -> list[SavedView]:
        """All of them, one's own first."""
        return [*self.own, *self.shared]


def of_list(view: "ListView") -> SavedViews | None:
    """Return the saved views of a list page for its reader; None for strangers. One query."""
    request = view.request
    if not request.user.is_authenticated:
        return None
    rows = SavedView.objects.visible_to(request.user).filter(path=request.path).select_related("owner")
    rows = rows.only("owner__full_name", "path", "programme_id", "name", "query", "shared", "created_at")
    own: list[SavedView] = []
    shared: list[SavedView] = []
    for row in rows[:MOST_VIEWS]:
        (own if row.owner_id == request.user.pk else shared).append(row)
    query = kept(request.GET, view.private_filters)
    return SavedViews(
        own=own,
        shared=shared,
        current=next((row for row in (*own, *shared) if row.query == query), None),
        may_share=programme_id_of(request) in list_scope.shares_in(request.user),
        path=request.path,
        query=query,
    )


def kept(query: QueryDict, private: tuple[str, ...] = ()) -> str:
    """Return what of an address belongs to a view, in a fixed order: no page, file or private filters."""
    pairs = [
        (name, value)
        for name, values in sorted(query.lists())
        if name not in PASSING and name not in private
        for value in values
        if value
    ]
    found = QueryDict(mutable=True)
    for name, value in pairs:
        found.appendlist(name, value)
    return found.urlencode()


def programme_id_of(request: HttpRequest) -> int | None:
    """Return the key of the programme that the page is about."""
    return getattr(getattr(request, "programme", None), "pk", None)


def save(view: "ListView", *, name: str, shared: bool, at: datetime) -> SavedView:
    """Save the present filters, order and columns of a list under a name; the same name is written over.

    Raises `Refused` without a name, or when somebody shares where others would not agree.
    """
    request, owner = view.request, view.request.user
    called = " ".join(name.split())[:60]
    if not called:
        raise Refused([_("Give the view a name.")])
    programme = programme_id_of(request)
    if shared and programme not in list_scope.shares_in(request.user):
        raise Refused([_("Only a manager of the programme shares a view with everybody.")])
    values = {
        "query": kept(request.GET, view.private_filters),
        "shared": shared,
        "programme_id": programme,
        "created_at": at,
    }
    found: SavedView
    try:
        with transaction.atomic():
            found, _made = SavedView.objects.update_or_create(
                owner_id=owner.pk, path=request.path, name=called, defaults=values
            )
    except IntegrityError:
        found = SavedView.objects.get(owner_id=owner.pk, path=request.path, name=called)
    return found


def may_delete(user: Any, view: SavedView) -> bool:
    """Whether a user may delete a view: one's own, and as a manager what is shared in the programme."""
    return view.owner_id == user.pk or (
        view.shared and view.programme_id is not None and view.programme_id in list_scope.shares_in(user)
    )
