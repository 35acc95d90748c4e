"""The order in which a model's rows come by default can be asked of the database, and cheaply."""

import pytest
from django.apps import apps


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_the_default_order_of_a_model_is_no_loop(model):
    assert str(model._default_manager.all().query)


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_the_default_order_of_a_model_does_not_bring_in_the_whole_order_above_it(model):
    """`"call"` orders by what orders calls, and joins it all up to the programme; `"call_id"` does not."""
    keys = {field.name for field in model._meta.concrete_fields if field.is_relation}
    named = {str(term).lstrip("-") for term in model._meta.ordering} & keys
    assert not {name for name in named if model._meta.get_field(name).related_model._meta.ordering}
