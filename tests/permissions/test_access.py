"""The door of the views: nothing is reached without a declaration, refusals look like absence."""

import json

import pytest
import rules
from django.contrib.auth import get_user_model

from tests.permissions.matrix import comparable

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.permissions.urls_for_access")]


@pytest.fixture(autouse=True)
def _rule():
    rules.add_perm("tests.own_account", rules.predicate(lambda user, obj: user == obj))
    yield
    rules.remove_perm("tests.own_account")


@pytest.fixture
def amina():
    return get_user_model().objects.create_user(email="amina@example.org", password="pass-phrase-1")


@pytest.fixture
def other():
    return get_user_model().objects.create_user(email="other@example.org", password="pass-phrase-2")


def test_a_public_page_needs_nobody(client):
    assert client.get("/open/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/members/", "/forgotten/", "/unknown-rule/", "/account/1/", "/foreign/inside/"]
)
def test_an_anonymous_visitor_is_sent_to_sign_in_and_back(client, path):
    answer = client.get(path + "?page=2")
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?next={path}%3Fpage%3D2")


def test_what_exists_and_what_does_not_answer_alike_to_an_anonymous_visitor(client, amina):
    there, gone = client.get(f"/account/{amina.pk}/"), client.get("/account/999999/")
    assert (there.status_code, gone.status_code) == (302, 302)


@pytest.mark.parametrize("page", ["account", "account-class"])
def test_one_reaches_ones_own_and_the_view_is_given_the_object(client, amina, page):
    client.force_login(amina)
    assert client.get(f"/{page}/{amina.pk}/").content.decode() == f"reached {amina}"


@pytest.mark.parametrize("page", ["account", "account-class", "api/account"])
def test_what_one_may_not_see_answers_like_what_does_not_exist(client, amina, other, page):
    client.force_login(amina)
    paths = f"/{page}/{other.pk}/", f"/{page}/999999/"
    hidden, absent = (client.get(path) for path in paths)
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert comparable(hidden.content, paths[0]) == comparable(absent.content, paths[1])


def test_a_superuser_passes_no_rule_by_being_one(client, other):
    root = get_user_model().objects.create_superuser(email="root@example.org", password="pass-phrase-3")
    client.force_login(root)
    assert client.get(f"/account/{other.pk}/").status_code == 404
    assert client.get("/unknown-rule/").status_code == 404


def test_an_undeclared_view_is_denied_and_logged(client, amina, caplog):
    client.force_login(amina)
    assert client.get("/forgotten/").status_code == 404
    assert "view without declared access" in caplog.text
    assert "forgotten" in caplog.text


def test_third_party_urls_are_declared_where_they_are_included(client, amina):
    assert client.get("/foreign/entrance/").status_code == 200
    client.force_login(amina)
    assert client.get("/foreign/inside/").status_code == 200


def test_the_api_says_401_to_strangers_and_404_in_json_to_the_rest(client, amina, other):
    stranger = client.get("/api/members/")
    assert (stranger.status_code, list(stranger.json())) == (401, ["detail"])
    client.force_login(amina)
    for path in (f"/api/account/{other.pk}/", "/api/no/such/path/"):
        refused = client.get(path)
        assert (refused.status_code, list(refused.json())) == (404, ["detail"])


def test_a_fragment_asked_by_a_stranger_sends_the_whole_page_to_sign_in(client):
    answer = client.get(
        "/members/", headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/cases/3/"}
    )
    assert answer.status_code == 401
    assert answer["HX-Redirect"].endswith("?next=/cases/3/")


@pytest.mark.parametrize("path", ["/open/%00", "/members/%00/"])
def test_a_nul_in_the_path_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("query", ["?q=a%00b", "?a%00b=1"])
def test_a_nul_in_the_query_is_refused(client, query):
    assert client.get("/open/" + query).status_code == 400
    assert client.get("/api/members/" + query).json()["detail"]


@pytest.mark.parametrize("body", ['{"a": "x\\u0000"}', '{"a": "\\ud800"}', '{"\\u0000": 1}', '"\x00"'])
def test_odd_characters_in_json_are_refused(client, amina, body):
    client.force_login(amina)
    answer = client.post("/members/", body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body", [json.dumps({"nom": "أمينة é 😀"}), "not json \\u", json.dumps("C:\\\\u0000x"[:4])]
)
def test_ordinary_json_passes(client, amina, body):
    client.force_login(amina)
    assert client.post("/members/", body, content_type="application/json").status_code == 200


def test_a_nul_in_a_form_is_refused(client, amina):
    client.force_login(amina)
    assert client.post("/members/", {"a": "x\x00y"}).status_code == 400
    assert client.post("/members/", {"a": "x y"}).status_code == 200
