"""Long work: runs in the task worker, shows how far it is, survives a closed tab and a killed worker.

A package registers a kind and starts works of it:

    jobs.register(jobs.Kind("screening_batch", work=run_batch, template="applications/_batch_result.html"))
    job = jobs.start("screening_batch", owner=user, title=..., given={"picks": [...]}, at=now)

`work(progress)` does it and writes what came of it into `progress.result` (plain JSON). It may be run again
after the worker died, so what it does must not double: give each act a key made of the job's uid. It raises
`Failed` with a sentence when it cannot be done; `progress.step()` raises `Stopped` when somebody pressed
Stop.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from workflow.job_models import Job

logger = logging.getLogger("workflow.jobs")

BEAT = 0.5  # seconds between two writes of the progress
STALLED = timedelta(minutes=10)
MOST_ATTEMPTS = 3
OVER = (Job.Status.DONE, Job.Status.FAILED, Job.Status.STOPPED)


class Stopped(Exception):
    """Somebody asked the work to stop."""


class Failed(Exception):
    """The work cannot be done; the text says why, in the owner's language, and names nobody."""


class Kind(NamedTuple):
    """A kind of long work.

    work: does it, `progress.result` holds what came of it so far. template: shows the result (`job` and what
    `context(request, job)` returns). may: whether the owner may still read the result, asked at every look;
    everybody by default.
    """

    key: str
    work: "Callable[[Progress], None]"
    template: str = ""
    context: Callable[[HttpRequest, Job], dict[str, Any]] | None = None
    may: Callable[[Any, Job], bool] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind of long work; called from a package's `apps.ready()`."""
    _kinds[kind.key] = kind


def kind_of(job: Job) -> Kind:
    """Return the kind of a work; raises KeyError for one that no package registers any more."""
    return _kinds[job.kind]


class Progress:
    """How a running work says how far it is. `job.given` is what it was started with."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.result: dict[str, Any] = {}
        self._written = 0.0

    def begin(self, total: int, phase: Any = "") -> None:
        """Say how much there is to do, and what."""
        self.job.total, self.job.done, self.job.phase = total, 0, str(phase)[:200]
        self._write()

    def step(self, done: int | None = None) -> None:
        """Say that one more (or so many in all) is done; raises `Stopped` when asked to stop."""
        self.job.done = self.job.done + 1 if done is None else done
        if time.monotonic() - self._written >= BEAT:
            self._write()
            if Job.objects.filter(pk=self.job.pk, stop_asked=True).exists():
                raise Stopped

    def _write(self) -> None:
        self._written = time.monotonic()
        Job.objects.filter(pk=self.job.pk).update(
            done=self.job.done, total=self.job.total, phase=self.job.phase, beat_at=timezone.now()
        )


def start(
    kind: str, *, owner: Any, title: Any, given: dict[str, Any], at: datetime, programme_id: int | None = None
) -> Job:
    """Put a work in the queue, in the caller's transaction; return its record.

    given: plain JSON, by id. title: in the reader's language.
    """
    if kind not in _kinds:
        raise LookupError(f"no kind of work {kind!r}: call workflow.jobs.register in apps.ready()")
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            owner=owner,
            title=str(title)[:200],
            programme_id=programme_id,
            language=translation.get_language() or "fr",
            given=given,
            created_at=at,
        )
        run_job.enqueue(job.pk)
    return job


@task()
def run_job(pk: int) -> None:
    """Run a work in the worker: the task that the queue knows."""
    run(pk)


def run(pk: int) -> Job:
    """Run a waiting work to its end and return it; one that runs or is over already is left alone."""
    claimed = Job.objects.filter(pk=pk, status=Job.Status.WAITING).update(
        status=Job.Status.RUNNING, beat_at=timezone.now()
    )
    job: Job = Job.objects.select_related("owner").get(pk=pk)
    if claimed:
        with translation.override(job.language):
            _work(job)
    return job


def _work(job: Job) -> None:
    progress = Progress(job)
    try:
        kind_of(job).work(progress)
        _end(job, Job.Status.DONE, progress.result)
    except Stopped:
        _end(job, Job.Status.STOPPED, progress.result)
    except Failed as failed:
        _end(job, Job.Status.FAILED, {**progress.result, "sentence": str(failed)})
    except Exception as error:
        # Whatever went wrong: the owner must learn that it did; the log must not learn whose data it was.
        logger.error("work %s (%s) failed: %s", job.uid, job.kind, type(error).__name__)
        sentence = _("Something went wrong. Nothing more was done.")
        _end(job, Job.Status.FAILED, {**progress.result, "sentence": sentence})
        if not _catches():
            raise


def _catches() -> bool:
    """In tests an unexpected error is seen where it happens."""
    from django.conf import settings

    return not getattr(settings, "JOBS_RAISE", False)


def _end(job: Job, status: str, result: dict[str, Any]) -> None:
    job.status, job.ended_at = status, timezone.now()
    job.result = result
    job.save(update_fields=["status", "ended_at", "result", "done", "total", "phase"])


def stop(job: Job) -> None:
    """Ask a work to stop after the step at which it is; one that waits ends at once."""
    Job.objects.filter(pk=job.pk).exclude(status__in=OVER).update(stop_asked=True)
    Job.objects.filter(pk=job.pk, status=Job.Status.WAITING).update(
        status=Job.Status.STOPPED, ended_at=timezone.now()
    )


def revive(now: datetime) -> int:
    """Start works again whose worker died; give up after some attempts. Return how many; for `tick`."""
    silent = Job.objects.filter(status=Job.Status.RUNNING, beat_at__lt=now - STALLED)
    given_up = silent.filter(attempts__gte=MOST_ATTEMPTS).update(
        status=Job.Status.FAILED, ended_at=now, result={"sentence": "The worker stopped several times."}
    )
    started = 0
    for job in silent.filter(attempts__lt=MOST_ATTEMPTS):
        with transaction.atomic():
            taken = Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING, beat_at=job.beat_at).update(
                status=Job.Status.WAITING, attempts=job.attempts + 1
            )
            if taken:
                run_job.enqueue(job.pk)
                started += 1
    return given_up + started
