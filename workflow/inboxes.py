"""What the kernel puts on start pages: long works of one's own, files and acts that wait for somebody."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from workflow import access, inbox, list_files
from workflow.machines import Machine, machine_of_kind
from workflow.models import Job, ListExport, Proposal


def unread_works(user: Any) -> "QuerySet[Job]":
    """One's own works whose result was not looked at yet, running ones included."""
    rows = Job.objects.filter(owner=user.pk, read_at__isnull=True).order_by("created_at")
    return rows.only("uid", "title", "status", "created_at", "ended_at")


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


def to_confirm(user: Any) -> "QuerySet[Proposal]":
    """The acts that another person proposed and that this one may confirm: a query more for each kind."""
    waiting: dict[str, list[Proposal]] = {}
    others = Proposal.objects.still_open().exclude(proposer=user.pk)
    for proposal in others.only("kind", "object_id", "verb"):
        waiting.setdefault(proposal.kind, []).append(proposal)
    found = []
    for kind, proposals in waiting.items():
        machine = machine_of_kind(kind)
        rows: Any = machine.model._default_manager
        seen = {str(row.pk): row for row in rows.visible_to(user).filter(pk__in=_keys(machine, proposals))}
        for proposal in proposals:
            record = seen.get(proposal.object_id)
            if record is None or machine.arrow(proposal.verb, record.state) is None:
                continue
            if access.may(user, machine.permission(proposal.verb), record):
                found.append(proposal.pk)
    if not found:
        return Proposal.objects.none()
    return Proposal.objects.filter(pk__in=found).select_related("proposer").order_by("proposed_at")


def _keys(machine: Machine, proposals: list[Proposal]) -> list[Any]:
    return [machine.model._meta.pk.to_python(proposal.object_id) for proposal in proposals]


def _proposal_row(proposal: Proposal) -> inbox.Row:
    machine = machine_of_kind(proposal.kind)
    record = machine.model._default_manager.get(pk=proposal.object_id)
    arrow = machine.arrow(proposal.verb, record.state)
    act = {"kind": proposal.kind, "pk": record.pk, "verb": proposal.verb}
    return inbox.Row(
        title=_("Confirm: %(action)s") % {"action": arrow.label if arrow is not None else proposal.verb},
        detail=f"{record} · " + _("proposed by %(who)s") % {"who": proposal.proposer},
        url=reverse("workflow:act", kwargs=act),
        since=proposal.proposed_at,
    )


def register_all() -> None:
    """Put the queues on the start pages."""
    inbox.register(
        inbox.Queue(
            "workflow.files", gettext_lazy("Files of lists"), list_files.waiting_for, _file_row, order=15
        )
    )
    inbox.register(
        inbox.Queue(
            "workflow.proposals",
            gettext_lazy("To confirm as second person"),
            to_confirm,
            _proposal_row,
            order=10,
        )
    )
    inbox.register(
        inbox.Queue("workflow.works", gettext_lazy("Long works"), unread_works, _work_row, order=5)
    )
