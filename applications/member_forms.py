"""Forms of the members page: somebody new, somebody received before, a role and share, the organisation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import membership, reception
from applications.models import Application, ApplicationMember, Person
from applications.person_form import PersonForm


def _role_field(application: Application) -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("Role"), choices=membership.roles_for(application))


def _share_field(application: Application) -> forms.IntegerField:
    asked = application.track.asks_shares
    return forms.IntegerField(
        label=gettext_lazy("Share in percent"),
        help_text=gettext_lazy("Together the shares make 100.") if asked else "",
        min_value=0,
        max_value=100,
        required=False,
    )


class MemberForm(PersonForm):
    """A member whom nobody has written down yet, or whom this draft has."""

    consent = forms.BooleanField(
        label=gettext_lazy("This person agrees that the data are used for this programme"),
        help_text=gettext_lazy("Ask each member. Nobody agrees for somebody else."),
    )

    def __init__(
        self, *args: Any, application: Application, member: ApplicationMember | None = None, **kwargs: Any
    ):
        person = member.person if member else None
        kwargs["initial"] = {"role": member.role, "share": member.share} if member else {}
        super().__init__(*args, programme=application.call.programme, person=person, **kwargs)
        self.fields["role"], self.fields["share"] = _role_field(application), _share_field(application)
        self.order_fields(["role", "share"])
        if member is not None:
            del self.fields["consent"]


class PartForm(forms.Form):
    """Role and share alone: of the applicant, and of persons who are known from elsewhere."""

    def __init__(
        self, *args: Any, application: Application, member: ApplicationMember, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"role": member.role, "share": member.share}
        super().__init__(*args, **kwargs)
        self.fields["role"], self.fields["share"] = _role_field(application), _share_field(application)


class KnownMemberForm(forms.Form):
    """A person whom the agent received before, by reference or case number."""

    wanted = forms.CharField(label=gettext_lazy("Reference or case number"), max_length=40)
    consent = forms.BooleanField(
        label=gettext_lazy("This person agrees to be part of this application"),
        help_text=gettext_lazy("Ask each member. Nobody agrees for somebody else."),
    )

    person: Person

    def __init__(self, *args: Any, application: Application, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application, self.user = application, user
        self.fields["role"], self.fields["share"] = _role_field(application), _share_field(application)
        self.order_fields(["wanted", "role", "share", "consent"])

    def clean_wanted(self) -> str:
        """Find exactly one person of the programme."""
        wanted: str = self.cleaned_data["wanted"]
        found = reception.find(self.application.call.programme, self.user, wanted)
        rows = list(found.select_related("person")[:2])
        if len(rows) != 1:
            raise ValidationError(_("This does not lead to exactly one person of this programme."))
        self.person = rows[0].person
        return wanted


class OrganisationForm(forms.ModelForm):
    """The name of a cooperative or institution, and under which number it is registered."""

    class Meta:
        model = Application
        fields = ("organisation_name", "organisation_registration")
