"""What the kernel puts on start pages: long works of one's own, files of lists that wait for somebody."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from workflow import inbox, list_files
from workflow.models import Job, ListExport


def unread_works(user: Any) -> "QuerySet[Job]":
    """One's own works whose result was not looked at yet, running ones included."""
    return Job.objects.filter(owner=user.pk, read_at__isnull=True).order_by("created_at")


def _work_row(job: Job) -> inbox.Row:
    return inbox.Row(
        title=job.title,
        detail=job.get_status_display(),
        url=job.get_absolute_url(),
        since=job.created_at,
        due=job.ended_at,
    )


def _file_row(asked: ListExport) -> inbox.Row:
    rows = ngettext("%(count)s row", "%(count)s rows", asked.rows) % {"count": asked.rows}
    if asked.answered_at is None:
        title = _("Approve the file “%(list)s”") % {"list": asked.title}
        detail = f"{asked.asked_by} · {rows}"
    else:
        title = _("Fetch the file “%(list)s”") % {"list": asked.title}
        detail = f"{asked.reference} · {rows}"
    return inbox.Row(title=title, detail=detail, url=asked.get_absolute_url(), since=asked.asked_at)


def register_all() -> None:
    """Put the queues on the start pages."""
    inbox.register(
        inbox.Queue(
            "workflow.files", gettext_lazy("Files of lists"), list_files.waiting_for, _file_row, order=15
        )
    )
    inbox.register(
        inbox.Queue("workflow.works", gettext_lazy("Long works"), unread_works, _work_row, order=5)
    )
