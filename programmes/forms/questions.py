"""Forms of questions about a call: what a visitor asks, what is answered for all, a later closing date."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.forms.fields import mark_languages, plain_controls
from programmes.localised import LANGUAGES
from programmes.models import Call, PublishedAnswer
from programmes.questions import LONGEST, TEXTS

LONGEST_ANSWER = 5_000


class AskForm(forms.Form):
    """A visitor's question. `website` is seen by programs alone: who fills it in is none of ours."""

    question = forms.CharField(
        label=gettext_lazy("Your question"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Write no names, numbers or addresses: the answer is published for everybody."
        ),
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def is_a_program(self) -> bool:
        """Whether something filled in what nobody sees."""
        return bool(self.cleaned_data.get("website"))


class AnswerForm(forms.Form):
    """A question and its answer side by side in the languages of the call."""

    def __init__(self, *args: Any, call: Call, before: PublishedAnswer | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = before
        names = {code: str(name) for code, name in settings.LANGUAGES}
        for code in (one for one in LANGUAGES if one in call.languages):
            for name, label, rows, longest in (
                ("question", _("Question"), 2, LONGEST),
                ("answer", _("Answer"), 5, LONGEST_ANSWER),
            ):
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=_("%(what)s (%(language)s)") % {"what": label, "language": names[code]},
                    required=False,
                    max_length=longest,
                    initial=before.text(name, code) if before else "",
                    widget=forms.Textarea(attrs={"rows": rows}),
                )
        mark_languages(self)

    def texts(self) -> dict[str, str]:
        """Return every text; what the call has no language for stays as it was."""
        kept = {name: getattr(self.before, name) if self.before else "" for name in TEXTS}
        return kept | {name: text for name, text in self.cleaned_data.items() if name in TEXTS}


class MoveClosingForm(forms.Form):
    """A later closing date of an open call, and why."""

    closes_at = forms.DateTimeField(label=gettext_lazy("New closing date"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_controls(self)
        self.fields["closes_at"].initial = call.closes_at
        self.fields["closes_at"].help_text = _("Time of %(zone)s.") % {
            "zone": call.programme.time_zone.replace("_", " ")
        }
