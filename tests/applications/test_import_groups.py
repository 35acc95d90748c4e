"""Import of what is more than one row a person: groups with members, tables, consents with their acts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from applications import standard_forms
from applications.builder import ready_parts
from applications.imports import cells, groups, running, targets, values
from applications.models import Application, ApplicationMember, Consent, FormVersion, ImportedRow, MemberRole
from tests.worlds.applications import a_rule
from tests.worlds.programmes import open_call, programme_world
from workflow import Refused, verification
from workflow.models import Event

pytestmark = pytest.mark.django_db

HEAD = (
    "Nom;Date de naissance;Sexe;CIN;Consentement;Photos;Groupe;Role;Part"
    ";title;trade;description;existing;requested;use_of_money;sworn"
)
ANSWERS = "Couture;Couture;Un atelier près du marché;non;12 000,00;Une machine;oui"


def row(number, group="A", role="", share="", answers=ANSWERS, sex="f", agreed="oui", photos=""):
    person = f"Membre {number};14/05/1994;{sex};QG{number:05};{agreed};{photos}"
    return f"{person};{group};{role};{share};{answers or ';' * 6}"


def table(*rows, head=HEAD):
    return "\n".join([head, *rows]).encode()


@pytest.fixture
def world():
    world = programme_world()
    form = standard_forms.idea_form()
    budget = ready_parts.budget_table() | {"required": False}
    form["sections"][0]["questions"].append(budget)
    FormVersion.objects.create(call=world.call, stage="idea", definition=form)
    open_call(world)
    return world


@pytest.fixture
def manager(world):
    return world.member("manager")


@pytest.fixture
def options(world):
    day = (world.call.opens_at + timedelta(days=2)).date().isoformat()
    return {
        "track": world.track.code,
        "site": "rabat",
        "received_on": day,
        "order": "dmy",
        "language": "fr",
    }


def a_group_track(world, composition="group", **fields):
    given = {"composition": composition, "min_members": 2, "max_members": 4, **fields}
    for name, value in given.items():
        setattr(world.track, name, value)
    world.track.save()


@pytest.fixture
def imported(world, manager, options):
    def carry_out(*rows, head=HEAD):
        batch = running.hand_in(
            world.call, table(*rows, head=head), "t.csv", actor=manager, at=timezone.now()
        )
        running.map_columns(batch, batch.columns, options)
        return running.carry_out(batch, actor=manager, at=timezone.now())

    return carry_out


@pytest.fixture
def found(world, manager, options):
    def check(*rows, head=HEAD):
        batch = running.hand_in(
            world.call, table(*rows, head=head), "t.csv", actor=manager, at=timezone.now()
        )
        running.map_columns(batch, batch.columns, options)
        read = running.check(batch, at=timezone.now())
        return {(one.row, one.column): one.sentence for one in read.problems}

    return check


def test_rows_of_a_group_become_one_application_with_its_members(world, imported):
    a_group_track(world, asks_shares=True)
    done = imported(
        row(1, share="50"),
        row(2, share="30 %", answers=""),
        row(3, group="B", share="60"),
        row(4, role="عضو", share="20", answers=""),
        row(5, group="B", share="40"),
    )
    assert done == {"written": 2, "skipped": 0}
    one = Application.objects.get(imported__row=2)
    members = ApplicationMember.objects.filter(application=one).order_by("pk")
    assert [(member.role, member.share) for member in members] == [
        ("lead", 50),
        ("member", 30),
        ("member", 20),
    ]
    assert one.applicant == members[0].person
    assert sorted(one.imported.values_list("row", flat=True)) == [2, 3, 5]
    assert ImportedRow.objects.count() == 5
    assert [member.person.registrations.get().site for member in members] == [world.site] * 3


def test_a_group_imported_twice_adds_nothing_and_a_part_of_one_is_refused(world, imported, found):
    a_group_track(world)
    rows = row(1), row(2, answers="")
    assert imported(*rows) == {"written": 1, "skipped": 0}
    assert imported(*rows) == {"written": 0, "skipped": 2}
    assert imported(*reversed(rows)) == {"written": 0, "skipped": 2}
    problems = found(*rows, row(3, answers=""))
    assert "imported before" in problems[4, ""]
    assert Application.objects.count() == 1


def test_every_problem_of_a_group_is_named_at_its_row(world, found):
    a_group_track(world, asks_shares=True)
    a_rule(world, "composition", of="women", percent=60)
    problems = found(
        row(1, share="50", sex="m"),
        row(2, share="40", sex="m", agreed="non", answers=""),
        row(3, group="B", share="x"),
        row(4, group="B", role="chef suprême", answers=""),
        row(5, group="C", share="100"),
        row(6, group="D", share="50"),
        row(7, group="D", role="trésorière", share="50", answers=ANSWERS.replace("Une machine", "Autre")),
        row(8, group="D", role="treasurer", share="0", answers=""),
    )
    for where, words in (
        ((2, "Part"), "The shares make 90 %"),
        ((2, ""), "Your group"),
        ((3, "Consentement"), "consent"),
        ((4, "Part"), "whole percentage"),
        ((5, "Role"), "Not one of the possible answers"),
        ((6, ""), "at least 2 persons"),
        ((8, ""), "first row of a group"),
        ((9, "Role"), "no such role"),
    ):
        assert words in problems.get(where, ""), (where, problems)


def test_an_officer_of_a_cooperative_keeps_the_role(world, imported):
    a_group_track(world, "cooperative")
    imported(row(1, role="president"), row(2, role="treasurer", answers=""))
    assert list(ApplicationMember.objects.order_by("pk").values_list("role", flat=True)) == [
        "president",
        "treasurer",
    ]


def test_roles_are_read_in_every_language():
    assert set(groups.ROLES) == set(MemberRole.values)
    for said, meant in (
        ("Trésorière", "treasurer"),
        ("عضو", "member"),
        ("Vice-présidente", "vice_president"),
    ):
        assert groups.role(said) == meant


def test_consents_are_dated_acts_in_the_history_of_the_case(world, manager, imported):
    a_group_track(world)
    imported(row(1, photos="oui"), row(2, answers="", photos="non"))
    one = Application.objects.get()
    events = Event.objects.filter(stream=one.stream).order_by("seq")
    assert [event.verb for event in events] == ["give_data", "give_photo", "give_data", "submit"]
    assert {event.actor for event in events} == {manager}
    assert {event.occurred_at for event in events} == {one.submitted_at}
    photo = Consent.objects.get(kind="photo")
    assert (photo.person, photo.given_at, photo.recorded_by) == (one.applicant, one.submitted_at, manager)
    assert Consent.objects.filter(kind="data").count() == 2
    assert not [line for result in verification.verify() for line in result.problems]


BUDGET = (
    "budget.1.item;budget.1.quantity;budget.1.unit_price;budget/3/item;budget/3/quantity;budget/3/unit_price"
)


def test_budget_lines_are_read_from_a_column_a_cell(world, imported):
    head = f"{HEAD};{BUDGET};Que faut-il acheter ? 3 Dont votre apport"
    imported(row(1, group="") + ";Machine;2;5 000,00;Tissu;1,5;200;50", head=head)
    given = Application.objects.get().sent_answers("idea")
    assert given.answers["budget"] == [
        {"item": "Machine", "quantity": "2", "unit_price": 5_000_00},
        {"item": "Tissu", "quantity": "1.5", "unit_price": 200_00, "own": 50_00},
    ]


def test_a_bad_cell_of_a_table_is_named_by_its_column_and_a_missing_one_by_its_line(found):
    head = f"{HEAD};{BUDGET}"
    problems = found(
        row(1, group="") + ";Machine;beaucoup;5000;;;",
        row(2, group="") + ";Machine;2;5000;Tissu;3;",
        head=head,
    )
    assert problems[2, "budget.1.quantity"] == "Write a number."
    assert "Line 2" in problems[3, "What must be bought?"]
    assert len(problems) == 2


def test_fixed_rows_of_a_table_keep_their_places():
    definition = {
        "sections": [{"key": "cash", "title": {}, "questions": [ready_parts.cash_flow_table()]}],
        "currency": "MAD",
    }
    form = FormVersion(definition=definition).form
    question = next(iter(form.questions()))
    column = question.typed_columns[0].key
    given = cells.gather(form, {f"{question.key}.2.{column}": 7})
    assert given[question.key][:2] == [{}, {column: 7}]
    assert len(given[question.key]) == len(question.row_labels)
    words = f"{question.label['fr']} {question.row_labels[1]['fr']} {question.typed_columns[0].label['fr']}"
    assert targets.guess([words], form) == {words: f"form.{question.key}.2.{column}"}


def test_several_choices_are_read_as_kobo_and_as_people_write_them():
    names = {"radio": ["Radio"], "by_friends": ["Par des amis"], "poster": ["Affiche"]}
    assert values._several("radio by_friends", names) == ["radio", "by_friends"]
    assert values._several("Par des amis; Affiche", names) == ["by_friends", "poster"]
    with pytest.raises(values.Unreadable):
        values._several("Par pigeon", names)


def test_nothing_of_a_file_with_one_bad_member_is_imported(world, imported):
    a_group_track(world)
    with pytest.raises(Refused):
        imported(row(1), row(2, answers="", agreed="non"), row(3, group="B"), row(4, group="B", answers=""))
    assert not Application.objects.exists()
    assert not Consent.objects.exists()
