"""The form of one question: its texts, then what its kind needs, then who reads it and when it is shown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from applications.builder.kinds import KIND_LABELS, SENSITIVITY_LABELS, SIMPLE
from applications.builder.texts import TextsForm, add_texts, texts_of
from applications.form_definition import (
    CHOICES,
    DATE,
    DECLARATION,
    FILE,
    INTERNAL,
    MONEY,
    MOST_ROWS,
    NOTE,
    NUMBER,
    OFFERED,
    PHONE,
    RESTRICTED,
    TABLE,
    VAULT,
    WRITTEN,
    Question,
    plain_bound,
)
from applications.form_faults import language_name, question_name
from programmes.forms.fields import mark_languages
from programmes.money import MoneyFormField
from workflow import display


class QuestionForm(TextsForm):
    """One question: its texts, then what its kind needs, then who sees it and when it is shown.

    question: as it stands in the definition, {} for a new one. before: the questions above it, on which it
    may depend. sections: (key, title) of the sections to which it may be moved; empty for a new question.
    """

    needed = "label"
    worded_as: Mapping[str, Any] = {NOTE: gettext_lazy("Text"), DECLARATION: gettext_lazy("Sentence")}

    def __init__(
        self,
        *args: Any,
        kind: str,
        question: Mapping[str, Any],
        before: Iterable[Question],
        currency: str,
        sections: Sequence[tuple[str, str]] = (),
        section: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.question, self.currency = kind, question, currency
        self.before = [one for one in before if one.kind in (*OFFERED, DECLARATION)]
        long = kind in (NOTE, DECLARATION)
        label = str(self.worded_as.get(kind) or _("Question"))
        texts = question.get("label", {})
        add_texts(
            self, "label", label, texts, self.languages, limit=2000 if long else 300, rows=3 if long else 0
        )
        if kind != NOTE:
            title = pgettext("text below a question", "Help")
            add_texts(self, "help", title, question.get("help", {}), self.languages, limit=500, rows=2)
            self._add("required", forms.BooleanField(label=_("An answer is required")))
        if question and kind in (*SIMPLE, *OFFERED):
            kinds = SIMPLE if kind in SIMPLE else OFFERED
            self.fields["kind"] = forms.ChoiceField(
                label=_("Kind of answer"), choices=[(one, KIND_LABELS[one]) for one in kinds], initial=kind
            )
        _add_rules(self)
        self._add_readers()
        if self.before:
            self._add_condition()
        if sections:
            self.fields["section"] = forms.ChoiceField(label=_("Section"), choices=sections, initial=section)
        mark_languages(self)

    @property
    def worded(self) -> list[forms.BoundField]:
        """The fields of the question's text."""
        return [self[name] for name in self.fields if name.startswith("label_")]

    @property
    def others(self) -> list[forms.BoundField]:
        """All other fields."""
        return [self[name] for name in self.fields if not name.startswith("label_")]

    def _add(self, name: str, field: forms.Field) -> None:
        field.required = False
        if field.initial is None:
            field.initial = self.question.get(name)
        self.fields[name] = field

    def _add_readers(self) -> None:
        if self.kind == NOTE:
            return
        sensitivity = forms.ChoiceField(
            label=_("Who may read the answer"),
            choices=list(SENSITIVITY_LABELS.items()),
            initial=self.question.get("sensitivity", RESTRICTED if self.kind in (FILE, PHONE) else INTERNAL),
            widget=forms.RadioSelect,
        )
        self.fields["sensitivity"] = sensitivity
        if self.kind not in (PHONE, DECLARATION):
            shown = self.question.get("jurors", self.kind != FILE)
            self._add(
                "jurors",
                forms.BooleanField(
                    label=_("Shown to jurors"),
                    initial=shown,
                    help_text=_("Names, numbers and addresses of the applicant are masked in it."),
                ),
            )

    def _add_condition(self) -> None:
        """Ask on which answers the question depends: pairs of question and answer, grouped by question."""
        language = display.language()
        groups = []
        for one in self.before:
            if one.kind == DECLARATION:
                answers = [(f"{one.key}={'true'}", _("ticked"))]
            else:
                answers = [
                    (f"{one.key}={value}", one.choice_in(value, language)) for value, _t in one.choices
                ]
            groups.append((question_name(one), answers))
        key, *values = self.question.get("shown_if") or ("",)
        self.fields["shown_if"] = forms.MultipleChoiceField(
            label=_("Shown only after these answers"),
            help_text=_("Nothing ticked: always shown. Answers to one question only."),
            choices=groups,
            initial=[f"{key}={value}" for value in values],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self) -> dict[str, Any]:
        """Check what belongs together: least and most, readers, the condition."""
        data = super().clean()
        least, most = data.get("minimum"), data.get("maximum")
        if least is not None and most is not None and least > most:
            self.add_error("maximum", _("The least is more than the most."))
        if data.get("jurors") and data.get("sensitivity") in (RESTRICTED, VAULT):
            self.add_error("jurors", _("Jurors never see restricted answers or those of the vault."))
        if len({pair.partition("=")[0] for pair in data.get("shown_if") or ()}) > 1:
            self.add_error("shown_if", _("Tick answers to one question only."))
        if "lines_fr" in self.fields or "lines_ar" in self.fields or "lines_en" in self.fields:
            self._clean_lines(data)
        return data

    def _clean_lines(self, data: dict[str, Any]) -> None:
        names = [f"lines_{language}" for language in self.languages]
        counts = {len(_lines(data.get(name, ""))) for name in names if _lines(data.get(name, ""))}
        if len(counts) > 1:
            self.add_error(names[0], _("Write as many lines in each language: they belong together."))
        elif counts and max(counts) > MOST_ROWS:
            self.add_error(names[0], _("At most %(rows)s lines.") % {"rows": MOST_ROWS})

    def to_definition(self) -> dict[str, Any]:
        """Return the question as JSON; its key, choices, columns and totals stay."""
        data, old = self.cleaned_data, self.question
        kind = data.get("kind") or self.kind
        made: dict[str, Any] = {"key": old.get("key", ""), "kind": kind}
        made["label"] = texts_of(self, "label", old.get("label", {}))
        if help_text := texts_of(self, "help", old.get("help", {})):
            made["help"] = help_text
        for name in ("required", "jurors", "whole"):
            if data.get(name):
                made[name] = True
        if data.get("sensitivity"):
            made["sensitivity"] = data["sensitivity"]
        for name in ("limit", "minimum", "maximum", "rows"):
            if data.get(name) is not None and kind == self.kind:
                made[name] = plain_bound(data[name])
        if data.get("only") and kind == DATE:
            made["only"] = data["only"]
        if kind != NUMBER:
            made.pop("whole", None)
        if pairs := data.get("shown_if"):
            made["shown_if"] = [pairs[0].partition("=")[0], *(pair.partition("=")[2] for pair in pairs)]
        for name in ("choices", "columns", "totals"):
            if name in old:
                made[name] = old[name]
        if self.kind == TABLE and (labels := self._row_labels()):
            made["row_labels"] = labels
        return made

    def _row_labels(self) -> list[dict[str, str]]:
        """Return the fixed lines by language; other languages stay where the lines are as many."""
        before = self.question.get("row_labels", [])
        asked = {
            language: _lines(self.cleaned_data.get(f"lines_{language}", "")) for language in self.languages
        }
        count = max((len(lines) for lines in asked.values()), default=0)
        made = [dict(before[at]) if len(before) == count else {} for at in range(count)]
        for language, lines in asked.items():
            for at in range(count):
                made[at].pop(language, None)
                if at < len(lines):
                    made[at][language] = lines[at]
        return made


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _add_rules(form: QuestionForm) -> None:
    """Add what the kind of a question needs beside its texts."""
    kind, question = form.kind, form.question
    if kind in WRITTEN:
        form._add("limit", forms.IntegerField(label=_("Letters at most"), min_value=1, max_value=20_000))
    if kind == NUMBER:
        form._add("whole", forms.BooleanField(label=_("Whole numbers only")))
        form._add("minimum", forms.DecimalField(label=_("At least"), max_digits=12, decimal_places=3))
        form._add("maximum", forms.DecimalField(label=_("At most"), max_digits=12, decimal_places=3))
    if kind == MONEY:
        form._add("minimum", MoneyFormField(form.currency, label=_("At least")))
        form._add("maximum", MoneyFormField(form.currency, label=_("At most")))
    if kind == CHOICES:
        form._add("minimum", forms.IntegerField(label=_("Answers at least"), min_value=1, max_value=99))
        form._add("maximum", forms.IntegerField(label=_("Answers at most"), min_value=1, max_value=99))
    if kind == FILE:
        most = pgettext("documents sent in", "Files at most")
        form._add("maximum", forms.IntegerField(label=most, min_value=1, max_value=20))
    if kind == DATE:
        parts = [("", _("A day or a year")), ("day", _("A day")), ("year", _("A year"))]
        form._add(
            "only", forms.ChoiceField(label=_("What is asked"), choices=parts, widget=forms.RadioSelect)
        )
        form.fields["only"].initial = question.get("only", "")
    if kind == TABLE:
        form._add("rows", forms.IntegerField(label=_("Lines at most"), min_value=1, max_value=MOST_ROWS))
        form.fields["rows"].help_text = _("Where lines are not fixed below.")
        for language in form.languages:
            texts = [labels.get(language, "") for labels in question.get("row_labels", [])]
            form.fields[f"lines_{language}"] = forms.CharField(
                label=_("%(what)s, in %(language)s")
                % {"what": _("Fixed lines"), "language": language_name(language)},
                help_text=_("One a line, such as months. Empty: people add lines themselves."),
                required=False,
                max_length=4000,
                initial="\n".join(texts).strip(),
                widget=forms.Textarea(attrs={"rows": 5}),
            )
