"""Texts in the languages of a call, asked side by side; the form of a section.

What stands in the definition goes in, plain JSON comes out (`to_definition`). Texts in languages that the
call does not have stay as they were.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from applications.form_definition import LANGUAGES
from applications.form_faults import language_name
from programmes.forms.fields import mark_languages
from workflow.fields import want


def add_texts(
    form: forms.Form,
    name: str,
    label: str,
    texts: Mapping[str, str],
    languages: Sequence[str],
    *,
    limit: int,
    rows: int = 0,
) -> None:
    """Add one field a language: `name_fr`, `name_ar`. What is missing so far is said beside it.

    A text of which one language is needed is not marked as optional (`TextsForm.needed`).

    label: what is written; empty where the name of the language says enough.
    """
    written = any(texts.values())
    for language in languages:
        widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"class": "wide"})
        form.fields[f"{name}_{language}"] = forms.CharField(
            label=_("%(what)s, in %(language)s") % {"what": label, "language": language_name(language)}
            if label
            else language_name(language),
            required=False,
            max_length=limit,
            initial=texts.get(language, ""),
            widget=widget,
            help_text=_("Still missing.") if written and not texts.get(language) else "",
        )
        want(form.fields[f"{name}_{language}"], name != "help")


def texts_of(form: forms.Form, name: str, before: Mapping[str, str]) -> dict[str, str]:
    """Return a text by language as the form gives it; languages that it does not ask stay."""
    found = dict(before)
    for key, value in form.cleaned_data.items():
        if key.startswith(f"{name}_") and key.removeprefix(f"{name}_") in LANGUAGES:
            found[key.removeprefix(f"{name}_")] = value.strip()
    return {language: text for language, text in found.items() if text}


class TextsForm(forms.Form):
    """Base of the builder's forms: a text is written in one of the call's languages at least."""

    needed = ""

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages

    def clean(self) -> dict[str, Any]:
        """Demand the needed text in one language; the others are asked for before publishing."""
        data = super().clean() or {}
        names = [f"{self.needed}_{language}" for language in self.languages]
        if self.needed and not any(data.get(name, "").strip() for name in names if name in self.fields):
            self.add_error(names[0], _("Write it in one language at least."))
        return data


class SectionForm(TextsForm):
    """What a section is called."""

    needed = "title"

    def __init__(self, *args: Any, section: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        add_texts(self, "title", _("Title"), section.get("title", {}), self.languages, limit=120)
        mark_languages(self)

    def to_definition(self) -> dict[str, Any]:
        """Return the section's title by language."""
        return texts_of(self, "title", self.section.get("title", {}))
