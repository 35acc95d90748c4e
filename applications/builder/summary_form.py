"""Which answers lists show of an application: its title, its sector, the amount asked for."""

from typing import Any

from django import forms

from applications.form_definition import MONEY, RESTRICTED, SUMMARY, TABLE, VAULT, Form
from applications.form_faults import NAMED_PARTS, question_name
from workflow import display


class SummaryForm(forms.Form):
    """Which answers lists show as title, sector and amount asked for."""

    def __init__(self, *args: Any, form: Form, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in NAMED_PARTS.items():
            self.fields[name] = forms.ChoiceField(
                label=str(label).capitalize(),
                choices=[("", "–"), *_candidates(form, name)],
                initial=form.summary.get(name, ""),
                required=False,
            )

    def to_definition(self) -> dict[str, str]:
        """Return the summary as JSON."""
        return {name: source for name, source in self.cleaned_data.items() if source}


def _candidates(form: Form, name: str) -> list[tuple[str, str]]:
    language = display.language()
    found = []
    for question in form.questions():
        if question.sensitivity in (RESTRICTED, VAULT):
            continue
        if question.kind in SUMMARY[name]:
            found.append((question.key, question_name(question)))
        if name == "requested" and question.kind == TABLE:
            kinds = question.column_kinds
            found += [
                (
                    f"{question.key}.{total.key}",
                    display.labelled(question_name(question), total.label_in(language)),
                )
                for total in question.totals
                if {kinds.get(column) for column in total.plus} == {MONEY}
            ]
    return found
