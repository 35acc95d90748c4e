"""Signing up and in by phone: one number, one message, one code; and changing the number safely."""

import re

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import phone_numbers, staff
from accounts.models import User
from workflow.sms import MemoryBackend

pytestmark = pytest.mark.django_db

REGIONS = ["MA", "LY", "ML"]
NUMBER = "+212612345678"
OTHER = "+22376123456"


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    MemoryBackend.outbox.clear()


def ask(client, number=NUMBER, **more):
    return client.post(reverse("accounts:phone_sign_in"), {"phone": number, **more})


def sent_code():
    found = re.search(r"\d{6}", MemoryBackend.outbox[-1][1])
    assert found
    return found[0]


def enter(client, code=None):
    return client.post(reverse("accounts:phone_code"), {"code": code or sent_code()})


def signed_in(client):
    return client.session.get("_auth_user_id")


def come_in(client, number=NUMBER):
    ask(client, number)
    return enter(client)


# Numbers as people write them


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0612345678", NUMBER),
        ("06 12-34.56 78", NUMBER),
        ("00212 612345678", NUMBER),
        ("+212 6 12 34 56 78", NUMBER),
        ("٠٦١٢٣٤٥٦٧٨", NUMBER),
        ("76 12 34 56", OTHER),
        ("091 2345678", "+218912345678"),
        ("+221 77 123 45 67", "+221771234567"),
    ],
)
def test_a_number_is_read_as_people_write_it(written, number):
    assert phone_numbers.read_mobile(written, REGIONS) == number


@pytest.mark.parametrize("written", ["", "abc", "+", "12", "+999 12345678901234", "٪٪"])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(phone_numbers.NotANumber):
        phone_numbers.read_mobile(written, REGIONS)


def test_a_number_of_nowhere_asks_for_its_country_and_a_fixed_line_is_refused():
    with pytest.raises(phone_numbers.CountryNeeded):
        phone_numbers.read_mobile("5551234", REGIONS)
    with pytest.raises(phone_numbers.TakesNoMessages):
        phone_numbers.read_mobile("+212 537 12 34 56", REGIONS)


# Coming in


def test_somebody_without_an_address_signs_up_with_a_phone_alone(client):
    client.post(reverse("set_language"), {"language": "ar"})
    assert ask(client, "06 12 34 56 78", next="/my/")["Location"] == reverse("accounts:phone_code")
    assert not User.objects.exists(), "no account before the number is proved"
    assert MemoryBackend.outbox[-1][0] == NUMBER
    assert enter(client)["Location"] == "/my/"
    user = User.objects.get()
    assert (user.phone, user.email, user.language, user.full_name) == (NUMBER, None, "ar", "")
    assert user.phone_verified_at is not None
    assert signed_in(client) == str(user.pk)


def test_the_same_number_opens_the_same_account_again(client):
    come_in(client)
    client.post(reverse("account_logout"))
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=1)):
        come_in(client)
    assert User.objects.count() == 1
    assert signed_in(client)


def test_a_code_may_be_typed_in_arabic_digits_and_with_spaces(client):
    ask(client)
    arabic = " ".join(chr(0x0660 + int(digit)) for digit in sent_code())
    assert enter(client, arabic).status_code == 302
    assert signed_in(client)


def test_a_code_of_odd_digits_is_wrong_and_breaks_nothing(client):
    ask(client)
    assert enter(client, "²³¹½६৬").status_code == 422
    assert not signed_in(client)


def test_a_page_does_not_tell_whether_there_is_an_account(client):
    User.objects.create_user(phone=NUMBER)
    known = ask(client)
    known_page = client.get(known["Location"]).content
    unknown = ask(client, OTHER)
    unknown_page = client.get(unknown["Location"]).content
    assert known["Location"] == unknown["Location"]
    token = rb'name="csrfmiddlewaretoken" value="[^"]*"'
    shown = re.compile(rb"\+[0-9 -]{8,}")
    assert shown.search(known_page)
    plain = [re.sub(token, b"", shown.sub(b"", page)) for page in (known_page, unknown_page)]
    assert plain[0] == plain[1]


def test_five_wrong_codes_kill_the_code(client):
    ask(client)
    right = sent_code()
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for _attempt in range(5):
        assert enter(client, wrong).status_code == 422
    assert enter(client, right).status_code == 422
    assert not signed_in(client)


def test_a_code_lives_ten_minutes_and_works_once(client):
    ask(client)
    code = sent_code()
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=11)):
        assert enter(client, code)["Location"] == reverse("account_login")
        ask(client)
        code = sent_code()
        enter(client, code)
        client.post(reverse("account_logout"))
        assert enter(client, code)["Location"] == reverse("account_login")
        assert not signed_in(client)


def test_a_code_is_good_only_in_the_browser_that_asked_for_it(client):
    from django.test import Client

    ask(client)
    stranger = Client()
    assert enter(stranger)["Location"] == reverse("account_login")
    assert not signed_in(stranger)


def test_messages_to_one_number_are_throttled(client):
    ask(client)
    again = ask(client)
    assert again.status_code == 422
    assert len(MemoryBackend.outbox) == 1
    start = timezone.now()
    for minute in range(1, 12):
        with time_machine.travel(start + timezone.timedelta(minutes=minute)):
            ask(client)
    assert len(MemoryBackend.outbox) == 5


def test_another_code_can_be_asked_for_and_the_first_one_dies(client):
    ask(client)
    first = sent_code()
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=40)):
        client.post(reverse("accounts:phone_code_again"))
        second = sent_code()
        if first != second:
            assert enter(client, first).status_code == 422
        enter(client, second)
    assert signed_in(client)


def test_a_gateway_that_fails_says_so_and_leaves_no_open_page(client, settings, caplog):
    settings.SMS_BACKEND = "tests.accounts.test_phone.BrokenBackend"
    refused = ask(client)
    assert refused.status_code == 422
    assert "could not be sent" in refused.content.decode()
    assert NUMBER not in caplog.text
    assert client.get(reverse("accounts:phone_code"))["Location"] == reverse("account_login")


class BrokenBackend:
    """A gateway that is down."""

    def send(self, number, text):
        raise ConnectionError(f"{number}: no route")


def test_staff_never_come_in_by_phone(client, monkeypatch):
    officer = User.objects.create_user(email="o@example.org", phone=NUMBER, password="pass-phrase-1")
    monkeypatch.setattr(staff, "_predicates", [lambda user: user.pk == officer.pk])
    assert ask(client)["Location"] == reverse("accounts:phone_code")
    assert not re.search(r"\d{6}", MemoryBackend.outbox[-1][1])
    assert enter(client, "000000").status_code == 422
    assert not signed_in(client)


def test_a_closed_sign_up_sends_a_sentence_instead_of_a_code(client, settings):
    settings.SIGN_UP_OPEN = False
    ask(client)
    assert "no account" in MemoryBackend.outbox[-1][1]
    assert enter(client, "123456").status_code == 422
    assert not User.objects.exists()


def test_a_closed_account_stays_closed(client):
    user = User.objects.create_user(phone=NUMBER)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert come_in(client)["Location"] == reverse("account_inactive")
    assert not signed_in(client)


def test_sign_in_leads_nowhere_else(client):
    ask(client, next="https://evil.example/")
    assert enter(client)["Location"] == "/"


def test_switched_off_nothing_of_it_is_there(client, settings):
    settings.PHONE_SIGN_IN = False
    assert client.get(reverse("accounts:phone_sign_in")).status_code == 404
    assert "id_phone" not in client.get(reverse("account_login")).content.decode()


# What is stored


def test_no_number_lies_in_plain_text(client):
    ask(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        held = [row[0] for row in cursor.fetchall()]
    from django.contrib.sessions.backends.db import SessionStore

    assert held
    assert all(SessionStore().decode(data) == {} for data in held), "sessions open with the secret key alone"
    enter(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_user")
        assert NUMBER[-9:] not in str(cursor.fetchall())
    assert User.objects.of_phone(NUMBER) == User.objects.get()


def test_numbers_are_sealed_again_under_a_new_key(settings):
    from accounts.key_rotation import reseal_phones

    user = User.objects.create_user(phone=NUMBER)
    settings.VAULT_KEYS = ["MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=", *settings.VAULT_KEYS]
    assert reseal_phones() == 1
    settings.VAULT_KEYS = settings.VAULT_KEYS[:1]
    user.refresh_from_db()
    assert user.phone == NUMBER


# Changing the number


def change(client, number):
    return client.post(reverse("accounts:phone"), {"phone": number})


def test_a_number_changes_only_with_a_code_to_the_present_and_to_the_new_one(client):
    come_in(client)
    user = User.objects.get()
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=30)):
        assert "phone" not in client.get(reverse("accounts:phone")).context["form"].data
        assert change(client, OTHER)["Location"] == reverse("accounts:phone_code")
        assert MemoryBackend.outbox[-1][0] == NUMBER, "the present number is asked first"
        enter(client)
        assert change(client, OTHER)["Location"] == reverse("accounts:phone_code")
        assert MemoryBackend.outbox[-1][0] == OTHER
        user.refresh_from_db()
        assert user.phone == NUMBER, "not changed before the code is typed"
        enter(client)
        user.refresh_from_db()
        assert user.phone == OTHER
        assert MemoryBackend.outbox[-1][0] == NUMBER, "the former number is told"
        assert client.get(reverse("accounts:preferences")).status_code == 200


def test_a_change_ends_the_sessions_of_other_devices(client):
    from django.test import Client

    come_in(client)
    elsewhere = Client()
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=2)):
        come_in(elsewhere)
        change(elsewhere, OTHER)
        enter(elsewhere)
        assert elsewhere.get(reverse("accounts:preferences")).status_code == 200
        assert client.get(reverse("accounts:preferences")).status_code == 302


def test_nobody_takes_over_another_account_s_number(client):
    User.objects.create_user(phone=OTHER)
    come_in(client)
    change(client, OTHER)
    answer = client.post(reverse("accounts:phone_code"), {"code": sent_code()}, follow=True)
    assert "another account" in answer.content.decode()
    assert User.objects.of_phone(NUMBER) is not None


def test_whoever_has_a_password_is_asked_for_it_before_a_number_is_added(client):
    User.objects.create_user(email="a@example.org", password="pass-phrase-1")
    client.post(reverse("account_login"), {"login": "a@example.org", "password": "pass-phrase-1"})
    page = client.get(reverse("accounts:phone"))
    assert page["Location"].startswith(reverse("account_reauthenticate"))
    client.post(page["Location"], {"password": "pass-phrase-1"})
    change(client, NUMBER)
    enter(client)
    assert User.objects.get().phone == NUMBER
    client.post(reverse("accounts:phone"), {"remove": "1"})
    assert User.objects.get().phone is None


def test_a_phone_account_without_password_cannot_lose_its_number(client):
    come_in(client)
    client.post(reverse("accounts:phone"), {"remove": "1"})
    assert User.objects.get().phone == NUMBER


def test_a_phone_account_may_add_an_address_and_a_password(client):
    come_in(client)
    for name in ("account_email", "account_set_password", "accounts:preferences"):
        assert client.get(reverse(name)).status_code == 200, name
