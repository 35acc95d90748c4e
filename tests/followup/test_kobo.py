"""Exports of KoboToolbox and ODK: every row counts once or is refused with a sentence."""

import csv
import io
from uuid import uuid4

import pytest

from documents.intake.tables import read_table
from followup import kobo
from followup.enterprises import hand_over
from followup.models import Visit, VisitSubmission
from followup.models.imports import VisitMapping
from followup.visit_imports import mapping_for, take_in
from tests.worlds.disbursements import CASH_60_40, grant_world

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


def table(*rows: dict[str, str]):
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADINGS)
    writer.writeheader()
    writer.writerows(rows)
    return read_table(out.getvalue().encode(), "export.csv")


def test_columns_are_found_by_the_last_part_of_their_name():
    found = kobo.suggest(HEADINGS, 1)
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
    line = kobo.line_of(2, cells, kobo.suggest(sheet.headings, 1), version=1, exponent=2)
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
    assert line.media == ["1772448.jpg"]


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
    line = kobo.line_of(2, cells, kobo.suggest(sheet.headings, 1), version=1, exponent=2)
    assert len(line.problems) == 1


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
    mapping = mapping_for(sheet, programme)
    given = {"name": "export.csv", "by": by, "at": money.now()}
    first = take_in(sheet, mapping, programme, **given)
    assert (first.new, first.known, first.refused) == (2, 0, 3), first.rows
    assert all(why for _number, _uid, word, why, _media in first.rows if word == "refused")
    assert [heading for heading, _filled in first.left_out] == [
        "start",
        "tools",
        "tools/hammer",
        "tools/saw",
        "note",
    ]
    again = take_in(sheet, mapping, programme, **given)
    assert (again.new, again.known, again.refused) == (0, 2, 3)
    assert VisitSubmission.objects.count() == 2
    assert VisitMapping.objects.count() == 1
    visit.refresh_from_db()
    assert (visit.state, visit.author) == ("submitted", money.member("coach"))
    assert visit.answers["turnover"] == 620_050
    changed = table({**planned, "money/turnover": "1"})
    assert take_in(changed, mapping, programme, **given).rows[0][2] == "refused", "nothing is overwritten"
