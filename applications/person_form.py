"""What somebody else writes down about a person: identity for the vault, facts for figures.

What lies in the vault is written here and never shown again: a field left empty keeps what is there. To read
an identity asks a reason (`applications/opening.py`).
"""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import phone_numbers
from applications.models import Category, DocumentKind, Identity, Person, Registration, Sex
from applications.written_dates import DateOrYearField
from programmes.models import Site

VAULT_FIELDS = (
    "latin_name",
    "arabic_name",
    "birth_date",
    "document_kind",
    "document_number",
    "phone",
    "address",
)
NAMES = ("latin_name", "arabic_name")


class PersonForm(forms.Form):
    """A person, as somebody else describes them. person: who is known already, None for somebody new."""

    latin_name = forms.CharField(label=gettext_lazy("Name in Latin letters"), max_length=120, required=False)
    arabic_name = forms.CharField(
        label=gettext_lazy("Name in Arabic letters"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"dir": "rtl", "lang": "ar"}),
    )
    birth_date = DateOrYearField(
        label=gettext_lazy("Date of birth"),
        help_text=gettext_lazy("The year is enough: 1994, or 14/05/1994."),
        past=True,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), choices=Sex.choices, required=False)
    site = forms.ModelChoiceField(label=gettext_lazy("Place"), queryset=Site.objects.none())
    category = forms.ChoiceField(label=gettext_lazy("Displacement category"), required=False)
    document_kind = forms.ChoiceField(label=gettext_lazy("Kind of identity document"), required=False)
    document_number = forms.CharField(
        label=gettext_lazy("Number of the identity document"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        help_text=gettext_lazy("If it is a number of another country, write it with its country code."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "dir": "ltr", "autocomplete": "off"}),
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)

    def __init__(self, *args: Any, programme: Any, person: Person | None = None, **kwargs: Any) -> None:
        self.programme, self.person = programme, person
        self.identity = Identity.objects.filter(person=person).first() if person else None
        rows = Registration.objects.filter(person=person, programme=programme) if person else None
        row = rows.first() if rows is not None else None
        known = {"sex": row.sex, "site": row.site_id} if row else {}
        kwargs["initial"] = {**known, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = programme.sites.all()  # type: ignore[attr-defined]
        unchanged = ("", _("not said") if person is None else _("as before"))
        for name, choices in (("category", Category.choices), ("document_kind", DocumentKind.choices)):
            self.fields[name].choices = [unchanged, *choices]  # type: ignore[attr-defined]
        self.fields["category"].help_text = _(
            "Read by the protection officer and in figures, by nobody else."
        )
        if self.identity is not None:
            self._hide_the_vault(self.identity)

    def _hide_the_vault(self, identity: Identity) -> None:
        kept = _("In the vault. Write only to replace it.")
        for name in VAULT_FIELDS:
            if name != "document_kind" and identity.__dict__[name]:
                self.fields[name].help_text = kept
        self.fields["birth_date"].required = _year_known(identity.person) is None

    def clean_phone(self) -> str:
        """Take a number with its country code, or one of the countries that the agency works in."""
        given: str = self.cleaned_data["phone"].strip()
        try:
            return phone_numbers.read_any(given, settings.PHONE_REGIONS) if given else ""
        except phone_numbers.NotANumber:
            raise ValidationError(_("Write the number with its country code, such as +212 ….")) from None

    def clean(self) -> dict[str, Any]:
        """Demand a name in one script, here or in the vault."""
        data = super().clean() or {}
        known = self.identity is not None and any(self.identity.__dict__[name] for name in NAMES)
        if not known and not any(data.get(name) for name in NAMES):
            self.add_error("latin_name", _("Write the name, in Latin or in Arabic letters."))
        return data

    @transaction.atomic
    def file(self, person: Person, **facts: Any) -> Registration:
        """Put the identity into the vault and the facts into the registration; return that.

        facts: further fields of the registration, set when it is made.
        """
        given = {name: self.cleaned_data[name] for name in VAULT_FIELDS if self.cleaned_data.get(name)}
        if given or self.identity is None:
            identity = Identity.objects.select_for_update().filter(person=person).first()
            identity = identity or Identity(person=person)
            for name, value in given.items():
                setattr(identity, name, value)
            identity.revision += 1
            identity.save()
        row = Registration.objects.filter(person=person, programme=self.programme).first()
        row = row or Registration(person=person, programme=self.programme, **facts)
        row.sex, row.site = self.cleaned_data["sex"], self.cleaned_data["site"]
        if self.cleaned_data["birth_date"]:
            row.birth_year = int(self.cleaned_data["birth_date"][:4])
        elif row.birth_year is None:
            row.birth_year = _year_known(person)
        if self.cleaned_data.get("category"):
            row.category = self.cleaned_data["category"]
        row.save()
        return row


def _year_known(person: Person) -> int | None:
    known = person.registrations.filter(birth_year__isnull=False).values_list("birth_year", flat=True)
    return known.first()
