"""Import of applications: columns mapped, every problem of a dry run named, all or nothing, nothing twice."""

import io
import json
from datetime import timedelta

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from applications import verification
from applications.imports import running, targets, values
from applications.models import (
    Application,
    Identity,
    ImportBatch,
    ImportedRow,
    ImportMapping,
    current_form,
)
from documents.intake import FileRefused
from documents.intake.tables import FORMULA, encoding_of, read_table
from tests.worlds.applications import a_rule, an_application
from tests.worlds.programmes import open_call, programme_world
from workflow import Refused, jobs
from workflow.models import Event, Job, Notice
from workflow.verification import Result

pytestmark = pytest.mark.django_db

HEAD = (
    "Nom;Date de naissance;Sexe;Ville;Téléphone;CIN;Consentement;title;trade;description"
    ";existing;since;experience;requested;use_of_money;sworn"
)
ROW = (
    "{name};{born};femme;Rabat;0612345678;{card};oui;Couture;Couture;Un atelier près du marché"
    ";non;;Cinq ans;12 000,00;Une machine;oui"
)


def table(*rows, head=HEAD):
    return "\n".join([head, *rows]).encode()


def row(number=1, name="Amina Témoin", born="14/05/1994", card=None):
    return ROW.format(name=f"{name} {number}", born=born, card=card or f"QX{number:05}")


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


@pytest.fixture
def manager(world):
    return world.member("manager")


@pytest.fixture
def options(world):
    day = (world.call.opens_at + timedelta(days=2)).date().isoformat()
    return {"track": world.track.code, "received_on": day, "order": "dmy", "language": "fr"}


def hand_in(world, manager, data, options, name="kobo.csv"):
    batch = running.hand_in(world.call, data, name, actor=manager, at=timezone.now())
    running.map_columns(batch, batch.columns, options)
    return batch


def test_a_file_becomes_applications_that_verify_like_any_other(world, manager, options):
    rule = a_rule(world)
    a_rule(world, "previous_winner")
    batch = hand_in(world, manager, table(row(1), row(2)), options)
    assert running.carry_out(batch, actor=manager, at=timezone.now()) == {"written": 2, "skipped": 0}
    one = Application.objects.get(imported__row=2)
    assert (one.state, one.title, one.requested_minor) == ("submitted", "Couture", 12_000_00)
    assert (one.session, one.case.site) == (world.session, world.site)
    event = Event.objects.get(stream=one.stream, verb="submit")
    assert (event.verb, event.actor) == ("submit", manager)
    assert event.data["answers"] == one.sent_answers("idea").digest
    assert one.checks.get(rule=rule).outcome == "met"
    assert one.checks.exclude(rule=rule).get().outcome == "by_hand"
    identity = Identity.objects.get(person=one.applicant)
    assert (identity.latin_name, identity.phone, identity.birth_date) == (
        "Amina Témoin 1",
        "+212612345678",
        "1994-05-14",
    )
    assert one.applicant.consents.get().recorded_by == manager
    assert not Notice.objects.exists()
    checked: Result = verification.sent_answers_are_unchanged()
    assert (checked.count, checked.problems) == (2, [])
    batch.refresh_from_db()
    assert (batch.table, batch.report) == ("", "")


def test_the_same_file_twice_adds_nothing_and_a_longer_one_adds_the_rest(world, manager, options):
    for rows, written, skipped in (((1, 2), 2, 0), ((1, 2), 0, 2), ((2, 3, 1), 1, 2)):
        batch = hand_in(world, manager, table(*map(row, rows)), options)
        done = running.carry_out(batch, actor=manager, at=timezone.now())
        assert done == {"written": written, "skipped": skipped}
    assert Application.objects.count() == ImportedRow.objects.count() == 3


def test_shuffled_columns_are_the_same_rows(world, manager, options):
    running.carry_out(hand_in(world, manager, table(row(1)), options), actor=manager, at=timezone.now())
    lines = [line.split(";")[::-1] for line in table(row(1)).decode().splitlines()]
    shuffled = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines).encode()
    done = running.carry_out(hand_in(world, manager, shuffled, options), actor=manager, at=timezone.now())
    assert done == {"written": 0, "skipped": 1}


def test_one_bad_row_stops_all_of_them_and_every_problem_is_named(world, manager, options):
    applied = an_application(world)
    card = Identity.objects.get(person=applied.applicant).document_number
    rows = [
        row(1),
        row(2, born="31/02/1990"),
        row(3).replace("oui;Couture", "non;Couture"),
        row(4).replace("Rabat", "Nowhere"),
        row(5).replace("12 000,00", "99 000,00"),
        row(6, card="QX00001"),
        row(7, card=card),
        row(8).replace("Une machine", ""),
        row(1),
        row(9).replace("Un atelier", "Un\x00atelier"),
    ]
    batch = hand_in(world, manager, table(*rows), options)
    with pytest.raises(Refused, match="Nothing was imported"):
        running.carry_out(batch, actor=manager, at=timezone.now())
    assert Application.objects.count() == 1
    found = {(line[0], line[1]): line[3] for line in json.loads(batch.report)["problems"]}
    for where, words in (
        ((3, "Date de naissance"), "not a date"),
        ((4, "Consentement"), "consent"),
        ((5, "Ville"), "Not one of the possible answers"),
        ((6, ""), "At most 15,000.00"),
        ((7, "CIN"), "The same document as in row 2"),
        ((8, "CIN"), "already applied"),
        ((9, "use_of_money"), "Answer this question"),
        ((10, ""), "The same as row 2"),
        ((11, "description"), "characters that cannot be read"),
    ):
        assert words in found[where], (where, found)
    assert json.loads(batch.report)["ready"] == 1


def test_nothing_of_a_person_lies_in_the_open_before_or_after(world, manager, options):
    from django.db import connection

    batch = hand_in(world, manager, table(row(1, name="Zebulon Canary", born="x")), options)
    running.check(batch, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM applications_importbatch")
        held = str(cursor.fetchall())
    assert "Canary" not in held
    assert "Canary" not in str(list(Job.objects.values()))


def test_days_outside_the_call_and_groups_are_refused(world, manager, options):
    for changes, words in (
        ({"received_on": "2020-01-01"}, "not open yet"),
        ({"received_on": ""}, "day on which it was received"),
        ({"received_on": "2999-01-01"}, "future"),
        ({"track": ""}, "track is missing"),
    ):
        batch = hand_in(world, manager, table(row(1)), {**options, **changes})
        found = running.check(batch, at=timezone.now())
        assert any(words in problem.sentence for problem in found.problems), (changes, found.problems)
    world.track.min_members, world.track.max_members = 2, 3
    world.track.save()
    found = running.check(hand_in(world, manager, table(row(1)), options), at=timezone.now())
    assert any("at least 2 persons" in problem.sentence for problem in found.problems)


def test_a_column_that_the_file_lacks_is_said_once_and_no_row_can_be_imported(
    client, world, manager, options
):
    heads, cells = HEAD.split(";"), [row(number).split(";") for number in range(1, 5)]
    kept = [at for at, head in enumerate(heads) if head not in ("use_of_money", "Nom")]
    lines = [";".join(line[at] for at in kept) for line in cells]
    batch = hand_in(world, manager, table(*lines, head=";".join(heads[at] for at in kept)), options)
    found = running.check(batch, at=timezone.now())
    label = current_form(world.call, "idea").form.question("use_of_money").label_in("en")
    said = {one.column: (one.row, one.sentence) for one in found.problems}
    assert len(found.problems) == 2
    assert said[label] == (0, "No column of the file answers this question, and it is required.")
    assert said["Name in Latin letters"] == (0, "The name is missing.")
    assert found.drafts == []
    job = running.start(batch, write=False, actor=manager, at=timezone.now())
    jobs.run(job.pk)
    client.force_login(manager)
    assert "whole file" in client.get(job.get_absolute_url()).content.decode()


@pytest.mark.long
def test_a_manager_maps_checks_and_imports_on_screen(client, world, manager, options):
    client.force_login(manager)
    url = reverse("applications:imports", args=[world.programme.code, world.call.code])
    bad = client.post(url, {"file": SimpleUploadedFile("photo.csv", b"MZ" + bytes(200))})
    assert bad.status_code == 422
    page = client.post(url, {"file": SimpleUploadedFile("kobo.csv", table(row(1)))}).url
    shown = client.get(page)
    fields = {column["name"]: column["meaning"] for column in shown.context["columns"]}
    assert fields["column-1"] == "person.birth_date"
    assert client.post(page, {"import": "1"}).url == page  # not checked yet
    sent = {**fields, **options, "mapping_name": "Kobo"}
    checked = client.post(page, sent)
    jobs.run(Job.objects.get().pk)
    assert "1 row can be imported" in client.get(checked.url).content.decode()
    imported = client.post(page, {"import": "1"})
    jobs.run(Job.objects.order_by("pk").last().pk)
    assert "1 application imported" in client.get(imported.url).content.decode()
    saved = ImportMapping.objects.get()
    assert (saved.name, saved.columns["Nom"]) == ("Kobo", "person.latin_name")
    case = Application.objects.get().case
    assert "row 2, by" in client.get(case.get_absolute_url()).content.decode()
    client.force_login(world.member("screening_officer"))
    assert client.get(page).status_code == 404
    assert client.get(imported.url).status_code == 404


def test_the_command_imports_and_names_problems(world, manager, options, tmp_path, capsys):
    file, mapping = tmp_path / "kobo.csv", tmp_path / "mapping.json"
    file.write_bytes(table(row(1), row(2, born="x")))
    batch = running.hand_in(world.call, file.read_bytes(), "k.csv", actor=manager, at=timezone.now())
    mapping.write_text(json.dumps({"columns": batch.columns, "options": options}))
    call = f"{world.programme.code}/{world.call.code}"
    given = {"mapping": str(mapping), "user": manager.email}
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_applications", call, file, **given)
    assert "row 3, Date de naissance" in capsys.readouterr().err
    file.write_bytes(table(row(1), row(2)))
    call_command("import_applications", call, file, **given, dry_run=True)
    assert not Application.objects.exists()
    call_command("import_applications", call, file, **given)
    assert Application.objects.count() == 2
    with pytest.raises(CommandError, match="may not"):
        call_command(
            "import_applications", call, file, mapping=str(mapping), user=world.member("auditor").email
        )
    with pytest.raises(CommandError, match="no such call"):
        call_command("import_applications", "NO/CALL", file, **given)


def test_tables_that_nobody_imports_are_emptied(world, manager, options):
    batch = hand_in(world, manager, table(row(1)), options)
    assert running.forget(timezone.now()) == 0
    assert running.forget(timezone.now() + timedelta(days=8)) == 1
    batch.refresh_from_db()
    assert batch.table == ""


# Files as they come


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_french_tables_are_read_in_every_encoding_and_separator(encoding, separator):
    lines = ["Prénom;Âge;Activité", "Élodie;32;Élevage", "Hélène;41;Pâtisserie"]
    sheet = read_table("\r\n".join(lines).replace(";", separator).encode(encoding), "t.csv")
    assert sheet.headings == ["Prénom", "Âge", "Activité"]
    assert sheet.rows[1] == (3, ["Hélène", "41", "Pâtisserie"])


def test_arabic_tables_are_read_in_the_old_encoding():
    data = "الاسم;المدينة\nفاطمة الزهراء;الرباط".encode("cp1256")
    assert encoding_of(data) == "cp1256"
    assert read_table(data, "t.csv").rows == [(2, ["فاطمة الزهراء", "الرباط"])]


def test_headings_that_repeat_or_are_missing_and_empty_rows():
    sheet = read_table(b"\n\nName;;Name\na;b;c\n;;\nd\n", "t.csv")
    assert sheet.headings == ["Name", "(2)", "Name (2)"]
    assert sheet.rows == [(4, ["a", "b", "c"]), (6, ["d", "", ""])]


def test_the_line_with_which_excel_names_the_separator_is_no_heading():
    for first in ("sep=;", '"sep=;"', "\ufeffsep=;"):
        sheet = read_table(f"{first}\r\nNom;Ville, pays\r\nAmina;Rabat, Maroc\r\n".encode(), "t.csv")
        assert sheet.headings == ["Nom", "Ville, pays"]
        assert sheet.rows == [(3, ["Amina", "Rabat, Maroc"])]


def test_what_stands_beyond_the_headings_is_shown_and_not_dropped():
    sheet = read_table(b"Name;Town\nAmina;Rabat;see page 2\nSara;Fes;;\n", "t.csv")
    assert sheet.headings == ["Name", "Town", "(3)"]
    assert sheet.rows[0] == (2, ["Amina", "Rabat", "see page 2"])


def paper_table():
    """An XLSX as offices make them: a title, merged headings of groups, empty rows, headings that repeat."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet()
    page.merge_range("A1:F1", "Dépôts papier, bureau de Fès")
    page.merge_range("A3:C3", "Personne")
    page.merge_range("D3:F3", "Projet")
    for place, heading in enumerate(
        ("Nom", "Date de naissance", "Téléphone", "Titre", "Téléphone", "Remarque")
    ):
        page.write(3, place, heading)
    page.write_row(5, 0, ["Amina", 34567, "0612 34 56 78", "Couture", "N/A", "voir dossier"])
    page.write_row(6, 0, ["#REF!", "N/A", 612345679, "N/A", "", ""])
    book.close()
    return file.getvalue()


def test_headings_are_found_below_a_title_and_merged_cells_and_what_stands_above_is_said(
    world, client, manager
):
    sheet = running.read_file(paper_table(), "papier.xlsx")
    assert sheet.headings == [
        "Nom", "Date de naissance", "Téléphone", "Titre", "Téléphone (2)", "Remarque",
    ]  # fmt: skip
    assert [number for number, _cells in sheet.rows] == [6, 7]
    assert sheet.above == ((1, "Dépôts papier, bureau de Fès"), (3, "Personne · Projet"))
    assert running.read_file(paper_table(), "papier.xlsx", 3).headings[0] == "Personne"
    client.force_login(manager)
    address = reverse("applications:imports", args=[world.programme.code, world.call.code])
    file = SimpleUploadedFile("papier.xlsx", paper_table())
    text = client.post(address, {"file": file}, follow=True).content.decode()
    assert "Row 3 stands above the headings and is left out: “Personne · Projet”." in text
    file = SimpleUploadedFile("papier.xlsx", paper_table())
    assert client.post(address, {"file": file, "row": "no"}).status_code == 422


def test_what_cannot_be_read_in_foreign_cells_is_said_by_row_and_no_column_is_lost(world, manager, options):
    batch = running.hand_in(world.call, paper_table(), "papier.xlsx", actor=manager, at=timezone.now())
    running.map_columns(batch, batch.columns | {"Titre": "form.title"}, options | {"site": world.site.code})
    found = running.check(batch, at=timezone.now())
    said = {(one.row, one.column): one.sentence for one in found.problems}
    assert "Excel keeps this day as a number" in said[6, "Date de naissance"]
    assert "error of the spreadsheet" in said[7, "Nom"]
    assert said[7, "Date de naissance"] == "The date or year of birth is missing."
    assert json.loads(batch.report)["left_out"] == [["Téléphone (2)", 1], ["Remarque", 1]]


def test_an_xlsx_keeps_dates_and_numbers_and_computes_no_formula():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for column, heading in enumerate(("Nom", "Né", "Tel", "Somme")):
        page.write(0, column, heading)
    page.write(1, 0, "أمينة")
    page.write_datetime(1, 1, timezone.now().replace(1994, 5, 14, 0, 0, 0, 0, tzinfo=None), day)
    page.write_number(1, 2, 612345678)
    page.write_formula(1, 3, "=1+1")
    book.close()
    sheet = read_table(file.getvalue(), "t.xlsx")
    assert sheet.rows == [(2, ["أمينة", "1994-05-14", "612345678", FORMULA])]
    with pytest.raises(values.Unreadable, match="formula"):
        values.clean(FORMULA)


@pytest.mark.parametrize("data", [b"", b"MZ" + bytes(300), b"%PDF-1.4 x", b"\x89PNG\r\n\x1a\n" + bytes(99)])
def test_what_is_no_table_is_refused(data):
    for name in ("t.csv", "t.xlsx"):
        with pytest.raises(FileRefused):
            read_table(data, name)


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_table_or_refused(data):
    try:
        sheet = read_table(data, "t.csv")
    except FileRefused:
        return
    assert all(len(cells) == len(sheet.headings) for _number, cells in sheet.rows)


def test_dates_digits_and_telephones_are_read_as_they_are_written():
    for written, order, meant in (
        ("14/05/1994", "dmy", "1994-05-14"),
        ("05/14/1994", "dmy", "1994-05-14"),
        ("03/04/1994", "dmy", "1994-04-03"),
        ("03/04/1994", "mdy", "1994-03-04"),
        ("1994-05-14 10:22:01", "dmy", "1994-05-14"),
        ("5/14/2026 13:22:11", "mdy", "2026-05-14"),
        ("14.5.94", "dmy", "1994-05-14"),
        ("14 mai 1994", "mdy", "1994-05-14"),
        ("14-May-94", "dmy", "1994-05-14"),
        ("1er févr. 1994", "dmy", "1994-02-01"),
        ("١٤ ماي ١٩٩٤", "dmy", "1994-05-14"),
        ("3 غشت 1994", "dmy", "1994-08-03"),
        ("١٤/٠٥/١٩٩٤", "dmy", "1994-05-14"),
        ("١٩٩٤", "dmy", "1994"),
    ):
        assert values.a_date(written, order) == meant, written
    for odd in ("", "32/01/1990", "31/02/1990", "hier", "14 brumaire 1994", "1994-13-40", "99"):
        with pytest.raises(values.Unreadable):
            values.a_date(odd)
    for written in ("0612345678", "612345678", "+212 6 12 34 56 78", "٠٦١٢٣٤٥٦٧٨", "00212612345678"):
        assert values.a_phone(written, "MA") == "+212612345678"
    assert values.clean("\u202eAmina\u202c \u200f") == "Amina"
    with pytest.raises(values.Unreadable, match="longer"):
        values.clean("x" * 30_000)


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_cell_breaks_the_reading(text):
    for read in (values.clean, values.yes, values.sex, values.a_date, lambda t: values.a_phone(t, "MA")):
        try:
            read(text)
        except values.Unreadable:
            continue


def test_the_sex_is_read_as_people_write_it():
    for word in ("Femme", "F", "Mme", "Fém.", "féminin", "أنثى", "مؤنث", "امرأة"):
        assert values.sex(word) == "f", word
    for word in ("Homme", "H", "M", "Masculin", "ذكر", "مذكر"):
        assert values.sex(word) == "m", word


def test_headings_of_kobo_are_guessed(world):
    form = world.call.form_versions.get(stage="idea").form
    found = targets.guess(["group_a/title", "Nom et prénom", "_uuid", "TELEPHONE", "Sexe", "Date"], form)
    assert found["group_a/title"] == "form.title"
    assert found["TELEPHONE"] == "person.phone"
    assert found["Date"] == "person.submitted_at"
    assert "_uuid" not in found
    assert ImportBatch.objects.count() == 0
