"""The visit form on the bench of the form builder: kinds of questions, and what is asked of each."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.builder.bench import Bench, Definition
from applications.builder.kinds import KIND_HINTS, KIND_LABELS
from applications.builder.question_forms import QuestionForm
from applications.form_definition import (
    CHOICES,
    DECLARATION,
    FILE,
    MONEY,
    NOTE,
    NUMBER,
    TABLE,
    Form,
    Question,
)
from applications.form_faults import Fault
from followup import form_faults, form_versions
from followup.form_versions import BLOCK, KINDS, WARN
from followup.models import VisitFormVersion

BOUNDED = (NUMBER, MONEY, CHOICES)
LEVEL_LABELS = [
    ("", gettext_lazy("may stay empty")),
    (WARN, gettext_lazy("warns when it stays empty")),
    (BLOCK, gettext_lazy("is needed: the visit cannot be submitted without it")),
]


def level_field(level: str) -> forms.ChoiceField:
    """Return the field that asks what an empty answer means."""
    return forms.ChoiceField(
        label=_("The answer"),
        choices=LEVEL_LABELS,
        initial=level,
        required=False,
        widget=forms.RadioSelect,
    )


class VisitQuestionForm(QuestionForm):
    """One question of a visit: who reads it is settled, what is asked instead is how much it is needed."""

    worded_as = {NOTE: gettext_lazy("Text")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unknown = ["required", "only", "rows", *(name for name in self.fields if name.startswith("lines_"))]
        for name in unknown + (["maximum"] if self.kind == FILE else []):
            self.fields.pop(name, None)
        if self.kind in BOUNDED:
            self._add("soft", forms.BooleanField(label=_("Beyond these limits it only warns")))
        if self.kind not in (NOTE, FILE):
            self.fields["level"] = level_field(_level(self.question))
        self._add("groups", forms.BooleanField(label=_("Asked of groups and cooperatives only")))
        self._add("baseline", forms.BooleanField(label=_("Asked at the visit before the first payment only")))
        # what a question depends on is a long list: it stands last
        self.order_fields([name for name in self.fields if name not in ("shown_if", "section")])

    def _add_readers(self) -> None:
        """Answers of visits are read by who reads the visit."""

    def to_definition(self) -> dict[str, Any]:
        """Return the question as JSON, with what visits need to know of it."""
        made, data = super().to_definition(), self.cleaned_data
        if data.get("level") == BLOCK:
            made["required"] = True
        elif data.get("level"):
            made["level"] = data["level"]
        for name in ("soft", "groups", "baseline"):
            if data.get(name):
                made[name] = True
        return made


def _level(question: Any) -> str:
    found: str = question.get("level") or (BLOCK if question.get("required") else "")
    return found


class StandardForm(forms.Form):
    """Whether and how strictly a standard question is asked."""

    def __init__(self, *args: Any, how: dict[str, Any], fixed: bool, always: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not fixed:
            self.fields["asked"] = forms.BooleanField(
                label=_("The question is asked"), required=False, initial=not how.get("off")
            )
        if not always:
            self.fields["level"] = level_field(how.get("level", ""))

    def to_definition(self) -> dict[str, Any]:
        """Return how the question is asked; nothing where it is as in the standard form."""
        data = self.cleaned_data
        if not data.get("asked", True):
            return {"off": True}
        return {"level": data["level"]} if data.get("level") else {}


class VisitBench(Bench):
    """The draft of a programme's visit form."""

    frame_template = "followup/form/_frame.html"
    kinds = tuple(KINDS)
    kind_labels = {
        **KIND_LABELS,
        DECLARATION: gettext_lazy("Yes or no"),
        FILE: gettext_lazy("Photos"),
        TABLE: gettext_lazy("Table"),
    }
    kind_hints = {
        **KIND_HINTS,
        MONEY: gettext_lazy("In the currency of the programme, exact to the last unit."),
        DECLARATION: gettext_lazy("Two answers, or left open. Other questions can depend on it."),
        FILE: gettext_lazy("Taken on site; consent is asked for each photo."),
        TABLE: gettext_lazy("Lines of several answers: tools, members, loans."),
    }
    question_form = VisitQuestionForm
    computes = False
    limits_cells = False

    def __init__(self, version: VisitFormVersion) -> None:
        self.version, self.programme = version, version.programme
        self.languages = form_faults.languages_of(self.programme)
        self.currency = self.programme.currency

    @property
    def definition(self) -> Definition:
        """The draft as JSON."""
        found: Definition = self.version.definition
        return found

    @property
    def form(self) -> Form:
        """The draft's own questions, read."""
        return self.version.form

    def url(self, name: str, *more: str) -> str:
        """Return the address of a page of the builder."""
        return reverse(f"followup:visit_{name}", args=[self.programme.code, *more])

    def frame(self) -> dict[str, Any]:
        """Return what every page shows around the draft."""
        return {"bench": self, "programme": self.programme, "stage_name": _("Visit form")}

    def change(self, edit: Callable[[Definition], Definition]) -> None:
        """Change the draft."""
        form_versions.change_draft(self.version, edit)

    def keys_ever_used(self) -> set[str]:
        """Return the keys of all versions and of the standard questions."""
        return form_versions.keys_ever_used(self.programme)

    def faults(self) -> list[Fault]:
        """Return what stands against publishing."""
        return form_faults.faults_of(self.definition, self.programme)

    def known(self) -> list[Question]:
        """The standard questions come before all others."""
        return form_faults.standard_questions(self.definition)

    def as_asked(self, question: Question) -> Question:
        """A question of yes or no has these two answers."""
        return form_faults.as_asked(question)

    def notes(self, question: Question) -> list[str]:
        """Say how strictly a question is asked, and of whom."""
        sections = self.definition.get("sections", ())
        raw = next(one for part in sections for one in part["questions"] if one["key"] == question.key)
        found = []
        if raw.get("level") == WARN:
            found.append(_("warns when empty"))
        if raw.get("soft"):
            found.append(_("limits only warn"))
        if raw.get("groups"):
            found.append(_("groups only"))
        if raw.get("baseline"):
            found.append(_("before the first payment only"))
        return found
