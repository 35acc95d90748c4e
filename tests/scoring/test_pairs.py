"""Who knows a sector reads it; pairs travel as a table; the command draws what the page draws."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from documents.intake.tables import read_table
from scoring import draw, pairs, rounds
from scoring.models import DeclaredConflict, JuryAssignment
from tests.worlds.applications import an_application
from tests.worlds.programmes import open_call, programme_world
from tests.worlds.scoring import a_juror, member_of
from workflow import fire

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def session(settings):
    settings.REQUIRE_SECOND_FACTOR = False
    world = programme_world()
    open_call(world)
    for trade in ("Couture", "Élevage de volaille", "خياطة", "Réparation"):
        an_application(world, "eligible", answers={"trade": trade})
    made = world.session
    rounds.ensure_rounds(made)
    a_juror(made, sectors=["couture", "خياطه"])
    a_juror(made, sectors=["VOLAILLE", "elevage"])
    a_juror(made)
    return made


@pytest.fixture
def held(session):
    return session.rounds.first()


def table(*rows):
    return read_table("\n".join(["case,juror", *rows]).encode(), "pairs.csv")


def found(held, *rows):
    return pairs.read(held, table(*rows))


def sentences(held, *rows):
    return [sentence for _line, sentence in found(held, *rows).problems]


def first_pair(held):
    seen = draw.preview(held, seed=1)
    row, column = seen.new_pairs[0]
    return seen.table.files[row].number, seen.table.jurors[column]


def test_whoever_knows_the_sector_gets_the_file(held):
    seen = draw.preview(held, seed=5)
    assert seen.table.preference.sum() == 3
    assert 0 < seen.drawn.gained <= seen.drawn.bound
    assert (seen.drawn.pairs.sum(axis=1) == held.jurors).all()
    assert seen.worst_served is not None


def test_pairs_that_were_taken_away_come_back_as_nothing_new(held, session):
    secretary = member_of(session, "jury_secretary")
    seen = draw.preview(held, seed=5)
    draw.propose(held, seed=5, fingerprint=seen.fingerprint, by=secretary, at=session.cutoff_at)
    draw.confirm(held, actor=secretary)
    again = pairs.read(held, read_table(pairs.as_csv(held).encode(), "pairs.csv"))
    assert (again.pairs, again.problems, again.known) == ([], [], len(seen.new_pairs))

    left, recused = JuryAssignment.objects.filter(round=held)[:2]
    fire(left, "decline", actor=left.engagement.user, data={"reason": "No time"})
    fire(recused, "recuse", actor=recused.engagement.user, data={"reason": "A cousin"})
    again = pairs.read(held, read_table(pairs.as_csv(held).encode(), "pairs.csv"))
    assert (again.pairs, again.problems, again.known) == ([], [], len(seen.new_pairs) - 2)


def test_an_address_that_a_spreadsheet_takes_for_a_formula_comes_back_whole(held):
    number, juror = first_pair(held)
    juror.user.email = "+juror@example.org"
    juror.user.save()
    read = found(held, f"{number},+juror@example.org")
    assert "'+juror@example.org" in read.text
    assert pairs.read(held, read_table(read.text.encode(), "pairs.csv")).pairs == read.pairs


def test_pairs_of_a_table_become_proposals_and_nothing_twice(held):
    number, juror = first_pair(held)
    read = found(held, f"{number},{juror.user.email.upper()}")
    assert read.problems == []
    assert (pairs.propose(held, read), pairs.propose(held, read)) == (1, 0)
    assert JuryAssignment.objects.get(round=held).state == "proposed"


def test_every_rule_of_a_draw_holds_for_a_table(held, session):
    number, juror = first_pair(held)
    DeclaredConflict.objects.create(
        engagement=juror,
        application=session.applications.get(case__number=number),
        declared_by=juror.user,
        declared_at=session.cutoff_at,
    )
    assert "kept apart: declared conflict" in sentences(held, f"{number},{juror.user.email}")[0]
    assert "has not accepted" in sentences(held, f"{number},nobody@example.org")[0]
    assert "waits for no juror" in sentences(held, f"99999-9,{juror.user.email}")[0]
    other = next(one for one in draw.read_table(held).jurors if one != juror)
    other.max_files = 0
    other.save()
    assert "0 files at most" in sentences(held, f"{number},{other.user.email}")[0]
    assert "column" in pairs.read(held, read_table(b"a,b\n1,2\n", "x.csv")).problems[0][1]


def test_the_page_shows_first_and_proposes_after(client, held, session):
    number, juror = first_pair(held)
    client.force_login(member_of(session, "jury_secretary"))
    address = reverse("scoring:bring_pairs", args=[held.pk])
    upload = io.BytesIO(f"case;juror\n{number};{juror.user.email}\n".encode())
    upload.name = "pairs.csv"
    shown = client.post(address, {"file": upload})
    assert shown.status_code == 200
    assert not JuryAssignment.objects.exists()
    client.post(address, {"text": shown.context["found"].text, "confirm": "1"})
    assert JuryAssignment.objects.get().engagement == juror
    assert client.post(address, {}).status_code == 422
    bad = client.post(address, {"text": "case,juror\n1,2\n", "confirm": "1"})
    assert bad.status_code == 422
    assert JuryAssignment.objects.count() == 1


def test_the_command_prints_what_the_page_draws_and_writes_only_when_told(held, session):
    def run(*more):
        out = io.StringIO()
        call_command("assign_jury", session.call.code, "--seed", "7", *more, stdout=out)
        return json.loads(out.getvalue())

    seen = draw.preview(held, seed=7)
    dry = run("--dry-run")
    assert dry["pairs"] == [
        {"case": seen.table.files[row].number, "juror": seen.table.jurors[column].user.email}
        for row, column in seen.new_pairs
    ]
    assert (dry["written"], JuryAssignment.objects.count()) == (0, 0)
    with pytest.raises(CommandError, match="--actor"):
        run()
    done = run("--actor", member_of(session, "jury_secretary").email)
    assert done["written"] == len(dry["pairs"]) == JuryAssignment.objects.filter(state="assigned").count()
    with pytest.raises(CommandError, match="No open round"):
        call_command("assign_jury", "nothing", "--seed", "1")
