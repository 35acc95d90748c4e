"""The programme itself: what it is, when it runs, what it costs, how it looks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.fields import UploadField
from documents.limits import PHOTOS
from programmes import validators
from programmes.forms.fields import UNKNOWN_HELP, SetUpForm, read_amount_in
from programmes.localised import columns
from programmes.models import Programme
from programmes.money import MoneyFormField


class ProgrammeForm(SetUpForm):
    """Create or change a programme. Code and currency stay once papers and calls carry them."""

    budget_minor = MoneyFormField(
        label=_("Total budget"), required=False, help_text=UNKNOWN_HELP, unit_shown=False
    )

    class Meta:
        model = Programme
        fields = [
            "code",
            "parent",
            *columns("title"),
            *columns("summary"),
            *columns("framework"),
            "country",
            "currency",
            "time_zone",
            "planned_start",
            "planned_end",
            "actual_start",
            "actual_end",
            "planned_months",
            "planned_months_source",
            "published_months",
            "published_months_source",
            "budget_currency",
            "budget_minor",
            "budget_basis",
            "budget_source",
            "forced_pseudonyms",
            "retention_months",
            "is_listed",
        ]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programme = self.instance
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)  # noqa: S101 the model's field
        parent.queryset = Programme.objects.visible_to(user).exclude(pk=programme.pk)
        read_amount_in(self, "budget_minor", "budget_currency", "EUR")
        if programme.pk and programme.state != "draft":
            self.fields["code"].disabled = True
        if programme.pk and programme.calls.exists():
            self.fields["currency"].disabled = True
        if programme.forced_pseudonyms and programme.pk:
            self.fields["forced_pseudonyms"].disabled = True  # nobody can turn them off

    def clean(self) -> dict[str, Any]:
        """A budget has a currency; a programme has a title in some language."""
        data = super().clean() or {}
        if data.get("budget_minor") is not None and not data.get("budget_currency"):
            self.add_error("budget_currency", _("Say in which currency the budget is."))
        if not any(data.get(name) for name in columns("title")):
            self.add_error("title_fr", _("Give the title in one language at least."))
        for first, last in (("planned_start", "planned_end"), ("actual_start", "actual_end")):
            start, end = data.get(first), data.get(last)
            if start and end and end < start:
                self.add_error(last, _("The end lies before the start."))
        return data


class LookForm(forms.Form):
    """Accent colour and logo."""

    accent = forms.CharField(
        label=_("Accent colour"),
        max_length=7,
        validators=[validators.accent],
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("One colour, dark enough to carry white words."),
    )
    logo = UploadField(label=_("Logo"), required=False, types=PHOTOS)
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("accent", programme.accent)
        if programme.logo is None:
            del self.fields["remove_logo"]
