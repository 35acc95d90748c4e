"""Forms of action points, alerts, ratings and referrals."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from disbursements.forms.parts import FilingForm, paper_field
from followup.forms import DateInput
from followup.models.actions import ResponsibleParty
from followup.models.referrals import Concern, Urgency
from followup.models.risk import LEVELS
from workflow import display
from workflow.forms import ActionForm


class ActionPointForm(forms.Form):
    """What is agreed, who does it, until when."""

    what = forms.CharField(
        label=_("What is to be done"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One thing that can be seen when it is done. No names."),
    )
    responsible = forms.ChoiceField(label=_("Who does it"), choices=ResponsibleParty.choices)
    due_on = forms.DateField(label=_("Until"), widget=DateInput())

    def clean_due_on(self) -> Any:
        """Nothing is agreed for a day that has passed."""
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day has passed."))
        return day


class VerifyActionForm(FilingForm):
    """A later visit that saw it, or a photo or paper of it."""

    visit = forms.ChoiceField(label=_("Seen in visit"), required=False)
    file = paper_field(_("Photo or PDF"), required=False)
    kept_files = {"file": "action_proof"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        point: Any = self.record
        seen = point.enterprise.visits_after(point)
        choices = [
            (str(visit.pk), f"{visit.name}, {display.date_text(visit.performed_at)}") for visit in seen
        ]
        self.fields["visit"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        data = super().clean() or {}
        if not self.errors and not data.get("visit") and not data.get("file"):
            raise forms.ValidationError(_("Name the visit that saw it, or add a photo or paper."))
        return data


class HandleAlertForm(forms.Form):
    """What was done."""

    note = forms.CharField(
        label=_("What was done"),
        max_length=500,
        min_length=8,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Case numbers, no names."),
    )


class OverrideRiskForm(forms.Form):
    """Another level until a day, with the reason."""

    level = forms.ChoiceField(label=_("Level"), choices=LEVELS)
    until = forms.DateField(
        label=_("Until"), widget=DateInput(), help_text=_("Half a year from now at the latest.")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, min_length=8, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReferralForm(forms.Form):
    """A concern for the protection officer."""

    concern = forms.ChoiceField(label=_("Concern"), choices=Concern.choices)
    urgency = forms.ChoiceField(label=_("How soon"), choices=Urgency.choices, initial=Urgency.WEEK)
    note = forms.CharField(
        label=_("What was seen or said"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Only the protection officer reads this. You will not see it again."),
    )


class CloseReferralForm(ActionForm):
    """What became of it, sealed with the referral."""

    outcome = forms.CharField(
        label=_("What became of it"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
