"""What the pages of a form builder work on: a draft, its addresses, its languages, what may be asked.

A call's form is one kind (`CallBench`); upper packages have their own, such as the visit form of a programme.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from applications import form_versions
from applications.builder.kinds import KIND_HINTS, KIND_LABELS, SENSITIVITY_LABELS
from applications.builder.question_forms import QuestionForm
from applications.form_definition import INTERNAL, KINDS, Form, Question
from applications.form_faults import Fault
from applications.models import FormVersion, Stage

Definition = dict[str, Any]


class Bench(ABC):
    """A draft that a manager works on.

    frame_template: the page around it, with its way back. kinds: kinds of questions that are offered.
    computes: whether tables may compute columns and totals. limits_cells: whether their cells have limits.
    currency: of limits on money.
    """

    frame_template = "applications/builder/_frame.html"
    kinds: Sequence[str] = KINDS
    kind_labels: Mapping[str, Any] = KIND_LABELS
    kind_hints: Mapping[str, Any] = KIND_HINTS
    question_form: type[QuestionForm] = QuestionForm
    computes = True
    limits_cells = True
    languages: Sequence[str]
    currency: str

    @property
    @abstractmethod
    def definition(self) -> Definition:
        """The draft as JSON."""

    @property
    @abstractmethod
    def form(self) -> Form:
        """The draft, read."""

    @abstractmethod
    def url(self, name: str, *more: str) -> str:
        """Return the address of a page of the builder."""

    @abstractmethod
    def frame(self) -> dict[str, Any]:
        """Return what every page shows around the draft."""

    @abstractmethod
    def change(self, edit: Callable[[Definition], Definition]) -> None:
        """Change the draft by a function on what stands there now; raises `Refused` once it is published."""

    @abstractmethod
    def keys_ever_used(self) -> set[str]:
        """Return keys that a new question may not take."""

    @abstractmethod
    def faults(self) -> list[Fault]:
        """Return what stands against publishing."""

    def known(self) -> list[Question]:
        """Return the questions that come before all of the draft's own."""
        return []

    def as_asked(self, question: Question) -> Question:
        """Return a question as others may depend on it."""
        return question

    def notes(self, question: Question) -> list[str]:
        """Return what else is to be known of a question at a glance."""
        return []

    @property
    def home(self) -> str:
        """The page of the whole form."""
        return self.url("builder")


class CallBench(Bench):
    """The draft of a call's form of a stage."""

    def __init__(self, draft: FormVersion) -> None:
        self.draft, self.call, self.stage = draft, draft.call, draft.stage
        self.languages, self.currency = draft.call.languages, draft.call.currency

    @property
    def definition(self) -> Definition:
        """The draft as JSON."""
        found: Definition = self.draft.definition
        return found

    @property
    def form(self) -> Form:
        """The draft, read."""
        return self.draft.form

    def url(self, name: str, *more: str) -> str:
        """Return the address of a page of the builder."""
        return reverse(
            f"applications:{name}", args=[self.call.programme.code, self.call.code, self.stage, *more]
        )

    def frame(self) -> dict[str, Any]:
        """Return what every page shows around the draft."""
        return {
            "bench": self,
            "call": self.call,
            "programme": self.call.programme,
            "stage": self.stage,
            "stage_name": Stage(self.stage).label,
        }

    def change(self, edit: Callable[[Definition], Definition]) -> None:
        """Change the draft."""
        form_versions.change_draft(self.draft, edit)

    def keys_ever_used(self) -> set[str]:
        """Return the keys of all versions."""
        return form_versions.keys_ever_used(self.call, self.stage)

    def faults(self) -> list[Fault]:
        """Return what stands against publishing."""
        return form_versions.faults_of(self.draft)

    def notes(self, question: Question) -> list[str]:
        """Say who reads the answer."""
        if not question.is_asked:
            return []
        found = [_("jurors see it") if question.jurors else _("jurors do not see it")]
        if question.sensitivity != INTERNAL:
            found.append(str(SENSITIVITY_LABELS[question.sensitivity]).partition(":")[0].lower())
        return found
