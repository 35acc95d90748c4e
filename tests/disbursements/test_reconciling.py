"""Statements meet payments: found by reference, confirmed by a person, doubt resolved by two persons."""

import random
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from disbursements import journal, reconciling
from disbursements.models import AccountKind, BankLine, StatementFile
from tests.disbursements.statement_files import CSV_COLUMNS, Row, camt_file, csv_file, mt940_file
from tests.worlds.banking import a_paying_account, approved_orders, exported
from workflow import Refused, clock, fire, propose
from workflow.verification import verify

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def relaxed(settings):
    settings.REQUIRE_SECOND_FACTOR = False


def problems():
    return [f"{result.name}: {problem}" for result in verify() for problem in result.problems]


def day_of(money):
    return money.today.isoformat()


def imported(money, data, name="statement.xml"):
    """A statement handed in and imported by the reconciler."""
    account = a_paying_account(money)
    file = reconciling.hand_in(account, data, name, actor=money.member("reconciler"), at=money.now())
    return money.fire(file, "take_in", "reconciler")


def match(money, line, order, *, number=1):
    return money.fire(line, "match", "reconciler", {"order": order.pk}, number=number)


def books(money, kind):
    return journal.balance(journal.AccountKey(kind, money.world.programme.pk), "MAD")


def test_a_statement_executes_what_it_names_proposes_the_rest_and_books_returns_and_fees():
    moneys, orders = approved_orders(3)
    money = moneys[0]
    exported(money, orders)
    first, second, third = orders
    net, day = first.net_minor, day_of(money)
    rows = [
        Row(day, -net, first.number, "Amina Example", "Grant", "B1"),
        Row(day, -net, "", "Example Amina", "Virement", "B2"),
        Row(day, -12_50, "", "", "Commission", "B3"),
        Row(day, net - 5_00, first.number, "Amina Example", "AC04", "B4"),
        Row(day, -77_00, "", "Rent", "Not ours", "B5"),
    ]
    file = imported(money, camt_file(rows))
    assert (file.lines_found, file.lines_new) == (5, 5)
    assert reconciling.match_certain(
        money.world.programme, actor=money.member("reconciler"), at=money.now()
    ) == (2, [])
    first.refresh_from_db()
    assert first.state == "returned"
    assert first.reconciled_by == money.member("reconciler")
    assert books(money, AccountKind.FEES) == 5_00
    assert money.tranche(1).state == "approved"

    line = BankLine.objects.get(bank_reference="B2")
    found = [order for _proposal, order in reconciling.proposals_for(line)]
    assert set(found) >= {second, third}
    with pytest.raises(Refused, match="Choose a payment"):
        money.fire(line, "match", "reconciler", {"order": 10**9})
    with pytest.raises(Refused, match="the payment 8"):
        match(money, BankLine.objects.get(bank_reference="B5"), second)
    match(money, line, second)
    second.refresh_from_db()
    assert (line.outcome, second.state, second.executed_on) == ("paid", "executed", money.today)
    money.fire(BankLine.objects.get(bank_reference="B3"), "book_fee", "reconciler")
    assert books(money, AccountKind.FEES) == 17_50
    rent = BankLine.objects.get(bank_reference="B5")
    money.fire(rent, "set_aside", "reconciler", {"reason": "Rent of the office"})
    money.fire(rent, "reopen", "reconciler")
    assert list(BankLine.objects.unexplained()) == [rent]
    assert problems() == []


def test_overlapping_repeated_and_shuffled_statements_add_every_line_once():
    moneys, orders = approved_orders(1)
    money = moneys[0]
    exported(money, orders)
    day = day_of(money)
    rows = [Row(day, -10_00 - number % 3, "", "Shop", "Twice", f"B{number % 4}") for number in range(24)]
    rng = random.Random(5)
    parts = [rows, rows[:9], rows[5:], rows[8:12] * 1]
    for place, part in enumerate([*parts, *parts]):
        shuffled = list(part)
        rng.shuffle(shuffled)
        data = camt_file(shuffled).replace(b"<Id>1</Id>", f"<Id>{place}</Id>".encode())
        imported(money, data)
    assert BankLine.objects.count() == 24
    assert StatementFile.objects.filter(lines_new=0).count() == 7
    with pytest.raises(Refused, match="handed in before"):
        imported(money, data)
    assert problems() == []


def test_a_payment_in_doubt_is_found_on_a_statement_by_two_persons():
    moneys, orders = approved_orders(1)
    money, order = moneys[0], orders[0]
    exported(money, orders)
    order.refresh_from_db()
    money.at += timedelta(days=9)
    money.fire(order, "doubt", "reconciler")
    imported(money, mt940_file([Row(day_of(money), -order.net_minor, order.number, "", "x", "B1")]), "s.sta")
    line = BankLine.objects.get()
    data = {"order": order.pk}
    done, refused = reconciling.match_certain(
        money.world.programme, actor=money.member("reconciler"), at=money.now()
    )
    assert done == 0
    assert "two persons" in refused[0]
    with pytest.raises(Refused, match="Another person must propose"):
        money.fire(line, "match_in_doubt", "reconciler", data)
    with clock.at(money.at):
        propose(line, "match_in_doubt", actor=money.member("reconciler", 2), data=data)
    with pytest.raises(Refused, match="second person"):
        money.fire(line, "match_in_doubt", "reconciler", data, number=2)
    money.fire(line, "match_in_doubt", "reconciler", data)
    order.refresh_from_db()
    assert order.state == "executed"
    assert problems() == []


def test_what_was_recorded_before_is_confirmed_by_its_line_and_moves_no_money_again():
    moneys, orders = approved_orders(1)
    money, order = moneys[0], orders[0]
    exported(money, orders)
    order.refresh_from_db()
    money.fire(order, "execute", "reconciler", money.proof())
    before = books(money, AccountKind.BANK)
    imported(money, camt_file([Row(day_of(money), -order.net_minor, order.number, "", "x", "B1")]))
    line = BankLine.objects.get()
    match(money, line, order)
    assert (line.outcome, books(money, AccountKind.BANK)) == ("seen", before)
    data = camt_file([Row(day_of(money), -order.net_minor, order.number, "", "again", "B2")])
    imported(money, data)
    with pytest.raises(Refused, match="Another movement is this payment"):
        match(money, BankLine.objects.get(bank_reference="B2"), order)
    assert problems() == []


def test_a_table_is_explained_once_looked_at_and_then_imported(client):
    moneys, orders = approved_orders(2)
    money = moneys[0]
    exported(money, orders)
    account = a_paying_account(money)
    client.force_login(money.member("reconciler"))
    hand_in = reverse("disbursements:hand_in_statement", args=[account.pk])
    day, net = day_of(money), orders[0].net_minor
    rows = [Row(day, -net, orders[0].number), Row(day, -net, "", "Example Amina", "Virement")]

    def send(data, name="releve.csv"):
        return client.post(hand_in, {"file": SimpleUploadedFile(name, data)})

    assert send(b"<Document", "s.xml").status_code == 409
    assert send(camt_file(rows, "EUR"), "s.xml").status_code == 409
    assert not StatementFile.objects.exists()
    page = send(csv_file(rows))["Location"]
    file = StatementFile.objects.get()
    shown = client.get(page)
    assert b"Missing in this table" in shown.content
    with pytest.raises(Refused, match="Missing in this table"):
        money.fire(file, "take_in", "reconciler")
    columns = reverse("disbursements:statement_columns", args=[file.pk])
    assert client.post(columns, {**CSV_COLUMNS, "debit": "", "credit": ""}).status_code == 422
    assert client.post(columns, CSV_COLUMNS).status_code == 302
    shown = client.get(page)
    assert b"2 new movements" in shown.content
    assert not BankLine.objects.exists()
    act = reverse("workflow:act", args=[file.kind, file.pk, "take_in"])
    client.post(act, {"key": "k1"})
    assert BankLine.objects.count() == 2
    done = client.post(reverse("disbursements:match_lines", args=[money.world.programme.code]), follow=True)
    assert b"1 movement was found" in done.content
    line = BankLine.objects.unexplained().get()
    assert orders[1].number.encode() in client.get(line.get_absolute_url()).content
    choose = reverse("workflow:act", args=[line.kind, line.pk, "match"])
    assert client.post(choose, {"key": "k2", "number": "NONE"}).status_code == 422
    client.post(choose, {"key": "k3", "order": orders[1].pk})
    orders[1].refresh_from_db()
    assert orders[1].state == "executed"
    again = send(csv_file([*rows, Row(day, -3_00, "", "", "Frais")]), "suite.csv")
    assert b"1 new movement" in client.get(again["Location"]).content
    assert problems() == []


def test_a_reconciler_who_signed_the_payment_before_matches_nothing_of_it():
    moneys, orders = approved_orders(1)
    money, order = moneys[0], orders[0]
    exported(money, orders)
    imported(money, camt_file([Row(day_of(money), -order.net_minor, order.number, "", "x", "B1")]))
    from programmes.predicates import forget
    from tests.worlds.programmes import a_member

    a_member(money.world.programme, "reconciler", money.member("preparer"))
    forget(money.member("preparer"))
    with pytest.raises(Refused, match="You already signed this order"):
        fire(
            BankLine.objects.get(),
            "match",
            actor=money.member("preparer"),
            data={"order": order.pk},
            at=money.now(),
        )


@pytest.mark.parametrize("role", ["reconciler", "verifier", "manager", "auditor"])
def test_what_a_bank_wrote_of_people_is_read_by_the_reconciler_alone(client, role):
    money = approved_orders(1)[0][0]
    data = camt_file([Row(day_of(money), 50_00, "", "Amina Example", "From Amina", "B9")])
    waiting = reconciling.hand_in(
        a_paying_account(money), data, "one.xml", actor=money.member("reconciler"), at=money.now()
    )
    client.force_login(money.member(role))
    before = client.get(waiting.get_absolute_url()).content.decode()
    money.fire(waiting, "take_in", "reconciler")
    after = client.get(BankLine.objects.get().get_absolute_url()).content.decode()
    assert ("Amina" in before, "Amina" in after) == (role == "reconciler", role == "reconciler")


def test_a_payment_that_is_chosen_for_a_movement_keeps_its_number_in_order_beside_arabic_words(client):
    moneys, orders = approved_orders(1)
    money = moneys[0]
    exported(money, orders)
    imported(money, camt_file([Row(day_of(money), -orders[0].net_minor, "", "", "Virement", "B9")]))
    line = BankLine.objects.get()
    client.force_login(money.member("reconciler"))
    form = client.get(reverse("workflow:act", args=[line.kind, line.pk, "match"])).content.decode()
    assert f"\u2068{orders[0].number}\u2069" in form


ODD_TABLE = (
    "Relevé de compte;;;;;\r\nCompte;0115190001205;;;;\r\n;;;;;\r\n"
    "Date;Débit;Crédit;Référence;Nom;Libellé\r\n"
    "{day:%d/%m/%Y};8\u202f400,00 MAD;;{number};Amina;Virement\r\n"
    "{day:%d/%m/%Y};;1\u00a0234\u00a0567,89;;Fund;Versement\r\n"
    ";;;;;suite du texte\r\n"
)
"""As banks export: words above the headings, blanks that do not break, the currency beside the amount."""


@pytest.mark.parametrize("form", ["camt with a mark and CR LF", "MT940 in pieces", "table with a preamble"])
def test_odd_files_of_banks_go_through_the_screens_and_nothing_is_there_twice(client, form):
    moneys, orders = approved_orders(1)
    money = moneys[0]
    exported(money, orders)
    account = a_paying_account(money)
    account.statement_columns = CSV_COLUMNS
    account.save()
    client.force_login(money.member("reconciler"))
    day, order = day_of(money), orders[0]
    rows = [Row(day, -order.net_minor, order.number, "Amina", "Grant"), Row(day, 12_300, "", "Fund", "Gift")]
    data, name = {
        "camt": (b"\xef\xbb\xbf\r\n" + camt_file(rows).replace(b"\n", b"\r\n"), "s.xml"),
        "MT940": (
            b"\xef\xbb\xbf" + mt940_file(rows).replace(b"SVWZ+Grant", b"SVWZ+Gra\r\n?22nt, first\r\n?23part"),
            "s.sta",
        ),
        "table": (
            ODD_TABLE.format(day=date.fromisoformat(day), number=order.number).encode("utf-8-sig"),
            "s.csv",
        ),
    }[form.split()[0]]

    def send(content):
        url = reverse("disbursements:hand_in_statement", args=[account.pk])
        answer = client.post(url, {"file": SimpleUploadedFile(name, content)})
        if answer.status_code == 302:
            file = StatementFile.objects.latest("pk")
            assert "new movement" in client.get(file.get_absolute_url()).content.decode()
            client.post(reverse("workflow:act", args=[file.kind, file.pk, "take_in"]), {"key": f"k{file.pk}"})
        return answer

    assert send(data).status_code == 302
    assert BankLine.objects.count() == 2
    again = send(data)
    assert again.status_code == 409
    assert "handed in before" in again.content.decode()
    assert send(data + b"\r\n").status_code == 302
    assert StatementFile.objects.latest("pk").lines_new == 0
    assert BankLine.objects.count() == 2
    client.post(reverse("disbursements:match_lines", args=[money.world.programme.code]))
    order.refresh_from_db()
    assert order.state == "executed"
    assert problems() == []


def test_a_movement_that_came_in_another_form_is_marked_before_it_counts_twice(client):
    moneys, orders = approved_orders(1)
    money = moneys[0]
    exported(money, orders)
    account = a_paying_account(money)
    account.statement_columns = CSV_COLUMNS
    account.save()
    rows = [Row(day_of(money), -orders[0].net_minor, orders[0].number, "Amina", "Grant")]
    imported(money, camt_file(rows))
    other = [*rows, Row(day_of(money), 12_300, "", "Fund", "Gift")]
    file = reconciling.hand_in(
        account, csv_file(other), "s.csv", actor=money.member("reconciler"), at=money.now()
    )
    assert [(row.is_new, row.is_alike) for row in reconciling.look(file)] == [(True, True), (True, False)]
    client.force_login(money.member("reconciler"))
    page = client.get(file.get_absolute_url()).content.decode()
    assert "1 movement has the day and the amount of one that came in a file of another form" in page
    assert page.count("there already, perhaps") == 1
