"""Who may reach the kernel's own pages: lists, files of lists, long works."""

from tests.permissions.matrix import EVERY_MEMBER, EVERYBODY, SIGNED_IN, Pair, World, row, sees
from tests.worlds.programmes import NOON
from workflow.models import Job, ListExport, SavedView

OWN = "#auditor"
# A file of a list: the one who asked, and managers, who may be the second person.
OWN_AND_MANAGERS = f"{OWN} manager"

ROWS = [
    # Components with invented figures; the URLs exist in development alone.
    row("styleguide:components", EVERYBODY),
    row("styleguide:phone", EVERYBODY),
    row("styleguide:autosave", posts=EVERYBODY),
    row("styleguide:error", EVERYBODY, page="=404"),
    row("workflow:keep_alive", posts=SIGNED_IN),
    # Which list it is about stands in what is sent; that list's own rule is asked (tests of applications).
    row("workflow:save_view", posts=SIGNED_IN),
    row("workflow:export_ask", SIGNED_IN, posts=SIGNED_IN, gives=(400,)),
    row("workflow:delete_view", posts=OWN_AND_MANAGERS, of="workflow.savedview", pk="pk"),
    row("workflow:export", OWN_AND_MANAGERS, of="workflow.listexport", uid="uid"),
    row("workflow:export_answer", posts=OWN_AND_MANAGERS, of="workflow.listexport", uid="uid"),
    row("workflow:export_file", OWN, of="workflow.listexport", uid="uid"),
    row("workflow:job", OWN, of="workflow.job", uid="uid"),
    row("workflow:job_progress", OWN, of="workflow.job", uid="uid"),
    row("workflow:stop_job", posts=OWN, of="workflow.job", uid="uid"),
]

SEES = [
    # A view shared in the programme.
    sees("workflow.savedview", EVERY_MEMBER),
    sees("workflow.listexport", OWN_AND_MANAGERS),
    sees("workflow.job", OWN),
]


def fill(world: World) -> None:
    """A shared view, a file and a long work of an auditor, here and in the other programme."""
    from workflow import jobs

    jobs.register(jobs.Kind("of_the_matrix", lambda progress: None))
    for model, make in ((SavedView, _view), (ListExport, _file), (Job, _work)):
        label = model._meta.label_lower
        world.objects[label] = Pair(
            make(world.here, world.user("auditor")), make(world.there, world.user("auditor elsewhere"))
        )


def _path(side) -> str:
    return f"/programmes/{side.programme.code}/calls/"


def _view(side, owner) -> SavedView:
    return SavedView.objects.create(
        owner=owner,
        path=_path(side),
        programme_id=side.programme.pk,
        name="Shared",
        shared=True,
        created_at=NOON,
    )


def _file(side, owner) -> ListExport:
    from django.utils import timezone

    return ListExport.objects.create(
        path=_path(side),
        programme_id=side.programme.pk,
        title="Calls",
        kind="csv",
        rows=1,
        asked_by=owner,
        asked_at=timezone.now(),
        needs_second=False,
    )


def _work(side, owner) -> Job:
    return Job.objects.create(
        kind="of_the_matrix",
        title="Work",
        owner=owner,
        programme_id=side.programme.pk,
        language="en",
        created_at=NOON,
    )
