"""A form is seen before anybody fills it in: as applicant, as juror, on paper; nothing is stored."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from applications import answers, blank_form, form_versions, sample_answers, standard_forms
from applications.builder import ready_parts
from applications.form_definition import KINDS, read
from applications.models import AnswerSet, FormVersion
from tests.worlds.applications import prepare_call
from tests.worlds.programmes import open_call, programme_world

TEXTS = ready_parts.texts("Une question", "A question", "سؤال")


def every_kind():
    """A form with a question of every kind, the last one shown only after an answer."""
    questions = [{"key": f"q_{kind}", "kind": kind, "label": TEXTS, "jurors": True} for kind in KINDS]
    for question in questions:
        if question["kind"] in ("choice", "choices"):
            question["choices"] = [["yes", TEXTS], ["no", TEXTS]]
        if question["kind"] == "table":
            question |= {**ready_parts.cash_flow_table(), "key": question["key"]}
    questions.append({"key": "late", "kind": "text", "label": TEXTS, "shown_if": ["q_choice", "no"]})
    return {"sections": [{"key": "one", "title": TEXTS, "questions": questions}], "summary": {}}


@pytest.mark.parametrize("definition", [every_kind(), standard_forms.idea_form(), standard_forms.plan_form()])
def test_examples_answer_every_question_rightly(definition):
    form = read(definition)
    given = sample_answers.sample(form)
    asked = [question for question in answers.shown(form, given) if question.kind not in ("file", "note")]
    assert len(answers.shown(form, given)) == len(list(form.questions()))
    assert [answers.problem(question, given.get(question.key)) for question in asked] == [None] * len(asked)


@pytest.fixture
def world(db):
    world = programme_world()
    prepare_call(world.call)
    return world


def address(name, world, *more, stage="idea"):
    return reverse(f"applications:{name}", args=[world.programme.code, world.call.code, stage, *more])


def writes(captured):
    return [
        query["sql"]
        for query in captured.captured_queries
        if query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) and "session" not in query["sql"].lower()
    ]


def test_the_preview_is_the_applicant_s_page_and_stores_nothing(client, world):
    version = form_versions.draft_of(world.call, "idea")
    form_versions.change_draft(version, lambda definition: every_kind())
    client.force_login(world.member("manager"))
    with CaptureQueriesContext(connection) as captured:
        page = client.get(address("preview_form", world))
        sent = client.post(address("preview_form", world), {"q_number": "many", "q_date": "yesterday"})
    assert page.status_code == 200
    assert page.templates[0].name == "applications/builder/preview.html"
    assert "applications/section.html" in [template.name for template in page.templates]
    assert "Write a number." in sent.content.decode()
    assert "Write a date" in sent.content.decode()
    assert writes(captured) == []
    assert not AnswerSet.objects.exists()


def test_of_a_table_only_the_faulty_cells_are_marked_and_each_is_named(client, world):
    client.force_login(world.member("manager"))
    typed = {
        "budget-0-item": "Machine",
        "budget-0-quantity": "many",
        "budget-0-unit_price": "dear",
        "budget-1-item": "Table",
        "budget-1-quantity": "2",
        "budget-1-unit_price": "10",
    }
    question = FormVersion.objects.get(call=world.call, stage="plan").form.question("budget")
    assert {"item", "quantity", "unit_price"} <= {column.key for column in question.typed_columns}
    section = FormVersion.objects.get(call=world.call, stage="plan").form.section_of("budget").key
    url = f"{address('preview_form', world, stage='plan')}?section={section}"
    text = client.post(url, typed).content.decode()
    marked = [cell for cell in text.split("<input ")[1:] if 'aria-invalid="true"' in cell.split(">")[0]]
    named = [next(word for word in cell.split() if word.startswith("name=")) for cell in marked]
    assert named == ['name="budget-0-quantity"', 'name="budget-0-unit_price"']
    assert "Line 1, “Quantity”: Write a number." in text
    assert "Line 1, “Unit price”: Write an amount." in text


@pytest.mark.parametrize("stage", ["idea", "plan"])
def test_each_section_can_be_seen_also_of_an_older_version(client, world, stage):
    client.force_login(world.member("screening_officer"))
    for section in FormVersion.objects.get(call=world.call, stage=stage).form.sections:
        url = f"{address('preview_form', world, stage=stage)}?section={section.key}&version=1"
        assert client.get(url).status_code == 200
    assert client.get(f"{address('preview_form', world)}?version=7").status_code == 404


def test_a_juror_s_preview_leaves_out_what_jurors_never_see(client, world):
    client.force_login(world.member("manager"))
    text = client.get(address("preview_jurors", world)).content.decode()
    assert "What is your project?" in text
    assert "A useful paper" not in text
    assert "I declare on my honour" not in text


def pages(data):
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en", "ar"])
@pytest.mark.parametrize("stage", ["idea", "plan"])
def test_the_blank_form_asks_every_question_on_paper(world, stage, language):
    version = FormVersion.objects.get(call=world.call, stage=stage)
    data = blank_form.render(version, language)
    text = "\n".join(pages(data))
    assert "SPECIMEN" not in text
    if language == "ar":
        assert len(pages(data)) >= 2
        return
    for question in version.form.questions():
        start = question.label_in(language).split()[:3]
        assert all(word in text for word in start), question.key
    assert blank_form.render(version, language) == data


@pytest.mark.django_db
def test_a_form_with_every_kind_goes_on_paper(world):
    version = form_versions.draft_of(world.call, "idea")
    form_versions.change_draft(version, lambda definition: every_kind())
    for language in ("fr", "ar"):
        assert len(pages(blank_form.render(version, language))) >= 2


def test_the_published_form_is_printed_by_anybody_a_draft_by_nobody(client, world):
    public = reverse("applications:public_blank", args=[world.programme.code, world.call.code, "idea", "fr"])
    assert client.get(public).status_code == 302
    client.force_login(world.member("manager"))
    assert client.get(address("blank_form", world, "ar"))["Content-Type"] == "application/pdf"
    assert client.get(public).status_code == 404
    open_call(world)
    client.logout()
    answer = client.get(public)
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    asked = reverse("applications:questions", args=[world.programme.code, world.call.code, "idea"])
    assert public in client.get(asked).content.decode()
