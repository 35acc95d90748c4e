"""Sign-in by e-mail, its throttles, the lost password, sign-up, and the language of pages."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "pass-phrase-1"


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()
    yield
    translation.activate("fr")


@pytest.fixture
def amina():
    return User.objects.create_user(
        email="amina@example.org", password=PASSWORD, full_name="Amina B.", language="en"
    )


def sign_in(client, email="amina@example.org", password=PASSWORD, **headers):
    form = {"login": email, "password": password, "next": reverse("accounts:preferences")}
    return client.post(reverse("account_login"), form, headers=headers)


def test_an_address_in_any_spelling_and_the_password_sign_in(client, amina):
    assert sign_in(client, "AMINA@Example.org").status_code == 302
    assert client.get(reverse("accounts:preferences")).status_code == 200


def test_a_wrong_password_and_an_unknown_address_answer_alike(client, amina):
    wrong, unknown = sign_in(client, password="no"), sign_in(client, "nobody@example.org", "no")
    assert (wrong.status_code, unknown.status_code) == (200, 200)
    assert wrong.context["form"].errors == unknown.context["form"].errors


def test_a_closed_account_cannot_sign_in_and_its_open_session_ends(client, amina):
    sign_in(client)
    User.objects.filter(pk=amina.pk).update(is_active=False)
    assert client.get(reverse("accounts:preferences"))["Location"].startswith(reverse("account_login"))
    assert sign_in(client)["Location"] == reverse("account_inactive")
    assert client.get(reverse("accounts:preferences"))["Location"].startswith(reverse("account_login"))


def test_guessing_a_password_is_stopped_even_from_ever_new_forged_addresses(client, amina):
    for attempt in range(6):
        answer = sign_in(client, password=f"guess-{attempt}", **{"X-Forwarded-For": f"10.0.0.{attempt}"})
    assert answer.context["form"].errors.as_data()["__all__"][0].code == "too_many_login_attempts"
    right = sign_in(client)
    assert right.status_code == 200
    assert "_auth_user_id" not in client.session


def test_behind_one_proxy_the_last_address_counts_and_forged_ones_do_not(rf, settings):
    from allauth.core.internal.httpkit import get_client_ip

    request = rf.get("/", headers={"X-Forwarded-For": "6.6.6.6, 7.7.7.7, 196.12.0.9"})
    assert get_client_ip(request) == "127.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert get_client_ip(request) == "196.12.0.9"


def test_a_lost_password_is_reset_by_a_link_that_works_once(client, amina):
    client.post(reverse("account_reset_password"), {"email": "amina@example.org"})
    link = re.search(r"http://\S+?(/accounts/password/reset/key/\S+)", mail.outbox[0].body)
    assert link
    page = client.get(link[1], follow=True)
    chosen = {"password1": "another-phrase-2", "password2": "another-phrase-2"}
    client.post(page.request["PATH_INFO"], chosen)
    assert sign_in(client, password="another-phrase-2").status_code == 302
    client.logout()
    assert client.get(link[1], follow=True).context["token_fail"]


def test_asking_for_an_unknown_address_answers_alike(client, amina):
    known = client.post(reverse("account_reset_password"), {"email": "amina@example.org"})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


SIGN_UP = {"email": "yusuf@example.org", "password1": "long-enough-9"}


def test_an_applicant_signs_up_confirms_the_address_and_has_no_role(client):
    client.post(reverse("set_language"), {"language": "ar"})
    client.post(reverse("account_signup"), SIGN_UP)
    user = User.objects.get(email="yusuf@example.org")
    assert (user.full_name, user.language, user.is_staff, user.is_superuser) == ("", "ar", False, False)
    assert sign_in(client, "yusuf@example.org", "long-enough-9")["Location"] == reverse(
        "account_email_verification_sent"
    )
    link = re.search(r"http://\S+?(/accounts/confirm-email/\S+)", mail.outbox[0].body)
    assert link
    client.post(link[1])
    assert sign_in(client, "yusuf@example.org", "long-enough-9")["Location"] == reverse(
        "accounts:preferences"
    )


def test_a_closed_sign_up_makes_no_account(client, settings):
    settings.SIGN_UP_OPEN = False
    client.post(reverse("account_signup"), SIGN_UP)
    assert not User.objects.filter(email="yusuf@example.org").exists()


def test_a_visitor_chooses_a_language_and_the_browser_keeps_it(client):
    answer = client.post(reverse("set_language"), {"language": "ar", "next": reverse("account_login")})
    assert answer["Location"] == reverse("account_login")
    page = client.get(reverse("account_login"), headers={"Accept-Language": "en"})
    assert page["Content-Language"] == "ar"


def test_a_person_s_own_language_wins_over_the_browser_s(client, amina):
    client.force_login(amina)
    page = client.get(reverse("accounts:preferences"), headers={"Accept-Language": "ar"})
    assert page["Content-Language"] == "en"
    client.post(reverse("set_language"), {"language": "ar"})
    assert client.get(reverse("accounts:preferences"))["Content-Language"] == "ar"
    amina.refresh_from_db()
    assert amina.language == "ar"
    client.post(reverse("account_logout"))
    assert client.get(reverse("account_login"))["Content-Language"] == "ar"


def test_preferences_change_name_and_language(client, amina):
    client.force_login(amina)
    client.post(reverse("accounts:preferences"), {"full_name": "Amina Bah", "language": "ar"})
    amina.refresh_from_db()
    assert (amina.full_name, amina.language) == ("Amina Bah", "ar")
    refused = client.post(reverse("accounts:preferences"), {"full_name": "X", "language": "xx"})
    assert refused.status_code == 422


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_language_switch_leads_nowhere_else(client, evil):
    assert client.post(reverse("set_language"), {"language": "fr", "next": evil})["Location"] == "/"


def test_an_unknown_language_changes_nothing(client, amina):
    client.force_login(amina)
    client.post(reverse("set_language"), {"language": "xx"})
    amina.refresh_from_db()
    assert amina.language == "en"
