"""The order in which a model's rows come by default can be asked of the database."""

import pytest
from django.apps import apps


@pytest.mark.parametrize("model", apps.get_models(), ids=lambda model: model._meta.label)
def test_the_default_order_of_a_model_is_no_loop(model):
    assert str(model._default_manager.all().query)
