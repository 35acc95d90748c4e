"""The floor: fifty applications read in one query and put into a plain table inside the base layout.

It is the layout of a page about a programme, with its rail, as the lists have it.
"""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from applications.models import Application
from config.urls import urlpatterns as product
from programmes.scope import in_programme
from workflow import access

ROWS = 50
PAGE = """{% extends "base.html" %}{% block content %}<table>{% for row in rows %}<tr>
<td>{{ row.case__number }}</td><td>{{ row.title }}</td><td>{{ row.state }}</td>
<td>{{ row.case__site__name_fr }}</td><td>{{ row.requested_minor }}</td><td>{{ row.submitted_at }}</td>
</tr>{% endfor %}</table>{% endblock %}"""
COLUMNS = ("case__number", "title", "state", "case__site__name_fr", "requested_minor", "submitted_at")


@access.signed_in
def floor(request: HttpRequest, code: str) -> HttpResponse:
    """The bare page that lists are compared with."""
    in_programme(request, code)
    rows = Application.objects.order_by("-pk").values(*COLUMNS)[:ROWS]
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"rows": rows}, request))


urlpatterns = [*product, path("floor/<code>/", floor)]
