"""Who is invited to a programme, and who gets one more role there."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import InvitationForm
from accounts.models import User
from programmes import delegation, roles
from programmes.models import Membership, Organisation, Programme, Role


class RoleFields(forms.Form):
    """A role, and the organisation for which a donor reads."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", "–"), *Role.choices])
    donor = forms.ModelChoiceField(
        label=_("For the donor"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("Only for the role of a donor."),
    )

    def restrict(self, programme: Programme) -> None:
        """Offer the donors of the programme."""
        field = self.fields["donor"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Organisation.objects.filter(contributions__programme=programme)

    def check_donor(self, data: dict[str, Any]) -> None:
        """A donor's role names its organisation, no other role does."""
        if (data.get("role") == Role.DONOR) != bool(data.get("donor")) and data.get("role"):
            self.add_error("donor", _("Say for which donor, and only for the role of a donor."))


class InviteForm(RoleFields, InvitationForm):
    """Somebody invited to the programme of the page."""

    field_order = ["full_name", "email", "language", "role", "donor"]

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        self.restrict(programme)

    def clean(self) -> dict[str, Any]:
        """Nobody invites himself; nobody is invited to what he is already."""
        data = super().clean() or {}
        self.check_donor(data)
        email = str(data.get("email", "")).lower()
        if email and email == self.user.email:
            self.add_error("email", _("You cannot give yourself a role. Ask another manager."))
        elif data.get("role") and roles.holds(self.programme, email, data["role"], data.get("donor")):
            self.add_error("role", _("This person has that role already."))
        return data

    def payload(self) -> dict[str, Any]:
        """What accepting needs to know."""
        donor = self.cleaned_data.get("donor")
        return {
            "programme": self.programme.pk,
            "role": self.cleaned_data["role"],
            "donor": donor.pk if donor else None,
        }


class AnyProgrammeInviteForm(InviteForm):
    """The same from the page of all invitations: the programme is chosen first."""

    chosen_programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    field_order = ["chosen_programme", "full_name", "email", "language", "role", "donor"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        managed = roles.managed_by(user)
        super().__init__(*args, user=user, programme=Programme(), **kwargs)
        field, donor = self.fields["chosen_programme"], self.fields["donor"]
        if isinstance(field, forms.ModelChoiceField) and isinstance(donor, forms.ModelChoiceField):
            field.queryset = managed
            donor.queryset = Organisation.objects.filter(contributions__programme__in=managed).distinct()

    def restrict(self, programme: Programme) -> None:
        """The programme is not known yet."""

    def clean(self) -> dict[str, Any]:
        """Check against the chosen programme; the donor must be one of its donors."""
        chosen = self.cleaned_data.get("chosen_programme")
        if chosen is None:
            return self.cleaned_data
        self.programme = chosen
        data = super().clean()
        donor = data.get("donor")
        if donor and not donor.contributions.filter(programme=chosen).exists():
            self.add_error("donor", _("This is no donor of the programme."))
        return data


class GiveRoleForm(RoleFields):
    """One more role for somebody who works on the programme already."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())
    valid_until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    field_order = ["person", "role", "donor", "valid_until"]

    def __init__(self, *args: Any, programme: Programme, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        self.restrict(programme)
        person = self.fields["person"]
        if isinstance(person, forms.ModelChoiceField):
            person.queryset = roles.colleagues(programme).exclude(pk=user.pk).order_by("full_name", "pk")

    def clean(self) -> dict[str, Any]:
        """Nobody gets what he has."""
        data = super().clean() or {}
        self.check_donor(data)
        person, role = data.get("person"), data.get("role")
        if person and role and roles.holds(self.programme, person.email or "", role, data.get("donor")):
            self.add_error("role", _("This person has that role already."))
        return data


class DelegateForm(forms.Form):
    """Which of one's own roles, to whom, from which day until which, and why."""

    own = forms.ModelChoiceField(
        label=_("Role"), queryset=Membership.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    person = forms.ModelChoiceField(label=_("Stands in for you"), queryset=User.objects.none())
    valid_from = forms.DateField(
        label=_("From"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    valid_until = forms.DateField(
        label=_("Until, this day included"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, programme: Programme, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own: Any = self.fields["own"]
        own.queryset = delegation.own_roles(user, programme.pk)
        own.label_from_instance = lambda row: row.get_role_display()
        person: Any = self.fields["person"]
        person.queryset = roles.colleagues(programme).exclude(pk=user.pk).order_by("full_name")
