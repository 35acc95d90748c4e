"""Jurors read what a person confirmed and nothing else: proposals, decisions, files, versions."""

import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from documents.models import Document
from documents.storage import pieces
from scoring import blackening, redacted_copies, rounds, workbench
from scoring.models import JuryAssignment, RedactedCopy, Round
from tests.documents import friendly
from tests.worlds import scoring as jury
from tests.worlds.applications import a_person, an_application
from tests.worlds.documents import filed, upload
from tests.worlds.programmes import TICK, close_call
from workflow import Refused, fire
from workflow.models import Event

pytestmark = pytest.mark.long

TEXT = "I am Salma Ben Othman of the Oasis workshop, call 0912345678 or أمينة شاهدة. Salma pays rent."


@pytest.fixture
def application(world):
    person = a_person(world, "Salma Ben Othman", phone="+218912345678")
    return an_application(world, "eligible", person, answers={"description": TEXT})


@pytest.fixture
def screened(world, application):
    """The session with one eligible file, its jurors drawn, nothing confirmed."""
    filed(application, name="stall.jpg", juror_visible=True)
    filed(application, name="price.pdf", data=friendly.pdf(), juror_visible=True)
    redacted_copies.make(application, at=world.call.deadline)
    close_call(world)
    session = world.session
    session.refresh_from_db()
    fire(session, "start_screening", actor=TICK, at=world.call.deadline)
    jury.prepare_scoring(session)
    return session


def newest(application):
    return application.redacted_copies.latest("version")


def bench(client, application):
    """The workbench as its secretary sees it: address, page, and a form that decides as proposed."""
    copy = newest(application)
    client.force_login(jury.member_of(application.session, "jury_secretary"))
    page = workbench.page_of(copy)
    form = {place.name: "hide" for place in page.places}
    form |= {row.name: "withhold" for row in page.files}
    return copy.get_absolute_url(), page, form


def test_the_secretary_decides_place_by_place_and_the_jury_reads_only_that(
    client, screened, application, django_capture_on_commit_callbacks
):
    url, page, form = bench(client, application)
    words = [place.words for place in page.places]
    assert words[0] == "Salma Ben Othman"
    assert {"0912345678", "أمينة شاهدة", "Salma"} <= set(words)
    assert "Salma Ben Othman" in client.get(url).content.decode()
    picture, paper = page.files
    assert (picture.can_travel, paper.can_travel) == (True, False)
    last = page.places[-1]
    form |= {
        last.name: "show",
        picture.name: "travel",
        paper.name: "replace",
        "phrases": "OASIS workshop\nNowhere",
    }
    refused = client.post(url, {**form, "action": "confirm", "read": "on"})
    assert refused.status_code == 422
    assert "stands nowhere in the file: “Nowhere”" in refused.content.decode()
    form |= {"phrases": ""}
    assert client.post(url, {**form, "action": "confirm"}).status_code == 422, "nobody said to have read it"
    refused = client.post(url, {**form, "action": "confirm", "read": "on"})
    assert "blackened pictures of every file" in refused.content.decode()
    form[f"pictures-{paper.file.pk}"] = upload("black.jpg")
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(url, {**form, "action": "confirm", "read": "on"})
    assert done.status_code == 302
    copy = newest(application)
    assert TEXT[-17:] in str(copy.content), "the last place was refused"
    assert not any(word in str(copy.content) for word in ("Othman", "Oasis", "0912345678", "أمينة"))
    event = Event.objects.get(kind="scoring.redactedcopy", verb="confirm")
    assert (event.actor_id, event.stream) == (copy.confirmed_by_id, application.case.stream)
    assert (event.data["added"], event.data["shown"], event.data["files"]) == (1, 1, 2)
    assert len(redacted_copies.pictures_of(copy)) == 2
    assert not any("stall" in document.name for document in Document.objects.of(copy).filter(kind="picture"))
    assert client.post(url, form).status_code == 422, "a confirmed copy does not change"


def test_a_round_that_hides_names_does_not_begin_before_a_person_confirmed(
    client, screened, application, django_assert_max_num_queries
):
    secretary = jury.member_of(screened, "jury_secretary")
    client.force_login(secretary)
    with django_assert_max_num_queries(12):
        assert "0 of 1" in client.get(reverse("scoring:copies", args=[screened.pk])).content.decode()
    with pytest.raises(Refused, match="1 masked copy waits to be confirmed"):
        fire(screened, "start_scoring", actor=secretary)
    copy = newest(application)
    assert (copy.title, copy.content) == ([], [])
    with pytest.raises(Refused, match="places are not decided"):
        redacted_copies.confirm(copy, by=secretary, at=screened.cutoff_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        RedactedCopy.objects.filter(pk=copy.pk).update(content=[{"title": {}, "answers": []}])
    jury.confirm_copies(screened)
    fire(screened, "start_scoring", actor=secretary)


def test_a_changed_application_waits_again_and_keeps_what_was_decided(client, screened, application):
    jury.confirm_copies(screened)
    secretary = jury.member_of(screened, "jury_secretary")
    fire(screened, "start_scoring", actor=secretary)
    first = newest(application)
    assert redacted_copies.make(application, at=screened.cutoff_at) == first, "nothing changed"
    reading, waiting, _third = JuryAssignment.objects.filter(application=application).order_by("pk")
    jury.open_file(reading)
    client.force_login(secretary)
    client.post(reverse("scoring:correct_copy", args=[first.pk]))
    second = newest(application)
    assert (second.version, second.confirmed_at) == (first.version + 1, None)
    assert not second.spans.filter(verdict="").exists(), "decisions of unchanged texts are kept"
    assert not RedactedCopy.objects.visible_to(reading.engagement.user).filter(pk=second.pk).exists()
    with pytest.raises(Refused, match="waits for the secretary"):
        jury.open_file(waiting)
    redacted_copies.confirm(second, by=secretary, at=screened.cutoff_at)
    reading.refresh_from_db()
    assert reading.copy == second, "whoever reads goes on with the corrected copy"
    identity = application.applicant.identity
    identity.latin_name = "Salma Workshop"
    identity.save()
    third = redacted_copies.make(application, at=screened.cutoff_at, again=True)
    assert "workshop" in [place.words for place in workbench.page_of(third).places]


def test_where_names_are_not_hidden_the_copy_is_taken_as_proposed(screened, application):
    (held,) = rounds.ensure_rounds(screened)
    Round.objects.filter(pk=held.pk).update(names_hidden=False)
    fire(screened, "start_scoring", actor=jury.member_of(screened, "jury_secretary"))
    assignment = JuryAssignment.objects.filter(application=application).first()
    jury.open_file(assignment)
    copy = newest(application)
    assert (copy.confirmed_by, copy.is_confirmed) == (None, True)
    assert "Salma" not in str(copy.content)
    assert Event.objects.get(kind="scoring.redactedcopy").actor_id is None


@pytest.mark.parametrize("hidden", [True, False], ids=["names hidden", "names open"])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("quote.docx", friendly.word("<w:p><w:r><w:t>Salma Ben Othman, 0912345678</w:t></w:r></w:p>")),
        ("costs.xlsx", friendly.workbook()),
    ],
)
def test_a_word_or_excel_file_never_reaches_a_juror_and_the_page_says_so(
    client, screened, application, django_capture_on_commit_callbacks, name, data, hidden
):
    """Nobody can be sure what stands in one: pictures that a person blackened stand in for it, or nothing."""
    office = filed(application, name=name, data=data, juror_visible=True)
    redacted_copies.make(application, at=screened.cutoff_at)
    held = screened.rounds.get()
    Round.objects.filter(pk=held.pk).update(names_hidden=hidden)
    url, page, form = bench(client, application)
    row = next(row for row in page.files if row.file.document_id == office.pk)
    assert not row.can_travel
    assert row.pages == 0
    if hidden:
        forged = client.post(url, {**form, row.name: "travel", "action": "confirm", "read": "on"})
        assert forged.status_code == 422
        with django_capture_on_commit_callbacks(execute=True):
            client.post(url, {**form, "action": "confirm", "read": "on"})
        assert newest(application).is_confirmed
    fire(screened, "start_scoring", actor=jury.member_of(screened, "jury_secretary"))
    assignment = JuryAssignment.objects.filter(round=held).first()
    with django_capture_on_commit_callbacks(execute=True):
        jury.open_file(assignment)
    juror = assignment.engagement.user
    client.force_login(juror)
    shown = client.get(reverse("scoring:file", args=[assignment.pk])).content.decode()
    assert "held back" in shown
    assert name not in shown
    assert client.get(reverse("documents:download", args=[office.uid])).status_code == 404
    for picture in redacted_copies.pictures_of(newest(application)):
        assert picture.is_picture
        assert b"Salma" not in b"".join(pieces(picture.stored_as))


@pytest.mark.either_engine
def test_boxes_drawn_over_pages_are_black_in_the_pixels_of_what_the_jury_gets(client, screened, application):
    paper = newest(application).files.get(document__name__endswith=".pdf")
    two = filed(application, name="two.pdf", data=friendly.pdf(pages=2), juror_visible=True)
    paper.document = two
    paper.save()
    client.force_login(jury.member_of(screened, "jury_secretary"))
    first, second = (reverse("scoring:blacken", args=[paper.copy_id, paper.pk, page]) for page in (1, 2))
    box = {"left-1": "10", "top-1": "20,5", "width-1": "30", "height-1": "25"}
    assert client.get(first).status_code == 200
    wrong = client.post(first, {**box, "width-1": "95", "action": "next"})
    assert wrong.status_code == 422
    assert "within the page" in wrong.content.decode()
    assert "95" in wrong.content.decode(), "what was written stays"
    early = client.post(second, {"action": "finish"})
    assert "Look at every page first: 1" in early.content.decode()
    assert client.post(first, {**box, "action": "next"})["Location"] == second
    assert 'value="20.5"' in client.get(first).content.decode()
    seen = client.get(reverse("scoring:blackened", args=[paper.copy_id, paper.pk, 1]))
    assert seen["Cache-Control"] == "private, no-store"
    for _time in range(2):
        assert client.post(second, {"action": "finish"}).status_code == 302
    paper.refresh_from_db()
    made = redacted_copies.replacements(paper)
    assert (paper.verdict, len(made)) == ("replace", 2), "made anew, the older ones are erased"
    data = b"".join(pieces(made[0].stored_as))
    with Image.open(io.BytesIO(data)) as image:
        wide, high = image.size
        assert max(image.getpixel((int(wide * 0.25), int(high * 0.33)))) < 8
        assert min(image.getpixel((int(wide * 0.7), int(high * 0.7)))) > 240
        assert not image.getexif()
    assert b"Canary" not in data
    copy = paper.copy
    workbench.accept(copy, by=jury.member_of(screened, "jury_secretary"), at=screened.cutoff_at)
    redacted_copies.confirm(copy, by=jury.member_of(screened, "jury_secretary"), at=screened.cutoff_at)
    assert client.post(first, {"action": "save"}).status_code == 302
    with pytest.raises(Refused, match="confirmed already"):
        blackening.keep(paper, 1, [])


@given(*[st.integers(0, 1000)] * 4, st.integers(1, 3000), st.integers(1, 3000))
def test_a_box_covers_every_pixel_that_it_touches(left, top, width, height, wide, high):
    try:
        box = blackening.Box(left, top, width, height)
    except ValueError:
        assert not (width and height) or left + width > 1000 or top + height > 1000
        return
    x, y, x_end, y_end = box.pixels(wide, high)
    assert x * 1000 <= left * wide
    assert y * 1000 <= top * high
    assert (x_end + 1) * 1000 >= (left + width) * wide
    assert (y_end + 1) * 1000 >= (top + height) * high
    assert 0 <= x <= x_end < wide
    assert 0 <= y <= y_end < high


def test_copies_of_many_files_cost_as_many_queries_as_one(world, django_assert_num_queries):
    at = world.call.deadline
    files = [
        an_application(
            world, "eligible", a_person(world, name), answers={"description": f"{name} sells bread."}
        )
        for name in ("Salma Ben Othman", "Amina Haddad", "Yusuf Alami", "Nadia Berrada")
    ]
    for application in files:
        application.redacted_copies.all().delete()
        filed(application, name="stall.jpg", juror_visible=True)
    redacted_copies.make(files[0], at=at)
    for some in (files[1:2], files[2:]):
        with django_assert_num_queries(7):
            copies = redacted_copies.make_all([(application, at) for application in some])
        assert [copy.application for copy in copies] == some
        for copy in copies:
            name = copy.application.applicant.identity.latin_name
            assert copy.version == 1
            assert copy.files.count() == 1
            assert {span.end - span.start for span in copy.spans.all()} >= {len(name)}
