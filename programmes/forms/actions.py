"""Forms of the transitions of calls, see `programmes/models/calls.py`."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workflow.forms import ActionForm


class EarlyForm(ActionForm):
    """A reason, needed only before the date."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Only needed before the date."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ExtendForm(ActionForm):
    """Until when a closed call is open again."""

    closes_at = forms.DateTimeField(
        label=_("New closing date"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
