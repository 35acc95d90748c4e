"""What visitors read when something broke; of a busy database, that nothing was changed."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from workflow.access import is_api

ROLLED_BACK = {"40001", "40P01", "55P03"}
"""SQLSTATEs of PostgreSQL after which it has rolled back: serialization, deadlock, lock not available."""
RETRY_AFTER = 2  # seconds


def is_busy(error: BaseException | None) -> bool:
    """Whether the database gave up waiting for somebody else, and undid what the request had begun.

    A connection that was cut is not among it: what it was about to commit may be there.
    """
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state in ROLLED_BACK if state else "is locked" in str(error)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer a request that ended in an error: 503 where pressing again will do, else 500."""
    if not is_busy(sys.exc_info()[1]):
        return server_error(request)
    headers = {"Retry-After": str(RETRY_AFTER)}
    if is_api(request):
        said = _("The database was busy: nothing was changed. Send it again.")
        return JsonResponse({"detail": said}, status=503, headers=headers)
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
