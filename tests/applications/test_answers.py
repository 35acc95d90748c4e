"""A form says what it asks; answers say what is missing; tables add up to the last minor unit."""

import copy
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications import answers, standard_forms
from applications.answer_forms import SectionForm
from applications.form_definition import DefinitionError, Section, read
from applications.form_faults import check, count_missing_texts, faults

TEXTS = {"fr": "Oui ?", "en": "Yes?", "ar": "نعم؟"}
IDEA, PLAN = read(standard_forms.idea_form()), read(standard_forms.plan_form())
COMPLETE = {
    "title": "Sewing",
    "description": "Sewing for neighbours",
    "existing": "no",
    "requested": 12_000_00,
    "use_of_money": "A machine",
    "sworn": True,
}


def a_form(*questions, **more):
    filled = [{"label": TEXTS, **question} for question in questions]
    return {"sections": [{"key": "one", "title": TEXTS, "questions": filled}], **more}


@pytest.mark.parametrize(
    ("definition", "complaint"),
    [
        (a_form({"key": "a b", "kind": "text"}), "no key"),
        (a_form({"key": "a", "kind": "essay"}), "no kind"),
        (a_form({"key": "a", "kind": "text"}, {"key": "a", "kind": "text"}), "twice"),
        (a_form({"key": "a", "kind": "text", "limit": -1}), "limit"),
        (a_form({"key": "a", "kind": "number", "minimum": "lots"}), "minimum"),
        (a_form({"key": "a", "kind": "text", "label": "Yes?"}), "no text by language"),
        ({"sections": [{"key": "about", "title": TEXTS, "questions": []}]}, "kept for the product"),
        ({"sections": ["one"]}, "no section"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_definition_that_is_no_form_says_why(definition, complaint):
    with pytest.raises(DefinitionError, match=complaint):
        read(definition)


YES_NO = [["yes", TEXTS], ["no", TEXTS]]
PRICE = {"key": "price", "kind": "money", "label": TEXTS}
NAME = {"key": "name", "kind": "text", "label": TEXTS}


@pytest.mark.parametrize(
    ("definition", "complaint"),
    [
        ({"sections": []}, "no question yet"),
        (a_form({"key": "a", "kind": "note"}), "no question yet"),
        (a_form({"key": "a", "kind": "text", "label": {"fr": "Oui"}}), "missing in English, Arabic"),
        (a_form({"key": "a", "kind": "text", "help": {"fr": "Oui"}}), "help is missing in English, Arabic"),
        (a_form({"key": "a", "kind": "choice"}), "at least two answers"),
        (a_form({"key": "a", "kind": "choice", "choices": [["x", TEXTS], ["x", TEXTS]]}), "same key"),
        (
            a_form({"key": "a", "kind": "choice", "choices": [["x", TEXTS], ["y", {"ar": "نعم"}]]}),
            "Answer 2 is missing in French, English",
        ),
        (a_form({"key": "a", "kind": "table"}), "column to fill in"),
        (a_form({"key": "a", "kind": "number", "minimum": 5, "maximum": 4}), "more than the most"),
        (a_form({"key": "a", "kind": "text", "sensitivity": "vault", "jurors": True}), "never see"),
        (a_form({"key": "a", "kind": "text", "shown_if": ["b", "yes"]}), "does not come before"),
        (
            a_form({"key": "a", "kind": "text"}, {"key": "b", "kind": "text", "shown_if": ["a", "x"]}),
            "neither a choice",
        ),
        (
            a_form(
                {"key": "a", "kind": "choice", "choices": YES_NO},
                {"key": "b", "kind": "text", "shown_if": ["a", "yes", "perhaps"]},
            ),
            "does not offer",
        ),
        (
            a_form(
                {
                    "key": "a",
                    "kind": "table",
                    "columns": [PRICE, {**PRICE, "key": "twice", "product": ["price", "price"]}],
                }
            ),
            "product is of two numbers",
        ),
        (
            a_form(
                {"key": "a", "kind": "table", "columns": [NAME, PRICE, {**PRICE, "key": "x", "plus": ["y"]}]}
            ),
            "does not come before it",
        ),
        (
            a_form(
                {
                    "key": "a",
                    "kind": "table",
                    "columns": [PRICE, {**PRICE, "key": "sum", "running": "price"}],
                    "totals": [{"key": "t", "label": TEXTS, "plus": ["sum"]}],
                }
            ),
            "cannot be added up again",
        ),
        (a_form({"key": "a", "kind": "money", "maximum": 100}), "another currency"),
        (a_form({"key": "a", "kind": "text"}, summary={"requested": "a"}), "cannot be the amount asked for"),
        (a_form({"key": "a", "kind": "text", "sensitivity": "vault"}, summary={"title": "a"}), "kept apart"),
        (a_form({"key": "a", "kind": "text"}, summary={"title": "b"}), "is gone"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_stands_against_publishing_is_said_with_its_place(definition, complaint):
    found = faults(read(definition), currency="MAD")
    assert len(found) == 1, found
    assert complaint in found[0].sentence
    with pytest.raises(DefinitionError, match=re.escape(found[0].sentence)):
        check(definition, currency="MAD")


def test_a_form_needs_only_the_languages_of_its_call():
    definition = a_form({"key": "a", "kind": "text", "label": {"fr": "Oui ?", "ar": "نعم؟"}})
    assert faults(read(definition), ("fr", "ar")) == []
    assert count_missing_texts(read(definition), ("fr", "en", "ar")) == {"en": 1}


def test_the_standard_forms_can_be_published():
    assert faults(IDEA, currency="MAD") == []
    assert faults(PLAN, currency="MAD") == []


@pytest.mark.parametrize("odd", [["item"], ["quantity", "amount"], [], ["nothing"]])
def test_a_total_adds_columns_of_one_kind(odd):
    broken = copy.deepcopy(standard_forms.plan_form())
    broken["sections"][1]["questions"][0]["totals"][0]["plus"] = odd
    with pytest.raises(DefinitionError, match="total is of columns"):
        check(broken)


def test_complete_answers_can_be_sent():
    assert answers.problems(IDEA, COMPLETE) == {}


@pytest.mark.parametrize("key", sorted(COMPLETE))
def test_each_required_answer_is_missed(key):
    left = {name: value for name, value in COMPLETE.items() if name != key}
    assert list(answers.problems(IDEA, left)) == [key]


def test_a_question_is_asked_only_where_it_applies():
    assert "since" not in {question.key for question in answers.shown(IDEA, COMPLETE)}
    assert list(answers.problems(IDEA, {**COMPLETE, "existing": "yes"})) == ["since"]
    assert answers.problems(IDEA, {**COMPLETE, "existing": "yes", "since": "2019"}) == {}


def test_what_depends_on_a_hidden_question_is_hidden():
    yes = [["yes", TEXTS], ["no", TEXTS]]
    form = read(
        a_form(
            {"key": "a", "kind": "choice", "choices": yes},
            {"key": "b", "kind": "choice", "choices": yes, "shown_if": ["a", "yes"]},
            {"key": "c", "kind": "text", "shown_if": ["b", "yes"], "required": True},
        )
    )
    assert [question.key for question in answers.shown(form, {"a": "no", "b": "yes"})] == ["a"]
    assert len(answers.shown(form, {"a": "yes", "b": "yes"})) == 3


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", "x" * 121),
        ("requested", "douze mille"),
        ("requested", -1),
        ("requested", True),
        ("requested", 12.5),
        ("existing", "perhaps"),
        ("sworn", "true"),
        ("papers", "a.pdf"),
    ],
)
def test_a_malformed_answer_stands_in_the_way(key, value):
    assert list(answers.problems(IDEA, {**COMPLETE, key: value})) == [key]


@pytest.mark.parametrize(
    "odd", ["194", "1850", "2019-13-01", "2019-02-30", "14/05/2019", "\u0662\u0660\u0661\u0669"]
)
def test_a_date_is_a_day_or_a_year(odd):
    assert not answers.is_date_or_year(odd)
    assert answers.is_date_or_year("1994")
    assert answers.is_date_or_year("1994-02-28")


@given(st.text())
def test_no_text_breaks_the_reading_of_a_date_number_or_phone(text):
    answers.is_date_or_year(text)
    answers.decimal_of(text)
    answers.is_phone(text)


BUDGET = PLAN.question("budget")
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "item": st.just("A machine"),
            "quantity": st.integers(0, 999).map(str),
            "unit_price": st.integers(0, 10**9),
            "own": st.integers(0, 10**6),
        }
    ),
    max_size=12,
)


@given(ROWS)
def test_the_totals_of_a_budget_are_the_sums_of_its_lines(rows):
    found = answers.totals(BUDGET, rows)
    assert found["total"] == sum(int(row["quantity"]) * row["unit_price"] for row in rows)
    assert found["own"] == sum(row["own"] for row in rows)
    assert found["asked"] == found["total"] - found["own"]
    assert all(isinstance(value, int) for value in found.values())


def test_half_a_kilo_is_rounded_to_the_minor_unit():
    row = {"item": "Wire", "quantity": "0.5", "unit_price": 4_201}
    assert answers.computed(BUDGET, row) == {"amount": 2_101}


def test_nobody_contributes_more_than_the_whole():
    row = {"item": "Wire", "quantity": "1", "unit_price": 100, "own": 101}
    assert "less than nothing" in answers.problem(BUDGET, [row])


def test_a_line_without_price_is_named():
    row = {"item": "Wire", "quantity": "1", "unit_price": None}
    assert answers.problem(BUDGET, [row]).startswith("Line 1")
    assert answers.totals(BUDGET, [row])["total"] == 0


def test_a_table_is_not_endless():
    row = {"item": "Wire", "quantity": "1", "unit_price": 1}
    assert answers.problem(BUDGET, [row] * 31) == "At most 30 lines."


def test_lists_show_title_trade_and_amount():
    assert answers.summary(IDEA, {**COMPLETE, "trade": "Sewing"}) == answers.Summary(
        "Sewing", "Sewing", 12_000_00
    )
    row = {"item": "Wire", "quantity": "2", "unit_price": 100, "own": 50}
    assert answers.summary(PLAN, {"budget": [row]}).requested == 150
    assert answers.summary(IDEA, {"requested": "12x"}).requested is None


def test_numbers_are_exact():
    assert answers.decimal_of("0.1") == Decimal("0.1")
    for odd in (0.1, True, None, "NaN", "Infinity", "1e999", "12 000"):
        assert answers.decimal_of(odd) is None


def test_the_standard_forms_show_jurors_nothing_restricted():
    for form in (IDEA, PLAN):
        assert all(
            not question.jurors for question in form.questions() if question.sensitivity == "restricted"
        )


# Kinds that a manager adds


CHOICES = read(
    a_form({"key": "a", "kind": "choices", "choices": YES_NO, "minimum": 1, "maximum": 1})
).question("a")


@pytest.mark.parametrize(
    ("value", "right"), [(["yes"], True), (["yes", "no"], False), (["x"], False), ("yes", False)]
)
def test_several_answers_are_among_those_offered_and_not_too_many(value, right):
    assert (answers.problem(CHOICES, value) is None) is right


def test_a_question_is_asked_when_one_of_several_answers_was_chosen():
    form = read(
        a_form(
            {"key": "a", "kind": "choices", "choices": [*YES_NO, ["perhaps", TEXTS]]},
            {"key": "b", "kind": "text", "shown_if": ["a", "yes", "perhaps"]},
        )
    )
    for chosen, count in ((["no"], 1), (["no", "perhaps"], 2), ([], 1)):
        assert len(answers.shown(form, {"a": chosen})) == count


@pytest.mark.parametrize(
    ("question", "value", "complaint"),
    [
        ({"kind": "number", "whole": True}, "2.5", "whole number"),
        ({"kind": "number", "minimum": "0.5"}, "0.4", "At least 0.5"),
        ({"kind": "money", "maximum": 10_000_00}, 10_000_01, "10,000.00"),
        ({"kind": "money", "minimum": 1_000_00}, 999_99, "1,000.00"),
        ({"kind": "date", "only": "year"}, "1994-05-14", "Write a year"),
        ({"kind": "date", "only": "day"}, "1994", "year, month and day"),
        ({"kind": "file", "maximum": 1}, ["a", "b"], "At most 1 file"),
    ],
)
def test_limits_are_said(question, value, complaint):
    form = read(a_form({"key": "a", **question}, currency="MAD"))
    assert complaint in answers.problem(form.question("a"), value).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "again"),
    [
        ("number", "١٢٬٥٠٠٫٥", "12500.5", "12500.5"),
        ("number", "12 500,5", "12500.5", "12500.5"),
        ("date", "١٤/٠٥/١٩٩٤", "1994-05-14", "14/05/1994"),
        ("date", "1994", "1994", "1994"),
        ("date", "spring", "spring", "spring"),
        ("phone", "٠٦ ١٢ ٣٤ ٥٦ ٧٨", "+212612345678", "+212612345678"),
        ("phone", "call me", "call me", "call me"),
    ],
)
def test_numbers_days_and_telephones_are_read_as_people_write_them(kind, typed, kept, again):
    section = read(a_form({"key": "a", "kind": kind})).sections[0]
    form = SectionForm(section, {}, "MAD", {"a": typed})
    form.is_valid()
    assert form.given() == {"a": kept}
    assert SectionForm(section, {"a": kept}, "MAD")["a"].value() == again


def test_a_note_is_never_missing():
    form = read(a_form({"key": "a", "kind": "note", "required": True}))
    assert answers.problems(form, {}) == {}


MONTHS = read(
    a_form(
        {
            "key": "cash",
            "kind": "table",
            "row_labels": [TEXTS] * 3,
            "columns": [
                {"key": "sales", "kind": "money", "label": TEXTS, "required": True},
                {"key": "costs", "kind": "money", "label": TEXTS},
                {"key": "balance", "kind": "money", "label": TEXTS, "plus": ["sales"], "minus": ["costs"]},
                {"key": "held", "kind": "money", "label": TEXTS, "running": "balance"},
            ],
            "totals": [
                {"key": "result", "label": TEXTS, "plus": ["sales"], "minus": ["costs"], "signed": True}
            ],
        }
    )
).question("cash")


def test_a_cash_flow_adds_up_from_month_to_month():
    rows = [{"sales": 100, "costs": 150}, {"sales": 300}, {"sales": 0, "costs": 10}]
    lines = answers.lines(MONTHS, rows)
    assert [line["balance"] for line in lines] == [-50, 300, -10]
    assert [line["held"] for line in lines] == [-50, 250, 240]
    assert answers.totals(MONTHS, rows) == {"result": 240}
    assert answers.problem(MONTHS, rows) is None
    assert answers.problem(MONTHS, [*rows[:2], {}]).startswith("Yes?")


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_what_is_held_at_the_end_is_what_came_in(sales):
    lines = answers.lines(MONTHS, [{"sales": amount} for amount in sales])
    assert lines[-1]["held"] == sum(sales)


STAFF = read(
    a_form(
        {
            "key": "staff",
            "kind": "table",
            "columns": [
                {"key": "post", "kind": "text", "label": {"fr": "Poste"}, "limit": 8, "required": True},
                {
                    "key": "months",
                    "kind": "number",
                    "label": TEXTS,
                    "minimum": 1,
                    "maximum": 24,
                    "whole": True,
                },
                {"key": "pay", "kind": "money", "label": TEXTS, "minimum": 100_00, "maximum": 9_000_00},
                {"key": "cold", "kind": "number", "label": TEXTS, "minimum": "-5"},
                {"key": "plain", "kind": "number", "label": TEXTS},
            ],
        },
        currency="MAD",
    )
).question("staff")


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        ({"post": "Commerciale"}, "3 letters too many"),
        ({"months": "3"}, "Fill this in."),
        ({"post": "x", "months": "0"}, "At least 1."),
        ({"post": "x", "months": "1.5"}, "Write a whole number."),
        ({"post": "x", "months": "25"}, "At most 24."),
        ({"post": "x", "pay": 99_99}, "At least 100.00"),
        ({"post": "x", "pay": 9_000_01}, "At most 9,000.00"),
        ({"post": "x", "cold": "-6"}, "At least -5."),
        ({"post": "x", "plain": "-1"}, "At least 0."),
        ({"post": "x", "months": "24", "pay": 9_000_00, "cold": "-5", "plain": "0"}, None),
    ],
)
def test_a_cell_keeps_the_limits_of_its_column(cells, complaint):
    found = answers.problem(STAFF, [cells])
    assert found is None if complaint is None else complaint in found


def test_whoever_fills_in_a_table_reads_the_limits_of_its_columns_beside_the_cells():
    section = Section("s", TEXTS, (STAFF,))
    page = str(SectionForm(section, {"staff": [{"post": "Chef"}]}, "MAD")["staff"])
    assert "4 of 8" in page
    assert "Whole numbers only. From 1 to 24." in page
    assert "From 100.00\xa0MAD to 9,000.00\xa0MAD." in page


def test_a_table_of_blank_rows_is_no_answer():
    assert answers.is_empty([{}, {}, {}])
    assert not answers.is_empty([{}, {"sales": 0}])
