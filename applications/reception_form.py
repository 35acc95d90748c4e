"""Receiving a person: who it is, what the person agrees to, and whether we know somebody alike."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import reception
from applications.models import Consent, Person
from applications.person_form import PersonForm

SOMEBODY_NEW = "new"


class ReceptionForm(PersonForm):
    """What the agent writes down with a person at the desk."""

    data_consent = forms.BooleanField(
        label=gettext_lazy("The person agrees that these data are used for this programme"),
        help_text=gettext_lazy(
            "Say what they are for, who reads them, and that the person can take this back."
        ),
    )
    photo_consent = forms.BooleanField(
        label=gettext_lazy("The person agrees to be photographed"),
        help_text=gettext_lazy(
            "This is asked apart. Without it no photograph is taken, and nothing else changes."
        ),
        required=False,
    )

    chosen: Person | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Consent.objects.none()
        if self.person is not None:
            held = self.person.consents.filter(programme=self.programme, withdrawn_at__isnull=True)
        for kind in held.values_list("kind", flat=True):
            del self.fields[f"{kind}_consent"]

    @property
    def consents(self) -> list[str]:
        """What the person agreed to."""
        return [kind for kind in ("data", "photo") if self.cleaned_data.get(f"{kind}_consent")]

    def knows_whom(self, user: Any) -> bool:
        """Whether it is settled that this is somebody new, or who it is; else ask, and show who is alike."""
        alike = {str(one.reference): one for one in reception.alike(self, user)}
        answer = self.data.get("same_as", "")
        if not alike or answer == SOMEBODY_NEW:
            return True
        if answer in alike and self.person is None:
            self.chosen = alike[answer]
            return True
        known = [
            (reference, _("%(person)s is this person") % {"person": one}) for reference, one in alike.items()
        ]
        choices = [*(known if self.person is None else []), (SOMEBODY_NEW, _("It is somebody else"))]
        self.fields["same_as"] = forms.ChoiceField(
            label=_("The same document or phone is written down already"),
            choices=choices,
            widget=forms.RadioSelect,
        )
        self.order_fields(["same_as"])
        self.add_error("same_as", _("Look at the document again and choose."))
        return False
