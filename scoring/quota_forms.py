"""The form of a quota: for whom, how much of what, and whether places are reserved for it."""

from collections import defaultdict
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.forms.fields import SetUpForm
from programmes.models import Call
from scoring import quotas
from scoring.models import Quota
from scoring.models.quotas import Denominator, Measure
from scoring.quotas import WHOLE, Goal


class QuotaForm(SetUpForm):
    """One goal of a draft call."""

    given = ("call", "measure", "value")

    who = forms.ChoiceField(label=gettext_lazy("For whom"), choices=())

    class Meta:
        model = Quota
        fields = ["goal", "of", "reserved"]

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.call = call
        labels, groups = dict(Measure.choices), defaultdict(list)
        for (measure, value), name in quotas.names_of(call).items():
            groups[str(labels[measure])].append((f"{measure}={value}", name))
        self.fields["who"].choices = [("", "–"), *groups.items()]  # type: ignore[attr-defined]
        self.fields["reserved"].help_text = _(
            "Announced with the call: the best of the list come in while the goal is not met, and their"
            " decision says so. Without, the goal is watched alone."
        )
        if self.instance.pk:
            self.initial["who"] = f"{self.instance.measure}={self.instance.value}"
        self.order_fields(["who", "goal", "of", "reserved"])

    def clean(self) -> dict[str, Any]:
        """A goal fits into its whole, alone and together with the others of the call."""
        data = super().clean() or {}
        measure, _sign, value = str(data.get("who", "")).partition("=")
        self.instance.measure, self.instance.value = measure, value
        goal, of = data.get("goal"), data.get("of")
        if goal == 0:
            self.add_error("goal", _("A goal is above zero."))
        if goal and of and of != Denominator.PLACES and goal > WHOLE:
            self.add_error("goal", _("A share is at most 100 %."))
        if data.get("reserved") and of not in (Denominator.AWARDS, Denominator.PLACES):
            self.add_error("reserved", _("Places are reserved of funded applications alone."))
        if data.get("reserved") and measure == Measure.STATUS:
            self.add_error(
                "reserved",
                _("Places are not reserved for a status: the list of the funded would tell who has it."),
            )
        if goal and of and measure and not self.errors:
            others = Quota.objects.filter(call=self.instance.call).exclude(pk=self.instance.pk)
            goals = [*quotas.goals_of(others), Goal(measure, value, of, goal)]
            for said in quotas.objections(self.instance.call, goals):
                self.add_error("goal", said)
        return data

    def _post_clean(self) -> None:
        # The constraints of the table name columns that are no fields: asked once every field is in order.
        if not self.errors:
            super()._post_clean()  # type: ignore[misc]

    def save(self, commit: bool = True) -> Quota:
        """Keep it; a new one stands last."""
        if self.instance.pk is None:
            self.instance.sort = Quota.objects.filter(call=self.instance.call).count()
        made: Quota = super().save(commit)
        return made
