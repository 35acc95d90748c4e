"""The living programme: today every role finds something to do in it, and every promise holds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from applications.models import Application
from demo.living import run
from demo.loading.staff import DOMAIN, load_staff
from workflow.inbox import inbox
from workflow.models import Notice
from workflow.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BUSY = (
    "manager", "field-agent", "screening-officer", "juror-1", "juror-7", "jury-secretary", "jury-chair",
    "preparer", "verifier", "approver", "releaser", "reconciler", "coach-1", "supervisor",
    "appeal-officer", "protection-officer",
)  # fmt: skip


def account(name: str) -> User:
    return User.objects.get(email=f"{name}@{DOMAIN}")


def test_every_role_finds_something_to_do_and_every_promise_holds():
    now = timezone.now()
    run.load(load_staff(), now=now)
    assert run.is_loaded()
    assert [name for name in BUSY if not inbox(account(name))] == []
    own = {name: Application.objects.own(account(name)).get() for name in ("applicant", "beneficiary")}
    assert own["applicant"].state == "draft"
    visit = own["beneficiary"].case.visits.get(code="M1")
    assert visit.state == "submitted", "validating it frees the second instalment"
    assert visit.form_version == 2, "the programme's own form"
    assert visit.answers["sold_where"] == "market"
    due = own["applicant"].case.programme.visits.waiting().filter(coach=account("coach-1"))
    assert due.filter(due_on__lte=now.date() + timedelta(days=7)).exists()
    assert [f"{result.name}: {problem}" for result in verify() for problem in result.problems] == []
    counted = {result.name: result.count for result in verify()}
    assert counted["papers have their digests"] > 20
    assert counted["frozen answers are those that were sent"] > 30
    assert not Notice.objects.filter(status="queued").exists(), "what was told in the past leaves no more"
