"""Anybody asks about a call without a name; it is answered once for all, and what was published stays."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, transaction
from django.urls import reverse

from programmes import inboxes, questions
from programmes.models import Call, CallQuestion, PublishedAnswer
from tests.worlds.programmes import NOON, a_member, close_call, open_call, programme_world
from workflow import Refused
from workflow.models import Event

pytestmark = pytest.mark.django_db
TEXTS = {"question_en": "May two people apply?", "answer_en": "Yes, as a pair."}


@pytest.fixture
def world():
    cache.clear()
    world = programme_world()
    open_call(world)
    return world


def address(world, name, *more):
    return reverse(f"programmes:{name}", args=[world.programme.code, world.call.code, *more])


def published(world, **texts):
    question = CallQuestion(call=world.call)
    questions.publish(question, TEXTS | texts, actor=world.member("manager"), at=NOON)
    return question


def test_a_visitor_asks_without_a_name_and_the_manager_finds_it(client, world):
    page = client.post(address(world, "ask"), {"question": "May two apply?"}, follow=True)
    assert "has arrived" in page.content.decode()
    question = CallQuestion.objects.get()
    assert (question.asked, question.asked_in) == ("May two apply?", "fr")
    (waiting,) = inboxes.calls_with_questions(world.member("manager"))
    assert waiting.waiting == 1
    assert not inboxes.calls_with_questions(world.member("juror"))
    assert "May two apply?" not in client.get(address(world, "public_call")).content.decode()


def test_who_fills_in_what_nobody_sees_keeps_nothing(client, world):
    client.post(address(world, "ask"), {"question": "Buy", "website": "https://example.org"})
    assert not CallQuestion.objects.exists()


def test_an_address_asks_five_times_an_hour(client, world):
    answers = [client.post(address(world, "ask"), {"question": f"Q{n}"}).status_code for n in range(6)]
    assert answers == [302] * 5 + [422]
    assert CallQuestion.objects.count() == 5


def test_questions_are_taken_until_the_call_closes(client, world):
    close_call(world)
    assert client.get(address(world, "ask")).status_code == 404
    with pytest.raises(Refused):
        questions.ask(world.call, "Late?", language="en", at=NOON)


def test_an_answer_stands_on_the_public_page_in_the_reader_s_language(client, world):
    published(world, question_ar="هل يمكن لشخصين؟", answer_ar="نعم.")
    assert "Yes, as a pair." in client.get(address(world, "public_call")).content.decode()
    arabic = client.get(address(world, "public_call"), headers={"accept-language": "ar"}).content.decode()
    assert "هل يمكن لشخصين؟" in arabic


def test_a_correction_is_a_further_version_and_the_old_one_stays(client, world):
    question = published(world)
    officer = world.member("screening_officer")
    questions.publish(question, TEXTS | {"answer_en": "Yes."}, actor=officer, at=NOON + timedelta(days=1))
    assert [version.answer_en for version in question.versions.order_by("number")] == [
        "Yes, as a pair.",
        "Yes.",
    ]
    page = client.get(address(world, "public_call")).content.decode()
    assert "Corrected on" in page
    assert "as a pair" not in page
    verbs = Event.objects.filter(stream=world.call.stream, kind="programmes.callquestion").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["publish_answer", "correct_answer"]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        PublishedAnswer.objects.filter(of=question).update(answer_en="No.")
    with pytest.raises(Refused, match="Nothing was changed"):
        questions.publish(question, TEXTS | {"answer_en": "Yes."}, actor=officer, at=NOON)


def test_an_answer_is_taken_down_with_a_reason_and_can_come_back(client, world):
    question, manager = published(world), world.member("manager")
    with pytest.raises(Refused):
        questions.take_down(question, reason=" ", actor=manager, at=NOON)
    questions.take_down(question, reason="Wrong.", actor=manager, at=NOON)
    assert "pair" not in client.get(address(world, "public_call")).content.decode()
    questions.publish(question, TEXTS, actor=manager, at=NOON)
    assert CallQuestion.objects.shown().count() == 1


def test_what_is_set_aside_is_emptied(world):
    question = questions.ask(world.call, "I am Amel, 0612.", language="fr", at=NOON)
    questions.set_aside(question, actor=world.member("manager"), at=NOON)
    assert (CallQuestion.objects.get().asked, CallQuestion.objects.waiting().count()) == ("", 0)
    with pytest.raises(Refused):
        questions.set_aside(question, actor=world.member("manager"), at=NOON)


def test_answers_stand_in_the_order_that_the_manager_gives(world):
    first, second = published(world), published(world, question_en="When?")
    questions.move(second, -1)
    assert list(CallQuestion.objects.shown()) == [second, first]
    questions.move(second, -1)
    assert list(CallQuestion.objects.shown()) == [second, first]


def test_both_texts_of_a_language_are_written_and_others_may_not_answer(world):
    question = CallQuestion(call=world.call)
    for texts in ({}, {"question_fr": "Quand ?"}, TEXTS | {"answer_fr": "Oui"}):
        with pytest.raises(Refused):
            questions.publish(question, texts, actor=world.member("manager"), at=NOON)
    with pytest.raises(Refused):
        questions.publish(question, TEXTS, actor=a_member(world.programme, "juror"), at=NOON)
    assert not CallQuestion.objects.exists()


def test_a_manager_answers_in_the_browser(client, world):
    client.force_login(world.member("manager"))
    question = questions.ask(world.call, "A deux ?", language="fr", at=NOON)
    page = client.get(address(world, "questions")).content.decode()
    assert "A deux ?" in page
    client.post(address(world, "edit_question", question.pk), TEXTS)
    again = client.get(address(world, "questions")).content.decode()
    assert "Yes, as a pair." in again
    assert "1 answer is published" in client.get(world.call.get_absolute_url()).content.decode()
    assert Call.objects.get(pk=world.call.pk).questions.waiting().count() == 0
