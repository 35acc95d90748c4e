"""Forms of writing at a person's side: beginning, the person's own page, what was read back."""

from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application, Capacity, Mark, Person
from applications.person_form import PersonForm
from documents.fields import UploadField
from documents.limits import PHOTOS
from programmes.models import Track

SPOKEN = gettext_lazy("For instance Darija, Tamazight, Bambara, Songhay, French.")


class HelpForm(forms.Form):
    """How an agent begins to help: the language that is spoken, and that the person agrees."""

    language = forms.CharField(
        label=gettext_lazy("Language that you speak together"), help_text=SPOKEN, max_length=40
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("The person agrees that I write for them"),
        help_text=gettext_lazy(
            "Say that you write down what the person says, that you read it back before it is sent, and that"
            " the person can take over later."
        ),
    )


def _track_and_call(track: Track) -> str:
    named = f"{track.title} · {track.call.title}"
    return " · ".join([named, _("trial")]) if track.call.is_test else named


class BeginForm(HelpForm):
    """What the person applies for, and the consents that are still missing."""

    track = forms.ModelChoiceField(
        label=gettext_lazy("What does the person apply for?"),
        queryset=Track.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )
    written_in = forms.ChoiceField(
        label=gettext_lazy("Language of messages and papers"), choices=settings.LANGUAGES
    )
    data_consent = forms.BooleanField(
        label=gettext_lazy("The person agrees that these data are used for this programme"),
        help_text=gettext_lazy(
            "Say what they are for, who reads them, and that the person can take this back."
        ),
    )
    photo_consent = forms.BooleanField(
        label=gettext_lazy("The person agrees to be photographed"),
        help_text=gettext_lazy(
            "This is asked apart. Without it no photograph is taken, and nothing else changes."
        ),
        required=False,
    )
    field_order = ("track", "language", "written_in", "data_consent", "photo_consent", "agreed")

    def __init__(self, *args: Any, programme: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tracks = Track.objects.filter(call__programme=programme, call__state="open")
        chosen: Any = self.fields["track"]
        chosen.queryset = tracks.select_related("call").order_by("call", "sort", "pk")
        chosen.label_from_instance = _track_and_call
        held = person.consents.filter(programme=programme, withdrawn_at__isnull=True)
        for kind in held.values_list("kind", flat=True):
            del self.fields[f"{kind}_consent"]

    @property
    def consents(self) -> list[str]:
        """What the person agreed to now."""
        return [kind for kind in ("data", "photo") if self.cleaned_data.get(f"{kind}_consent")]


class TakeOverForm(HelpForm):
    """Going on where nobody or a colleague wrote before."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you take over?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if application.assistance is None:
            del self.fields["reason"]


class AboutSomebodyForm(PersonForm):
    """The first step of an assisted application: about the person, with the vault closed."""

    organisation_name = forms.CharField(label=gettext_lazy("Name of the organisation"), max_length=200)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.application = application
        kwargs["initial"] = {"organisation_name": application.organisation_name}
        super().__init__(*args, programme=application.call.programme, person=application.applicant, **kwargs)
        if not application.organisation_is_asked:
            del self.fields["organisation_name"]

    @transaction.atomic
    def save(self, at: Any) -> None:
        """File what was written; the case stands at the person's site."""
        assert self.application.applicant is not None  # noqa: S101 an assisted application has its person
        row = self.file(self.application.applicant)
        type(self.application.case)._base_manager.filter(pk=self.application.case_id).update(site=row.site)
        if "organisation_name" in self.cleaned_data:
            Application.objects.filter(pk=self.application.pk).update(
                organisation_name=self.cleaned_data["organisation_name"]
            )


class ReadBackForm(forms.Form):
    """What was written is read back and confirmed, before two witnesses where the person does not sign."""

    confirmed = forms.BooleanField(
        label=gettext_lazy("I read everything back, and the person confirmed it"),
    )
    language = forms.CharField(
        label=gettext_lazy("Language in which you read it back"), help_text=SPOKEN, max_length=40
    )
    mark = forms.ChoiceField(label=gettext_lazy("The person"), choices=Mark.choices, widget=forms.RadioSelect)
    first_witness = forms.CharField(
        label=gettext_lazy("First witness"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    first_capacity = forms.ChoiceField(
        label=gettext_lazy("In what capacity"), choices=[("", "–"), *Capacity.choices], required=False
    )
    second_witness = forms.CharField(
        label=gettext_lazy("Second witness"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    second_capacity = forms.ChoiceField(
        label=gettext_lazy("In what capacity"), choices=[("", "–"), *Capacity.choices], required=False
    )
    sheet = UploadField(
        label=gettext_lazy("Photograph of the signed sheet"), types=PHOTOS, camera=True, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_witness"].help_text = _(
            "Needed for a mark or a thumbprint. The name goes into the vault."
        )
        limits = self.fields["sheet"].help_text
        later = _("You can add it later: it then waits on your desk.")
        self.fields["sheet"].help_text = f"{later} {limits}"

    def clean(self) -> dict[str, Any]:
        """Demand two different witnesses, each with a capacity, for a mark or a thumbprint."""
        data = super().clean() or {}
        if data.get("mark") in (Mark.MARK, Mark.THUMBPRINT):
            for name in ("first_witness", "first_capacity", "second_witness", "second_capacity"):
                if not data.get(name):
                    self.add_error(name, _("A mark or a thumbprint needs two witnesses."))
            names = [
                " ".join(data.get(name, "").split()).casefold()
                for name in ("first_witness", "second_witness")
            ]
            if names[0] and names[0] == names[1]:
                self.add_error("second_witness", _("The two witnesses are two persons."))
        return data


class SheetForm(forms.Form):
    """The photograph of the signed sheet, added later."""

    sheet = UploadField(label=gettext_lazy("Photograph of the signed sheet"), types=PHOTOS, camera=True)
