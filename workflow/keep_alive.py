"""A session does not end while somebody is still writing: pages with a form ask here every ten minutes."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from workflow import access


@access.signed_in
@require_POST
def keep_alive(request: HttpRequest) -> HttpResponse:
    """Start the session's lifetime anew; answers without content."""
    request.session.modified = True
    return HttpResponse(status=204)
