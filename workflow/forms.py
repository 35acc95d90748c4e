"""The input of an action: a form whose cleaned data become plain JSON for the door."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from workflow.actors import Actor
from workflow.declare import Arrow
from workflow.states import StateModel


def plain(value: Any) -> Any:
    """Return a cleaned value as JSON: rows by id, dates as ISO strings, sets of rows as lists of ids."""
    if isinstance(value, models.Model):
        return value.pk if isinstance(value.pk, int) else str(value.pk)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, models.QuerySet | list | tuple | set):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


class ActionForm(forms.Form):
    """Base of the forms that transitions name; it knows the record and who acts.

    Override `to_data` when the door needs something else than the cleaned data, for instance the id of a
    file stored through `documents`.
    """

    def __init__(self, *args: Any, record: StateModel, actor: Actor, arrow: Arrow, **kwargs: Any) -> None:
        self.record, self.actor, self.arrow = record, actor, arrow
        super().__init__(*args, **kwargs)
        if arrow.reason and "reason" not in self.fields:
            self.fields["reason"] = forms.CharField(
                label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
            )

    def differences(self, data: dict[str, Any]) -> "list[tuple[str, str, str]]":
        """Return what proposed data would change, as (what, before, after), for the second person to read."""
        return []

    def told(self, data: dict[str, Any]) -> "list[tuple[Any, str, str]]":
        """Return what proposed data say, as (what, words, address), for the second person to check."""
        return []

    def to_data(self) -> dict[str, Any]:
        """Return what the door receives."""
        return {key: plain(value) for key, value in self.cleaned_data.items()}

    def discard(self) -> None:
        """Undo what `to_data` stored: the door refused it, and the person may send it again."""
