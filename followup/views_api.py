"""What the app of coaches talks to: caseload, reports of visits, their files, attendance. JSON in, JSON out.

A receipt echoes identifier and digest; the device lets go of nothing without one. The form token travels in
the caseload's answer, because scripts cannot read the cookie.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from followup import attendance_sync, sync
from followup import media as media_files
from followup.arriving import MEDIA_TYPES, MOST_BYTES, Unreadable, offset_between, read
from followup.caseload import caseload_of, note_contact
from followup.models import VisitSubmission
from workflow import access

OTHER_PERSON = "other-person"


def _offset(request: HttpRequest) -> int | None:
    return offset_between(request.headers.get("X-Device-Clock", ""), timezone.now())


def _waiting(request: HttpRequest) -> int | None:
    said = request.headers.get("X-Device-Waiting", "")
    return min(int(said), 10_000) if said.isdecimal() and len(said) < 8 else None


def _is_another(request: HttpRequest) -> JsonResponse | None:
    """Refuse what one person's device sends while another one is signed in: it keeps everything."""
    said = request.headers.get("X-Device-User")
    if said is not None and said != str(request.user.pk):
        return JsonResponse({"detail": OTHER_PERSON}, status=401)
    return None


@access.rule("followup.use_field_app")
@never_cache
@require_GET
def caseload(request: HttpRequest) -> JsonResponse:
    """The coach's visits and enterprises, the server's clock, and the token for what is sent."""
    now = timezone.now()
    waiting, app = _waiting(request), request.headers.get("X-Device-App", "")
    if "X-Device-Clock" in request.headers and not _is_another(request):
        note_contact(request.user, now=now, waiting=waiting, offset=_offset(request), app=app)
    return JsonResponse({**caseload_of(request.user, now), "token": get_token(request)})


@access.rule("followup.use_field_app")
@never_cache
@require_http_methods(["PUT"])
def put_visit(request: HttpRequest, uid: UUID) -> JsonResponse:
    """Take in one report: 201 new, 200 the same again, 409 other content, 422 with errors by field."""
    if another := _is_another(request):
        return another
    now, offset = timezone.now(), _offset(request)
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return JsonResponse({"errors": {"": ["too long"]}}, status=422)
    try:
        receipt = sync.receive(uid, read(request.body), sender=request.user, now=now, offset=offset)
    except Unreadable as unreadable:
        return JsonResponse({"uid": str(uid), "errors": unreadable.faults}, status=422)
    except sync.OtherContent as other:
        return JsonResponse({"uid": str(uid), "stored": _copy(other.stored)}, status=409)
    note_contact(
        request.user,
        now=now,
        waiting=_waiting(request),
        offset=offset,
        app=request.headers.get("X-Device-App", ""),
        sent=True,
    )
    return JsonResponse(_receipt(receipt.submission), status=201 if receipt.is_new else 200)


def _receipt(submission: VisitSubmission) -> dict[str, Any]:
    arrived = submission.media.filter(document__isnull=False).values_list("uid", flat=True)
    return {
        "uid": str(submission.uid),
        "sha256": submission.sha256,
        "status": submission.status,
        "flag": submission.flag,
        "visit": str(submission.visit_id) if submission.visit_id else None,
        "arrived": [str(one) for one in arrived],
    }


def _copy(stored: VisitSubmission | None) -> dict[str, Any] | None:
    """The server's copy for its own sender; nothing of what another person sent."""
    if stored is None:
        return None
    return {
        "sha256": stored.sha256,
        "answers": stored.answers,
        "performed_at": stored.performed_at.isoformat(),
        "received_at": stored.received_at.isoformat(),
    }


@access.rule("followup.use_field_app")
@never_cache
@require_http_methods(["PUT"])
def put_attendance(request: HttpRequest, uid: UUID) -> JsonResponse:
    """Take in one attendance list: 201 new, 200 the same again, 409 other content, 422 with errors."""
    if another := _is_another(request):
        return another
    now, offset = timezone.now(), _offset(request)
    try:
        ticked = attendance_sync.read(request.body)
        report, is_new = attendance_sync.receive(uid, ticked, sender=request.user, now=now, offset=offset)
    except Unreadable as unreadable:
        return JsonResponse({"uid": str(uid), "errors": unreadable.faults}, status=422)
    except attendance_sync.OtherContent:
        return JsonResponse({"uid": str(uid), "stored": None}, status=409)
    answer = {
        "uid": str(uid),
        "sha256": report.sha256,
        "status": report.status,
        "flag": report.flag,
        "unknown": report.unknown,
    }
    return JsonResponse(answer, status=201 if is_new else 200)


@access.rule("followup.use_field_app")
@never_cache
@require_http_methods(["PUT"])
def put_media(request: HttpRequest, uid: UUID, media_uid: UUID) -> JsonResponse:
    """Take in the bytes of one announced file: 201 new, 200 already here, 404 not announced, 422 unusable."""
    if another := _is_another(request):
        return another
    found = media_files.find(uid, media_uid, request.user)
    if found is None or request.content_type not in MEDIA_TYPES:
        return JsonResponse({"uid": str(media_uid), "detail": "not announced"}, status=404)
    try:
        is_new = media_files.take(found, request, actor=request.user, at=timezone.now())
    except media_files.BrokenOff as broken:
        return JsonResponse({"uid": str(media_uid), "detail": str(broken)}, status=400)
    except media_files.MediaRefused as refused:
        return JsonResponse({"uid": str(media_uid), "errors": {"file": [str(refused)]}}, status=422)
    answer = {"uid": str(media_uid), "sha256": found.sha256}
    return JsonResponse(answer, status=201 if is_new else 200)
