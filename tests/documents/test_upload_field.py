"""The field of a form that asks for a file."""

import re

from django import forms

from documents.fields import UploadField
from documents.limits import PDF, XLSX
from tests.documents import friendly
from tests.worlds.documents import upload


class QuoteForm(forms.Form):
    quote = UploadField(label="Quotation", types=(PDF, XLSX))
    photo = UploadField(label="Photo of the shop", camera=True, required=False)


def test_the_field_says_its_limits_in_words():
    page = QuoteForm().as_p()
    assert "up to 10 MB" in page
    described = re.findall(r'aria-describedby="(\w+)"', page)
    assert len(described) == 2
    assert all(f'id="{name}"' in page for name in described)


def test_a_phone_opens_its_camera_and_offers_the_right_files():
    page = QuoteForm().as_p()
    photo = re.search(r'<input type="file" name="photo"[^>]*>', page).group()
    quote = re.search(r'<input type="file" name="quote"[^>]*>', page).group()
    assert 'capture="environment"' in photo
    assert "image/jpeg" in photo
    assert "capture" not in quote
    assert ".pdf,.xlsx" in quote


def test_a_good_file_comes_out_inspected():
    form = QuoteForm({}, {"quote": upload("devis.pdf", friendly.pdf())})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["quote"].media_type == PDF
    assert form.cleaned_data["photo"] is None


def test_a_bad_file_is_refused_beside_the_field():
    form = QuoteForm(
        {}, {"quote": upload("devis.pdf", friendly.picture()), "photo": upload("a.gif", b"GIF89a")}
    )
    assert not form.is_valid()
    assert form.errors["quote"] == ["Not accepted here: photo (JPEG)."]
    assert "GIF" in form.errors["photo"][0]


def test_a_missing_or_empty_file_is_said_so():
    assert QuoteForm({}, {}).errors["quote"]
    assert QuoteForm({}, {"quote": upload("devis.pdf", b"")}).errors["quote"]


def test_a_huge_file_is_not_even_read():
    class Unreadable:
        name, size = "a.pdf", 11 * 1024 * 1024

        def read(self):
            raise AssertionError("was read")

    form = QuoteForm({}, {"quote": Unreadable()})
    assert "10 MB" in form.errors["quote"][0]
