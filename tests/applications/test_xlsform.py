"""An XLSForm comes in: every row becomes something or is listed with the reason."""

import contextlib
import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications import form_imports, form_versions
from applications.answers import totals
from applications.form_definition import CHOICE, CHOICES, DECLARATION, read
from applications.form_faults import faults
from applications.models import FormImport
from applications.xlsform import workbook
from applications.xlsform.carrying import carry_over
from applications.xlsform.expressions import Asked, NotExpressible, condition, limits
from applications.xlsform.languages import language_of
from applications.xlsform.reasons import REASONS
from applications.xlsform.refusals import FormRefused
from documents.intake import FileRefused
from tests.documents.hostile import REFUSED
from tests.worlds.applications import BEGUN, a_form_import, prepare_call, xlsform
from tests.worlds.programmes import open_call, programme_world
from workflow import Refused

HEAD = [
    "type",
    "name",
    "label::Français (fr)",
    "label::English (en)",
    "label::العربية (ar)",
    "required",
    "relevant",
    "constraint",
    "appearance",
]
YES_NO = [
    ["list_name", "name", "label::Français (fr)", "label::English (en)", "label::العربية (ar)"],
    ["yn", "y", "Oui", "Yes", "نعم"],
    ["yn", "n", "Non", "No", "لا"],
]
FULL = [
    HEAD,
    ["start", "start"],
    ["begin group", "who", "Vous", "You", "أنتم"],
    ["text", "Nom", "Nom ?", "Name?", "الاسم؟", "yes"],
    ["integer", "age", "Âge ?", "Age?", "العمر؟", "yes", "", ". >= 18 and . < 66"],
    ["select_one yn", "shop", "Une boutique ?", "A shop?", "محل؟", "true()"],
    ["text", "where", "Où ?", "Where?", "أين؟", "", "${shop} = 'y'", "string-length(.) <= 200", "multiline"],
    ["begin group", "more", "Et encore", "And more", "والمزيد", "", "selected(${shop}, 'n')"],
    ["select_multiple yn", "tools", "Quoi ?", "What?", "ماذا؟", "", "", "count-selected(.) <= 1"],
    ["end group"],
    ["end group"],
    ["begin repeat", "family", "Famille", "Family", "العائلة"],
    ["text", "child", "Enfant", "Child", "طفل"],
    ["end repeat"],
    ["calculate", "sum", "", "", ""],
    ["decimal", "asked", "Montant ?", "Amount?", "المبلغ؟", "", "", ". >= 10.5 and . <= 20000", "money"],
    ["image", "photo", "Photo", "Photo", "صورة"],
    ["acknowledge", "ok", "Vrai", "True", "صحيح", "yes"],
    ["note", "bye", "Merci", "Thanks", "شكرا", "", "${ok} = 'OK'"],
]
FULL[14] = ["calculate", "sum", "", "", "", "", "", "", "", "1 + 1"]
FULL[0] = [*HEAD, "calculation"]


def carried(survey=None, choices=None, kept=None, **sheets):
    data = xlsform({"survey": survey or FULL, "choices": choices or YES_NO, **sheets})
    book = workbook.open_workbook(data, "form.xlsx")
    return carry_over(book, spoken="fr", currency="MAD", kept=kept or {})


def reasons(found):
    return {(fate.sheet, fate.row): [loss.reason for loss in fate.lost] for fate in found.fates if fate.lost}


# What it becomes


def test_a_form_of_a_field_team_becomes_a_form_that_can_be_published():
    found = carried()
    form = read(found.definition)
    assert faults(form, ["fr", "en", "ar"], "MAD") == []
    assert [section.key for section in form.sections] == ["who", "questions"]
    assert [column.key for column in form.question("family").columns] == ["child"]
    ask = form.question
    assert (ask("age").whole, ask("age").minimum, ask("age").maximum) == (True, 18, 65)
    assert (ask("where").kind, ask("where").limit, ask("where").shown_if) == ("long_text", 200, ("shop", "y"))
    assert ask("tools").shown_if == ("shop", "n")
    assert ask("tools").maximum == 1
    assert (ask("asked").kind, ask("asked").minimum, ask("asked").maximum) == ("money", 10_50, 20_000_00)
    assert (ask("photo").kind, ask("photo").sensitivity, ask("photo").jurors) == ("file", "restricted", False)
    assert ask("bye").shown_if == ("ok", "true")
    assert ask("nom").label["ar"] == "الاسم؟"
    assert dict(ask("shop").choices)["y"] == {"fr": "Oui", "en": "Yes", "ar": "نعم"}


def test_what_cannot_be_carried_over_is_named_with_its_row():
    assert reasons(carried()) == {
        ("survey", 2): ["device"],
        ("survey", 15): ["calculated"],
    }


@pytest.mark.parametrize(
    ("row", "heading", "reason"),
    [
        (["select_one yn", "q", "Q", "Q", "Q", "", "", "", "", "a = b"], "choice_filter", "filter"),
        (["text", "q", "Q", "Q", "Q", "", "", "", "", "Rabat"], "default", "default"),
        (["text", "q", "Q", "Q", "Q", "", "", "", "", "Faux"], "constraint_message::fr", "own_message"),
        (["text", "q", "Q", "Q", "Q", "", "", "", "", "x.png"], "media::image", "media"),
        (["text", "q", "Q", "Q", "Q", "", "", "", "", "Plus"], "guidance_hint", "more_help"),
        (["text", "q", "Q", "Q", "Q", "", "", "regex(., 'a')"], "", "limit"),
        (["integer", "q", "Q", "Q", "Q", "", "", ". > 3 and . != 7"], "", "limit_partly"),
        (["text", "q", "Q", "Q", "Q", "", "${p} = 'y' and ${p} = 'n'"], "", "condition"),
        (["text", "q", "Q", "Q", "Q", "${p} = 'y'"], "", "needed_sometimes"),
        (["text", "q", "Q", "Q", "Q", "", "", "", "signature"], "", "look"),
        (["text", "q", "Bonjour ${p}", "Q", "Q"], "", "reference"),
        (["text", "q", "Q" * 301, "Q", "Q"], "", "long"),
        (["audio", "q", "Q", "Q", "Q"], "", "sound_film"),
        (["geopoint", "q", "Q", "Q", "Q"], "", "position"),
        (["dateTime", "q", "Q", "Q", "Q"], "", "time"),
        (["barcode", "q", "Q", "Q", "Q"], "", "no_kind"),
        (["select_one_from_file a.csv", "q", "Q", "Q", "Q"], "", "answers_elsewhere"),
    ],
)
def test_what_a_question_has_and_ours_have_not_is_listed_in_its_row(row, heading, reason):
    survey = [[*HEAD, heading] if heading else HEAD, ["select_one yn", "p", "P", "P", "P"], row]
    assert reasons(carried(survey))["survey", 3] == [reason]


BUDGET = [
    [*HEAD, "calculation", "repeat_count", "hint"],
    ["begin repeat", "budget", "Budget", "Budget", "الميزانية", "", "", "", "", "", "5"],
    ["begin group", "line", "Ligne", "", "", "", "", "", "field-list"],
    ["text", "item", "Objet", "Item", "الغرض", "yes", "", "string-length(.) <= 80"],
    ["integer", "qty", "Nombre", "Number", "العدد", "", "", ". > 0", "", "", "", "Combien"],
    ["decimal", "price", "Prix", "Price", "السعر", "", "", ". <= 20000", "money"],
    ["decimal", "own", "Apport", "Own", "المساهمة", "", "", "", "money"],
    ["calculate", "cost", "Coût", "Cost", "الكلفة", "", "", "", "", "${qty} * ${price}"],
    ["calculate", "rest", "Reste", "Rest", "الباقي", "", "", "", "", "${cost} - ${own}"],
    ["select_one yn", "fresh", "Neuf ?", "New?", "جديد؟", "", "${qty} = 1"],
    ["phone", "seller", "Vendeur", "Seller", "البائع"],
    ["image", "offer", "Devis", "Offer", "العرض"],
    ["begin repeat", "parts", "Pièces", "Parts", "القطع"],
    ["text", "part", "Pièce", "Part", "القطعة"],
    ["end repeat"],
    ["end group"],
    ["calculate", "odd", "", "", "", "", "", "", "", "round(${cost}, 2)"],
    ["end repeat"],
    ["calculate", "all", "", "", "", "", "", "", "", "sum(${cost})"],
    ["calculate", "asked", "Demandé", "Asked", "المطلوب", "", "", "", "", "sum(${cost}) - sum(${own})"],
    ["begin repeat", "papers", "Papiers", "Papers", "الأوراق"],
    ["image", "paper", "Papier", "Paper", "ورقة"],
    ["end repeat"],
]
BUDGET[10][0] = "text"
BUDGET[10] = [*BUDGET[10], "", "", "", "phone"]


def test_a_group_that_repeats_becomes_a_table_with_what_its_lines_compute():
    found = carried(BUDGET)
    form = read(found.definition)
    assert faults(form, ["fr", "en", "ar"], "MAD") == []
    table = form.question("budget")
    assert list(form.by_key) == ["budget"]
    assert (table.kind, table.rows, table.sensitivity, table.jurors) == ("table", 5, "restricted", False)
    kinds = ["text", "number", "money", "money", "money", "money", "text", "text"]
    assert list(table.column_kinds) == ["item", "qty", "price", "own", "cost", "rest", "fresh", "seller"]
    assert list(table.column_kinds.values()) == kinds
    by_key = {column.key: column for column in table.columns}
    assert (by_key["item"].required, by_key["item"].limit) == (True, 80)
    assert (by_key["qty"].whole, by_key["qty"].minimum, by_key["qty"].maximum) == (True, 1, None)
    assert (by_key["price"].whole, by_key["price"].maximum) == (False, 20_000_00)
    assert by_key["cost"].product == ("qty", "price")
    assert (by_key["rest"].plus, by_key["rest"].minus) == (("cost",), ("own",))
    whole, asked = table.totals
    assert (whole.label["ar"], whole.plus, whole.signed) == ("المجموع: الكلفة", ("cost",), False)
    assert (asked.label["en"], asked.plus, asked.minus, asked.signed) == ("Asked", ("cost",), ("own",), True)
    answered = {"item": "Machine", "qty": "2", "price": 5_000_00, "own": 500_00}
    assert totals(table, [answered]) == {"all": 10_000_00, "asked": 9_500_00}


def test_what_has_no_place_in_a_line_of_a_table_is_listed_with_its_row():
    assert reasons(carried(BUDGET)) == {
        ("survey", 2): ["how_many"],
        ("survey", 3): ["heading_in_table"],
        ("survey", 5): ["cell_help"],
        ("survey", 10): ["cell_text", "cell_condition"],
        ("survey", 12): ["no_cell"],
        ("survey", 13): ["repeat_in_repeat"],
        ("survey", 14): ["in_repeat"],
        ("survey", 15): ["in_repeat"],
        ("survey", 17): ["calculated"],
        ("survey", 21): ["repeat"],
        ("survey", 22): ["no_cell"],
        ("choices", 2): ["list_unused"],
        ("choices", 3): ["list_unused"],
    }


def test_what_lists_show_is_guessed_from_names_that_say_it_and_from_no_other():
    survey = [
        HEAD,
        ["text", "nom", "Nom", "Name", "الاسم"],
        ["text", "titre_projet", "Titre", "Title", "العنوان"],
        ["select_one yn", "secteur", "Secteur", "Sector", "القطاع"],
        ["decimal", "own_share", "Apport", "Own", "المساهمة", "", "", "", "money"],
        ["decimal", "montant_demande", "Montant", "Amount", "المبلغ", "", "", "", "money"],
    ]
    summary = {"title": "titre_projet", "sector": "secteur", "requested": "montant_demande"}
    assert carried(survey).definition["summary"] == summary
    assert carried(survey[:2]).definition["summary"] == {}
    sealed = [[*HEAD, "sensitivity"], ["text", "title", "T", "T", "T", "", "", "", "", "vault"]]
    assert carried(sealed).definition["summary"] == {}


def test_other_languages_columns_and_sheets_are_named_once():
    survey = [["type", "name", "label", "label::Tamasheq (taq)", "remarks"], ["text", "q", "Q", "T", "R"]]
    found = carried(survey, notes=[["anything"]])
    lost = {(fate.sheet, loss.column, loss.reason) for fate in found.fates for loss in fate.lost}
    assert ("survey", "label::Tamasheq (taq)", "language") in lost
    assert ("survey", "remarks", "column") in lost
    assert ("notes", "", "sheet") in lost
    assert read(found.definition).question("q").label == {"fr": "Q"}


def test_the_file_says_in_which_language_it_speaks():
    settings_ = [["form_title", "default_language"], ["Notre idée", "العربية (ar)"]]
    found = carried([["type", "name", "label"], ["text", "q", "سؤال"]], settings=settings_)
    assert read(found.definition).question("q").label == {"ar": "سؤال"}
    assert [language_of(name) for name in ("French (fr)", "Français", "anglais", "عربي", "Hausa (ha)")] == [
        *("fr", "fr", "en", "ar", "")
    ]


def test_a_question_asked_before_keeps_its_key_unless_it_is_another_one():
    survey = [HEAD, ["text", "trade", "Q", "Q", "Q"], ["text", "since", "Q", "Q", "Q"]]
    found = carried(survey, kept={"trade": "text", "since": "number"})
    assert list(read(found.definition).by_key) == ["trade", "since_2"]


def test_nothing_behind_sixty_blank_rows_is_lost():
    survey = [HEAD, ["text", "q", "Q", "Q", "Q"], *[[]] * 80, ["text", "far", "Q", "Q", "Q"]]
    found = carried(survey)
    assert list(read(found.definition).by_key) == ["q", "far"]
    assert found.fates[-3].row == 83


# Every row, whatever it says

NAMES = st.sampled_from(["a", "b", "c", "d", "e-1", "F_2"])
TYPES = st.sampled_from(
    (
        *("text", "integer", "decimal", "date", "note", "image", "acknowledge", "geopoint", "start", "range"),
        *(
            "select_one yn",
            "select_multiple yn",
            "select_one other",
            "rank yn",
            "strange",
            "dateTime",
            "audio",
        ),
    )
)
EXPRESSIONS = st.sampled_from(
    ["", "", "${a} = 'y'", "selected(${b}, 'n')", "1", "true()", ". > 3", ". <= 5 or 1", "a(((", "count(.)"]
)
ROWS = st.tuples(
    TYPES, st.sampled_from(["Q", ""]), EXPRESSIONS, EXPRESSIONS, st.sampled_from(["", "money x"])
)


@st.composite
def surveys(draw):
    head = ["type", "name", "label::fr", "relevant", "constraint", "appearance", "odd"]
    rows, open_ = [head], []
    for number, row in enumerate(draw(st.lists(ROWS, min_size=2, max_size=12)), start=1):
        if draw(st.booleans()) and number % 3 == 0:
            kind = draw(st.sampled_from(["group", "repeat"]))
            rows.append([f"begin {kind}", f"g{number}", row[1], row[2]])
            open_.append(kind)
        if draw(st.integers(0, 4)) == 0:
            rows.append([])
        rows.append([row[0], f"q{number}" if number > 4 else "abcd"[number - 1], *row[1:], "odd"])
        if open_ and draw(st.booleans()):
            rows.append([f"end {open_.pop()}"])
    return [*rows, *[[f"end {kind}"] for kind in reversed(open_)]]


@pytest.mark.long
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(survey=surveys(), extra=st.lists(st.sampled_from(["z", "w"]), max_size=2, unique=True))
def test_every_row_is_in_the_form_or_in_the_list(survey, extra):
    choices = [
        *YES_NO,
        *[[name, "1", "Un", "One", "واحد"] for name in extra],
        ["other", "1", "Un", "One", "و"],
    ]
    found = carried(survey, choices)
    keys = set(read(found.definition).by_key)
    told = {}
    for fate in found.fates:
        told.setdefault((fate.sheet, fate.row), []).append(fate)
    for sheet, rows in (("survey", survey), ("choices", choices)):
        for number, row in enumerate(rows[1:], start=2):
            if any(row):
                (fate,) = told[sheet, number]
                assert fate.became or fate.lost, (sheet, number, row)
                assert fate.became != "question" or fate.name in keys
    asked = {fate.name for fate in found.fates if fate.became == "question"}
    assert {key for key in keys if read(found.definition).question(key).is_asked} <= asked
    assert {loss.reason for fate in found.fates for loss in fate.lost} <= set(REASONS)
    form = read(found.definition)
    assert not [one for one in faults(form, ["fr"], "MAD") if "depends" in one.sentence]


# Conditions and limits

ASKED = {
    "c": Asked("c", CHOICE, {"y": "y", "n": "n"}),
    "m": Asked("m", CHOICES, {"1": "1", "2": "2"}),
    "d": Asked("d", DECLARATION),
}


@pytest.mark.parametrize(
    ("text", "shown_if"),
    [
        ("${c} = 'y'", ["c", "y"]),
        ("(${c}='y') or ${c} = “n”", ["c", "y", "n"]),
        ("selected(${m}, '1') or selected(${m}, '2')", ["m", "1", "2"]),
        ("${d} = 'OK'", ["d", "true"]),
    ],
)
def test_a_condition_on_one_choice_is_carried_over(text, shown_if):
    assert condition(text, ASKED) == shown_if


@pytest.mark.parametrize(
    "text",
    [
        "${c} != 'y'",
        "${c} = 'other'",
        "${m} = '1'",
        "not(selected(${m}, '1'))",
        "${c} = 'y' and ${d} = 'OK'",
        "${c} = 'y' or ${d} = 'OK'",
        "${unknown} = 'y'",
        "((((",
        ")",
        "",
        "x" * 2000,
    ],
)
def test_a_condition_that_says_more_is_not_guessed_at(text):
    with pytest.raises(NotExpressible):
        condition(text, ASKED)


def test_limits_are_exact_or_not_carried_over():
    assert limits(". > 3", whole_numbers=True).minimum == 4
    found = limits("18 <= . and . <= 65.5", whole_numbers=False)
    assert (found.minimum, str(found.maximum), found.whole) == (18, "65.5", True)
    assert limits("string-length(.) < 141", whole_numbers=False).letters == 140
    assert not limits(". >= 3 and . != 5", whole_numbers=True).whole
    for text in (". > 3", "regex(., 'x')", ". >= 1 or . = 0", ". <= today()"):
        with pytest.raises(NotExpressible):
            limits(text, whole_numbers=False)


# What is refused


@pytest.mark.parametrize(
    ("survey", "said"),
    [
        ([HEAD, ["begin group", "g", "G"], ["text", "q", "Q"]], "does not end"),
        ([HEAD, ["text", "q", "Q"], ["text", "q", "Q"]], "Row 3: The name “q” is used twice"),
        ([HEAD, ["select_one missing", "q", "Q"]], "no list “missing”"),
        ([HEAD, ["text", "", "Q"]], "Row 2: The question or group has no name"),
        ([HEAD, ["text", "2 q", "Q"]], "begins with a letter"),
        ([HEAD, ["text", "q", "Q", "", "", "", "${nobody} = 'y'"]], "refers to a question “nobody”"),
        ([["kind", "name"], ["text", "q"]], "A column is missing: 'type'"),
        ([["type", "name", "name"], ["text", "q", "q"]], "two columns are called “name”"),
    ],
)
def test_what_pyxform_refuses_is_said_with_its_row(survey, said):
    with pytest.raises(FormRefused) as caught:
        carried(survey)
    assert said in " ".join(caught.value.sentences)


def test_a_file_that_is_no_form_is_refused_before_it_is_read(monkeypatch):
    with pytest.raises(FormRefused, match="survey"):
        workbook.open_workbook(xlsform({"Sheet1": [["a"]]}), "form.xlsx")
    for data, name in ((b"PK\x03\x04 nothing", "a.xlsx"), (b"%PDF-1.7", "a.pdf"), (b"", "a.xlsx")):
        with pytest.raises(FileRefused):
            workbook.open_workbook(data, name)
    with pytest.raises(FileRefused):
        workbook.open_workbook(b"x" * (workbook.MOST_BYTES + 1), "a.xlsx")
    wide = xlsform({"survey": [["type", "name", *[f"c{n}" for n in range(300)]], ["text", "q"]]})
    with pytest.raises(FileRefused, match="unpacks"):
        workbook.open_workbook(wide, "form.xlsx")
    long = xlsform({"survey": [HEAD, *[["note", f"n{n}", "N"] for n in range(1_001)]]})
    with pytest.raises(FormRefused, match="more than 1000 rows"):
        workbook.open_workbook(long, "form.xlsx")


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_hostile_files_are_refused_like_everywhere(case):
    _name, data, _code = REFUSED[case]
    with pytest.raises(FileRefused):
        workbook.open_workbook(data, "form.xlsx")


def rewritten(change, survey=None):
    """A workbook whose sheet of questions was written by hand."""
    source = zipfile.ZipFile(io.BytesIO(xlsform({"survey": survey or FULL, "choices": YES_NO})))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            content = source.read(part)
            if part == "xl/worksheets/sheet1.xml":
                content = change(content.decode()).encode()
            target.writestr(part, content)
    return out.getvalue()


def test_a_sheet_that_lies_about_its_size_is_read_whole():
    lying = rewritten(lambda sheet: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:B2"', sheet))
    assert len(workbook.open_workbook(lying, "form.xlsx").rows["survey"]) == len(FULL) - 1


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: sheet.replace('r="A2"', 'r="XFD2"').replace('r="B2"', 'r="XFE2"'),
        lambda sheet: sheet.replace("<v>0</v>", "<v>99999</v>"),
        lambda sheet: sheet.replace("<v>0</v>", "<v>x</v>"),
        lambda sheet: sheet.replace('<row r="2"', '<row r="1048577"'),
        lambda sheet: sheet[: len(sheet) // 2],
        lambda sheet: sheet.replace("<sheetData>", "<sheetData><row r='-1'><c r='A0'/></row>"),
    ],
)
def test_a_sheet_that_is_broken_is_refused_or_read_never_an_error(change):
    with contextlib.suppress(FileRefused, FormRefused):
        workbook.open_workbook(rewritten(change), "form.xlsx")


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)
CELLS = st.one_of(
    st.none(),
    TEXT,
    st.integers(-5, 5),
    st.booleans(),
    st.sampled_from(["text", "note", "begin group", "${a}"]),
)


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    heads=st.lists(
        st.one_of(
            TEXT, st.sampled_from(["type", "name", "label", "label::fr", "relevant", "bind::odd", "a::b::c"])
        ),
        max_size=7,
    ),
    rows=st.lists(st.lists(CELLS, max_size=7), max_size=5),
)
def test_whatever_stands_in_the_cells_it_is_read_or_refused(heads, rows):
    data = xlsform({"survey": [["type", "name", "label"], ["text", "q", "Q"]], "choices": [heads, *rows]})
    free = xlsform({"survey": [[*heads, "type", "name"], *rows], "choices": YES_NO})
    for written in (data, free):
        with contextlib.suppress(FormRefused):
            book = workbook.open_workbook(written, "form.xlsx")
            read(carry_over(book, spoken="fr", currency="MAD", kept={}).definition)


# In the browser


@pytest.mark.long
@pytest.mark.django_db
def test_a_manager_sees_what_becomes_of_each_row_then_takes_the_form(client):
    world = programme_world()
    client.force_login(world.member("manager"))
    args = [world.programme.code, world.call.code, "idea"]
    upload = SimpleUploadedFile("idée.xlsx", xlsform({"survey": FULL, "choices": YES_NO}))
    page = client.post(
        reverse("applications:import_form", args=args), {"file": upload, "spoken": "fr"}, follow=True
    )
    assert "2 things are not carried over" in page.content.decode()
    assert form_versions.newest(world.call, "idea") is None
    found = FormImport.objects.get()
    client.post(reverse("applications:take_form_import", args=[*args, found.pk]), {"jurors": "yes"})
    draft = form_versions.draft_of(world.call, "idea")
    assert [draft.form.question(key).jurors for key in ("nom", "photo", "ok")] == [True, False, False]
    later = client.get(found.get_absolute_url()).content.decode()
    assert "It became the draft of version 1" in later
    assert "column of a table: Short text" in later


@pytest.mark.django_db
def test_what_stands_against_a_file_is_said_beside_it(client):
    world = programme_world()
    client.force_login(world.member("manager"))
    address = reverse("applications:import_form", args=[world.programme.code, world.call.code, "idea"])
    broken = SimpleUploadedFile("form.xlsx", xlsform({"survey": [HEAD, ["select_one none", "q", "Q"]]}))
    page = client.post(address, {"file": broken, "spoken": "fr"}, headers={"accept-language": "fr"})
    assert page.status_code == 422
    assert page.context["form"].errors["file"]
    assert not FormImport.objects.exists()


@pytest.mark.django_db
def test_an_imported_form_replaces_the_draft_never_a_published_version():
    world = programme_world()
    prepare_call(world.call)
    open_call(world)
    published = form_versions.newest(world.call, "idea")
    found = a_form_import(world)
    again = a_form_import(world)
    assert FormImport.objects.get() == again
    with pytest.raises(FormImport.DoesNotExist):
        form_imports.take(found, shown_to_jurors=False, at=BEGUN)
    draft = form_imports.take(again, shown_to_jurors=False, at=BEGUN)
    assert (draft.version, list(draft.form.by_key)) == (2, ["trade"])
    assert form_versions.newest(world.call, "idea").version == 2
    published.refresh_from_db()
    assert published.version == 1
    with pytest.raises(Refused):
        form_imports.take(again, shown_to_jurors=False, at=BEGUN)
