"""Forms of the follow-up: appointments, handovers, sessions, attendance."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from followup.models import SupportSession
from followup.models.visits import AttemptResult
from programmes.models import Membership, Site
from programmes.money import MoneyFormField
from workflow.forms import ActionForm


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class ConfirmVisitForm(ActionForm):
    """When and with whom."""

    planned_for = forms.DateField(label=_("Date agreed"), widget=DateInput())
    contact = forms.CharField(
        label=_("Agreed with"),
        max_length=200,
        help_text=_("Their role, for instance the treasurer; no name."),
    )


class RescheduleVisitForm(ActionForm):
    """The new date."""

    due_on = forms.DateField(label=_("New date"), widget=DateInput())


class SignedMoneyField(MoneyFormField):
    """An amount that may be below zero: a loss is a profit too."""

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]  # minor units, not text
        """Return minor units, negative after a minus sign."""
        text = str(value or "").strip()
        if text[:1] in {"-", "−"}:
            amount = super().to_python(text[1:])
            return None if amount is None else -amount
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored loss with its sign."""
        if isinstance(value, int) and value < 0:
            return f"-{super().prepare_value(-value)}"
        return super().prepare_value(value)


class AttemptForm(forms.Form):
    """One attempt that met nobody, or somebody."""

    result = forms.ChoiceField(label=_("What happened"), choices=AttemptResult.choices)
    comment = forms.CharField(label=_("Comment"), max_length=300, required=False)


class HandoverForm(forms.Form):
    """Another lead coach from a day on."""

    coach = forms.ModelChoiceField(label=_("New lead coach"), queryset=Membership.objects.none())
    day = forms.DateField(label=_("From"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, programme_id: int, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["coach"]
        field.queryset = (
            Membership.objects.filter(programme=programme_id, role="coach")
            .in_force(today)
            .select_related("user")
        )
        field.label_from_instance = lambda membership: str(membership.user)


class SupportSessionForm(forms.ModelForm[SupportSession]):
    """A session to plan."""

    class Meta:
        model = SupportSession
        fields = ("title", "purpose", "site", "held_on", "hours", "cohort")
        widgets = {"held_on": DateInput()}

    def __init__(self, *args: Any, programme: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.programme = programme
        site: Any = self.fields["site"]
        site.queryset = Site.objects.filter(programme=programme)
        cohort: Any = self.fields["cohort"]
        cohort.queryset = programme.cohorts.all()


class AttendanceForm(forms.Form):
    """Who is on the list of a session: references of persons or case numbers, one a line."""

    numbers = forms.CharField(
        label=_("References or case numbers"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line: P-3F2A91AB for a person who was received, or the number of a case."),
    )
