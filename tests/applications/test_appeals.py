"""Appeals: lodged in time and once, heard by somebody who took no part, and the application comes back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from applications import appeal_guards, appealing
from applications.models import Appeal, Application
from applications.standing import standing
from tests.worlds.applications import an_application, find_eligible, past, start_scoring
from tests.worlds.programmes import a_member, open_call, programme_world
from workflow import Refused, fire
from workflow.display import date_text
from workflow.models import Event, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


@pytest.fixture
def turned_down(world):
    return an_application(world, "ineligible")


def lodge(application, ground="procedure", at=None):
    return appealing.lodge(
        application,
        ground=ground,
        statement="Nobody looked at the second paper.",
        actor=application.applicant.user,
        at=at or application.state_since + timedelta(days=1),
    )


def answer(world, appeal, *verbs, reason="Looked at again, with both papers."):
    officer = world.member("appeal_officer")
    for verb in verbs:
        data = {} if verb == "admit" else {"reason": reason}
        fire(appeal, verb, actor=officer, at=appeal.lodged_at + timedelta(days=1), data=data)
    return appeal


def refused(appeal, verb, actor, **data):
    with pytest.raises(Refused) as caught:
        fire(appeal, verb, actor=actor, at=appeal.lodged_at + timedelta(days=1), data=data)
    return " ".join(str(sentence) for sentence in caught.value.sentences)


def test_an_upheld_appeal_brings_the_application_back_and_letters_say_so(world, turned_down):
    appeal = lodge(turned_down)
    answer(world, appeal, "admit", "uphold")
    turned_down.refresh_from_db()
    assert (appeal.state, turned_down.state) == ("upheld", "eligible")
    told = Notice.objects.filter(template__startswith="appeal").order_by("pk")
    assert [notice.template for notice in told] == ["appeal_admitted", "appeal_upheld"]
    verbs = Event.objects.filter(stream=turned_down.stream).order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-4:] == ["lodge", "admit", "uphold", "reinstate"]


def test_an_applicant_reads_until_when_to_appeal_and_nothing_of_it_after_the_last_moment(client, turned_down):
    last = appeal_guards.window_of(turned_down)
    said = standing(turned_down, last).following
    assert said == f"You may appeal until {date_text(last)}, {timezone.localtime(last):%H:%M}."
    client.force_login(turned_down.applicant.user)
    page = reverse("applications:status", args=[turned_down.case.number])
    shown = client.get(page).content.decode()
    assert "Nothing more: the time to appeal is over." in shown
    assert "You may appeal" not in shown
    appeal = lodge(turned_down)
    assert standing(turned_down, last).following == "The answer to your appeal."
    Appeal.objects.filter(pk=appeal.pk).update(state="dismissed")
    assert standing(turned_down, last).following == "Nothing more."


@pytest.mark.parametrize("verb", ["not_retain", "reject"])
def test_a_decision_of_the_jury_goes_back_to_review(world, verb):
    application = find_eligible(world, an_application(world))
    start_scoring(world)
    application = Application.objects.get(pk=application.pk)
    past(application, verb)
    application = Application.objects.get(pk=application.pk)
    answer(world, lodge(application), "admit", "uphold")
    application.refresh_from_db()
    assert application.state == "in_review"


def test_a_dismissed_appeal_changes_nothing_and_says_why(world, turned_down):
    appeal = answer(world, lodge(turned_down), "admit", "dismiss")
    turned_down.refresh_from_db()
    assert (appeal.state, turned_down.state) == ("dismissed", "ineligible")
    from workflow.notices import preview

    assert "Looked at again" in preview(Notice.objects.get(template="appeal_dismissed"), "en").body


def test_only_an_appeal_on_the_procedure_is_heard(world, turned_down):
    appeal = lodge(turned_down, ground="opinion")
    assert "procedure" in refused(appeal, "admit", world.member("appeal_officer"))
    assert answer(world, appeal, "refuse").state == "inadmissible"


def test_an_answer_has_its_reason(world, turned_down):
    appeal = lodge(turned_down)
    assert refused(appeal, "refuse", world.member("appeal_officer"))
    answer(world, appeal, "admit")
    assert refused(appeal, "uphold", world.member("appeal_officer"))


def test_nobody_hears_an_appeal_against_the_own_work(world, turned_down):
    screener = world.member("screening_officer")
    a_member(world.programme, "appeal_officer", screener)
    appeal = answer(world, lodge(turned_down), "admit")
    for verb in ("uphold", "dismiss"):
        assert "took part" in refused(appeal, verb, screener, reason="My own work was right.")


@pytest.mark.parametrize("role", ["manager", "screening_officer", "jury_chair", "auditor"])
def test_nobody_else_answers(world, turned_down, role):
    assert refused(lodge(turned_down), "admit", world.member(role))


def test_an_appeal_is_lodged_in_time_once_and_against_a_decision(world, turned_down):
    late = turned_down.state_since + timedelta(days=world.call.appeal_days, seconds=1)
    with pytest.raises(Refused, match="over"):
        lodge(turned_down, at=late)
    first = lodge(turned_down)
    assert lodge(turned_down).pk == first.pk, "pressed twice, it is one"
    answer(world, first, "refuse")
    with pytest.raises(Refused, match="no decision"):
        lodge(an_application(world, "submitted"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.create(
            application=turned_down,
            against="ineligible",
            decided_at=turned_down.state_since + timedelta(days=1),
            ground="procedure",
            lodged_at=late,
            lodged_by=turned_down.applicant.user,
            until=turned_down.state_since,
        )


def test_a_session_waits_for_its_appeals(world):
    from applications.appeal_guards import no_appeal_is_open

    application = an_application(world, "ineligible")
    session = application.session
    assert no_appeal_is_open(session, None, None) is None
    appeal = lodge(application)
    assert "1 appeal" in no_appeal_is_open(session, None, None)
    answer(world, appeal, "refuse")
    assert no_appeal_is_open(session, None, None) is None


@pytest.mark.long
def test_through_the_pages(client, world, turned_down):
    now = timezone.now()
    Application.objects.filter(pk=turned_down.pk).update(state_since=now)
    client.force_login(turned_down.applicant.user)
    status = reverse("applications:status", args=[turned_down.case.number])
    url = reverse("applications:lodge_appeal", args=[turned_down.case.number])
    assert url in client.get(status).content.decode()
    assert client.get(url).status_code == 200
    assert client.post(url, {"ground": "procedure"}).status_code == 422
    client.post(url, {"ground": "procedure", "statement": "The paper was there."})
    appeal = Appeal.objects.get()
    page = client.get(status).content.decode()
    assert url not in page
    assert "Your appeal" in page
    client.force_login(world.member("appeal_officer"))
    listed = client.get(reverse("applications:appeals", args=[world.programme.code]))
    assert turned_down.case.number in listed.content.decode()
    shown = client.get(appeal.get_absolute_url()).content.decode()
    assert "The paper was there." in shown
    assert "Amina" not in shown
    client.force_login(world.member("juror"))
    assert client.get(appeal.get_absolute_url()).status_code == 404


def test_what_was_said_is_sealed(world, turned_down):
    from django.db import connection

    lodge(turned_down)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM applications_appeal")
        assert "second paper" not in str(cursor.fetchall())
