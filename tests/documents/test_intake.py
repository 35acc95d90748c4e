"""What comes in is refused with a sentence or made harmless; ordinary files get through."""

import contextlib
import io
import zipfile

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from documents.intake import FileRefused, inspect
from documents.intake.images import without_jpeg_metadata
from documents.intake.refusal import SENTENCES
from documents.limits import DOCX, PDF, PHOTOS, XLSX
from tests.documents import friendly
from tests.documents.hostile import NAMES, REFUSED, TAMED, dde_field


@pytest.mark.parametrize("label", REFUSED)
def test_a_hostile_file_is_refused_with_its_own_sentence(label):
    name, data, reason = REFUSED[label]
    with pytest.raises(FileRefused) as refused:
        inspect(data, name)
    assert refused.value.code == reason
    sentence = refused.value.messages[0]
    assert sentence.endswith(".")
    assert "%(" not in sentence


@pytest.mark.parametrize("label", TAMED)
def test_a_polyglot_or_telltale_file_loses_what_it_carried(label):
    name, data, canary = TAMED[label]
    accepted = inspect(data, name)
    assert canary not in accepted.data
    if accepted.media_type in (DOCX, XLSX):
        with zipfile.ZipFile(io.BytesIO(accepted.data)) as archive:
            assert all(canary not in archive.read(part) for part in archive.namelist())


@pytest.mark.parametrize("sent", NAMES)
def test_a_name_is_made_safe(sent):
    assert inspect(friendly.picture(), sent).name == NAMES[sent]


def test_a_photo_is_turned_upright_and_forgets_where_it_was():
    accepted = inspect(friendly.photo_with_position(orientation=6), "photo.jpg")
    with Image.open(io.BytesIO(accepted.data)) as image:
        assert image.size == (40, 60)
        assert (accepted.width, accepted.height) == (40, 60)
        assert not image.getexif()
        assert "comment" not in image.info


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "RGBA"),
        ("PNG", "I;16"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("WEBP", "RGB"),
    ],
)
def test_pictures_of_every_colour_mode_get_through(kind, mode):
    accepted = inspect(
        friendly.picture(kind, mode=mode), f"picture.{'jpg' if kind == 'JPEG' else kind.lower()}"
    )
    with Image.open(io.BytesIO(accepted.data)) as image:
        assert image.format == kind


def test_a_word_document_with_links_pictures_and_page_numbers_gets_through():
    links = friendly.relations(
        friendly.relation("hyperlink", "mailto:amina@example.org", "External"),
        friendly.relation("hyperlink", "https://example.org/link/quote", "External"),
    )
    body = (
        dde_field(' HYPERLINK "https://example.org/link" ', " PAGE ")
        + "<w:p><w:r><w:t>Couture</w:t></w:r></w:p>"
    )
    extra = {"word/_rels/document.xml.rels": links, "word/media/a.jpg": friendly.photo_with_position()}
    accepted = inspect(friendly.word(body, extra), "plan.docx")
    assert accepted.media_type == DOCX
    with zipfile.ZipFile(io.BytesIO(accepted.data)) as archive:
        assert b"Couture" in archive.read("word/document.xml")
        assert b"Canary" not in archive.read("word/media/a.jpg")


def test_a_workbook_keeps_its_formulas_and_loses_its_author():
    from openpyxl import load_workbook

    accepted = inspect(friendly.workbook('=IF(A1>0,"yes|no!",SUM(A1:A2))'), "budget.xlsx")
    book = load_workbook(io.BytesIO(accepted.data))
    assert book.active["A3"].value == '=IF(A1>0,"yes|no!",SUM(A1:A2))'
    assert book.properties.creator != "Fatima Canary"
    assert accepted.media_type == XLSX


def test_a_pdf_with_links_and_an_opening_page_gets_through():
    def change(document):
        page = document.pages[0].obj
        document.Root.OpenAction = pikepdf.Array([page, pikepdf.Name.Fit])
        link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.org"))
        page.Annots = pikepdf.Array(
            [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=link)]
        )

    accepted = inspect(friendly.pdf(change, pages=3), "devis.PDF")
    assert (accepted.media_type, accepted.pages, accepted.name) == (PDF, 3, "devis.pdf")
    with pikepdf.open(io.BytesIO(accepted.data)) as document:
        assert len(document.pages) == 3
        assert "/Info" not in document.trailer


def test_a_photo_inside_a_pdf_forgets_where_it_was():
    def change(document):
        stream = document.make_stream(
            friendly.photo_with_position(),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=60,
            Height=40,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        document.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))

    accepted = inspect(friendly.pdf(change), "scan.pdf")
    with pikepdf.open(io.BytesIO(accepted.data)) as document:
        image = document.pages[0].obj.Resources.XObject.Im0
        raw = image.read_raw_bytes()
        assert pikepdf.PdfImage(image).as_pil_image().size == (60, 40)
    assert b"Canary" not in raw
    assert raw.startswith(b"\xff\xd8")


def test_stripping_a_jpeg_leaves_its_pixels_alone():
    before = friendly.photo_with_position(orientation=1)
    after = without_jpeg_metadata(before)
    assert b"Exif" not in after
    assert Image.open(io.BytesIO(before)).tobytes() == Image.open(io.BytesIO(after)).tobytes()


def test_the_same_bytes_give_the_same_bytes():
    for name, data in (("a.jpg", friendly.picture()), ("a.docx", friendly.word()), ("a.pdf", friendly.pdf())):
        first, second = inspect(data, name), inspect(data, name)
        assert first.data == second.data
        assert first.received_sha256 == second.received_sha256


def test_a_field_may_want_photos_only():
    with pytest.raises(FileRefused) as refused:
        inspect(friendly.pdf(), "a.pdf", PHOTOS)
    assert refused.value.code == "not_wanted"


def test_every_reason_has_an_example_in_the_corpus_or_in_a_test_of_its_own():
    elsewhere = {"not_wanted", "infected", "too_many_files", "too_many_tables", "dossier_full"}
    assert {reason for _name, _data, reason in REFUSED.values()} | elsewhere == set(SENTENCES)


SEEDS = [
    friendly.picture("JPEG"),
    friendly.picture("PNG"),
    friendly.word(),
    friendly.workbook(),
    friendly.pdf(),
]


@settings(max_examples=300, deadline=None)
@given(
    seed=st.sampled_from(range(len(SEEDS))),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12),
    cut=st.floats(0.1, 1),
)
def test_damaged_files_never_cause_anything_but_a_refusal(seed, flips, cut):
    data = bytearray(SEEDS[seed])
    for where, value in flips:
        data[int(where * len(data))] = value
    del data[int(len(data) * cut) + 1 :]
    name = ("a.jpg", "a.png", "a.docx", "a.xlsx", "a.pdf")[seed]
    with contextlib.suppress(FileRefused):
        assert inspect(bytes(data), name).size > 0
