"""What becomes of an XLSForm, as the page shows it: row by row, with what is not carried over and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.builder.kinds import KIND_LABELS
from applications.form_faults import language_name
from applications.xlsform.carrying import ANSWER, COLUMN, END, HEADING, QUESTION, SECTION, TOTAL, USED
from applications.xlsform.reasons import REASONS
from applications.xlsform.workbook import MOST_BYTES
from documents.limits import MEGABYTE
from workflow.states import DOING, DONE, WAITING


class ImportForm(forms.Form):
    """An XLSForm handed in."""

    file = forms.FileField(
        label=gettext_lazy("XLSForm (Excel, .xlsx, up to 2 MB)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=gettext_lazy("With the sheets survey, choices and settings, as for KoboToolbox or ODK."),
    )
    spoken = forms.ChoiceField(
        label=gettext_lazy("Texts in columns that name no language are in"),
        help_text=gettext_lazy("Unless the sheet settings says default_language."),
    )

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["spoken"]
        field.choices = [(code, language_name(code)) for code in languages]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """Refuse what is too big before it is read."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                _("This file is larger than %(limit)s MB. Send a smaller one.")
                % {"limit": MOST_BYTES // MEGABYTE}
            )
        return file


class Line(NamedTuple):
    """One row of the file: where it stands, what it says, what becomes of it, what is lost of it."""

    sheet: str
    row: int
    what: str
    became: str
    meaning: str
    lost: Sequence[tuple[str, str, str]]


def lines(findings: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Return every row of a report in the reader's language."""
    return [
        Line(one["sheet"], one["row"], one["what"], _became(one), _meaning(one), _lost(one))
        for one in findings
    ]


def counts(findings: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many questions and answers came of the rows, and how many things are left out."""
    became = Counter(one["became"] for one in findings)
    return {
        "questions": became[QUESTION],
        "answers": became[ANSWER],
        "lost": sum(len(one["lost"]) for one in findings),
    }


def _became(one: Mapping[str, Any]) -> str:
    became, name = one["became"], one["name"]
    if became == QUESTION:
        return f"{KIND_LABELS[one['kind']]}"
    if became == COLUMN:
        return _("column of a table: %(kind)s") % {"kind": KIND_LABELS[one["kind"]]}
    if became == ANSWER:
        return _("answer of: %(questions)s") % {"questions": name}
    simple = {
        SECTION: _("section"),
        HEADING: _("heading within its section") if name else _("its questions stand in the section"),
        TOTAL: _("total of a table"),
        END: _("end of a group"),
        USED: _("read"),
    }
    return simple.get(became, _("not carried over"))


def _meaning(one: Mapping[str, Any]) -> str:
    if one["became"]:
        return DOING if one["lost"] else DONE
    return WAITING


def _lost(one: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (loss["column"], loss["value"], str(REASONS.get(loss["reason"], loss["reason"])))
        for loss in one["lost"]
    ]
