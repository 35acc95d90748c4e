"""The shell of the app of coaches: page, worker, manifest, texts. Public: data come by the API."""

import json

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from followup import app_shell
from followup.app_texts import texts
from workflow import access

PNG = "image/png"


@access.public
@never_cache
def field_app(request: HttpRequest) -> HttpResponse:
    """The one page of the app; its scripts draw everything."""
    version = app_shell.version()
    response = render(request, "followup/field_shell.html", {"version": version, "language": get_language()})
    response["X-Jalon-Shell"] = version
    return response


@access.public
@never_cache
def field_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the shell on the phone."""
    context = {
        "version": app_shell.version(),
        "shell": reverse("followup:field_app"),
        "files": json.dumps(app_shell.addresses()),
    }
    return render(request, "followup/field_worker.js", context, content_type="text/javascript")


@access.public
@never_cache
def field_manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to install the app."""
    start = reverse("followup:field_app")
    icons = [
        {
            "src": static(f"img/field-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": why,
        }
        for size in (192, 512)
        for why in ("any", "maskable")
    ]
    manifest = {
        "id": start,
        "name": "Jalon",
        "short_name": "Jalon",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": "#f5f4f1",
        "theme_color": "#1f5d7a",
        "icons": icons,
    }
    return JsonResponse(manifest, content_type="application/manifest+json")


@access.public
@never_cache
def field_texts(request: HttpRequest, language: str) -> JsonResponse:
    """Sentences and questions in a language."""
    if language not in app_shell.LANGUAGES:
        raise Http404
    return JsonResponse(texts(language), json_dumps_params={"ensure_ascii": False})
