"""Forms of enterprises: founding one without a grant, standing in, the day visits are counted from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Case
from followup.forms import DateInput, HandoverForm
from followup.models import Enterprise
from followup.models.enterprises import EnterpriseKind
from programmes.models import Site


class StandInForm(HandoverForm):
    """Who stands in, from when to when."""

    field_order = ("coach", "day", "until", "reason")
    until = forms.DateField(
        label=_("Until"), widget=DateInput(), required=False, help_text=_("Empty: until further notice.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coach"].label = _("Coach who stands in")


class AnchorForm(forms.Form):
    """The day and why."""

    day = forms.DateField(label=_("Count from"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), min_length=8, max_length=200)


class FoundEnterpriseForm(forms.Form):
    """Of which case, what it is called, since when it is accompanied."""

    number = forms.CharField(label=_("Case number"), max_length=20)
    name = forms.CharField(label=_("Name of the enterprise"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=EnterpriseKind.choices)
    site = forms.ModelChoiceField(label=_("Site"), queryset=Site.objects.none(), required=False)
    day = forms.DateField(label=_("Accompanied since"), widget=DateInput())
    case: Case

    def __init__(self, *args: Any, programme: Any, **kwargs: Any) -> None:
        self.programme = programme
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.filter(programme=programme)  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        """A case of this programme that has no enterprise yet."""
        number = self.cleaned_data["number"].strip()
        case = Case.objects.filter(programme=self.programme, number=number).first()
        if case is None:
            raise forms.ValidationError(_("No case of this number in the programme."))
        if Enterprise.objects.filter(case=case).exists():
            raise forms.ValidationError(_("This case has an enterprise already."))
        self.case = case
        return number
