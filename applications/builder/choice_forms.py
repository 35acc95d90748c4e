"""The answers that a question offers: one row an answer, ordered by numbers, three blank ones below."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from applications.builder.editing import free_key
from applications.builder.texts import add_texts, texts_of
from programmes.forms.fields import mark_languages
from workflow.fields import want

BLANK_CHOICES = 3


class ChoiceForm(forms.Form):
    """One answer among those offered; its key is made once and stays."""

    value = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        texts = self.initial.get("texts", {})
        add_texts(self, "text", "", texts, languages, limit=200)
        mark_languages(self)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written."""
        return not any(self.cleaned_data.get(f"text_{language}", "").strip() for language in self.languages)

    def to_definition(self) -> list[Any]:
        """Return [key, texts]; the key is still empty for a new answer."""
        return [self.cleaned_data["value"], texts_of(self, "text", self.initial.get("texts", {}))]


class BaseChoices(forms.BaseFormSet[ChoiceForm]):
    """The answers that a question offers, in the order of their numbers; ticked ones are taken away."""

    def add_fields(self, form: ChoiceForm, index: int | None) -> None:
        """Name the order and the box to take an answer away in our words."""
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Order in the list")
        want(form.fields["ORDER"])
        form.fields["DELETE"].label = _("Take away")

    def to_definition(self) -> list[list[Any]]:
        """Return the answers in order, new ones with a key of their own."""
        kept = [form for form in self.ordered_forms if not form.is_blank]
        found = [form.to_definition() for form in kept]
        taken = {value for value, _texts in found if value}
        for answer in found:
            if not answer[0]:
                text = answer[1].get("en") or answer[1].get("fr") or ""
                answer[0] = free_key(text, taken, "answer")
                taken.add(answer[0])
        return found


ChoiceSet = forms.formset_factory(
    ChoiceForm, formset=BaseChoices, extra=BLANK_CHOICES, can_order=True, can_delete=True, max_num=200
)


def choice_set(question: Mapping[str, Any], languages: Sequence[str], data: Any = None) -> BaseChoices:
    """Return the formset of the answers that a question offers."""
    initial = [{"value": value, "texts": texts} for value, texts in question.get("choices", ())]
    made: BaseChoices = ChoiceSet(  # type: ignore[assignment]
        data, initial=initial, prefix="choices", form_kwargs={"languages": languages}
    )
    return made
