"""The word of a state is the one that Django would show, in every language and one after the other."""

import pytest
from django.conf import settings
from django.utils import translation

from workflow.machines import machines


@pytest.mark.parametrize("machine", machines(), ids=lambda machine: machine.kind)
def test_a_state_has_the_same_word_wherever_it_is_shown(machine):
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for state, label in machine.states.items():
                record = machine.model(state=state)
                assert record.state_word == record.get_state_display() == label
                assert machine.state_label(state) == label


def test_what_is_no_state_any_more_is_its_own_word():
    assert machines()[0].state_label("long gone") == "long gone"
