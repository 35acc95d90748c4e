"""Exports of KoboToolbox and ODK: every row counts once or is refused with a sentence."""

import csv
import io
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook
from PIL import Image

from documents.intake import FileRefused
from documents.intake.tables import read_table
from documents.models import Document
from followup import field_exports, kobo, repeats
from followup.enterprises import hand_over
from followup.field_exports import Export, Pictures, read_export
from followup.form_parts import VERSION_1
from followup.models import Visit, VisitMedia, VisitSubmission
from followup.models.imports import VisitMapping, WaitingTable
from followup.visit_imports import attach, forget_tables, mapping_for, take_in
from tests.worlds.disbursements import CASH_60_40, grant_world
from tests.worlds.field import field_world

HEADINGS = [
    "start",
    "end",
    "ident/case_number",
    "ident/visit_code",
    "business/status",
    "meeting/modality",
    "money/turnover",
    "money/profit",
    "place",
    "tools",
    "tools/hammer",
    "tools/saw",
    "photos",
    "meta/instanceID",
    "note",
]


def row(case: str, **more: str) -> dict[str, str]:
    """One line as Kobo exports it."""
    return {
        "start": "2026-03-02T09:00:00.000+01:00",
        "end": "2026-03-02T10:05:00.000+01:00",
        "ident/case_number": case,
        "business/status": "OPEN",
        "meeting/modality": "on_site",
        "money/turnover": "6 200,50",
        "money/profit": "-450",
        "place": "34.02 -6.84 75.0 4.9",
        "tools": "hammer saw",
        "tools/hammer": "1",
        "tools/saw": "0",
        "photos": "1772448.jpg",
        "meta/instanceID": f"uuid:{uuid4()}",
        "note": "Belle vitrine",
        **more,
    }


def csv_of(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADINGS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def table(*rows: dict[str, str]):
    return read_table(csv_of(*rows), "export.csv")


def test_columns_are_found_by_the_last_part_of_their_name():
    found = kobo.suggest(HEADINGS, VERSION_1)
    assert found[kobo.UID] == "meta/instanceID"
    assert found[kobo.CASE] == "ident/case_number"
    assert (found["turnover"], found["status"], found["place"]) == (
        "money/turnover",
        "business/status",
        "place",
    )


def test_answers_of_a_question_with_several_are_no_columns_of_their_own():
    sheet = table(row("1"))
    options = kobo.parents(sheet.headings, (cells for _number, cells in sheet.rows))
    assert options == {"tools/hammer": "tools", "tools/saw": "tools"}
    assert kobo.parents(["a", "a/b"], [["x", "words"]]) == {}, "a group is no question"


def test_a_row_becomes_answers_in_minor_units_with_unknown_left_out():
    sheet = table(row("12345-6", **{"money/turnover": ""}))
    cells = dict(zip(sheet.headings, sheet.rows[0][1], strict=True))
    line = kobo.line_of(2, cells, kobo.suggest(sheet.headings, VERSION_1), parts=VERSION_1, exponent=2)
    assert line.problems == []
    assert line.answers == {
        "performed_on": "2026-03-02",
        "status": "open",
        "modality": "on_site",
        "profit": -45_000,
        "latitude": 34.02,
        "longitude": -6.84,
        "accuracy": 4.9,
    }
    assert line.media == [("photos", "1772448.jpg")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"money/turnover": "much"},
        {"business/status": "flying"},
        {"place": "here"},
        {"meta/instanceID": "7"},
        {"ident/case_number": ""},
        {"end": ""},
    ],
)
def test_what_cannot_be_read_is_a_sentence_and_never_dropped(wrong):
    sheet = table(row("12345-6", **wrong))
    cells = dict(zip(sheet.headings, sheet.rows[0][1], strict=True))
    line = kobo.line_of(2, cells, kobo.suggest(sheet.headings, VERSION_1), parts=VERSION_1, exponent=2)
    assert len(line.problems) == 1


@pytest.mark.long
@pytest.mark.django_db
def test_the_same_file_twice_adds_nothing_and_every_row_is_accounted_for():
    money = grant_world(14_000_00, rows=CASH_60_40)
    money.activate()
    enterprise = money.grant.enterprise
    hand_over(enterprise, coach=money.member("coach"), day=money.today, reason="First")
    visit = Visit.objects.create(
        case=enterprise.case,
        enterprise=enterprise,
        programme=enterprise.programme,
        code="M1",
        due_on=money.today,
        coach=money.member("coach"),
    )
    number = enterprise.case.number
    planned = row(number, **{"ident/visit_code": "M1"})
    sheet = table(
        planned,
        row(number),
        row("00000-0"),
        row(number, **{"money/profit": "?"}),
        row(number, **{"ident/visit_code": "M9"}),
    )
    programme, by = money.world.programme, money.member("supervisor")
    mapping = mapping_for(Export(sheet), programme)
    given = {"name": "export.csv", "by": by, "at": money.now()}
    first = take_in(Export(sheet), mapping, programme, **given)
    assert (first.new, first.known, first.refused) == (2, 0, 3), first.rows
    assert all(why for _number, _uid, word, why, _media in first.rows if word == "refused")
    assert [heading for heading, _filled in first.left_out] == [
        "start",
        "tools",
        "tools/hammer",
        "tools/saw",
        "note",
    ]
    again = take_in(Export(sheet), mapping, programme, **given)
    assert (again.new, again.known, again.refused) == (0, 2, 3)
    assert VisitSubmission.objects.count() == 2
    assert VisitMapping.objects.count() == 1
    visit.refresh_from_db()
    assert (visit.state, visit.author) == ("submitted", money.member("coach"))
    assert visit.answers["turnover"] == 620_050
    changed = table({**planned, "money/turnover": "1"})
    other = take_in(Export(changed), mapping, programme, **given)
    assert other.rows[0][2] == "refused", "nothing is overwritten"


def picture(colour: str) -> bytes:
    """A small photo."""
    out = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(out, "JPEG")
    return out.getvalue()


def archive(**entries: bytes) -> bytes:
    """A zip; a path's "/" is written "__"."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in entries.items():
            packed.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def workbook(**sheets: list[list[str]]) -> bytes:
    """An export as KoboToolbox makes it: one sheet, and one for each repeat."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for cells in rows:
            page.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_lines_that_repeat_find_their_visit():
    main = [["_uuid", "_index"], ["a", "1"], ["b", "2"]]
    jobs = [
        ["jobs/sex", "jobs/months", "_parent_index"],
        ["Woman", "12", "2"],
        ["male", "6", "2"],
        ["male", "1", "9"],
    ]
    export = read_export(workbook(main=main, jobs=jobs), "kobo.xlsx")
    held = repeats.attached(export.main, export.repeats)
    found = held.lines["jobs"]
    assert list(found) == [3]
    assert [(one.table, one.number) for one in held.lost] == [("jobs", 4)]
    mapping = kobo.suggest_repeats({"jobs": export.repeats["jobs"].headings}, VERSION_1)
    assert mapping == {"jobs.sex": "jobs\tjobs/sex", "jobs.months": "jobs\tjobs/months"}
    line = kobo.line_of(3, {}, mapping, parts=VERSION_1, exponent=2, repeated={"jobs": found[3]})
    assert line.answers["jobs"] == [{"sex": "female", "months": 12}, {"sex": "male", "months": 6}]


def test_an_archive_of_odk_central_holds_its_tables():
    data = archive(
        **{
            "visit.csv": b"KEY,status\nuuid:1,open\n",
            "visit-assets.csv": b"name,found,PARENT_KEY\nOven,seen,uuid:1\n",
            "media__1.jpg": picture("red"),
        }
    )
    export = read_export(data, "odk.zip")
    assert export.main.headings == ["KEY", "status"]
    assert repeats.attached(export.main, export.repeats).lost == []
    assert kobo.suggest_repeats({"visit-assets": ["name", "found"]}, VERSION_1)["assets.found"]
    with pytest.raises(FileRefused):
        read_export(b"PK\x03\x04nothing", "odk.zip")


SHOPS = [
    ["shop", "_index", "_parent_table_name", "_parent_index", "_submission__uuid"],
    ["Market", "1", "visits of the year", "2", "b"],
    ["Street", "2", "visits of the year", "1", "a"],
    ["Closed", "3", "visits of the year", "1", "a"],
]
JOBS = [
    ["sex", "months", "_index", "_parent_table_name", "_parent_index", "_submission__uuid"],
    ["female", "6", "1", "shops", "1", "b"],
    ["male", "3", "2", "shops", "2", "a"],
    ["male", "2", "3", "shops", "9", "a"],
    ["male", "1", "4", "shops", "1", "a"],
    ["male", "1", "5", "", "", ""],
]


def test_what_repeats_within_a_repeat_is_followed_up_to_its_visit_with_what_stands_above_it():
    """Indexes of two tables are the same numbers: a line goes by the table that it names."""
    main = [["_uuid", "_index"], ["a", "1"], ["b", "2"]]
    export = read_export(workbook(main=main, shops=SHOPS, jobs=JOBS), "kobo.xlsx")
    held = repeats.attached(export.main, export.repeats)
    assert held.above == {"shops": [], "jobs": ["shops"]}
    assert {row: [one["months"] for one in lines] for row, lines in held.lines["jobs"].items()} == {
        3: ["6"],
        2: ["3"],
    }
    assert held.lines["jobs"][3][0]["shops\tshop"] == "Market"
    why = {(one.table, one.number): one.why for one in held.lost}
    assert list(why) == [("jobs", 4), ("jobs", 5), ("jobs", 6)]
    assert "no line “shops 9”" in why["jobs", 4]
    assert "another one" in why["jobs", 5]
    assert "names no visit" in why["jobs", 6]
    (childless,) = repeats.unused(held, {"jobs": ["shops"]}, export.repeats)
    assert (childless.table, childless.number) == ("shops", 4)
    assert repeats.unused(held, {"jobs": ["shops"], "shops": []}, export.repeats) == []


def test_lines_of_odk_hang_below_each_other_by_their_keys_and_never_in_a_circle():
    data = archive(
        **{
            "visit.csv": b"KEY,status\nuuid:1,open\n",
            "visit-shops.csv": b"shop,PARENT_KEY,KEY\nMarket,uuid:1,uuid:1/shops[1]\n",
            "visit-shops-jobs.csv": b"sex,PARENT_KEY,KEY\n"
            b"male,uuid:1/shops[1],uuid:1/shops[1]/jobs[1]\n"
            b"male,uuid:1/shops[2],uuid:1/shops[2]/jobs[1]\n"
            b"male,uuid:round,uuid:round\n",
        }
    )
    export = read_export(data, "odk.zip")
    held = repeats.attached(export.main, export.repeats)
    assert [one["visit-shops\tshop"] for one in held.lines["visit-shops-jobs"][2]] == ["Market"]
    assert [one.number for one in held.lost] == [3, 4]
    mapping = kobo.suggest_repeats({"visit-shops-jobs": ["visit-shops\tmonths", "sex"]}, VERSION_1)
    assert mapping["jobs.months"] == "visit-shops-jobs\tvisit-shops\tmonths"


def test_an_export_of_more_tables_than_are_read_is_refused_with_their_number():
    sheets = {f"t{number}": [["a"], ["1"]] for number in range(field_exports.MOST_TABLES + 2)}
    with pytest.raises(FileRefused, match=f"more than {field_exports.MOST_TABLES} tables"):
        read_export(workbook(**sheets), "kobo.xlsx")


@pytest.mark.django_db
def test_nested_lines_answer_a_question_and_those_that_do_not_are_named_on_the_page(client):
    here = field_world(visits=1)
    (visit,) = here.visits
    main = [
        ["_index", "_uuid", "case", "status", "modality", "end"],
        ["1", str(uuid4()), visit.case.number, "open", "on_site", "2026-03-02T10:00:00+00:00"],
    ]
    shops = [
        ["months", "_index", "_parent_table_name", "_parent_index"],
        ["12", "1", "visits", "1"],
        ["7", "2", "visits", "1"],
    ]
    jobs = [
        ["sex", "mood", "_index", "_parent_table_name", "_parent_index"],
        ["female", "good", "1", "shops", "1"],
        ["male", "", "2", "shops", "8"],
    ]
    client.force_login(here.world.member("supervisor"))
    page = reverse("followup:import_visits", args=[here.world.programme.code])
    file = SimpleUploadedFile("kobo.xlsx", workbook(visits=main, shops=shops, jobs=jobs))
    asked = client.post(page, {"file": file})
    assert "jobs (shops): months" in asked.content.decode()
    given = {name: value for name, value in asked.context["form"].initial.items() if value}
    assert given["jobs.months"] == "jobs\tshops\tmonths"
    answer = client.post(page, given)
    made, shown = answer.context["made"], answer.content.decode()
    assert (made.new, made.refused) == (1, 0), made.rows
    assert VisitSubmission.objects.get().answers["jobs"] == [{"sex": "female", "months": 12}]
    assert [row[0] for row in answer.context["lost"]] == ["jobs 3", "shops 3"]
    assert "The file has no line “shops 8”" in shown
    assert "No line that is taken hangs below it." in shown
    assert made.left_out == [("_index", 1), ("jobs: mood", 1)]


@pytest.mark.long
@pytest.mark.django_db
def test_photos_are_kept_beside_their_visit_and_the_same_twice_adds_nothing(client):
    money = grant_world(14_000_00, rows=CASH_60_40)
    money.activate()
    enterprise = money.grant.enterprise
    hand_over(enterprise, coach=money.member("coach"), day=money.today, reason="First")
    one, two = (row(enterprise.case.number, photos="front.jpg") for _each in range(2))
    uids = [line["meta/instanceID"].removeprefix("uuid:") for line in (one, two)]
    export, programme = Export(table(one, two)), money.world.programme
    given = {"name": "kobo.csv", "by": money.member("supervisor"), "at": money.now()}
    mapping = mapping_for(export, programme)
    take_in(export, mapping, programme, **given)
    take_in(export, mapping, programme, **given)
    media = VisitMedia.objects.order_by("pk")
    assert [str(each.submission.uid) for each in media] == uids
    data = archive(
        **{
            f"coach__{uids[0]}__front.jpg": picture("red"),
            f"coach__{uids[1]}__front.jpg": b"<html>no picture</html>",
            "other.jpg": picture("blue"),
        }
    )
    client.force_login(money.member("supervisor"))
    page = reverse("followup:import_visits", args=[programme.code])
    assert "2 photos that imported visits name" in client.get(page).content.decode()
    file = SimpleUploadedFile("media.zip", data, "application/zip")
    answer = client.post(page, {"later": "1", "_photos": file}, follow=True)
    assert "Photos kept: 1; not readable: 1" in answer.content.decode()
    assert [bool(each.document_id) for each in media.all()] == [True, False]
    assert media.last().refusal == "unreadable"
    assert media.first().visit == VisitSubmission.objects.get(uid=uids[0]).visit
    again = attach(Pictures(data), programme, by=given["by"], at=money.now())
    assert (again.kept, again.refused, Document.objects.filter(kind="visit-photo").count()) == (0, 0, 1)


@pytest.mark.long
@pytest.mark.django_db
def test_a_table_goes_through_the_two_steps_of_the_page(client):
    money = grant_world(14_000_00, rows=CASH_60_40)
    money.activate()
    enterprise = money.grant.enterprise
    hand_over(enterprise, coach=money.member("coach"), day=money.today, reason="First")
    uid = str(uuid4())
    main = [
        ["_index", "meta/instanceID", "case", "status", "modality", "end", "photos"],
        ["1", f"uuid:{uid}", enterprise.case.number, "open", "on_site", "2026-03-02T10:00:00+00:00", "a.jpg"],
    ]
    jobs = [["sex", "months", "_parent_index", "mood"], ["female", "6", "1", "good"]]
    client.force_login(money.member("supervisor"))
    page = reverse("followup:import_visits", args=[money.world.programme.code])
    asked = client.post(page, {"file": SimpleUploadedFile("kobo.xlsx", workbook(main=main, jobs=jobs))})
    given = {name: value for name, value in asked.context["form"].initial.items() if value}
    assert given["jobs.sex"] == "jobs\tsex"
    media = archive(**{f"a__{uid}__a.jpg": picture("red")})
    given["_photos"] = SimpleUploadedFile("media.zip", media, "application/zip")
    client.force_login(money.member("manager"))
    assert client.post(page, given).status_code == 422, "a table waits for who handed it in"
    client.force_login(money.member("supervisor"))
    given["_photos"] = SimpleUploadedFile("media.zip", media, "application/zip")
    made = client.post(page, given).context["made"]
    assert (made.new, made.refused) == (1, 0), made.rows
    assert ("jobs: mood", 1) in made.left_out
    (visit,) = Visit.objects.filter(enterprise=enterprise)
    assert visit.answers["jobs"] == [{"sex": "female", "months": 6}]
    assert visit.media.get().document is not None
    assert not WaitingTable.objects.exists()


@pytest.mark.long
@pytest.mark.django_db
def test_a_table_of_three_megabytes_goes_through_both_steps_and_is_gone_afterwards(client):
    """The table waits on the server: a form field of that size would be refused before any page saw it."""
    here = field_world(visits=1)
    (visit,) = here.visits
    note = "Le marché était fermé. " * 300
    lines = [row(visit.case.number, **{"ident/visit_code": "M1", "note": note})]
    lines += [row("2026-XXXX", note=note) for _number in range(430)]
    data = csv_of(*lines)
    assert len(data) > 3_000_000 > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    client.force_login(here.world.member("supervisor"))
    page = reverse("followup:import_visits", args=[here.world.programme.code])
    asked = client.post(page, {"file": SimpleUploadedFile("kobo.csv", data)})
    waiting = WaitingTable.objects.get()
    assert note[:20] not in WaitingTable.objects.values_list("table", flat=True)[0]
    given = {name: value for name, value in asked.context["form"].initial.items() if value}
    made = client.post(page, given).context["made"]
    assert (made.new, made.refused, made.file_name) == (1, 430, "kobo.csv")
    again = client.post(page, given)
    assert again.status_code == 422
    assert "Hand it in once more" in again.content.decode()
    waiting.save(force_insert=True)
    assert forget_tables(waiting.handed_at + timedelta(days=6)) == 0
    assert forget_tables(waiting.handed_at + timedelta(days=8)) == 1


def test_an_archive_with_damaged_bytes_is_refused_not_broken_on():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("visits.csv", "a,b\n" * 400)
    data = bytearray(held.getvalue())
    start = 30 + len("visits.csv")
    data[start : start + 8] = b"\xff" * 8
    archive = field_exports.opened(bytes(data))
    with pytest.raises(FileRefused):
        field_exports.bytes_of(archive, archive.infolist()[0])
