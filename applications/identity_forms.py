"""What an applicant says about the own person: identity for the vault, registration for figures, consent."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import phone_numbers
from applications import answers, consents, drafting, merging
from applications.models import AnswerSet, Application, Case, Consent, Identity, Registration, Sex
from applications.written_dates import DateOrYearField, NotADate, read_date, shown
from programmes.models import Site

VAULT_FIELDS = ("latin_name", "arabic_name", "birth_date", "document_number", "phone", "address")
DRAFTED = (*VAULT_FIELDS, "sex", "site", "organisation_name")
MOST_LETTERS = 300


class AboutForm(forms.Form):
    """About the person who applies. Everything but year, sex and place goes to the vault."""

    latin_name = forms.CharField(label=gettext_lazy("Name in Latin letters"), max_length=120, required=False)
    arabic_name = forms.CharField(
        label=gettext_lazy("Name in Arabic letters"), max_length=120, required=False
    )
    birth_date = DateOrYearField(
        label=gettext_lazy("Date of birth"),
        help_text=gettext_lazy("The year is enough: 1994, or 14/05/1994."),
        past=True,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "bday"}),
    )
    sex = forms.ChoiceField(label=gettext_lazy("You are"), choices=Sex.choices, required=False)
    site = forms.ModelChoiceField(label=gettext_lazy("Place"), queryset=Site.objects.none())
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        help_text=gettext_lazy("If it is a number of another country, write it with its country code."),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "dir": "ltr", "autocomplete": "tel"}),
    )
    document_number = forms.CharField(
        label=gettext_lazy("Number of your identity document"), max_length=60, required=False
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=300, required=False)
    organisation_name = forms.CharField(label=gettext_lazy("Name of the organisation"), max_length=200)
    consent = forms.BooleanField(
        label=gettext_lazy("I agree that these data are used for this programme"),
        help_text=gettext_lazy("You can take this back at any time at the programme's office."),
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        self.application = application
        kwargs["initial"] = {**stored(application), "consent": _consented(application)}
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = application.call.programme.sites.all()  # type: ignore[attr-defined]
        if not application.organisation_is_asked:
            del self.fields["organisation_name"]

    def clean_phone(self) -> str:
        """Take a number with its country code, or one of the countries that the agency works in."""
        given: str = self.cleaned_data["phone"].strip()
        try:
            return phone_numbers.read_any(given, settings.PHONE_REGIONS) if given else ""
        except phone_numbers.NotANumber:
            raise ValidationError(_("Write the number with its country code, such as +212 ….")) from None

    def clean(self) -> dict[str, Any]:
        """Demand a name in one script."""
        data = super().clean() or {}
        if not (data.get("latin_name") or data.get("arabic_name")):
            self.add_error("latin_name", _("Write your name, in Latin or in Arabic letters."))
        return data

    # Saving what was typed so far

    def draft(self) -> dict[str, str]:
        """Return what was typed, as text; a readable phone number or date as it is kept."""
        typed = {name: str(self.data.get(name, "")).strip() for name in DRAFTED if name in self.fields}
        with suppress(phone_numbers.NotANumber):
            typed["phone"] = phone_numbers.read_any(typed["phone"], settings.PHONE_REGIONS)
        with suppress(NotADate):
            typed["birth_date"] = read_date(typed["birth_date"])
        return typed

    def written(self, name: str, value: Any) -> str:
        """Return a stored value as it stands in its field."""
        text = str(value or "")
        return shown(text) if name == "birth_date" else text

    def said(self, name: str, value: Any) -> str:
        """Return a value as a person reads it."""
        if name == "site":
            return str(self.fields["site"].queryset.filter(pk=value or 0).first() or "")  # type: ignore[attr-defined]
        return str(dict(Sex.choices).get(value, value)) if name == "sex" else self.written(name, value)

    @transaction.atomic
    def keep(
        self, base: Mapping[str, str], page: str, given: AnswerSet, at: datetime, take: Collection[str] = ()
    ) -> drafting.Saved:
        """Merge what was typed with what is stored and save it; readable or not, but for the consent.

        Where two pages changed the same thing the stored one stays, see `applications/merging.py`.
        """
        held = AnswerSet.objects.select_for_update(of=("self",)).get(pk=given.pk)
        before = stored(self.application)
        mine = {name: value for name, value in self.draft().items() if name not in take}
        own = {name for name in mine if page and held.writers.get(f"about.{name}") == page}
        merged = merging.merge(base, mine, before, own=own)
        if merged.write:
            self._file(dict(merged.write))
            held.writers = {**held.writers, **{f"about.{name}": page for name in merged.write}}
            held.revision += 1
            held.saved_at = at
            held.save(update_fields=["writers", "revision", "saved_at"])
        return drafting.Saved(held.revision, {**before, **merged.write}, merged)

    def _file(self, values: dict[str, str]) -> None:
        """Put each value where it belongs: the vault, the registration, the case."""
        application = self.application
        person = application.applicant
        if person is None:
            return
        if vault := {name: values[name] for name in VAULT_FIELDS if name in values}:
            identity = Identity.objects.filter(person=person).first() or Identity(person=person)
            for name, value in vault.items():
                setattr(identity, name, value[:MOST_LETTERS])
            identity.revision += 1
            identity.save()
        if known := self._registered(values):
            Registration.objects.update_or_create(
                person=person, programme=application.call.programme, defaults=known
            )
        if "site" in known:
            Case.objects.filter(pk=application.case_id).update(site=known["site"])
        if "organisation_name" in values:
            name = values["organisation_name"][:200]
            Application.objects.filter(pk=application.pk).update(organisation_name=name)

    def _registered(self, values: Mapping[str, str]) -> dict[str, Any]:
        """What figures need, as far as it can be read."""
        found: dict[str, Any] = {}
        if values.get("sex") in Sex.values:
            found["sex"] = values["sex"]
        if "site" in values:
            wanted = values["site"] if values["site"].isdecimal() and len(values["site"]) < 18 else 0
            found["site"] = self.application.call.programme.sites.filter(pk=wanted).first()
        if "birth_date" in values:
            year = values["birth_date"][:4]
            found["birth_year"] = int(year) if answers.is_date_or_year(values["birth_date"]) else None
        return found

    def agree(self, actor: Any, at: datetime) -> None:
        """Note the consent that was given with the button."""
        if self.application.applicant is not None:
            programme = self.application.call.programme
            consents.give(self.application.applicant, programme, Consent.Kind.DATA, actor=actor, at=at)


def stored(application: Application) -> dict[str, str]:
    """Return what is known about the applicant, as text, by field: the vault, opened for the own page."""
    person, programme = application.applicant_id, application.programme_id
    identity = Identity.objects.filter(person=person).first()
    row = Registration.objects.filter(person=person, programme=programme).first()
    found = {name: getattr(identity, name) if identity else "" for name in VAULT_FIELDS}
    found["sex"] = row.sex if row else ""
    found["site"] = str(row.site_id) if row and row.site_id else ""
    found["organisation_name"] = application.organisation_name
    return found


def said_about(application: Application) -> list[tuple[Any, str]]:
    """Return every field about the applicant with what was given, for a page that this very person reads."""
    form, values = AboutForm(application=application), stored(application)
    return [
        (form.fields[name].label, form.said(name, values[name])) for name in form.fields if name in DRAFTED
    ]


def base_of(application: Application) -> dict[str, str]:
    """Return the fingerprints with which a page about the person is drawn."""
    return {name: merging.fingerprint(value) for name, value in stored(application).items()}


def _consented(application: Application) -> bool:
    given = Consent.objects.filter(person=application.applicant_id, programme=application.programme_id)
    return given.filter(kind=Consent.Kind.DATA, withdrawn_at__isnull=True).exists()
