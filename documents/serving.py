"""How stored bytes leave: as an attachment that no browser will run, cache or render in our origin."""

from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from documents.storage import pieces

SANDBOX = "sandbox; default-src 'none'"


def attachment(stored_as: str, *, name: str, media_type: str, size: int) -> StreamingHttpResponse:
    """Return a response with the stored bytes under the given name; raises FileNotFoundError at once.

    The whole file or nothing: ranges are not offered, so that what was read is what was stored.
    """
    stream = pieces(stored_as)
    first = next(stream)

    def whole() -> Iterator[bytes]:
        yield first
        yield from stream

    response = StreamingHttpResponse(whole(), content_type=media_type)
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response["Accept-Ranges"] = "none"
    _confine(response)
    return response


def picture(data: bytes, media_type: str) -> HttpResponse:
    """Return a picture that pages of ours may show; it is neither kept nor run."""
    response = HttpResponse(data, content_type=media_type)
    _confine(response)
    return response


def _confine(response: HttpResponseBase) -> None:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
