"""What a programme is described by: donors, partners, sites, offices, results, links, rates."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.fields import UploadField
from documents.filing import store
from documents.models import Sensitivity
from programmes.forms.fields import UNKNOWN_HELP, SetUpForm, read_amount_in
from programmes.localised import columns
from programmes.models import (
    Contribution,
    ExchangeRate,
    ExpectedResult,
    Office,
    Organisation,
    Partnership,
    Programme,
    ProgrammeLink,
    Site,
)
from programmes.money import MoneyFormField


class PartForm(SetUpForm):
    """Base: the row belongs to the programme of the page."""

    given = ("programme",)

    def __init__(self, *args: Any, programme: Programme, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.programme, self.user = programme, user
        self.instance.programme = programme

    def require_text(self, name: str) -> None:
        """Ask for a text in one language at least."""
        if not any(self.cleaned_data.get(column) for column in columns(name)):
            self.add_error(f"{name}_fr", _("Write this in one language at least."))


class WithOrganisation(PartForm):
    """A row about an organisation: one that is known, or a new one by name."""

    organisation_field = ""
    new_name = forms.CharField(label=_("Or a new organisation"), max_length=200, required=False)
    new_short_name = forms.CharField(label=_("Its short name"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields[self.organisation_field]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101 a foreign key
        chosen.queryset = Organisation.objects.visible_to(self.user)
        chosen.required = False

    def clean(self) -> dict[str, Any]:
        """Take the chosen organisation or the new one; exactly one of the two."""
        data = super().clean() or {}
        chosen, name = data.get(self.organisation_field), data.get("new_name")
        if bool(chosen) == bool(name):
            self.add_error(self.organisation_field, _("Choose an organisation, or name a new one."))
        return data

    def _get_validation_exclusions(self) -> set[str]:
        # A new organisation is stored with the row; it cannot be a duplicate.
        excluded = super()._get_validation_exclusions()
        return excluded | {self.organisation_field} if self.cleaned_data.get("new_name") else excluded

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Store a new organisation before the row that names it."""
        if name := self.cleaned_data["new_name"]:
            made = Organisation.objects.create(
                name_fr=name, name_en=name, short_name=self.cleaned_data["new_short_name"]
            )
            setattr(self.instance, self.organisation_field, made)
        return super().save(commit)


class ContributionForm(WithOrganisation):
    """What a donor gives."""

    organisation_field = "donor"
    amount_minor = MoneyFormField(label=_("Amount"), required=False, help_text=UNKNOWN_HELP, unit_shown=False)

    class Meta:
        model = Contribution
        fields = ["donor", "currency", "amount_minor", "basis", "source", "source_date", "sort"]

    field_order = ["donor", "new_name", "new_short_name"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_amount_in(self, "amount_minor", "currency", self.programme.currency)


class PartnershipForm(WithOrganisation):
    """Who works along."""

    organisation_field = "organisation"

    class Meta:
        model = Partnership
        fields = ["organisation", *columns("role"), "signed_on", "basis", "sort"]

    field_order = ["organisation", "new_name", "new_short_name"]


class SiteForm(PartForm):
    """Where the programme works."""

    class Meta:
        model = Site
        fields = ["code", *columns("name"), "latitude", "longitude", "sort"]

    def clean(self) -> dict[str, Any]:
        """A site has a name."""
        data = super().clean() or {}
        self.require_text("name")
        return data


class OfficeForm(PartForm):
    """An office that answers for the programme."""

    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    class Meta:
        model = Office
        fields = [*columns("name"), "address", "country", "email", "phone", "website", "sort"]

    def clean(self) -> dict[str, Any]:
        """An office has a name."""
        data = super().clean() or {}
        self.require_text("name")
        return data


class ResultForm(PartForm):
    """A result in words."""

    class Meta:
        model = ExpectedResult
        fields = ["number", *columns("text")]

    def clean(self) -> dict[str, Any]:
        """A result is written."""
        data = super().clean() or {}
        self.require_text("text")
        return data


class RateForm(PartForm):
    """A dated exchange rate."""

    class Meta:
        model = ExchangeRate
        fields = ["base", "quote", "rate", "on", "source", "basis"]

    def clean(self) -> dict[str, Any]:
        """A rate stands between two currencies."""
        data = super().clean() or {}
        if data.get("base") and data.get("base") == data.get("quote"):
            self.add_error("quote", _("Choose another currency."))
        if data.get("rate") is not None and data["rate"] <= 0:
            self.add_error("rate", _("A rate is above zero."))
        return data


class LinkForm(PartForm):
    """A link, a video, a document or the final evaluation: an address, or a file that anybody may read."""

    url = forms.URLField(label=_("Address"), max_length=500, required=False, assume_scheme="https")
    file = UploadField(label=_("Or a file that anybody may read"), required=False)

    class Meta:
        model = ProgrammeLink
        fields = ["kind", *columns("title"), "url", "published_on", "sort"]

    field_order = ["kind", *columns("title"), "url", "file"]

    def clean(self) -> dict[str, Any]:
        """One target: the address, the new file, or the file that is there already."""
        data = super().clean() or {}
        self.require_text("title")
        has_file = bool(data.get("file")) or (self.instance.document_id is not None and not data.get("url"))
        if bool(data.get("url")) == has_file:
            self.add_error("url", _("Give an address or a file, one of the two."))
        return data

    def _get_validation_exclusions(self) -> set[str]:
        # The file is stored by `save`; until then the row would seem to have no target.
        return super()._get_validation_exclusions() | {"url", "document"}

    def validate_constraints(self) -> None:
        """Checked by `clean`: the file is not stored yet."""

    @transaction.atomic
    def save(self, commit: bool = True) -> Any:
        """Keep the file with the programme, public."""
        accepted = self.cleaned_data.get("file")
        if self.cleaned_data.get("url"):
            self.instance.document = None
        elif accepted:
            self.instance.document = store(
                accepted,
                owner=self.programme,
                kind="programme-document",
                actor=self.user,
                at=timezone.now(),
                sensitivity=Sensitivity.PUBLIC,
            )
        return super().save(commit)
