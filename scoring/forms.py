"""Forms of the transitions of scoring; those of its pages are beside their views."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring import declaration
from scoring.marks import Scale
from scoring.models import Criterion
from workflow import display
from workflow.forms import ActionForm


class DeclarationForm(ActionForm):
    """Signs the declaration of impartiality; the words that were read are kept."""

    declared = forms.BooleanField(label=_("I have read this declaration and sign it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = declaration.text()
        self.fields["declared"].help_text = self.text

    def to_data(self) -> dict[str, Any]:
        """Keep the declaration word by word."""
        return {**super().to_data(), "declaration": self.text}


class NoConflictForm(ActionForm):
    """Says that there is no conflict with this file."""

    no_conflict = forms.BooleanField(
        label=_("I have no conflict of interests with this file."),
        help_text=_(
            "I do not know the person, I do not work with this person and I have no interest in the project."
        ),
    )


class ReviseForm(ActionForm):
    """Changes one mark of a locked sheet, in a sitting."""

    criterion = forms.ModelChoiceField(label=_("Criterion"), queryset=Criterion.objects.none())
    value = forms.DecimalField(label=_("New mark"), max_digits=7, decimal_places=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        criteria: Any = self.fields["criterion"]
        sheet: Any = self.record
        criteria.queryset = sheet.round.grid.criteria.order_by("section__sort", "sort", "pk")
        criteria.label_from_instance = _with_scale

    def to_data(self) -> dict[str, Any]:
        """Return the criterion by id and the mark as text."""
        return {**super().to_data(), "value": str(self.cleaned_data["value"])}


def _with_scale(criterion: Any) -> str:
    scale: Scale = criterion.scale
    low, high = (display.number_text(Decimal(f"{end.normalize():f}")) for end in (scale.low, scale.high))
    return f"{criterion.title} ({low} – {high})"
