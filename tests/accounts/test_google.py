"""Sign-in by Google is there when an agency switched it on, and invisible otherwise."""

import json

import pytest
from django.urls import reverse

from tests.databases import SQLITE

GOOGLE = {"GOOGLE_CLIENT_ID": "an-id", "GOOGLE_CLIENT_SECRET": "a-secret"}
LOOK = """
import django, json
django.setup()
from django.test import Client
client = Client(SERVER_NAME="127.0.0.1")
page = client.get("/accounts/login/?next=/my/")
button = page.content.decode()
away = client.post("/accounts/google/login/?process=login")
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
login = SocialLogin(account=SocialAccount(extra_data={"name": "Amina", "picture": "x"}))
from accounts.models import User
login.user = User()
told = {"email": "a@example.org", "first_name": "Amina", "name": "Amina"}
get_adapter().populate_user(page.wsgi_request, login, told)
print(json.dumps({
    "button": "/accounts/google/login/?process=login&amp;next=/my/" in button,
    "policy": page["Content-Security-Policy"],
    "away": away["Location"],
    "kept": login.account.extra_data,
    "email": login.user.email,
    "name": login.user.full_name,
}))
"""


@pytest.mark.django_db
def test_without_google_nothing_speaks_of_it(client):
    page = client.get(reverse("account_login"))
    assert "oogle" not in page.content.decode() + page["Content-Security-Policy"]


def test_with_google_there_is_a_button_that_the_policy_lets_through_and_no_name_is_kept(real_database):
    database = real_database(SQLITE)
    database.manage("migrate", **GOOGLE)
    found = json.loads(database.python("-c", LOOK, **GOOGLE).stdout)
    assert found["button"]
    assert "form-action 'self' https://accounts.google.com" in found["policy"]
    assert found["away"].startswith("https://accounts.google.com/")
    assert "code_challenge" in found["away"]
    assert (found["kept"], found["email"], found["name"]) == ({}, "a@example.org", "")
