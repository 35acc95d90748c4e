"""`manage.py generate`: a trial call of any size, as if lived, beside everything real."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from applications.models import Application
from demo.synthetic.cases import kinds
from demo.synthetic.grants import STOPS
from disbursements.models import Grant, PaymentOrder, Tranche
from programmes.models import Call, Programme
from scoring.models import JuryAssignment, RankingSnapshot, Scoresheet
from workflow.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SIZE = 20 * len(STOPS)


def generate(applications=SIZE, **options):
    said = StringIO()
    call_command("generate", applications=applications, jurors=6, stdout=said, **options)
    return said.getvalue()


def test_as_many_applications_as_asked_and_every_promise_holds():
    assert f"LOAD-3: {SIZE} applications" in generate(seed=3)
    assert Application.objects.count() == SIZE
    assert [problem for result in verify() for problem in result.problems] == []
    states = Counter(Application.objects.values_list("state", flat=True))
    assert set(states) == {"draft", "submitted", "in_review", "awarded", "rejected"}
    assert sum(states.values()) == SIZE
    # every file that is being marked, or was, has three jurors; some of them still have to mark it
    read = states["in_review"] + states["awarded"] + states["rejected"]
    assert JuryAssignment.objects.count() == 3 * read
    assert set(Scoresheet.objects.values_list("state", flat=True)) == {"draft", "submitted", "locked"}
    assert RankingSnapshot.objects.filter(files=states["in_review"]).exists()
    # there is something to do at every desk of the finance office
    assert set(Grant.objects.values_list("state", flat=True)) == {"draft", "offered", "signed", "active"}
    assert Grant.objects.count() == states["awarded"]
    assert {"evidence_submitted", "verified", "approved", "ordered", "justified"} <= set(
        Tranche.objects.values_list("state", flat=True)
    )
    assert {"draft", "submitted", "approved", "released", "exported", "executed"} == set(
        PaymentOrder.objects.values_list("state", flat=True)
    )


def test_it_is_a_trial_in_a_programme_of_its_own_kept_from_the_public():
    generate(applications=100, seed=4)
    assert Call.objects.get().is_test
    assert not Programme.objects.public().exists()
    assert Programme.objects.get().code == "LOAD-4"
    with pytest.raises(CommandError, match="LOAD-4 is there already"):
        generate(applications=100, seed=4)


def test_so_few_jurors_cannot_mark_each_file_so_often():
    with pytest.raises(CommandError, match="need 7 jurors"):
        generate(applications=100, seed=5, marks=7)
    assert not Programme.objects.exists()


@pytest.mark.parametrize("size", [100, 999, 10_000])
def test_the_shares_add_up(size):
    assert len(kinds(size)) == size
