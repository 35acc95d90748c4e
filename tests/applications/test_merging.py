"""The merge of answers as a pure function: whatever two writers do, no text is lost or replaced unseen."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.merging import fingerprint, merge, same

texts = st.sampled_from(["", "a", "b", "سوق", "سوق ثانٍ", None])
answers = st.dictionaries(st.sampled_from(["one", "two", "three"]), texts, max_size=3)


def prints(values):
    return {key: fingerprint(value) for key, value in values.items()}


@given(answers, answers)
def test_what_only_this_page_changed_is_stored(drawn, mine):
    merged = merge(prints(drawn), mine, drawn)
    assert not merged.theirs
    assert not merged.conflicts
    assert all(same(merged.write.get(key, drawn.get(key)), value) for key, value in mine.items())


@given(answers, answers)
def test_what_only_somebody_else_changed_stays_and_is_shown(drawn, stored):
    merged = merge(prints(drawn), drawn, stored)
    assert not merged.write
    assert not merged.conflicts
    different = {key for key in drawn if not same(drawn[key], stored.get(key))}
    assert set(merged.theirs) == different


@given(answers, answers, answers)
def test_every_answer_is_stored_as_sent_shown_as_stored_or_asked_about(drawn, mine, stored):
    merged = merge(prints(drawn), mine, stored)
    for key, value in mine.items():
        places = [key in merged.write, key in merged.theirs, key in merged.conflicts]
        assert sum(places) == (0 if same(value, stored.get(key)) else 1)
    assert not set(merged.write) - set(mine)


@given(answers, answers, answers)
def test_a_repeated_save_changes_nothing(drawn, mine, stored):
    first = merge(prints(drawn), mine, stored)
    after = {**stored, **first.write}
    again = merge(prints(drawn), mine, after, own=set(first.write))
    assert not again.write
    assert set(again.conflicts) == set(first.conflicts)


@dataclass
class Page:
    """A page as `static/js/autosave.js` keeps it: inputs, what it was drawn with, and what was seen on it."""

    name: str
    inputs: dict
    base: dict
    seen: set = field(default_factory=set)
    asked: dict = field(default_factory=dict)

    @classmethod
    def opened(cls, name, stored):
        shown = {key: stored.get(key) or "" for key in ("one", "two")}
        return cls(name, dict(shown), prints(shown), set(shown.items()))


actions = st.lists(
    st.tuples(
        st.sampled_from(["phone", "shop", "agent"]),
        st.sampled_from(["type", "save", "save and lose the answer", "insist", "take"]),
        st.sampled_from(["one", "two"]),
        st.sampled_from(["", "a", "b", "c", "سوق"]),
    ),
    max_size=40,
)


@pytest.mark.long
@settings(max_examples=400)
@given(actions)
def test_no_text_is_ever_replaced_by_a_page_that_never_showed_it(steps):
    stored = {"one": "", "two": ""}
    writers = {}
    pages = {name: Page.opened(name, stored) for name in ("phone", "shop", "agent")}
    for name, action, key, text in steps:
        page = pages[name]
        if action == "type":
            if key not in page.asked:
                page.inputs[key] = text
                page.seen.add((key, text))
        elif action in ("insist", "take"):
            if key in page.asked:
                theirs = page.asked.pop(key)
                page.base[key] = fingerprint(theirs)
                if action == "take":
                    page.inputs[key] = theirs
        elif not page.asked:
            own = {one for one, writer in writers.items() if writer == name}
            merged = merge(page.base, page.inputs, stored, own=own)
            for one, value in merged.write.items():
                assert (one, stored[one]) in page.seen, (
                    f"{name} replaced {stored[one]!r} without having seen it"
                )
                stored[one] = value
                writers[one] = name
            if action == "save":
                for one, value in merged.theirs.items():
                    page.inputs[one] = value
                    page.seen.add((one, value))
                for one, value in merged.conflicts.items():
                    page.asked[one] = value
                    page.seen.add((one, value))
                for one in stored:
                    if one not in page.asked:
                        page.base[one] = fingerprint(stored[one])
    for page in pages.values():  # whoever stops typing and saves ends with what is stored, or is asked
        own = {one for one, writer in writers.items() if writer == page.name}
        merged = merge(page.base, page.inputs, stored, own=own)
        stored |= merged.write
        writers |= dict.fromkeys(merged.write, page.name)
        for one, value in page.inputs.items():
            assert (
                same(stored[one], value)
                or one in merged.theirs
                or one in merged.conflicts
                or one in page.asked
            )


def test_kinds_of_nothing_are_one_and_rows_are_compared_by_content():
    assert len({fingerprint(value) for value in ("", None, False, [], {}, "  ")}) == 1
    assert fingerprint([{"a": "1", "b": 2}]) == fingerprint([{"b": 2, "a": "1"}])
    assert fingerprint("0") != fingerprint("")
    assert fingerprint(0) != fingerprint("")
