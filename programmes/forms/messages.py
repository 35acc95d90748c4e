"""The wording of one message in one language."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programmes.messages import MessageKind, unknown_placeholders


class WordingForm(forms.Form):
    """Subject and text; placeholders that nobody fills in are refused."""

    subject = forms.CharField(label=_("Subject"), max_length=150)
    body = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 12}))

    def __init__(self, *args: Any, kind: MessageKind, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for field in self.fields.values():
            field.widget.attrs.update({"lang": language, "dir": "rtl" if language == "ar" else "ltr"})

    def clean_subject(self) -> str:
        """Check the placeholders of the subject."""
        return self._known("subject")

    def clean_body(self) -> str:
        """Check the placeholders of the text."""
        return self._known("body")

    def _known(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        if unknown := unknown_placeholders(self.kind, text):
            raise forms.ValidationError(
                _("Nobody fills in %(names)s."),
                params={"names": ", ".join(f"{{{name}}}" for name in unknown)},
            )
        return text
