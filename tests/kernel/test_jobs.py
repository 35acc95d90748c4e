"""A long work shows how far it is, ends with a result, stops when asked, and survives its worker."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.worlds.people import account
from workflow import jobs
from workflow.inbox import inbox
from workflow.inboxes import _work_row, unread_works
from workflow.models import Job

pytestmark = pytest.mark.django_db


def count_to(progress):
    numbers = progress.job.given["to"]
    progress.begin(numbers, "Counting")
    for number in range(numbers):
        if number == progress.job.given.get("fail_at"):
            raise jobs.Failed("The number is missing.")
        progress.step()
        progress.result["last"] = number


@pytest.fixture(autouse=True)
def _kind():
    jobs.register(jobs.Kind("count", count_to))
    yield
    jobs._kinds.pop("count")


@pytest.fixture
def somebody():
    return account("Somebody")


def start(somebody, **given):
    return jobs.start("count", owner=somebody, title="Count", given={"to": 3, **given}, at=timezone.now())


def test_a_work_runs_to_its_end_and_keeps_what_came_of_it(somebody):
    job = start(somebody)
    assert job.status == "waiting"
    assert DBTaskResult.objects.count() == 1
    done = jobs.run(job.pk)
    assert (done.status, done.result, done.done, done.total) == ("done", {"last": 2}, 3, 3)
    assert done.ended_at


def test_a_work_that_was_started_in_a_transaction_that_failed_was_never_there(somebody):
    from django.db import transaction

    with transaction.atomic():
        start(somebody)
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_a_work_runs_once_however_often_it_is_called(somebody):
    job = start(somebody)
    jobs.run(job.pk)
    Job.objects.filter(pk=job.pk).update(result={"last": "kept"})
    assert jobs.run(job.pk).result == {"last": "kept"}


def test_a_work_that_cannot_be_done_says_why_and_keeps_what_it_did(somebody):
    done = jobs.run(start(somebody, fail_at=2).pk)
    assert done.status == "failed"
    assert done.result == {"last": 1, "sentence": "The number is missing."}


def test_an_unexpected_error_is_told_without_its_words(somebody, settings, caplog):
    settings.JOBS_RAISE = False

    def break_down(progress):
        raise ValueError("Amina Testimony")

    jobs.register(jobs.Kind("count", break_down))
    done = jobs.run(start(somebody).pk)
    assert done.status == "failed"
    assert "Testimony" not in str(done.result) + caplog.text
    assert "ValueError" in caplog.text


def test_a_work_is_stopped_while_it_waits_and_while_it_runs(somebody, monkeypatch):
    waiting = start(somebody)
    jobs.stop(waiting)
    assert jobs.run(waiting.pk).status == "stopped"
    monkeypatch.setattr(jobs, "BEAT", 0)
    running = start(somebody)
    Job.objects.filter(pk=running.pk).update(stop_asked=True)
    assert jobs.run(running.pk).status == "stopped"


def test_a_work_whose_worker_died_is_started_again_and_given_up_in_the_end(somebody):
    job, now = start(somebody), timezone.now()
    long_ago = now - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(status="running", beat_at=now)
    assert jobs.revive(now) == 0
    for attempt in range(1, jobs.MOST_ATTEMPTS + 1):
        Job.objects.filter(pk=job.pk).update(status="running", beat_at=long_ago)
        assert jobs.revive(now) == 1
        job.refresh_from_db()
        assert (job.status, job.attempts) == ("waiting", attempt)
    Job.objects.filter(pk=job.pk).update(status="running", beat_at=long_ago)
    jobs.revive(now)
    job.refresh_from_db()
    assert job.status == "failed"


def test_its_owner_finds_it_again_after_closing_the_tab_and_nobody_else(
    somebody, client, django_assert_num_queries
):
    job = start(somebody)
    (queue,) = inbox(somebody)
    assert queue.rows[0].url == job.get_absolute_url()
    with django_assert_num_queries(1):
        assert [_work_row(work) for work in unread_works(somebody)] == queue.rows
    assert not inbox(account("Another"))
    client.force_login(somebody)
    page = client.get(job.get_absolute_url()).content.decode()
    assert "It waits for its turn." in page
    assert "0 of 0" not in page
    progress = reverse("workflow:job_progress", args=[job.uid])
    assert "HX-Refresh" not in client.get(progress)
    jobs.run(job.pk)
    assert client.get(progress)["HX-Refresh"] == "true"
    assert client.get(job.get_absolute_url()).status_code == 200
    assert not inbox(somebody)
    client.force_login(account("Curious"))
    for url in (job.get_absolute_url(), progress):
        assert client.get(url).status_code == 404
