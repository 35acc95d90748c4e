"""Who was received comes to a session before any application: the list takes references and case numbers."""

import pytest

from followup.attendance import UnknownNumbers, persons_meant, read_numbers
from tests.worlds.applications import a_guest, an_application
from tests.worlds.programmes import open_call, programme_world

pytestmark = pytest.mark.django_db


def test_people_are_put_on_a_list_by_reference_or_by_case_number():
    world = programme_world()
    open_call(world)
    guest, application = a_guest(world), an_application(world)
    text = f"{str(guest).lower()}, {application.case.number}\n{guest}"
    assert persons_meant(world.programme.pk, read_numbers(text)) == [guest, application.applicant]


def test_a_number_of_another_programme_is_unknown_here():
    world, elsewhere = programme_world(), programme_world()
    stranger = a_guest(elsewhere)
    with pytest.raises(UnknownNumbers, match=str(stranger)):
        persons_meant(world.programme.pk, [str(stranger)])
