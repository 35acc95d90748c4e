"""URLs that exist only to try the door of the views."""

from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views import View

from config.urls import urlpatterns as product
from workflow import access


def own_account(request: HttpRequest, pk: int) -> object:
    """The visitor's own account, by its number."""
    found = get_user_model().objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def answer(request: HttpRequest, **kwargs: object) -> HttpResponse:
    """Say what was reached."""
    return HttpResponse(f"reached {getattr(request, 'access_object', None) or ''}")


@access.public
def open_page(request: HttpRequest) -> HttpResponse:
    """A page for everybody."""
    return answer(request)


@access.signed_in
def members_page(request: HttpRequest) -> HttpResponse:
    """A page for whoever is signed in."""
    return answer(request)


@access.rule("tests.own_account", lookup=own_account)
def account_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A page about one account."""
    return answer(request)


@access.rule("tests.no_such_rule")
def unknown_rule(request: HttpRequest) -> HttpResponse:
    """A page whose rule nobody registered."""
    return answer(request)


def forgotten(request: HttpRequest) -> HttpResponse:
    """A page whose author forgot the declaration."""
    return answer(request)


@access.rule("tests.own_account", lookup=own_account)
class AccountView(View):
    """The same page as a class."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer a read."""
        return answer(request)


foreign: list[URLPattern | URLResolver] = [
    path("inside/", answer, name="foreign"),
    path("entrance/", answer, name="foreign_entrance"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("open/", open_page),
    path("members/", members_page),
    path("account/<int:pk>/", account_page),
    path("account-class/<int:pk>/", AccountView.as_view()),
    path("unknown-rule/", unknown_rule),
    path("forgotten/", forgotten),
    path("api/members/", members_page),
    path("api/account/<int:pk>/", account_page),
    *access.declare(
        path("foreign/", include(foreign)), access.signed_in, {"foreign_entrance": access.public}
    ),
    *product,
]
