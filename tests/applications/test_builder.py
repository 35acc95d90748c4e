"""A manager makes a form in the browser: sections, questions of every kind, tables; nothing in code."""

import copy
from gettext import GNUTranslations

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from applications import standard_forms
from applications.builder import editing, ready_parts
from applications.builder.choice_forms import choice_set
from applications.builder.question_forms import QuestionForm
from applications.form_definition import KINDS, read
from applications.form_faults import faults
from applications.models import FormVersion
from tests.worlds.applications import prepare_call
from tests.worlds.programmes import a_call, open_call, programme_world

IDEA = standard_forms.idea_form()


# Changes to a definition, pure


def keys(definition):
    return editing.question_keys(definition)


def test_a_change_leaves_what_it_was_made_from_as_it_was():
    before = copy.deepcopy(IDEA)
    editing.move_question(IDEA, "title", 1)
    editing.remove_question(editing.change_question(IDEA, "trade", {"kind": "text"}), "papers")
    assert before == IDEA


def test_a_question_moves_up_and_down_and_over_the_edge_of_its_section():
    moved = editing.move_question(IDEA, "title", 1)
    assert keys(moved)[:2] == ["trade", "title"]
    assert editing.move_question(moved, "title", -1) == IDEA
    over = editing.move_question(IDEA, "requested", -1)
    assert [len(section["questions"]) for section in over["sections"]] == [7, 2, 1]
    assert keys(over) == keys(IDEA)
    assert editing.move_question(IDEA, "title", -1) == IDEA
    assert editing.section_keys(editing.move_section(IDEA, "sworn", -1)) == ["idea", "sworn", "money"]


def test_what_others_depend_on_is_not_removed():
    for key, said in (("existing", "shown only after"), ("requested", "amount asked for")):
        with pytest.raises(editing.EditRefused, match=said):
            editing.remove_question(IDEA, key)
    with pytest.raises(editing.EditRefused, match="Lists take"):
        editing.remove_section(IDEA, "money")
    assert "since" not in keys(editing.remove_question(IDEA, "since"))


def test_a_column_that_something_is_computed_from_stays():
    budget = ready_parts.budget_table()
    definition = {"sections": [], "summary": {"requested": "budget.asked"}}
    for part, key in (("columns", "quantity"), ("columns", "own"), ("totals", "asked")):
        with pytest.raises(editing.EditRefused):
            editing.remove_part(definition, budget, part, key)
    left = editing.remove_part(definition, budget, "columns", "quotation")
    assert "quotation" not in [column["key"] for column in left["columns"]]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Quel âge avez-vous ?", "quel_age_avez_vous"),
        ("ما هو مشروعكم؟", "question"),
        ("2nd idea", "question"),
        ("Title", "title_2"),
        ("new", "new_2"),
        ("x" * 90, "x" * 36),
    ],
)
def test_a_key_is_made_of_the_text_and_taken_once(text, key):
    assert editing.free_key(text, ["title"], "question") == key


@pytest.mark.parametrize("name", list(ready_parts.PARTS))
def test_ready_parts_can_be_published_and_inserted_twice(name):
    definition = {"sections": [{"key": "one", "title": ready_parts.texts("a", "b", "c"), "questions": []}]}
    for _time in range(2):
        questions, summary = ready_parts.part(name, keys(definition))
        definition = editing.add_part(definition, "one", questions, summary)
    assert faults(read(definition)) == []
    if name == "budget":
        assert definition["summary"] == {"requested": "budget.asked"}


def a_question_form(kind, question=None, languages=("fr", "ar"), turned_into="", **data):
    sent = {"label_fr": "Question ?", "sensitivity": "internal", "kind": turned_into or kind, **data}
    form = QuestionForm(
        sent, kind=kind, question=question or {}, before=[], currency="MAD", languages=languages
    )
    assert form.is_valid(), form.errors
    return form.to_definition()


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_of_every_kind_can_be_written(kind):
    made = a_question_form(kind, label_ar="سؤال؟")
    assert made["kind"] == kind
    assert made["label"] == {"fr": "Question ?", "ar": "سؤال؟"}
    read({"sections": [{"key": "one", "questions": [{**made, "key": "a"}]}]})


def test_labels_of_the_builder_name_things_not_acts():
    compiled = settings.BASE_DIR / "locale" / "fr" / "LC_MESSAGES" / "django.mo"
    with compiled.open("rb") as file:
        french = GNUTranslations(file)
    assert french.pgettext("text below a question", "Help") == "Aide"
    assert french.pgettext("documents sent in", "Files at most") == "Fichiers au plus"
    form = QuestionForm(kind="file", question={}, before=[], currency="MAD", languages=["fr"])
    assert str(form.fields["maximum"].label) == "Files at most"


def test_texts_in_languages_that_the_call_does_not_have_stay():
    made = a_question_form("text", {"label": {"en": "Why?", "fr": "Pourquoi ?"}}, label_fr="Comment ?")
    assert made["label"] == {"en": "Why?", "fr": "Comment ?"}


def test_limits_are_kept_exactly():
    assert a_question_form("number", minimum="0.5", maximum="12")["minimum"] == "0.5"
    assert a_question_form("money", maximum="12 000,50")["maximum"] == 12_000_50
    assert a_question_form("date", only="year")["only"] == "year"


def test_a_question_turned_into_another_kind_loses_the_limits_that_do_not_fit():
    made = a_question_form(
        "text", {"key": "a", "label": {"fr": "x"}, "limit": 10}, turned_into="money", limit="10"
    )
    assert made["kind"] == "money"
    assert "limit" not in made


def test_fixed_lines_belong_together_in_all_languages():
    made = a_question_form("table", lines_fr="Un\nDeux", lines_ar="واحد\nاثنان")
    assert made["row_labels"] == [{"fr": "Un", "ar": "واحد"}, {"fr": "Deux", "ar": "اثنان"}]
    form = QuestionForm(
        {"label_fr": "x", "sensitivity": "internal", "lines_fr": "Un\nDeux", "lines_ar": "واحد"},
        kind="table",
        question={},
        before=[],
        currency="MAD",
        languages=["fr", "ar"],
    )
    assert "as many lines" in form.errors["lines_fr"][0]


def test_jurors_never_see_what_is_restricted():
    form = QuestionForm(
        {"label_fr": "x", "sensitivity": "vault", "jurors": "on"},
        kind="text",
        question={},
        before=[],
        currency="MAD",
        languages=["fr"],
    )
    assert "never see" in form.errors["jurors"][0]


def test_answers_offered_keep_their_keys_when_they_are_renamed_reordered_and_added_to():
    question = {"choices": [["yes", {"fr": "Oui"}], ["no", {"fr": "Non"}]]}
    rows = choice_set(question, ["fr"])
    data = {"choices-TOTAL_FORMS": str(len(rows)), "choices-INITIAL_FORMS": "2"}
    given = [("yes", "Tout à fait", 2), ("no", "Non", 1), ("", "Peut-être", 3), ("", "", ""), ("", "Oui", 4)]
    for number, (value, text, order) in enumerate(given):
        data |= {
            f"choices-{number}-value": value,
            f"choices-{number}-text_fr": text,
            f"choices-{number}-ORDER": str(order),
        }
    sent = choice_set(question, ["fr"], data)
    assert sent.is_valid(), sent.errors
    assert [value for value, _texts in sent.to_definition()] == ["no", "yes", "peut_etre", "oui"]


# Pages


@pytest.fixture
def world(db):
    return programme_world()


@pytest.fixture
def manager(client, world):
    client.force_login(world.member("manager"))
    return client


def address(name, world, *more, stage="idea"):
    return reverse(f"applications:{name}", args=[world.programme.code, world.call.code, stage, *more])


def definition_of(world, stage="idea"):
    return FormVersion.objects.filter(call=world.call, stage=stage).order_by("-version")[0].definition


def begin(client, world, source="blank", stage="idea"):
    response = client.post(address("choose_form", world, stage=stage), {"source": source})
    assert response.status_code == 302


def test_a_manager_builds_a_form_from_nothing(manager, world):
    begin(manager, world)
    assert "The form has no question yet." in manager.get(address("builder", world)).content.decode()
    manager.post(address("add_section", world), {"title_fr": "Votre projet"})
    assert editing.section_keys(definition_of(world)) == ["votre_projet"]
    add = address("add_question", world, "votre_projet")
    assert manager.get(add).status_code == 200
    assert manager.get(f"{add}?kind=text").status_code == 200
    manager.post(
        f"{add}?kind=text", {"label_fr": "Titre", "sensitivity": "public", "limit": "80", "jurors": "on"}
    )
    choices = {
        "label_fr": "Déjà en activité ?",
        "sensitivity": "internal",
        "choices-TOTAL_FORMS": "2",
        "choices-INITIAL_FORMS": "0",
        "choices-0-text_fr": "Oui",
        "choices-1-text_fr": "Non",
    }
    manager.post(f"{add}?kind=choice", choices)
    manager.post(
        f"{add}?kind=date",
        {
            "label_fr": "Depuis",
            "sensitivity": "internal",
            "only": "year",
            "shown_if": ["deja_en_activite=oui"],
        },
    )
    made = definition_of(world)
    assert keys(made) == ["titre", "deja_en_activite", "depuis"]
    assert made["sections"][0]["questions"][2]["shown_if"] == ["deja_en_activite", "oui"]
    assert made["sections"][0]["questions"][0]["jurors"] is True
    text = manager.get(address("builder", world)).content.decode()
    assert "texts are missing in Arabic" in text
    manager.post(address("form_lists", world), {"title": "titre"})
    assert definition_of(world)["summary"] == {"title": "titre"}


def test_a_table_with_computed_columns_and_totals_is_built(manager, world):
    begin(manager, world)
    manager.post(address("add_section", world), {"title_fr": "Budget"})
    made = manager.post(
        f"{address('add_question', world, 'budget')}?kind=table",
        {"label_fr": "Achats", "sensitivity": "internal"},
    )
    assert made.headers["Location"] == address("edit_question", world, "achats")
    columns = address("add_table_part", world, "achats", "columns")
    manager.post(columns, {"label_fr": "Nombre", "kind": "number", "required": "on"})
    manager.post(columns, {"label_fr": "Prix", "how": "typed", "kind": "money"})
    manager.post(columns, {"label_fr": "Montant", "how": "product", "first": "nombre", "second": "prix"})
    manager.post(columns, {"label_fr": "Cumul", "how": "running", "running": "montant"})
    bad = manager.post(columns, {"label_fr": "Autre", "how": "sum", "plus": ["nombre", "prix"]})
    assert bad.status_code == 422
    assert "one kind" in bad.content.decode()
    totals = address("add_table_part", world, "achats", "totals")
    manager.post(totals, {"label_fr": "Total", "plus": ["montant"]})
    question = definition_of(world)["sections"][0]["questions"][0]
    assert [column.get("kind") for column in question["columns"]] == ["number", "money", "money", "money"]
    assert question["columns"][2]["product"] == ["nombre", "prix"]
    move = address("arrange_table_part", world, "achats", "columns", "nombre")
    manager.post(move, {"do": "down"})
    assert definition_of(world)["sections"][0]["questions"][0]["columns"][0]["key"] == "prix"
    manager.post(move, {"do": "remove"})
    text = manager.get(address("edit_question", world, "achats")).content.decode()
    assert "is computed from it" in text
    assert manager.get(address("edit_table_part", world, "achats", "columns", "montant")).status_code == 200
    assert manager.get(address("edit_table_part", world, "achats", "totals", "total")).status_code == 200


def test_a_column_carries_limits_as_a_question_does(manager, world):
    begin(manager, world)
    manager.post(address("add_section", world), {"title_fr": "Équipe"})
    manager.post(
        f"{address('add_question', world, 'equipe')}?kind=table",
        {"label_fr": "Postes", "sensitivity": "internal"},
    )
    columns = address("add_table_part", world, "postes", "columns")
    manager.post(columns, {"label_fr": "Titre", "kind": "text", "limit": "10", "required": "on"})
    manager.post(
        columns, {"label_fr": "Mois", "kind": "number", "minimum": "1", "maximum": "24", "whole": "on"}
    )
    manager.post(columns, {"label_fr": "Salaire", "kind": "money", "how": "typed", "maximum": "9000"})
    crossed = manager.post(columns, {"label_fr": "Âge", "kind": "number", "minimum": "9", "maximum": "3"})
    assert crossed.status_code == 422
    assert "The least is more than the most." in crossed.content.decode()
    unread = manager.post(columns, {"label_fr": "Âge", "kind": "number", "minimum": "many"})
    assert "Write a number." in unread.content.decode()
    made = definition_of(world)
    title, months, pay = made["sections"][0]["questions"][0]["columns"]
    assert (title["limit"], title["required"]) == (10, True)
    assert (months["minimum"], months["maximum"], months["whole"]) == (1, 24, True)
    assert (pay["maximum"], made["currency"]) == (9_000_00, world.call.currency)
    text = manager.get(address("edit_question", world, "postes")).content.decode()
    assert "Whole numbers only. From 1 to 24." in text
    assert "At most 9,000.00" in text
    again = manager.get(address("edit_table_part", world, "postes", "columns", "salaire")).content.decode()
    assert 'value="9,000.00"' in again


def test_budget_and_cash_flow_are_inserted_in_one_click(manager, world):
    begin(manager, world)
    manager.post(address("add_section", world), {"title_fr": "Argent"})
    for part in ("budget", "cash_flow"):
        manager.post(address("insert_part", world, "argent"), {"part": part})
    assert keys(definition_of(world)) == ["budget", "quotations", "cash_flow"]
    assert definition_of(world)["summary"] == {"requested": "budget.asked"}
    assert manager.get(address("builder", world)).status_code == 200


def test_a_form_begins_with_the_one_of_another_call_and_is_moved_and_cleared(manager, world):
    other = a_call(world.programme, title_en="Last year")
    prepare_call(other)
    source = other.form_versions.get(stage="idea")
    assert "Last year" in manager.get(address("builder", world)).content.decode()
    begin(manager, world, str(source.pk))
    assert definition_of(world) == source.definition
    arrange = address("arrange_form", world)
    manager.post(arrange, {"what": "question", "key": "title", "do": "down"})
    manager.post(arrange, {"what": "section", "key": "sworn", "do": "up"})
    assert keys(definition_of(world))[0] == "trade"
    assert editing.section_keys(definition_of(world)) == ["idea", "sworn", "money"]
    assert "“" in manager.get(address("remove_section", world, "sworn")).content.decode()
    manager.post(address("remove_section", world, "sworn"))
    manager.post(address("remove_question", world, "existing"))
    assert editing.section_keys(definition_of(world)) == ["idea", "money"]
    assert "existing" in keys(definition_of(world))
    assert source.definition == FormVersion.objects.get(pk=source.pk).definition


def test_two_managers_do_not_overwrite_each_other_silently(manager, world):
    prepare_call(world.call)
    edit = address("edit_question", world, "title")
    seen = manager.get(edit).context["seen"]
    sent = {"label_fr": "Un", "sensitivity": "internal", "kind": "text", "section": "idea", "seen": seen}
    manager.post(edit, sent)
    manager.post(edit, {**sent, "label_fr": "Deux"})
    assert editing.question_at(definition_of(world), "title")["label"]["fr"] == "Un"
    assert "Somebody else" in manager.get(address("builder", world)).content.decode()


def test_what_is_wrong_is_said_beside_the_field(manager, world):
    prepare_call(world.call)
    response = manager.post(
        address("edit_question", world, "title"), {"sensitivity": "internal", "kind": "text"}
    )
    assert response.status_code == 422
    assert response.context["form"].errors["label_fr"]
    assert manager.get(address("edit_question", world, "nothing")).status_code == 404


def test_a_published_form_is_not_changed(manager, world):
    open_call(world)
    before = definition_of(world)
    manager.post(address("arrange_form", world), {"what": "question", "key": "title", "do": "down"})
    manager.post(address("drop_form", world))
    assert definition_of(world) == before
    assert manager.get(address("edit_question", world, "title")).status_code == 302


def test_nobody_else_builds(client, world):
    prepare_call(world.call)
    for role in ("screening_officer", "juror", "auditor"):
        client.force_login(world.member(role))
        assert client.get(address("builder", world)).status_code == 404


def test_an_amount_is_refused_in_words(world):
    form = QuestionForm(
        {"label_fr": "x", "sensitivity": "internal", "maximum": "lots"},
        kind="money",
        question={},
        before=[],
        currency="MAD",
        languages=["fr"],
    )
    assert not form.is_valid()
    assert isinstance(form.errors.as_data()["maximum"][0], ValidationError)
