"""Forms of cohorts, enrolments, papers of sessions and outcomes of people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.intake.tables import Sheet, read_table
from followup.attendance import UnknownNumbers, persons_meant, read_numbers
from followup.forms import DateInput
from followup.models import Cohort, OrganisationAttendance, PersonOutcome
from programmes.models import Organisation, Partnership, Site

LANGUAGES = [("fr", "Français"), ("ar", "العربية"), ("en", "English")]


class CohortForm(forms.ModelForm[Cohort]):
    """A cohort and its rule of completion."""

    class Meta:
        model = Cohort
        fields = ("code", "title", "kind", "starts_on", "ends_on", "completion_percent")
        widgets = {"starts_on": DateInput(), "ends_on": DateInput()}
        help_texts = {
            "ends_on": _("From the day after on, who met the rule is noted as completed by itself.")
        }

    def __init__(self, *args: Any, programme: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.programme = programme

    def clean(self) -> dict[str, Any]:
        """The end does not lie before the beginning."""
        data = super().clean() or {}
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("The end lies before the beginning."))
        return data


class NumbersForm(forms.Form):
    """People of the programme, by reference or case number."""

    numbers = forms.CharField(
        label=_("References or case numbers"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line: P-3F2A91AB for a person who was received, or the number of a case."),
    )

    def __init__(self, *args: Any, programme: Any, **kwargs: Any) -> None:
        self.programme = programme
        super().__init__(*args, **kwargs)
        self.persons: list[Any] = []

    def clean_numbers(self) -> str:
        """Everybody named is of this programme."""
        numbers = self.cleaned_data["numbers"]
        try:
            self.persons = persons_meant(self.programme.pk, read_numbers(numbers))
        except UnknownNumbers as error:
            raise forms.ValidationError(str(error)) from error
        return str(numbers)


class EnrolForm(NumbersForm):
    """Who is enrolled, where, since when, sent by which partner."""

    site = forms.ModelChoiceField(label=_("Site"), queryset=Site.objects.none(), required=False)
    day = forms.DateField(label=_("Enrolled on"), widget=DateInput())
    partnership = forms.ModelChoiceField(
        label=_("Sent by"), queryset=Partnership.objects.none(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.filter(programme=self.programme)  # type: ignore[attr-defined]
        partner: Any = self.fields["partnership"]
        partner.queryset = self.programme.partnerships.select_related("organisation")
        partner.label_from_instance = lambda row: str(row.organisation)


class OrganisationForm(forms.ModelForm[OrganisationAttendance]):
    """A partner organisation strengthened by a session."""

    class Meta:
        model = OrganisationAttendance
        fields = ("organisation",)

    def __init__(self, *args: Any, session: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.session = session
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(partnerships__programme=session.programme).exclude(
            strengthened_in__session=session
        )


class OutcomeForm(NumbersForm):
    """What became of people, since when it is known and where from."""

    outcome = forms.ChoiceField(label=_("What became of them"), choices=PersonOutcome.Outcome.choices)
    seen_on = forms.DateField(label=_("Seen on"), widget=DateInput())
    source = forms.CharField(
        label=_("Known from"),
        max_length=200,
        help_text=_("For instance a call, a visit, the employment office."),
    )


class OutcomeTableForm(forms.Form):
    """A table of outcomes."""

    file = forms.FileField(
        label=_("Table (CSV or XLSX)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        help_text=_(
            "Columns number, outcome, seen_on, source. Outcomes: employed, self_employed, in_training, none,"
            " lost. Days as 2026-03-31."
        ),
    )

    def clean_file(self) -> Sheet:
        """The table in the file."""
        file = self.cleaned_data["file"]
        return read_table(file.read(), file.name)
