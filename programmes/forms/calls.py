"""Calls, tracks and selection sessions. What people rely on is fixed once the call is published."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from programmes.forms.fields import SetUpForm, read_amount_in
from programmes.localised import columns
from programmes.models import Call, Programme, SelectionSession, Track
from programmes.money import Money, MoneyFormField, format_money
from workflow import display

FIXED_WHEN_PUBLISHED = (
    "code",
    "currency",
    "envelope_minor",
    "opens_at",
    "closes_at",
    "grace_minutes",
    "is_test",
    "languages",
)


class CallForm(SetUpForm):
    """A call; dates are meant in the programme's time zone."""

    given = ("programme",)

    envelope_minor = MoneyFormField(
        label=_("Envelope"),
        required=False,
        help_text=_("Empty for a call that pays no money, or kits whose value is not known."),
    )

    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=settings.LANGUAGES,
        help_text=_("In which one can apply: texts of the forms are needed in each of them."),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Call
        fields = [
            "code",
            *columns("title"),
            *columns("summary"),
            "languages",
            "currency",
            "envelope_minor",
            "opens_at",
            "closes_at",
            "grace_minutes",
            "appeal_days",
            "is_test",
        ]

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.programme = programme
        self.fields["closes_at"].help_text = self.fields["opens_at"].help_text = _("Time of %(zone)s.") % {
            "zone": programme.time_zone.replace("_", " ")
        }
        if self.instance.pk is None:
            self.initial.setdefault("currency", programme.currency)
        read_amount_in(self, "envelope_minor", "currency", programme.currency)
        if self.instance.state != "draft":
            for name in FIXED_WHEN_PUBLISHED:
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """A call has a title and closes after it opens."""
        data = super().clean() or {}
        if not any(data.get(name) for name in columns("title")):
            self.add_error("title_fr", _("Give the title in one language at least."))
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("A call closes after it opens."))
        return data


class TrackForm(SetUpForm):
    """What one can apply for; only while the call is a draft."""

    given = ("call",)

    ceiling_minor = MoneyFormField(
        label=_("Ceiling"), required=False, help_text=_("Needed where money is paid.")
    )

    class Meta:
        model = Track
        fields = [
            "code",
            *columns("title"),
            "purpose",
            "composition",
            "payment",
            "ceiling_minor",
            "min_members",
            "max_members",
            "asks_shares",
            "sort",
        ]

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.call = call
        ceiling = self.fields["ceiling_minor"]
        if isinstance(ceiling, MoneyFormField):
            ceiling.currency = call.currency

    def clean(self) -> dict[str, Any]:
        """A track has a title, a ceiling above zero, and room for its members."""
        data = super().clean() or {}
        if not any(data.get(name) for name in columns("title")):
            self.add_error("title_fr", _("Give the title in one language at least."))
        if data.get("ceiling_minor") == 0:
            self.add_error(
                "ceiling_minor", _("A ceiling is above zero; leave it empty where nothing is paid.")
            )
        most, least = data.get("max_members"), data.get("min_members")
        if most is not None and least is not None and most < least:
            self.add_error("max_members", _("At most cannot be less than at least."))
        return data


class SessionForm(SetUpForm):
    """A committee's sitting; its cut-off can be moved while it is planned."""

    given = ("call",)

    envelope_minor = MoneyFormField(
        label=_("Share of the envelope"),
        required=False,
        help_text=_("Empty: the session decides on what is left of the envelope."),
    )

    class Meta:
        model = SelectionSession
        fields = ["number", "cutoff_at", "sits_on", "place", "places", "envelope_minor"]

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.call = call
        share = self.fields["envelope_minor"]
        if isinstance(share, MoneyFormField):
            share.currency = call.currency
        if self.instance.pk is None:
            self.initial.setdefault("number", call.sessions.count() + 1)
            self.initial.setdefault("cutoff_at", call.closes_at)
        elif self.instance.state != "planned":
            self.fields["number"].disabled = self.fields["cutoff_at"].disabled = True

    def clean(self) -> dict[str, Any]:
        """The shares of all sessions stay within the envelope of the call."""
        data = super().clean() or {}
        call, share = self.instance.call, data.get("envelope_minor")
        if share is not None and call.envelope_minor is not None:
            others = call.sessions.exclude(state="cancelled").exclude(pk=self.instance.pk)
            taken = others.aggregate(total=Sum("envelope_minor"))["total"] or 0
            if taken + share > call.envelope_minor:
                left = format_money(
                    Money(max(call.envelope_minor - taken, 0), call.currency), display.language()
                )
                self.add_error(
                    "envelope_minor",
                    _("The other sessions leave %(left)s of the envelope.") % {"left": left},
                )
        return data
