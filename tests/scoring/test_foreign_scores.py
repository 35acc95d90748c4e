"""Scores of other juries come in whole, are ranked in their own units, and count in no report."""

import csv
import io
import json
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.models import Call
from scoring.foreign import table
from scoring.models import ForeignScores, Mark
from workflow.verification import verify

SMALL = """judge;item;criterion;score;remark
A;Four;idea;4,5;x
B;Four;idea;5;
A;Four;impact;3;
A;Moulin;idea;2;
B;Moulin;idea;;missing
B;Moulin;impact;NA;
C;Moulin;idea;3;
C;Puits;idea;-1,25;
"""


def imported(tmp_path, text: str, code: str = "PROBE", *options: str) -> dict:
    path = tmp_path / "scores.csv"
    path.write_text(text, encoding="utf-8")
    call_command("import_scores", str(path), "--new-call", code, *options, stdout=StringIO())
    return printed(code)


def printed(code: str, *options: str) -> dict:
    out = StringIO()
    call_command("ranking", code, *options, stdout=out)
    return json.loads(out.getvalue())


def test_a_file_is_ranked_by_the_mean_over_judges_of_the_weighted_mean_over_criteria(db, tmp_path):
    found = imported(tmp_path, SMALL, "PROBE", "--weights", "idea=2")
    items = {item["item"]: item for item in found["items"]}
    assert [item["item"] for item in found["items"]] == ["Four", "Moulin", "Puits"]
    assert items["Four"]["raw_mean"] == pytest.approx(((4.5 * 2 + 3) / 3 + 5) / 2, abs=1e-6)
    assert items["Moulin"]["raw_mean"] == pytest.approx(2.5)
    assert items["Puits"]["raw_mean"] == pytest.approx(-1.25)
    assert items["Moulin"]["median"] == pytest.approx(2.5)
    assert items["Moulin"]["spread"] == pytest.approx(1)
    assert [items[name]["marks"] for name in ("Four", "Moulin", "Puits")] == [2, 2, 1]
    assert found["set"]["advice"] == {"shown": False, "reasons": found["set"]["advice"]["reasons"]}
    assert found["set"]["advice"]["reasons"]
    assert items["Four"]["adjusted_mean"] is None
    assert items["Four"]["chance_funded"] is None


def test_what_a_spreadsheet_saves_as_unicode_text_is_read_by_its_mark(db, tmp_path):
    path = tmp_path / "scores.txt"
    path.write_bytes(SMALL.replace(";", "\t").replace("\n", "\r\n").replace("Four", "Café").encode("utf-16"))
    call_command("import_scores", str(path), "--new-call", "PROBE", stdout=StringIO())
    assert [item["item"] for item in printed("PROBE")["items"]] == ["Café", "Moulin", "Puits"]
    path.write_bytes(b"\x00\x01\x02" * 100)
    with pytest.raises(CommandError, match="no table of text"):
        call_command("import_scores", str(path), "--new-call", "OTHER", stdout=StringIO())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 234,5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1\u202f234", "1234"),
        ("3,25", "3.25"),
        ("٧٫٥", "7.5"),
        ("١٬٢٣٤٫٥", "1234.5"),
        ("1'234.5", "1234.5"),
        ("\u22123", "-3"),
    ],
)
def test_a_score_is_read_as_it_is_written_where_it_comes_from(text, number):
    assert table.number_in(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1 2", "12 34", "85%", "1,2,3"])
def test_what_is_not_one_number_is_none(text):
    with pytest.raises(table.Unreadable, match="is no number"):
        table.read(["item;judge;score\n", f"a;b;{text}\n"])


def test_what_excel_says_of_the_separator_and_empty_lines_are_no_headings(db, tmp_path):
    text = '\ufeffsep=;\n\nitem;judge;score;remark\nFour;A;4,5;"two\nlines"\n'
    text += "Moulin;A;2;one\u2028line\nPuits;A;x;\n"
    with pytest.raises(CommandError, match="Line 7: “x” is no number"):
        imported(tmp_path, text)
    found = imported(tmp_path, text.replace(";x;", ";1;"))
    assert [(item["item"], item["raw_mean"]) for item in found["items"]] == [
        ("Four", 4.5),
        ("Moulin", 2),
        ("Puits", 1),
    ]


def test_a_row_that_breaks_off_is_a_missing_score_and_makes_no_criterion():
    found = table.read(["item|judge|criterion|score\n", "a|j\n", "b|j|x|2\n"])
    assert (found.criteria, found.missing, found.items) == (("x",), 1, ("a", "b"))


def test_an_item_that_nobody_scored_is_listed_without_a_rank(db, tmp_path):
    found = imported(tmp_path, "item,judge,score\na,A,2\nb,A,3\nb,B,4\nc,B,NA\n")
    last = found["items"][-1]
    assert (last["item"], last["marks"], last["rank"], last["raw_mean"]) == ("c", 0, None, None)
    assert [item["rank"] for item in found["items"]] == [1, 2, None]


def test_a_row_that_stands_twice_counts_once_and_two_answers_are_refused(db, tmp_path):
    once = "item,judge,score\na,A,2\nb,A,3\na,B,4\n"
    path = tmp_path / "twice.csv"
    path.write_text(once + "a,A,2.0\n", encoding="utf-8")
    said = StringIO()
    call_command("import_scores", str(path), "--new-call", "TWICE", stdout=said)
    assert "1 rows repeated and counted once" in said.getvalue()
    assert printed("TWICE")["items"] == imported(tmp_path, once, "ONCE")["items"]
    with pytest.raises(CommandError, match="Line 5: A scored a twice on “score”, and not alike"):
        imported(tmp_path, once + "a,A,5\n", "REFUSED")


def test_marks_that_are_all_equal_have_no_reliability(db, tmp_path):
    rows = "".join(f"i{item},j{judge},5\n" for item in range(6) for judge in range(4))
    found = imported(tmp_path, "item,judge,score\n" + rows)
    assert [found["set"][name] for name in ("icc_single", "icc_mean", "krippendorff_alpha")] == [None] * 3


def test_places_in_a_race_are_better_when_lower(db, tmp_path):
    text = "item,judge,score\nslow,a,9\nslow,b,8\nquick,a,1\nquick,b,2.5\n"
    found = imported(tmp_path, text, "RACE", "--lower-is-better")
    assert [(item["item"], item["raw_mean"]) for item in found["items"]] == [("quick", 1.75), ("slow", 8.5)]


def test_ties_say_how_they_were_told_apart(db, tmp_path):
    text = "item,judge,criterion,score\n" + "".join(
        f"{item},{judge},{criterion},{score}\n"
        for item, scores in (("one", (2, 4)), ("two", (4, 2)), ("three", (2, 4)))
        for judge in "ab"
        for criterion, score in zip(("first", "second"), scores, strict=True)
    )
    found = imported(tmp_path, text)
    assert found["items"][0]["item"] == "two"
    assert [item["tie_break"] for item in found["items"]] == ["criterion:1", "lot", "lot"]


def test_a_trial_call_is_kept_apart_and_keeps_every_promise(db, tmp_path):
    imported(tmp_path, SMALL)
    call = Call.objects.get(code="PROBE")
    assert call.is_test
    assert not call.programme.is_listed
    assert Mark.objects.filter(sheet__assignment__round__session__call=call).count() == 6
    assert ForeignScores.objects.get(call=call).missing == 2
    assert [problem for result in verify() for problem in result.problems] == []


def test_a_code_is_used_once_and_a_refused_file_leaves_nothing(db, tmp_path):
    imported(tmp_path, SMALL)
    with pytest.raises(CommandError, match="exists already"):
        imported(tmp_path, SMALL)
    with pytest.raises(CommandError, match="Line 3: A scored Four twice"):
        imported(tmp_path, "item,judge,score\nFour,A,1\nFour,A,2\n", "TWICE")
    assert not Call.objects.filter(code="TWICE").exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("item,juror,score\na,b,1\n", "missing: judge"),
        ("item,judge,score\n", "holds no score"),
        ("item,judge,score\na,b,many\n", "Line 2: “many” is no number"),
        ("item,judge,score\na,b,1e300\n", "Line 2: “1e300” is out of range"),
        ("item,judge,score\n,b,1\n", "Line 2: item and judge are needed"),
        ("", "missing: item, judge, score"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text, sentence):
    with pytest.raises(table.Unreadable, match=sentence):
        table.read(text.splitlines(keepends=True))


def test_names_weights_and_numbers_that_make_no_sense_are_refused(db, tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text(SMALL, encoding="utf-8")
    for options in (
        ["--weights", "nothing=2"],
        ["--weights", "idea"],
        ["--weights", "idea=-1"],
        ["--places", "0"],
    ):
        with pytest.raises(CommandError):
            call_command("import_scores", str(path), "--new-call", "X", *options)
    with pytest.raises(CommandError, match="is no code"):
        call_command("import_scores", str(path), "--new-call", "a b")
    with pytest.raises(CommandError, match="No call X"):
        call_command("ranking", "X")


def test_a_table_of_items_comes_as_csv_too(db, tmp_path):
    imported(tmp_path, SMALL)
    out = StringIO()
    call_command("ranking", "PROBE", "--format", "csv", stdout=out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [row["item"] for row in rows] == ["Four", "Moulin", "Puits"]
    assert rows[0]["adjusted_mean"] == ""


SCORES = st.decimals(min_value=-1000, max_value=1000, places=3, allow_nan=False)


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 3)), SCORES, min_size=1, max_size=20),
    st.booleans(),
)
def test_the_common_scale_keeps_order_and_gives_every_score_back(given_scores, lower):
    lines = ["item,judge,score\n"]
    lines += [f"i{item},j{judge},{score}\n" for (item, judge), score in given_scores.items()]
    scores = table.read(lines, lower_is_better=lower)
    for (item, judge), score in given_scores.items():
        value = scores.values[f"i{item}", f"j{judge}"]["score"]
        assert Decimal(0) <= value <= scores.high
        assert table.raw(scores, float(value)) == pytest.approx(float(score), abs=1e-6)
    ordered = sorted(given_scores, key=lambda pair: given_scores[pair], reverse=lower)
    values = [scores.values[f"i{item}", f"j{judge}"]["score"] for item, judge in ordered]
    assert values == sorted(values)
