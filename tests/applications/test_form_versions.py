"""Versions of a form: published ones never change, drafts of applicants move on, nobody's words are lost."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from applications import drafting, form_versions
from applications.models import AnswerSet, FormVersion, current_form
from programmes.models import Call
from tests.worlds.applications import (
    BEGUN,
    SENT,
    a_draft,
    a_person,
    an_application,
    prepare_call,
    submit,
    write,
)
from tests.worlds.programmes import open_call, programme_world
from workflow import Refused
from workflow.models import Notice, NoticeBatch

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


def revised(world, stage="idea", edit=None):
    """The next version, with one question more and one less."""
    call = Call.objects.get(pk=world.call.pk)
    draft = form_versions.begin(call, stage)

    def change(definition):
        questions = definition["sections"][0]["questions"]
        kept = [question for question in questions if question["key"] != "experience"]
        texts = {"fr": "Où ?", "en": "Where?", "ar": "أين؟"}
        kept.append({"key": "where", "kind": "place", "label": texts, "required": True})
        definition["sections"][0]["questions"] = kept
        return definition

    form_versions.change_draft(draft, edit or change)
    return draft


def published(world, **given):
    return form_versions.publish(revised(world, **given), actor=world.member("manager"), at=BEGUN)


def test_the_next_version_is_a_copy_and_the_published_one_stays(world):
    old = current_form(world.call, "idea")
    draft = revised(world)
    assert (draft.version, draft.is_draft) == (2, True)
    assert current_form(world.call, "idea") == old
    assert "where" not in old.form.by_key
    form_versions.publish(draft, actor=world.member("manager"), at=BEGUN)
    assert current_form(world.call, "idea") == draft
    assert FormVersion.objects.get(pk=old.pk).definition == old.definition


def test_the_database_itself_refuses_to_change_a_published_version(world):
    old = current_form(world.call, "idea")
    for attack in (
        lambda: FormVersion.objects.filter(pk=old.pk).update(definition={}),
        lambda: FormVersion.objects.filter(pk=old.pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attack()


def test_what_was_sent_keeps_the_version_that_it_answered(world):
    sent = an_application(world)
    old = sent.sent_answers("idea").form_version
    published(world)
    sent.refresh_from_db()
    assert sent.sent_answers("idea").form_version == old
    assert "experience" in sent.sent_answers("idea").answers


def test_a_draft_moves_on_with_everything_that_fits_and_is_told(client, world):
    draft = a_draft(world)
    done = published(world)
    assert done.moved == 1
    given = draft.answers_at("idea")
    assert given.form_version.version == 2
    assert given.answers["title"] == "Sewing and alterations"
    assert "experience" not in given.answers
    old = AnswerSet.objects.get(superseded_by=given)
    assert old.answers["experience"] == "Five years in a workshop."
    client.force_login(draft.applicant.user)
    text = client.get(reverse("applications:status", args=[draft.case.number])).content.decode()
    assert "The form has changed" in text
    assert "Where?" in text
    assert client.get(reverse("applications:review", args=[draft.case.number])).context["missing"]


def test_the_mailing_about_a_new_version_waits_for_a_person(world):
    a_draft(world)
    done = published(world)
    notice = Notice.objects.get(batch=done.mailing)
    assert notice.status == Notice.Status.DRAFT
    from workflow.notices import preview

    assert "form" in preview(notice, "en").subject
    assert done.mailing.programme_code == world.programme.code


def test_a_draft_that_moved_on_is_sent_under_the_new_version(world):
    draft = a_draft(world)
    published(world)
    with pytest.raises(Refused, match="Where"):
        submit(draft, SENT)
    write(draft, {"where": "Rabat"})
    submit(draft, SENT)
    assert draft.sent_answers("idea").form_version.version == 2


def test_what_is_saved_from_a_page_of_the_old_version_arrives_in_the_new_one(world):
    draft = a_draft(world)
    before = draft.answers_at("idea")
    base = drafting.base_of(before, "idea")
    published(world)
    saved = drafting.save(
        before, "idea", {"title": "Typed meanwhile", "experience": "gone"}, base=base, at=SENT
    )
    assert saved.stored["title"] == "Typed meanwhile"
    assert draft.answers_at("idea").answers["title"] == "Typed meanwhile"
    assert AnswerSet.objects.get(pk=before.pk).answers["title"] == "Sewing and alterations"


def test_a_question_asked_in_another_way_does_not_inherit_an_answer(world):
    draft = a_draft(world)

    def edit(definition):
        definition["sections"][0]["questions"][1] |= {"kind": "number"}
        definition["summary"].pop("sector")
        return definition

    published(world, edit=edit)
    assert "trade" not in draft.answers_at("idea").answers


def test_sealed_answers_stay_sealed_when_a_draft_moves_on(world):
    def seal(definition):
        definition["sections"][0]["questions"][2] |= {"sensitivity": "vault", "jurors": False}
        return definition

    published(world, edit=seal)
    draft = a_draft(world)
    assert "description" not in draft.answers_at("idea").answers

    def unseal(definition):
        return definition

    published(world, edit=unseal)
    given = draft.answers_at("idea")
    assert given.form_version.version == 3
    assert "description" not in given.answers
    assert given.complete["description"]


def test_nobody_is_told_when_nothing_changed(world):
    a_draft(world)
    done = published(world, edit=lambda definition: definition)
    assert done.moved == 1
    assert done.mailing is None
    assert not NoticeBatch.objects.exists()


def test_an_incomplete_version_is_not_published(world):
    def edit(definition):
        definition["sections"][0]["questions"][0]["label"].pop("ar")
        return definition

    with pytest.raises(Refused, match="missing in Arabic"):
        published(world, edit=edit)


def test_only_one_draft_is_open_and_it_can_be_dropped(world):
    draft = revised(world)
    assert form_versions.begin(world.call, "idea") == draft
    form_versions.drop(draft)
    assert form_versions.draft_of(world.call, "idea") is None
    with pytest.raises(Refused, match="kept for ever"):
        form_versions.drop(current_form(world.call, "idea"))


def test_a_draft_that_somebody_answered_is_not_dropped():
    world = programme_world()
    prepare_call(world.call)
    draft = form_versions.draft_of(world.call, "idea")
    a_draft(world)
    with pytest.raises(Refused, match="has answered this draft"):
        form_versions.drop(draft)
    assert form_versions.draft_of(world.call, "idea") == draft


def test_forms_of_a_draft_call_are_published_with_it():
    world = programme_world()
    draft = form_versions.begin(world.call, "idea", form_versions.BLANK)
    with pytest.raises(Refused, match="together with its call"):
        form_versions.publish(draft, actor=world.member("manager"), at=BEGUN)


def test_the_manager_reads_what_changes_before_publishing(client, world):
    a_draft(world, a_person(world))
    revised(world)
    client.force_login(world.member("manager"))
    args = [world.programme.code, world.call.code, "idea"]
    text = client.get(reverse("applications:publish_form", args=args)).content.decode()
    assert "Where?" in text
    assert "1 person is writing now" in text
    response = client.post(reverse("applications:publish_form", args=args))
    assert "/mailings/" in response.headers["Location"]
    text = client.get(reverse("applications:builder", args=args)).content.decode()
    assert "Version 1" in text
    assert "Version 2" in text


def test_publishing_costs_the_same_for_each_draft(world, django_assert_max_num_queries):
    for _number in range(3):
        a_draft(world)
    draft = revised(world)
    manager = world.member("manager")
    with django_assert_max_num_queries(16 + 3 * 4):
        form_versions.publish(draft, actor=manager, at=BEGUN)
