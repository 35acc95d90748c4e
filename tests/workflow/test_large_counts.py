"""Large counts have signs between their thousands, on every page and in every language."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.utils.translation import ngettext_lazy, override

from workflow import display

PACKAGES = ("applications", "disbursements", "followup", "programmes", "scoring")
COUNTED = (
    "{% load i18n %}{% blocktranslate count n=files %}{{ n }} case file presented{% plural %}"
    "{{ n }} case files presented{% endblocktranslate %}"
)
PLAIN = "{% load i18n %}{% blocktranslate with all=files %}{{ done }} of {{ all }}{% endblocktranslate %}"


@pytest.mark.parametrize(
    ("language", "thousands"), [("en", "12,345"), ("fr", "12\u202f345"), ("ar", "12,345")]
)
def test_a_number_in_a_sentence_of_a_template_is_written_as_the_language_does(language, thousands):
    with override(language):
        for text in (COUNTED, PLAIN):
            shown = engines["django"].from_string(text).render({"files": 12_345, "done": 7})
            assert thousands in shown
            assert "12345" not in shown


def test_a_number_still_chooses_the_plural_and_small_ones_stay_as_they_are():
    with override("en"):
        for files, shown in ((1, "1 case file presented"), (999, "999 case files presented")):
            assert engines["django"].from_string(COUNTED).render({"files": files}) == shown


def test_a_sentence_chosen_by_the_number_that_it_is_given_writes_it_as_the_language_does():
    said = ngettext_lazy("%(count)s payment", "%(count)s payments", "count")
    with override("en"):
        assert said % {"count": display.Figure(1)} == "1 payment"
        assert said % {"count": display.Figure(12_345)} == "12,345 payments"


def counted_sentences():
    """Yield (place, source) of what is put for the counted number into an `ngettext` of the code."""
    for package in PACKAGES:
        for path in sorted((Path(settings.BASE_DIR) / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.BinOp) and isinstance(node.right, ast.Dict)):
                    continue
                called = node.left.func if isinstance(node.left, ast.Call) else None
                if getattr(called, "id", "") != "ngettext":
                    continue
                counted = ast.unparse(node.left.args[2])
                for value in node.right.values:
                    if counted in ast.unparse(value):
                        yield f"{path.name}:{value.lineno}", ast.unparse(value), counted


def test_a_counted_sentence_of_the_code_writes_its_number_as_the_language_does():
    found = list(counted_sentences())
    assert len(found) > 30
    limits = {"track.min_members", "track.max_members", "least", "months", "len(facts.members)"}
    bare = [place for place, written, counted in found if written == counted and counted not in limits]
    assert not bare, f"write {bare} with display.number_text"
