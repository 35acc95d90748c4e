"""The person of a case is never named where staff read its history; those who work in the programme are."""

import pytest

from tests.worlds.applications import an_application
from tests.worlds.programmes import open_call, programme_world
from workflow.timeline import history

pytestmark = pytest.mark.django_db


def test_no_history_names_the_person_of_a_case():
    world = programme_world()
    open_call(world)
    application = an_application(world, "eligible")
    told = [line.who for line in history(application.stream)]
    assert "The person of the case" in told
    assert str(world.member("screening_officer")) in told
    assert str(application.applicant.user) not in told
