"""Forms of the transitions of applications, see `applications/models/application.py`."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.models import EligibilityRule
from workflow import display
from workflow.forms import ActionForm

DAYS_TO_ANSWER = 7
DAYS_TO_PLAN = 28


class DueForm(ActionForm):
    """Asks for a day; what is due is due at the end of that day, in the time zone of the programme."""

    due_on = forms.DateField(
        label=_("Due on"),
        help_text=_("Until midnight at the end of this day."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    days = DAYS_TO_ANSWER

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = timezone.localdate() + timedelta(days=self.days)

    def to_data(self) -> dict[str, Any]:
        """Return the moment that the day ends."""
        data = super().to_data()
        zone = self.record.call.programme.zone  # type: ignore[attr-defined]
        end = datetime.combine(self.cleaned_data["due_on"], time(23, 59), tzinfo=zone)
        del data["due_on"]
        return {**data, "due_at": end.isoformat()}


class RequestPieceForm(DueForm):
    """Which questions must be answered again, what is missing, until when."""

    questions = forms.MultipleChoiceField(
        label=_("Questions to answer again"), widget=forms.CheckboxSelectMultiple
    )
    message = forms.CharField(
        label=_("What is missing"),
        help_text=_("The applicant reads this sentence."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    field_order = ("questions", "message", "due_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = self.record.sent_answers("idea")  # type: ignore[attr-defined]
        asked = sent.form.questions() if sent else ()
        language = display.language()
        self.fields["questions"].choices = [  # type: ignore[attr-defined]
            (question.key, question.label_in(language)) for question in asked
        ]


class PlanDueForm(DueForm):
    """Until when the plan is filed."""

    days = DAYS_TO_PLAN


class EligibleForm(ActionForm):
    """A note for the file, if there is something to say."""

    reason = forms.CharField(
        label=_("Note for the file"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class IneligibleForm(ActionForm):
    """Which rule is not met."""

    rule = forms.ModelChoiceField(
        label=_("Condition that is not met"), queryset=EligibilityRule.objects.none()
    )
    reason = forms.CharField(
        label=_("Note for the file"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = self.record.call.eligibility_rules.all()  # type: ignore[attr-defined]
        self.fields["rule"].queryset = rules  # type: ignore[attr-defined]
