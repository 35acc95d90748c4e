"""Staff need a second factor; the way to get one stays open; seeds are encrypted at rest."""

import json
import time

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from cryptography.fernet import InvalidToken
from django.urls import reverse

from accounts import staff
from accounts.models import User
from accounts.second_factor import WAY_TO_A_FACTOR, has_one

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _policy(settings, monkeypatch):
    settings.REQUIRE_SECOND_FACTOR = True
    monkeypatch.setattr(staff, "_predicates", [lambda user: user.full_name == "Officer"])


@pytest.fixture
def officer():
    return User.objects.create_user(email="o@example.org", password="pass-phrase-1", full_name="Officer")


@pytest.fixture
def applicant():
    return User.objects.create_user(email="a@example.org", password="pass-phrase-1", full_name="Applicant")


def sign_in(client, user):
    form = {"login": user.email, "password": "pass-phrase-1"}
    return client.post(reverse("account_login"), form | {"next": reverse("accounts:preferences")})


def code(secret):
    return f"{hotp_value(secret, int(time.time()) // 30):06d}"


def test_staff_without_a_second_factor_reach_nothing_but_the_way_to_one(client, officer):
    client.force_login(officer)
    wanted = client.get(reverse("accounts:preferences"))
    assert (wanted.status_code, wanted["Location"]) == (302, reverse("accounts:second_factor"))
    assert client.get(reverse("accounts:second_factor")).status_code == 200
    fragment = client.get(reverse("accounts:preferences"), headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (403, reverse("accounts:second_factor"))


def test_an_applicant_needs_none(client, applicant):
    client.force_login(applicant)
    assert client.get(reverse("accounts:preferences")).status_code == 200


def test_a_second_factor_opens_the_house(client, officer):
    TOTP.activate(officer, generate_totp_secret())
    client.force_login(officer)
    assert client.get(reverse("accounts:preferences")).status_code == 200


def test_the_password_alone_does_not_sign_in_where_a_factor_exists(client, officer):
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    assert sign_in(client, officer)["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("accounts:preferences"))["Location"].startswith(reverse("account_login"))
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "_auth_user_id" not in client.session
    assert wrong.status_code == 200
    right = client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    assert right["Location"] == reverse("accounts:preferences")
    assert client.get(reverse("accounts:preferences")).status_code == 200


def test_somebody_made_staff_is_held_at_the_next_request_and_let_go_when_demoted(client, applicant):
    client.force_login(applicant)
    User.objects.filter(pk=applicant.pk).update(full_name="Officer")
    assert client.get(reverse("accounts:preferences")).status_code == 302
    User.objects.filter(pk=applicant.pk).update(full_name="Applicant")
    assert client.get(reverse("accounts:preferences")).status_code == 200


def test_relaxed_in_the_demo_and_said_so(client, officer, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    client.force_login(officer)
    page = client.get(reverse("accounts:preferences"))
    assert page.status_code == 200
    assert page.context["second_factor_relaxed"] is True
    settings.REQUIRE_SECOND_FACTOR = True
    assert client.get(reverse("accounts:second_factor")).context["second_factor_relaxed"] is False


def test_every_page_on_the_way_exists():
    for name in WAY_TO_A_FACTOR:
        assert reverse(name)


def test_staff_keep_their_last_factor_and_applicants_need_not(officer, applicant):
    first = TOTP.activate(officer, generate_totp_secret()).instance
    assert not get_adapter().can_delete_authenticator(first)
    key = Authenticator.objects.create(user=officer, type=Authenticator.Type.WEBAUTHN, data={})
    assert get_adapter().can_delete_authenticator(first)
    key.delete()
    theirs = TOTP.activate(applicant, generate_totp_secret()).instance
    assert get_adapter().can_delete_authenticator(theirs)


def test_recovery_codes_alone_are_no_second_factor(officer):
    Authenticator.objects.create(user=officer, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert not has_one(officer)


def test_seeds_are_unreadable_in_the_database_and_survive_a_new_vault_key(officer, settings):
    secret = generate_totp_secret()
    stored = TOTP.activate(officer, secret).instance
    assert secret not in json.dumps(stored.data)
    old, new = settings.VAULT_KEYS[0], "bmV3LWtleS1mb3ItdGVzdHMtMzItYnl0ZXMtbG9uZyE="
    settings.VAULT_KEYS = [new, old]
    assert get_adapter().decrypt(stored.data["secret"]) == secret
    settings.VAULT_KEYS = [new]
    with pytest.raises(InvalidToken):
        get_adapter().decrypt(stored.data["secret"])
