"""What pyxform refuses, in the reader's language: the sentences that people meet most; else its own words.

pyxform speaks English. Its messages begin with the row and follow templates; what we recognise is said anew,
what we do not is quoted, so that it can be looked up.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ROW = re.compile(r"\[row : (\d+)\]\s*")
LONGEST = 300


class FormRefused(Exception):
    """The file is no form that can be read; the sentences say where and why."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


KNOWN: tuple[tuple[str, Any], ...] = (
    (
        r"Unmatched 'end_(?P<what>\w+)'",
        gettext_lazy("A group or repetition ends here that did not begin."),
    ),
    (
        r"Unmatched 'begin_(?P<what>\w+)'",
        gettext_lazy("The group or repetition that begins here does not end."),
    ),
    (
        r"(?s)'name' value '(?P<value>[^']*)' is invalid.*must be unique",
        gettext_lazy("The name “%(value)s” is used twice in the same group."),
    ),
    (
        r"Choice names must be unique",
        gettext_lazy("This answer has the same name as another of its list (sheet “choices”)."),
    ),
    (
        r"Choices must have a name",
        gettext_lazy("This answer has no name (sheet “choices”)."),
    ),
    (
        r"Names must begin with a letter",
        gettext_lazy("The name may hold letters, digits and _ only, and begins with a letter."),
    ),
    (r"Question or group with no name", gettext_lazy("The question or group has no name.")),
    (r"Question with no type", gettext_lazy("The question has no type.")),
    (r"Missing calculation", gettext_lazy("The calculation is missing.")),
    (
        r"List name not in (?:choices|columns) sheet: (?P<value>.*)",
        gettext_lazy("There is no list “%(value)s” on the sheet “choices”."),
    ),
    (
        r"There should be a choices sheet",
        gettext_lazy("The sheet “choices” with the answers to choose from is missing."),
    ),
    (
        r"(?s)Choice names with spaces.*\[(?P<value>[^\]]*)\] in",
        gettext_lazy(
            "The name “%(value)s” of an answer contains a space: several answers need names without."
        ),
    ),
    (
        r"Could not find the name '(?P<value>[^']*)'",
        gettext_lazy("It refers to a question “%(value)s” that does not exist."),
    ),
    (
        r"The name '(?P<value>[^']*)' appears more than once",
        gettext_lazy("It refers to “%(value)s”, which is the name of several questions."),
    ),
    (
        r"Reference variables must start with",
        gettext_lazy("A reference to another question is not written as ${name}."),
    ),
    (
        r"required column headers were not found: (?P<value>.*?)\. ",
        gettext_lazy("A column is missing: %(value)s."),
    ),
    (
        r"different names for the same column were found: (?P<value>.*?)\. ",
        gettext_lazy("Two headings name the same column: %(value)s."),
    ),
    (
        r"Parameters must be in the form",
        gettext_lazy("The parameters are not written as key=value."),
    ),
)
"""Patterns with what to say; Python compiles them when the first message comes."""


def of_pyxform(error: Exception) -> FormRefused:
    """Return what pyxform refuses as sentences of the reader's language, each with its row."""
    return FormRefused([_sentence(line) for line in _messages(str(error))])


def _messages(text: str) -> list[str]:
    """Split what pyxform says into messages: those about duplicates come several at a time."""
    starts = [match.start() for match in ROW.finditer(text)] or [0]
    parts = [text[at:until].strip() for at, until in zip(starts, [*starts[1:], len(text)], strict=True)]
    return [part for part in parts if part][:20] or [text[:LONGEST]]


def _sentence(message: str) -> str:
    found = ROW.match(message)
    bare = ROW.sub("", message, count=1)
    said = _known(bare)
    if said is None:
        said = _("pyxform, which reads XLSForms, says: %(message)s") % {"message": bare[:LONGEST]}
    if found is None:
        return said
    return _("Row %(row)s: %(sentence)s") % {"row": found[1], "sentence": said}


def _known(message: str) -> str | None:
    for pattern, sentence in KNOWN:
        if match := re.search(pattern, message):
            values: Mapping[str, str] = {name: (text or "")[:80] for name, text in match.groupdict().items()}
            text = str(sentence)
            return text % values if values else text
    return None
