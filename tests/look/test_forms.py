"""Forms look and speak the same wherever they are drawn."""

from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.template import engines
from django.utils import translation

from workflow import fields


class Idea(forms.Form):
    idea = forms.CharField(max_length=200, widget=forms.Textarea, help_text="What you sell")
    amount = forms.IntegerField(max_value=10)
    note = forms.CharField(required=False)
    activity = forms.ChoiceField(choices=[("o", "open"), ("c", "closed")], widget=forms.RadioSelect)
    accept = forms.BooleanField()


def draw(source: str, **context: Any) -> str:
    with translation.override("en"):
        return engines["django"].from_string("{% load jalon crispy_forms_tags %}" + source).render(context)


@pytest.mark.parametrize("source", ["{{ form }}", "{{ form|crispy }}"])
def test_a_form_is_drawn_alike_by_django_and_by_crispy(source: str) -> None:
    html = draw(source, form=Idea({"idea": "x", "amount": "12"}))
    by_field = draw(
        "{% for one in form %}{% field one %}{% endfor %}", form=Idea({"idea": "x", "amount": "12"})
    )
    assert " ".join(by_field.split()) in " ".join(html.split())


def test_errors_stand_beside_the_field_and_in_a_summary_that_links_to_it() -> None:
    html = draw("{{ form }}", form=Idea({"idea": "x", "amount": "12", "accept": "on"}))
    assert '<a href="#id_amount">Amount: Ensure this value is less than or equal to 10.</a>' in html
    assert '<a href="#id_activity_0">' in html, "a group is reached at its first choice"
    assert 'id="id_activity_0"' in html
    assert 'id="id_amount_error"' in html
    assert 'aria-describedby="id_amount_error"' in html
    assert 'aria-invalid="true"' in html
    assert "2 things to correct" in html


def test_a_fresh_form_has_no_summary() -> None:
    assert "data-error-summary" not in draw("{{ form }}", form=Idea())


def test_what_may_stay_empty_says_so() -> None:
    html = draw("{% field form.note %}{% field form.amount %}", form=Idea())
    assert html.count("(optional)") == 1


def test_a_long_text_counts_its_letters_without_script() -> None:
    html = draw("{% field form.idea %}", form=Idea({"idea": "four"}))
    assert "4 of 200" in html
    assert 'aria-describedby="id_idea_helptext id_idea_error' not in html
    assert "id_idea_counter" in html


def test_what_people_typed_is_escaped() -> None:
    html = draw("{{ form }}", form=Idea({"idea": "<b>x</b>", "amount": "<i>"}))
    assert "<b>x</b>" not in html
    assert "<i>" not in html


class Filters(forms.Form):
    q = forms.CharField(required=False)
    site = forms.MultipleChoiceField(required=False, choices=[("t", "Tripoli"), ("m", "Misrata")])


def test_every_active_filter_can_be_taken_off_alone() -> None:
    query = QueryDict("q=pump&site=t&site=m&sort=-age&page=3")
    chips = fields.active_filters(Filters(query))
    assert [(chip.label, chip.value) for chip in chips] == [
        ("Q", "pump"),
        ("Site", "Tripoli"),
        ("Site", "Misrata"),
    ]
    assert QueryDict(chips[1].query) == QueryDict("q=pump&site=m&sort=-age")
    assert all("page=" not in chip.query for chip in chips)


def test_a_filter_that_does_not_hold_shows_no_chip() -> None:
    assert fields.active_filters(Filters(QueryDict("site=nowhere"))) == []
    assert fields.active_filters(Filters()) == []
