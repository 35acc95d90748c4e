"""Papers get numbers without gaps, are kept for ever as issued, and can be verified by anybody."""

import hashlib
import io
import re
import uuid
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, transaction
from django.template import Context, Template
from django.utils import translation

from documents import kinds, papers
from documents.models import Paper, PaperCopy, PaperCounter, Sensitivity
from documents.papers import erase_paper, issue_paper, original, reprint
from documents.readers import may_read, may_reprint
from documents.verify import check_files, check_numbers, check_papers
from tests.documents.reading import text_of
from tests.worlds.documents import CLERK, NOON, dossier, filed, issued, register_receipt, sheet

pytestmark = pytest.mark.django_db


def page(paper):
    return f"/papers/{papers.shown_code(paper.code)}/"


def body(answer):
    return b"".join(answer.streaming_content)


def test_numbers_run_per_kind_scope_and_year():
    kinds.register("test_order", title="Order of the tests", prefix="TORD")
    subject = dossier()
    next_year = datetime(2027, 1, 2, tzinfo=UTC)
    given = [
        issued(subject, scope="A"),
        issued(subject, scope="A"),
        issued(subject, scope="B"),
        issued(subject, scope="A", kind="test_order"),
        issued(subject, scope="A", at=next_year),
        issued(subject, scope="A"),
    ]
    assert [paper.number for paper in given] == [1, 2, 1, 1, 1, 3]
    assert given[0].reference == "TEST-2026-0001"
    assert given[4].reference == "TEST-2027-0001"
    assert check_numbers().problems == []


def test_a_paper_rolled_back_leaves_no_gap():
    subject = dossier()
    issued(subject)
    with transaction.atomic():
        issued(subject)
        transaction.set_rollback(True)
    with pytest.raises(RuntimeError):
        issued(subject, build=_broken)
    assert issued(subject).number == 2
    assert check_numbers().problems == []


def _broken(context):
    raise RuntimeError("the builder failed")


@pytest.mark.slow
def test_papers_issued_by_four_processes_at_once_have_no_gap_and_no_twin(real_database, engine):
    database = real_database(engine)
    database.race("tests.documents.issue_many", *[("6",)] * 4)
    numbers = [number for (number,) in database.rows("SELECT number FROM documents_paper ORDER BY number")]
    assert numbers == list(range(1, 17))
    assert "Every promise holds." in database.manage("verify").stdout


def test_a_paper_is_kept_as_issued_and_served_the_same_for_ever(client, anna, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: user == anna)
    paper = issued(dossier(), actor=anna)
    client.force_login(anna)
    first, second = (client.get(f"/documents/papers/{paper.uid}/") for _time in range(2))
    data = body(first)
    assert data == body(second)
    assert hashlib.sha256(data).hexdigest() == original(paper).sha256
    assert first["Content-Type"] == "application/pdf"
    assert 'filename="TEST-2026-0001.pdf"' in first["Content-Disposition"]
    assert first["Content-Security-Policy"].startswith("sandbox")
    text = text_of(data)
    assert paper.reference in text
    assert papers.shown_code(paper.code) in text
    assert paper.content_sha256[:8] in text
    assert paper.issued_by == anna


def test_nobody_reads_a_paper_unless_its_subjects_package_says_so(client, anna, bilal, readers_of_dossiers):
    paper = issued(dossier())
    address = f"/documents/papers/{paper.uid}/"
    client.force_login(bilal)
    assert client.get(address).status_code == 404
    readers_of_dossiers(lambda user, record: user == anna)
    refused, missing = client.get(address), client.get(f"/documents/papers/{uuid.uuid4()}/")
    assert refused.status_code == missing.status_code == 404
    assert refused.content == missing.content
    client.logout()
    assert client.get(address).status_code == 302
    assert may_read(anna, paper)


def test_a_blind_reader_gets_no_paper(anna, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: True, blind=lambda user, record: True)
    assert not may_read(anna, issued(dossier()))


def test_a_paper_of_the_vault_needs_the_rule_of_the_vault(anna, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: True)
    assert not may_read(anna, issued(dossier(), sensitivity=Sensitivity.VAULT))


def test_a_reprint_is_counted_marked_and_kept(client, anna, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: True, reprint=lambda user, record: user == anna)
    paper = issued(dossier())
    before = original(paper).sha256
    client.force_login(anna)
    for number in (1, 2):
        answer = client.post(f"/documents/papers/{paper.uid}/reprint/")
        assert answer["Location"] == f"/documents/papers/{paper.uid}/{number}/"
        served = client.get(answer["Location"])
        data = body(served)
        assert f"DUPLICATA {number}" in text_of(data)
        assert f"duplicata-{number}.pdf" in served["Content-Disposition"]
        assert hashlib.sha256(data).hexdigest() == paper.copies.get(number=number).sha256
    assert original(paper).sha256 == before
    assert Paper.objects.with_standing().get().reprints == 2
    assert check_papers().count == 3
    assert check_papers().problems == []


def test_only_those_named_may_reprint(client, anna, bilal, readers_of_dossiers):
    paper = issued(dossier())
    readers_of_dossiers(lambda user, record: True)
    assert not may_reprint(anna, paper)
    readers_of_dossiers(lambda user, record: user == anna, reprint=lambda user, record: True)
    assert not may_reprint(bilal, paper)
    client.force_login(bilal)
    assert client.post(f"/documents/papers/{paper.uid}/reprint/").status_code == 404
    client.force_login(anna)
    assert client.get(f"/documents/papers/{paper.uid}/reprint/").status_code == 405
    assert not PaperCopy.objects.filter(number=1).exists()


def test_anybody_verifies_a_paper_and_learns_no_name_and_no_amount(client):
    paper = issued(dossier("Dossier of Fatima Canary"))
    reprint(paper, actor=CLERK, at=NOON + timedelta(days=1))
    answer = client.get(page(paper))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    for known in ("Receipt of the tests", "TEST-2026-0001", papers.shown_code(paper.code)):
        assert known in shown
    plain = re.sub(r"\s", "", shown)
    for digest in (paper.content_sha256, *paper.copies.values_list("sha256", flat=True)):
        assert digest in plain
    for secret in ("fatima", "canary", "14 000", "quatorze"):
        assert secret not in shown.lower()
    assert str(paper.uid) not in shown


@pytest.mark.parametrize("write", [str.lower, lambda code: code.replace("-", "")])
def test_a_code_may_be_typed_in_small_letters_and_without_hyphens(client, write):
    paper = issued(dossier())
    assert client.get(f"/papers/{write(papers.shown_code(paper.code))}/").status_code == 200


def test_a_code_that_no_paper_carries_is_said_to_be_unknown(client):
    answer = client.get("/papers/2222-3333-4444/")
    assert answer.status_code == 404
    assert "No paper carries this code" in answer.content.decode()


def test_a_replaced_paper_says_so(client):
    subject = dossier()
    old = issued(subject)
    new = issued(subject, supersedes=old)
    shown = client.get(page(old)).content.decode()
    assert "no longer valid" in shown
    assert new.reference in shown
    assert "no longer valid" not in client.get(page(new)).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        issued(subject, supersedes=old)


def test_an_erased_paper_keeps_its_number_and_loses_its_bytes(
    client, anna, readers_of_dossiers, django_capture_on_commit_callbacks
):
    readers_of_dossiers(lambda user, record: True, reprint=lambda user, record: True)
    paper = issued(dossier())
    reprint(paper, actor=CLERK, at=NOON)
    names = list(paper.copies.values_list("stored_as", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        erase_paper(paper, at=NOON)
        erase_paper(paper, at=NOON)
    assert not any(default_storage.exists(name) for name in names)
    paper = Paper.objects.get()
    assert not may_read(anna, paper)
    assert not may_reprint(anna, paper)
    with pytest.raises(ValueError, match="erased"):
        reprint(paper, actor=CLERK, at=NOON)
    assert "erased" in client.get(page(paper)).content.decode()
    result = check_papers()
    assert (result.count, result.skipped, result.problems) == (0, 2, [])


def test_a_paper_cannot_be_changed_or_deleted():
    paper = issued(dossier())
    for change in (
        lambda: Paper.objects.filter(pk=paper.pk).update(number=9),
        lambda: Paper.objects.filter(pk=paper.pk).delete(),
        lambda: PaperCopy.objects.update(sha256="0" * 64),
        lambda: PaperCopy.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 0},
        {"number": 1},
        {"content_sha256": "short"},
        {"sensitivity": "secret"},
    ],
)
def test_the_database_refuses_nonsense(wrong):
    subject = dossier()
    issued(subject, scope="A")
    values = {
        "kind": "test_receipt",
        "scope": "A",
        "year": 2026,
        "number": 7,
        "code": "ZZZZZZZZZZZZ",
        "title": "x",
        "language": "fr",
        "content_sha256": "0" * 64,
        "subject": subject,
        "issued_at": NOON,
    }
    with pytest.raises(DatabaseError), transaction.atomic():
        Paper.objects.create(**{**values, **wrong})


def test_an_unknown_kind_and_a_shared_prefix_are_mistakes_found_at_once():
    with pytest.raises(LookupError, match=r"documents\.kinds\.register"):
        issued(dossier(), kind="unheard_of")
    issued(dossier())
    with pytest.raises(ImproperlyConfigured):
        kinds.register("another", title="Another", prefix="TEST")


def test_what_is_no_pdf_is_not_issued():
    with pytest.raises(ValueError, match="no PDF"):
        issued(dossier(), build=lambda context: b"<html>")
    assert not PaperCounter.objects.filter(last__gt=0).exists()


def test_a_paper_may_be_built_without_our_letterhead():
    def build(context):
        out = io.BytesIO()
        with pikepdf.new() as document:
            document.add_blank_page()
            document.save(out, deterministic_id=True)
        return out.getvalue()

    paper = issued(dossier(), build=build)
    assert paper.content_sha256 == original(paper).sha256


def test_verify_finds_changed_lost_and_missing_things():
    paper, document = issued(dossier()), filed(dossier())
    issued(dossier())
    for check in (check_files, check_papers, check_numbers):
        assert check().problems == []
    default_storage.delete(document.stored_as)
    copy = original(paper)
    default_storage.delete(copy.stored_as)
    default_storage.save(copy.stored_as, io.BytesIO(b"%PDF-forged"))
    PaperCounter.objects.update(last=5)
    assert "gone" in check_files().problems[0]
    assert "changed" in check_papers().problems[0]
    assert "counter at 5" in check_numbers().problems[0]


def test_verify_finds_a_paper_taken_out_of_the_series():
    subject = dossier()
    PaperCounter.objects.create(kind="test_receipt", scope="", year=2026, last=1)
    issued(subject)
    assert check_numbers().problems == ["test_receipt  2026: 1 papers, highest number 2, counter at 2"]


def shown(template, request_user, rf, record):
    request = rf.get("/")
    request.user = request_user
    return Template("{% load documents_tags %}" + template).render(
        Context({"request": request, "record": record, "csrf_token": "token"})
    )


def test_a_page_lists_the_papers_that_its_reader_may_see(anna, bilal, rf, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: user == anna, reprint=lambda user, record: user == anna)
    record = dossier()
    paper = issued(record)
    replaced = issued(record)
    issued(record, supersedes=replaced)
    reprint(paper, actor=CLERK, at=NOON)
    html = shown("{% papers_of record %}", anna, rf, record)
    assert html.count("Receipt of the tests") == 3
    assert "1 duplicate" in html
    assert "replaced by TEST-2026-0003" in html
    assert f"/documents/papers/{paper.uid}/reprint/" in html
    assert "No paper yet" in shown("{% papers_of record %}", bilal, rf, record)


def test_the_title_of_a_paper_keeps_its_own_direction_in_an_arabic_list_and_its_number_its_order(
    anna, rf, readers_of_dossiers
):
    readers_of_dossiers(lambda user, record: True)
    record = dossier()
    paper = issued(record)
    with translation.override("ar"):
        html = shown("{% papers_of record %}", anna, rf, record)
    assert f'<bdi lang="{paper.language}">{paper.title} <bdi' in html
    assert re.search(rf"<bdi[^>]*>{paper.reference}</bdi>", html)


def test_a_page_lists_the_files_that_its_reader_may_see(anna, bilal, rf, settings, readers_of_dossiers):
    readers_of_dossiers(lambda user, record: user == anna)
    record = dossier()
    document = filed(record, name="Photo du magasin.jpg")
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    waiting = filed(record, name="Devis.jpg", kind="quotation")
    html = shown("{% files_of record %}", anna, rf, record)
    assert "Photo du magasin.jpg" in html
    assert f"/documents/{document.uid}/" in html
    assert "waiting for the virus scanner" in html
    assert f"/documents/{waiting.uid}/" not in html
    assert "Photo du magasin" not in shown('{% files_of record kind="quotation" %}', anna, rf, record)
    assert "No file yet" in shown("{% files_of record %}", bilal, rf, record)


@pytest.mark.parametrize("many", [1, 8])
def test_the_lists_cost_the_same_however_long_they_are(
    anna, rf, readers_of_dossiers, django_assert_num_queries, many
):
    readers_of_dossiers(lambda user, record: record.owner.name == "Full", reprint=lambda user, record: True)
    record = dossier("Full")
    for _number in range(many):
        issued(record)
        filed(record)
    with django_assert_num_queries(2):
        html = shown("{% papers_of record %}{% files_of record %}", anna, rf, record)
    assert html.count("<li") == 2 * many


def test_a_code_has_no_letters_that_are_mistaken_for_others():
    codes = "".join(papers.new_code() for _number in range(200))
    assert not set(codes) & set("01OILU")
    assert len(set(codes)) == len(papers.ALPHABET)


def test_the_title_speaks_the_papers_language():
    register_receipt()
    paper = issue_paper(
        "test_receipt",
        subject=dossier(),
        stream="",
        language="ar",
        actor=CLERK,
        at=NOON,
        title="وصل",
        build=lambda context: context.render(sheet("ar", "وصل")),
    )
    assert (paper.title, paper.language) == ("وصل", "ar")
