"""The visit form: configured by a manager, the same on page and phone, kept by visits that began with it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from followup import form_versions, visit_answers, visit_levels
from followup.caseload import caseload_of
from followup.enterprises import hand_over
from followup.form_parts import FIXED, asks_of
from followup.models import Visit, VisitFormVersion
from tests.documents.reading import text_of
from tests.worlds.applications import xlsform
from tests.worlds.disbursements import CASH_60_40, grant_world
from workflow import Refused, fire


def said(word):
    """A text in every language."""
    return {"fr": word, "en": word, "ar": word}


OWN = {
    "sections": [
        {
            "key": "market",
            "title": said("Market"),
            "questions": [
                {
                    "key": "shade",
                    "kind": "declaration",
                    "label": {**said("Shade"), "fr": "Ombre"},
                    "required": True,
                },
                {
                    "key": "buyers",
                    "kind": "number",
                    "whole": True,
                    "label": said("Buyers"),
                    "maximum": 50,
                    "soft": True,
                },
                {"key": "stock", "kind": "money", "label": said("Stock"), "minimum": 100, "level": "warn"},
                {
                    "key": "sells",
                    "kind": "choices",
                    "label": said("Sells"),
                    "choices": [["fruit", said("Fruit")], ["veg", said("Vegetables")]],
                },
                {
                    "key": "reopens",
                    "kind": "date",
                    "label": said("Reopens"),
                    "required": True,
                    "shown_if": ["status", "suspended"],
                },
                {
                    "key": "shares",
                    "kind": "number",
                    "label": said("Shares"),
                    "groups": True,
                    "required": True,
                },
                {
                    "key": "before",
                    "kind": "text",
                    "label": said("Before"),
                    "baseline": True,
                    "required": True,
                },
                {
                    "key": "tools",
                    "kind": "table",
                    "label": said("Tools"),
                    "columns": [{"key": "worth", "kind": "money", "label": said("Worth")}],
                },
            ],
        }
    ],
    "currency": "MAD",
    "standard": {"met": {"off": True}, "wellbeing_consent": {"off": True}, "turnover": {"level": "block"}},
}


def found(answers, code="M1", is_group=False):
    """What the levels of OWN say of answers: (question, blocks)."""
    parts = form_versions.parts_of(OWN)
    problems = visit_levels.problems(parts, answers, code=code, is_group=is_group, currency="MAD")
    return {(one.field, one.blocks) for one in problems}


def test_a_definition_becomes_the_parts_of_a_visit():
    parts = form_versions.parts_of(OWN)
    names = [ask.name for ask in asks_of(parts)]
    assert not {"met", "wellbeing"} & set(names), "what depends on one goes with it"
    assert names[-8:] == ["shade", "buyers", "stock", "sells", "reopens", "shares", "before", "tools"]
    assert set(FIXED) <= set(names)
    off = {**OWN, "standard": {key: {"off": True} for key in FIXED}}
    assert set(FIXED) <= {ask.name for ask in asks_of(form_versions.parts_of(off))}


def test_levels_bounds_and_conditions_hold():
    assert found({}) == {("turnover", True), ("shade", True), ("stock", False)}
    full = {"turnover": 1, "shade": False, "stock": 50, "buyers": 80, "status": "suspended"}
    assert found(full) == {("stock", True), ("buyers", False), ("reopens", True)}
    assert ("shares", True) in found({}, is_group=True)
    assert ("before", True) in found({}, code="V0")


def test_kinds_of_own_questions_are_checked():
    parts = form_versions.parts_of(OWN)
    good = {"shade": True, "sells": ["veg"], "shares": 2.5, "tools": [{"worth": 100}]}
    assert visit_answers.clean(good, parts) == (good, {})
    bad = {"shade": "yes", "sells": ["meat"], "shares": True, "tools": [{"worth": "x"}], "met": "owner"}
    assert set(visit_answers.clean(bad, parts)[1]) == set(bad)


@pytest.fixture
def here(db):
    """A programme with one grant, followed by a coach, and a visit that waits."""
    money = grant_world(14_000_00, rows=CASH_60_40)
    money.activate()
    enterprise = money.grant.enterprise
    hand_over(enterprise, coach=money.member("coach"), day=money.today, reason="First")
    Visit.objects.create(
        case=enterprise.case,
        enterprise=enterprise,
        programme=enterprise.programme,
        code="M1",
        due_on=money.today,
        coach=money.member("coach"),
    )
    return money


def publish(here, definition=OWN):
    """Publish a version as the manager."""
    manager = here.member("manager")
    draft = form_versions.begin(here.grant.programme, actor=manager, at=timezone.now())
    form_versions.change_draft(draft, lambda _before: definition)
    form_versions.publish(draft, actor=manager, at=timezone.now())
    return draft


def address(name, here, *more):
    """The address of a page about the form."""
    return reverse(f"followup:visit_{name}", args=[here.grant.programme.code, *more])


@pytest.mark.long
def test_a_manager_makes_a_form_in_the_browser(here, client):
    client.force_login(here.member("manager"))
    assert "The risk and the hold" in client.get(address("builder", here)).content.decode()
    client.post(address("choose_form", here))
    texts = {f"title_{code}": "Market" for code in ("fr", "en", "ar")}
    client.post(address("add_section", here), texts)
    labels = {f"label_{code}": "Shade" for code in ("fr", "en")}
    new = f"{address('add_question', here, 'market')}?kind=declaration"
    client.post(new, {**labels, "level": "block", "shown_if": "status=open"})
    draft = form_versions.draft_of(here.grant.programme)
    (question,) = draft.definition["sections"][0]["questions"]
    assert question["required"]
    assert question["shown_if"] == ["status", "open"]
    assert question["key"] == "shade"
    missing = client.get(address("publish_form", here)).content.decode()
    assert "Arabic" in missing
    client.post(address("publish_form", here))
    assert form_versions.draft_of(here.grant.programme) is not None, "a text is missing in Arabic"
    edit = address("edit_question", here, "shade")
    client.post(
        edit, {**labels, "label_ar": "ظل", "level": "block", "shown_if": "status=open", "section": "market"}
    )
    client.post(address("standard", here, "met"), {})
    client.post(address("standard", here, "turnover"), {"level": "warn"})
    assert client.post(address("standard", here, "status"), {}).status_code == 404
    client.post(address("publish_form", here))
    version = VisitFormVersion.objects.get(programme=here.grant.programme)
    assert not version.is_draft
    assert version.definition["standard"] == {"met": {"off": True}, "turnover": {"level": "warn"}}
    preview = client.get(address("preview", here)).content.decode()
    assert "Shade" in preview
    assert 'name="met"' not in preview
    checked = client.post(address("preview", here), {"modality": "on_site", "status": "open"})
    assert "This is needed." in checked.content.decode()


def test_a_published_version_is_never_changed(here):
    version = publish(here)
    with pytest.raises(Refused):
        form_versions.change_draft(version, lambda before: before)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE followup_visitformversion SET number = 9 WHERE id = %s", [version.pk])


ANSWERS = {
    "performed_on": "",
    "modality": "on_site",
    "status": "open",
    "turnover": "1 200,50",
    "shade": "no",
    "stock": "2",
    "sells": ["fruit", "veg"],
    "tools-0-worth": "30",
    "jobs-0-sex": "female",
    "jobs-0-months": "12",
    "latitude": "34.02",
    "longitude": "-6.84",
}


def photo(colour):
    """A small picture, as an upload."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return SimpleUploadedFile(f"{colour}.jpg", out.getvalue(), "image/jpeg")


def visit_of(here):
    """The visit of the world, with its coach."""
    return Visit.objects.get(enterprise__grant=here.grant, code="M1")


@pytest.mark.long
def test_the_page_asks_what_the_phone_asks_and_blocks_alike(here, client):
    publish(here)
    visit = visit_of(here)
    client.force_login(visit.coach)
    page = reverse("followup:visit_form", args=[visit.pk])
    text = client.get(page).content.decode()
    version = f"{visit.programme.code}/2"
    carried = caseload_of(visit.coach, timezone.now())
    assert carried["standard"][version]["met"] == {"off": True}
    (part,) = carried["forms"][version]
    for ask in part["asks"]:
        if not ask.get("groups") and not ask.get("visits"):
            assert f'id="ask-{ask["name"]}"' in text
    assert 'name="met"' not in text
    day = timezone.localdate().isoformat()
    posted = {**ANSWERS, "performed_on": day, "version": visit.revision, "form_version": "2"}
    signed = {"drawn-signature_person": "", "file-photos-0": photo("red"), "agreed-photos-0": "on"}
    signed |= {"file-photos-1": photo("blue"), "file-signature_person-0": photo("black")}
    answer = client.post(page, {**posted, **signed, "shade": "", "stay": "1"})
    visit.refresh_from_db()
    assert answer.status_code == 200
    assert "This is needed." in answer.content.decode()
    assert visit.form_version == 2
    assert visit.answers["turnover"] == 120050
    assert visit.answers["sells"] == ["fruit", "veg"]
    assert visit.answers["jobs_women"] == 1
    assert visit.answers["tools"] == [{"worth": 3000}]
    assert [one.consent for one in visit.media.filter(field="photos")] == [True, False]
    with pytest.raises(Refused, match="This is needed"):
        fire(visit, "submit", actor=visit.coach)
    publish(here, {"sections": []})
    again = client.get(page).content.decode()
    assert 'id="ask-shade"' in again, "a visit keeps the version that it was begun with"
    posted["version"] = visit.revision
    client.post(page, {**posted, "file-photos-0": photo("red")})
    visit.refresh_from_db()
    assert visit.media.filter(field="photos").count() == 2, "the same photo twice is one"
    held = {f"shown-{one.uid}": "1" for one in visit.media.filter(field="photos")}
    client.post(page, {**posted, **held, "version": visit.revision})
    assert not visit.media.filter(field="photos", consent=True).exists(), "consent can be taken back"
    visit.refresh_from_db()
    fire(visit, "submit", actor=visit.coach)
    assert visit.state == "submitted"
    assert visit.form_version == 2


FIELD_FORM = [
    [
        "type",
        "name",
        "label::Français (fr)",
        "label::English (en)",
        "label::العربية (ar)",
        "relevant",
        "required",
    ],
    ["begin group", "stall", "Étal", "Stall", "كشك"],
    ["integer", "turnover", "Ventes", "Sales", "مبيعات"],
    ["select_one st", "status", "État", "State", "الحالة"],
    ["select_one yn", "roof", "Toit", "Roof", "سقف", "${status} = 'open'", "yes"],
    ["phone", "boss", "Chef", "Boss", "رئيس", "${turnover} > 5"],
    ["begin repeat", "wares", "Biens", "Goods", "سلع"],
    ["text", "item", "Article", "Item", "بند"],
    ["integer", "many", "Nombre", "How many", "عدد"],
    ["end repeat"],
    ["image", "front", "Façade", "Front", "واجهة"],
    ["audio", "voice", "Voix", "Voice", "صوت"],
    ["end group"],
]
FIELD_FORM[5][0] = "text"
LISTS = [
    ["list_name", "name", "label::Français (fr)", "label::English (en)", "label::العربية (ar)"],
    ["yn", "y", "Oui", "Yes", "نعم"],
    ["yn", "n", "Non", "No", "لا"],
    ["st", "open", "Ouvert", "Open", "مفتوح"],
    ["st", "closed", "Fermé", "Closed", "مغلق"],
]


@pytest.mark.long
def test_an_xlsform_becomes_a_version_and_says_what_is_lost(here, client):
    client.force_login(here.member("manager"))
    client.post(address("choose_form", here))
    data = xlsform({"survey": FIELD_FORM, "choices": LISTS})
    file = SimpleUploadedFile("stall.xlsx", data)
    answer = client.post(address("import_form", here), {"file": file, "spoken": "fr"}, follow=True)
    text = answer.content.decode()
    assert "The standard visit form asks this already." in text
    draft = form_versions.draft_of(here.grant.programme)
    assert draft.file_name == "stall.xlsx"
    asks = {ask.name: ask for ask in asks_of(form_versions.parts_of(draft.definition))}
    assert asks["roof"].shown_if == ("status", ("open",))
    assert asks["roof"].must
    assert [column.kind for column in asks["wares"].columns] == ["text", "number"]
    assert asks["front"].kind == "photos"
    assert "voice" not in asks
    form_versions.publish(draft, actor=here.member("manager"), at=timezone.now())


def test_the_limits_of_columns_that_a_visit_drops_are_listed_column_by_column(here, client):
    client.force_login(here.member("manager"))
    client.post(address("choose_form", here))
    rows = [[*row, *[""] * (7 - len(row)), ""] for row in FIELD_FORM]
    rows[0][7] = "constraint"
    (many,) = [row for row in rows if row[1] == "many"]
    (item,) = [row for row in rows if row[1] == "item"]
    many[0], many[7], item[6] = "decimal", ". <= 5", "yes"
    data = xlsform({"survey": rows, "choices": LISTS})
    file = SimpleUploadedFile("stall.xlsx", data)
    text = client.post(address("import_form", here), {"file": file, "spoken": "fr"}, follow=True)
    draft = form_versions.draft_of(here.grant.programme)
    said = {fate["name"]: [loss["reason"] for loss in fate["lost"]] for fate in draft.findings}
    assert said["wares.many"] == said["wares.item"] == ["visit_cells"]
    assert said["wares"] == []
    assert text.content.decode().count("In a visit a cell may stay empty and has no bounds.") == 2
    columns = form_versions.parts_of(draft.definition)[-1].asks
    assert not any(column.must for ask in columns for column in ask.columns)


@pytest.mark.long
def test_the_sheet_names_the_case_and_nobody(here, client):
    publish(here)
    visit = visit_of(here)
    client.force_login(visit.coach)
    for language in ("fr", "ar", "en"):
        answer = client.get(reverse("followup:visit_sheet", args=[visit.pk, language]))
        assert answer["Content-Type"] == "application/pdf"
        words = text_of(answer.content)
        assert visit.case.number in words
        assert visit.enterprise.name not in words
        assert ("Ombre" if language == "fr" else "Shade") in words, "a sheet speaks its own language"
        if language == "en":
            assert "Only if you answered" in words
    assert client.get(reverse("followup:visit_sheet", args=[visit.pk, "xx"])).status_code == 404
