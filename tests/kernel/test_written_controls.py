"""Controls written by functions are those of the templates, to the last attribute."""

import pytest
from django import forms
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.test.html import parse_html
from django.utils.safestring import mark_safe

from workflow import fields, written_controls

GROUPED = [("Fruit & veg", [("a", "Apple"), ("b", "<b>Beet</b>")]), ("c", "Cheese"), (None, "None")]


class OwnDay(forms.DateInput):
    input_type = "date"


class Form(forms.Form):
    text = forms.CharField(
        max_length=20, help_text="Short", widget=forms.TextInput(attrs={"placeholder": "a"})
    )
    number = forms.DecimalField(localize=True, required=False, min_value=1)
    day = forms.DateField(required=False, widget=OwnDay)
    one = forms.ChoiceField(choices=[("", "-"), ("1", mark_safe("<i>One</i>")), (2, "Two")], required=True)
    grouped = forms.ChoiceField(choices=GROUPED, required=False)
    many = forms.MultipleChoiceField(
        choices=[("x", 'X "and"'), ("y", "Y")], required=False, widget=forms.CheckboxSelectMultiple
    )
    groups = forms.MultipleChoiceField(
        choices=GROUPED,
        required=False,
        disabled=True,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "row"}),
    )


BOUND = {
    "text": '"><script>',
    "number": "1,5",
    "day": "2026-03-01",
    "one": "2",
    "grouped": "b",
    "many": ["y"],
}


@pytest.mark.parametrize("data", [None, {}, BOUND])
@pytest.mark.parametrize("name", list(Form.base_fields))
@pytest.mark.parametrize("options", [{}, {"prefix": "p"}, {"auto_id": False}])
def test_what_is_written_is_what_the_template_draws(monkeypatch, data, name, options):
    if data is not None and "prefix" in options:
        data = {f"p-{key}": value for key, value in data.items()}
    written = fields.control(Form(data, **options)[name], css="small")
    monkeypatch.setattr(written_controls, "writer", lambda widget: None)
    drawn = fields.control(Form(data, **options)[name], css="small")
    assert parse_html(written) == parse_html(drawn)


@pytest.mark.parametrize("widget", [forms.ClearableFileInput(), forms.CheckboxInput(), forms.Textarea()])
def test_a_widget_that_draws_itself_is_left_to_django(widget):
    assert written_controls.writer(widget) is None


@pytest.mark.django_db
@pytest.mark.parametrize("widget", [forms.Select, forms.CheckboxSelectMultiple])
def test_options_that_are_rows_are_read_in_one_trip(monkeypatch, django_assert_num_queries, widget):
    """A queryset read as an iterator opens a cursor on PostgreSQL, which takes three."""
    rows = [Group.objects.create(name=name) for name in ("Bakers", "Weavers")]
    monkeypatch.setattr(QuerySet, "iterator", lambda self: pytest.fail("read through a cursor"))

    class Choice(forms.Form):
        group = forms.ModelChoiceField(queryset=Group.objects.order_by("name"), widget=widget)

    form = Choice({"group": [rows[1].pk]})
    with django_assert_num_queries(1):
        written = fields.control(form["group"])
    assert written.index("Bakers") < written.index("Weavers")
    assert f'value="{rows[1].pk}" ' in written
