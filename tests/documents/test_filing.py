"""What is kept, where, how much of it, and what the virus scanner has to say."""

import hashlib
import re
import socket
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from documents import filing, limits
from documents.intake import FileRefused
from documents.models import Document, Scan, Sensitivity
from documents.storage import digest
from tests.documents import friendly
from tests.documents.hostile import REFUSED, TAMED
from tests.worlds.documents import CLERK, NOON, dossier, filed, upload

pytestmark = pytest.mark.django_db


def files_on_disk(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_a_random_name_and_its_row_tells_the_truth(anna, own_folder_for_bytes):
    document = filed(dossier(), name="../Mon reçu.JPEG", actor=anna, stream="case:7")
    (path,) = files_on_disk(own_folder_for_bytes)
    assert document.stored_as == f"{path.parent.name}/{path.name}"
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{32}", document.stored_as)
    assert document.name == "Mon reçu.jpg"
    assert document.size == path.stat().st_size
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest() == digest(document.stored_as)
    assert document.received_sha256 == hashlib.sha256(friendly.picture()).hexdigest()
    assert (document.width, document.height) == (60, 40)
    assert document.uploaded_by == anna
    assert path.stat().st_mode & 0o077 == 0


def test_no_hostile_file_leaves_a_byte_or_a_row(own_folder_for_bytes):
    owner = dossier()
    for name, data, _reason in REFUSED.values():
        with pytest.raises(FileRefused):
            filing.store(upload(name or "x", data), owner=owner, kind="photo", actor=CLERK, at=NOON)
    assert not Document.objects.exists()
    assert not files_on_disk(own_folder_for_bytes)


def test_what_is_served_of_a_polyglot_is_harmless(client, anna, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: True)
    owner = dossier()
    client.force_login(anna)
    for name, data, canary in TAMED.values():
        document = filed(owner, name=name, data=data)
        answer = client.get(f"/documents/{document.uid}/")
        body = b"".join(answer.streaming_content)
        assert canary not in body
        assert hashlib.sha256(body).hexdigest() == document.sha256
        assert answer["Content-Type"] == document.media_type
        assert answer["Content-Disposition"].startswith("attachment")
        document.delete()


def test_a_dossier_holds_twenty_files_and_no_more():
    owner = dossier()
    for _number in range(limits.MAX_DOSSIER_FILES):
        first = filed(owner)
    with pytest.raises(FileRefused) as refused:
        filed(owner)
    assert refused.value.code == "too_many_files"
    filing.erase(first, at=NOON)
    filed(owner)
    filed(dossier("Another dossier"))


def test_a_dossier_holds_a_hundred_megabytes_and_no_more():
    owner = dossier()
    kept = filed(owner)
    Document.objects.filter(pk=kept.pk).update(size=limits.MAX_DOSSIER_BYTES - kept.size + 1)
    with pytest.raises(FileRefused) as refused:
        filed(owner)
    assert refused.value.code == "dossier_full"
    Document.objects.filter(pk=kept.pk).update(size=limits.MAX_DOSSIER_BYTES - kept.size)
    filed(owner)


def test_an_erased_file_keeps_its_row_and_loses_bytes_and_name(
    own_folder_for_bytes, django_capture_on_commit_callbacks
):
    document = filed(dossier(), name="Fatima Canary.jpg")
    with django_capture_on_commit_callbacks(execute=True):
        filing.erase(document, at=NOON)
    assert not files_on_disk(own_folder_for_bytes)
    kept = Document.objects.get()
    assert kept.erased_at == NOON
    assert "Fatima" not in kept.name
    assert not kept.is_served


def test_bytes_without_a_row_are_swept_after_a_day(own_folder_for_bytes):
    document = filed(dossier())
    for number in range(256):
        default_storage.save(f"{number:02x}/stray", upload())
    tomorrow = timedelta(days=1, minutes=1)
    now = max(default_storage.get_modified_time(f"{n:02x}/stray") for n in range(256))
    assert sum(filing.sweep(now + timedelta(minutes=n)) for n in range(60)) == 0
    swept = minute = 0
    while swept < 256 and minute < 20_000:
        swept += filing.sweep(now + tomorrow + timedelta(minutes=minute))
        minute += 1
    assert [path.name for path in files_on_disk(own_folder_for_bytes)] == [document.stored_as[3:]]


@contextmanager
def clamd(answer: bytes, settings):
    """A daemon that understands INSTREAM and gives one answer to everybody; yields what it received."""
    received = []
    server = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"

    def serve():
        while True:
            try:
                connection, _address = server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                body = b""
                while length := int.from_bytes(stream.read(4), "big"):
                    body += stream.read(length)
                received.append(body)
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield received
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(timeout=60)


def test_a_clean_file_passes_the_scanner_whole(settings):
    with clamd(b"stream: OK\0", settings) as received:
        document = filed(dossier(), name="a.pdf", data=friendly.pdf(pages=900))
    assert document.scan == Scan.CLEAN
    assert len(received[0]) == document.size > 64 * 1024


def test_an_infected_file_is_refused(settings, own_folder_for_bytes):
    with clamd(b"stream: Eicar-Test-Signature FOUND\0", settings), pytest.raises(FileRefused) as refused:
        filed(dossier())
    assert refused.value.code == "infected"
    assert not files_on_disk(own_folder_for_bytes)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "unix:/nowhere/clamd.sock", "nonsense"])
def test_without_an_answer_a_file_waits_in_quarantine(settings, client, anna, readers_of_dossiers, address):
    readers_of_dossiers(lambda user, record: True)
    settings.CLAMD_ADDRESS = address
    document = filed(dossier())
    assert document.scan == Scan.QUARANTINED
    client.force_login(anna)
    assert client.get(f"/documents/{document.uid}/").status_code == 404
    assert filing.rescan(NOON) == 0
    with clamd(b"stream: OK\0", settings):
        assert filing.rescan(NOON) == 1
    assert client.get(f"/documents/{document.uid}/").status_code == 200


def test_a_scanner_error_is_not_a_clean_bill(settings):
    with clamd(b"INSTREAM size limit exceeded. ERROR\0", settings):
        assert filed(dossier()).scan == Scan.QUARANTINED


def test_an_infected_file_found_later_is_erased(settings, django_capture_on_commit_callbacks):
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    document = filed(dossier())
    with (
        clamd(b"stream: Eicar FOUND\0", settings),
        django_capture_on_commit_callbacks(execute=True),
    ):
        assert filing.rescan(NOON) == 1
    document.refresh_from_db()
    assert document.erased_at == NOON
    assert not default_storage.exists(document.stored_as)


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": 0},
        {"sha256": "abc"},
        {"received_sha256": ""},
        {"sensitivity": "secret"},
        {"scan": "perhaps"},
        {"sensitivity": Sensitivity.VAULT, "juror_visible": True},
    ],
)
def test_the_database_refuses_nonsense(wrong):
    document = filed(dossier())
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**wrong)
