"""Choosing a counting rule."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reporting.indicators.grants import STRENGTHENED_RULES


class CountingRuleForm(forms.Form):
    """Which rule, and why."""

    rule = forms.ChoiceField(label=_("Counting rule"), choices=STRENGTHENED_RULES, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Printed beside the figures in every report.")
