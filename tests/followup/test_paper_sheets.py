"""Paper sheets: typed in at the office for the coach who made the visit, judged by somebody else."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from followup.models import Visit
from followup.panels import visits_to_validate
from followup.verify_visits import validator_is_not_author
from tests.worlds.field import field_world
from tests.worlds.programmes import a_member
from workflow import Refused, access, fire, notices
from workflow.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return field_world(visits=1)


def typed(client, visit, user, advice="Write down each sale"):
    """Type the sheet in as somebody, on the page."""
    client.force_login(user)
    page = reverse("followup:visit_form", args=[visit.pk])
    day = timezone.localdate().isoformat()
    told = {"modality": "on_site", "status": "open", "turnover": "6200", "profit": "2800", "advice": advice}
    posted = {**told, "performed_on": day, "version": visit.revision, "form_version": "1"}
    answer = client.post(page, posted)
    assert answer.status_code == 302, answer.context["form"].errors
    visit.refresh_from_db()
    return visit


@pytest.mark.parametrize("role", ["supervisor", "manager"])
def test_the_office_types_a_sheet_in_for_the_coach_who_stays_the_author(here, client, role):
    (visit,) = here.visits
    typist, other = here.world.member(role), a_member(here.world.programme, "supervisor")
    assert not access.may(typist, "followup.submit_visit", visit), "nothing was typed in yet"
    client.force_login(typist)
    shown = client.get(visit.get_absolute_url()).content.decode()
    assert "Type in a paper sheet" in shown
    assert "Nobody there?" not in shown
    said = client.get(reverse("followup:visit_form", args=[visit.pk])).content.decode()
    assert f"The visit stays {here.coach}’s." in said
    visit = typed(client, visit, typist)
    assert (visit.typed_by, visit.author) == (typist, None)
    assert not access.may(other, "followup.submit_visit", visit), "who typed nothing submits nothing"
    fire(visit, "submit", actor=typist)
    visit.refresh_from_db()
    assert (visit.author, visit.typed_by, visit.state) == (here.coach, typist, "submitted")
    assert "Typed in from paper by" in client.get(visit.get_absolute_url()).content.decode()
    fire(visit, "validate", actor=other)
    assert validator_is_not_author().problems == []


def test_who_typed_a_sheet_in_does_not_judge_it(here, client):
    (visit,) = here.visits
    typist = here.world.member("supervisor")
    fire(typed(client, visit, typist), "submit", actor=typist)
    visit.refresh_from_db()
    assert visit not in visits_to_validate(typist)
    assert visit in visits_to_validate(a_member(here.world.programme, "supervisor"))
    for verb, data in (("validate", {}), ("return", {"reason": "Once more"})):
        with pytest.raises(Refused, match="You typed this visit in yourself"):
            fire(visit, verb, actor=typist, data=data)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(validator=typist)


def test_a_coach_who_fills_in_what_the_office_began_is_the_author_and_the_typist_stays_named(here, client):
    (visit,) = here.visits
    typist = here.world.member("supervisor")
    typed(client, visit, typist)
    typed(client, visit, here.coach, advice="Keep a book")
    fire(visit, "submit", actor=here.coach)
    visit.refresh_from_db()
    assert (visit.author, visit.typed_by) == (here.coach, typist)


def test_no_sheet_is_typed_in_where_no_coach_made_the_visit_nor_by_somebody_else(here, client):
    (visit,) = here.visits
    programme = here.world.programme
    for role in ("coach", "auditor", "approver", "field_agent"):
        assert not access.may(a_member(programme, role), "followup.edit_visit", visit)
    visit.coach = None
    assert not access.may(here.world.member("supervisor"), "followup.edit_visit", visit)


def test_a_coach_is_told_of_a_sheet_that_was_handed_in_in_their_name_and_of_nothing_else(here, client):
    (visit,) = here.visits
    typist, told = here.world.member("supervisor"), Notice.objects.filter(template="followup.sheet_typed_in")
    typed(client, visit, typist)
    assert not told.exists(), "nothing stands in the coach's name yet"
    fire(visit, "submit", actor=typist)
    (notice,) = told
    assert (notice.recipient_kind, notice.recipient_id) == ("user", str(here.coach.pk))
    message = notices.preview(notice, "en")
    assert message.subject == f"Your paper sheet of case {visit.case.number} was typed in"
    for part in (
        here.coach.full_name,
        typist.full_name,
        visit.get_absolute_url(),
        "it can be returned to you",
    ):
        assert part in message.body
    assert visit.enterprise.name not in message.body
    other = a_member(here.world.programme, "supervisor")
    visit.refresh_from_db()
    fire(visit, "return", actor=other, data={"reason": "Once more"})
    visit.refresh_from_db()
    fire(visit, "submit", actor=here.coach)
    assert told.count() == 1, "the coach's own hand tells the coach nothing"
