"""Forms of preferences, invitations and sign-up."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import language, phone_numbers
from accounts.models import User


class PreferencesForm(forms.ModelForm):
    """What a person may change about the account."""

    class Meta:
        model = User
        fields = ["full_name", "language"]


class SignUpExtras(forms.Form):
    """What follows from a sign-up by e-mail; allauth builds its form upon this one.

    No name is asked: who applies writes it in the application, whence it goes to the vault.
    """

    def signup(self, request: HttpRequest, user: User) -> None:
        """Complete the account that allauth just saved."""
        user.language = language.current()
        user.save(update_fields=["language"])


class PhoneField(forms.CharField):
    """A number that can take a text message, in the person's own spelling; its value is E.164."""

    widget = forms.TextInput(attrs={"type": "tel", "dir": "ltr", "autocomplete": "tel", "inputmode": "tel"})

    def to_python(self, value: Any) -> str:
        """Read the number, with the countries of the agency (`PHONE_REGIONS`) for those without a code."""
        text = super().to_python(value) or ""
        if not text:
            return ""
        try:
            return phone_numbers.read_mobile(text, settings.PHONE_REGIONS)
        except phone_numbers.CountryNeeded:
            raise ValidationError(
                _("Write the number with its country code, such as +212 6 12 34 56 78."), "country"
            ) from None
        except phone_numbers.TakesNoMessages:
            raise ValidationError(
                _("This number takes no text messages. Write a mobile number."), "fixed"
            ) from None
        except phone_numbers.NotANumber:
            raise ValidationError(_("This is not a phone number."), "number") from None


class PhoneForm(forms.Form):
    """Asks for a phone number."""

    phone = PhoneField(label=gettext_lazy("Phone number"), max_length=40)


class CodeForm(forms.Form):
    """Asks for the code of a message."""

    code = forms.CharField(
        label=gettext_lazy("Code from the message"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}),
    )


class InvitationForm(forms.Form):
    """Whom to invite; a purpose adds its own fields and says what its payload is."""

    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def payload(self) -> dict[str, Any]:
        """What the purpose's package needs when the invitation is accepted; plain JSON values."""
        return {}


class AcceptForm(forms.Form):
    """Name and password of an invited person who has no account yet."""

    full_name = forms.CharField(
        label=gettext_lazy("Full name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html(),
    )
    password2 = forms.CharField(
        label=gettext_lazy("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Ask the password validators, with the person's own name and address as forbidden fruit."""
        data = super().clean() or {}
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        elif first:
            person = User(email=self.email, full_name=data.get("full_name", ""))
            try:
                password_validation.validate_password(first, person)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return data
