"""Who may read a file, and how it leaves."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser

from documents import filing
from documents.models import Document, Sensitivity
from documents.readers import may_read
from tests.worlds.documents import NOON, dossier, filed

pytestmark = pytest.mark.django_db


def address(document):
    return f"/documents/{document.uid}/"


def test_nobody_reads_what_no_package_answers_for(client, anna):
    document = filed(dossier())
    client.force_login(anna)
    assert client.get(address(document)).status_code == 404


def test_what_one_may_not_read_answers_like_what_does_not_exist(client, anna, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: False)
    client.force_login(anna)
    refused, missing = client.get(address(filed(dossier()))), client.get(f"/documents/{uuid.uuid4()}/")
    assert refused.status_code == missing.status_code == 404
    assert refused.content == missing.content
    assert dict(refused.headers) == dict(missing.headers)


def test_a_stranger_is_asked_to_sign_in_whether_the_file_exists_or_not(client, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: True)
    for uid in (filed(dossier()).uid, uuid.uuid4()):
        answer = client.get(f"/documents/{uid}/")
        assert answer.status_code == 302
        assert "login" in answer["Location"]


def test_a_superuser_has_no_answer_of_his_own(client, django_user_model, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: False)
    root = django_user_model.objects.create_superuser(email="root@example.org", password="x" * 12)
    client.force_login(root)
    assert client.get(address(filed(dossier()))).status_code == 404


def test_the_owners_package_decides_per_person_and_record(client, anna, bilal, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: user == anna and record.owner.name == "Anna's")
    hers, other = filed(dossier("Anna's")), filed(dossier("Other"))
    client.force_login(anna)
    assert client.get(address(hers)).status_code == 200
    assert client.get(address(other)).status_code == 404
    client.force_login(bilal)
    assert client.get(address(hers)).status_code == 404
    assert Document.objects.visible_to(anna) == [hers]


def test_only_public_files_are_read_without_signing_in(client, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: True)
    owner = dossier()
    assert client.get(address(filed(owner, sensitivity=Sensitivity.PUBLIC))).status_code == 200
    assert client.get(address(filed(owner))).status_code == 302


def test_the_vault_needs_its_own_rule(anna, bilal, readers_of_dossiers):
    document = filed(dossier(), sensitivity=Sensitivity.VAULT)
    readers_of_dossiers(lambda user, record: True)
    assert not may_read(anna, document)
    readers_of_dossiers(lambda user, record: True, vault=lambda user, record: user == bilal)
    assert not may_read(anna, document)
    assert may_read(bilal, document)


def test_a_blind_reader_sees_only_what_is_marked_and_never_a_name(client, anna, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: True, blind=lambda user, record: user == anna)
    owner = dossier()
    marked = filed(owner, name="Fatima Canary.jpg", juror_visible=True)
    unmarked = filed(owner, name="Fatima Canary.jpg")
    client.force_login(anna)
    assert client.get(address(unmarked)).status_code == 404
    answer = client.get(address(marked))
    assert answer.status_code == 200
    assert "Fatima" not in str(answer.headers)
    assert Document.objects.visible_to(anna) == [marked]


def test_a_file_whose_owner_is_gone_is_read_by_nobody(anna, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: True)
    owner = dossier()
    document = filed(owner)
    owner.delete()
    document = Document.objects.get()
    assert not may_read(anna, document)


def test_an_erased_file_is_read_by_nobody(anna, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: True)
    document = filed(dossier())
    assert may_read(anna, document)
    filing.erase(document, at=NOON)
    assert not may_read(anna, document)


def test_nobody_signed_in_is_nobody(readers_of_dossiers):
    readers_of_dossiers(lambda user, record: user.is_authenticated)
    assert not may_read(AnonymousUser(), filed(dossier(), sensitivity=Sensitivity.PUBLIC))


def test_a_file_leaves_as_an_attachment_that_no_browser_runs_or_keeps(client, anna, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: True)
    client.force_login(anna)
    document = filed(dossier(), name='reçu "صورة".jpg')
    answer = client.get(address(document), headers={"Range": "bytes=0-3"})
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) == document.size == int(answer["Content-Length"])
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Accept-Ranges"] == "none"
    assert "Content-Encoding" not in answer
    assert client.post(address(document)).status_code == 405


@pytest.mark.parametrize("odd", ["0", "../etc/passwd", "%00", "1" * 32, "xyz"])
def test_an_odd_address_finds_nothing(client, anna, odd):
    client.force_login(anna)
    assert client.get(f"/documents/{odd}/").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_files(
    anna, readers_of_dossiers, django_assert_num_queries
):
    readers_of_dossiers(lambda user, record: record.owner.name == "Full")
    owner = dossier("Full")
    for _number in range(3):
        filed(owner)
    with django_assert_num_queries(2):
        assert len(Document.objects.of(owner).visible_to(anna)) == 3
