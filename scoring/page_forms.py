"""Forms of the jury's pages: inviting jurors, conflicts, rounds, rankings into decisions, sittings.

Forms of single transitions are in `scoring/forms.py`, those of grids in `scoring/grid_forms.py`.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from applications.models import Application
from documents.intake.tables import Sheet, read_table
from programmes.forms.fields import DateInput, MomentInput, SetUpForm
from programmes.models import Membership, SelectionSession, Site
from programmes.money import AmountRefused, parse
from programmes.predicates import Role
from scoring.amounts import ASKED, FIXED, REDUCED, WHOLE, Amounts
from scoring.models import Attendance, Deliberation, JurorEngagement, Part, Round
from workflow.fields import want


class InviteForm(forms.Form):
    """Invites one person with the role of a juror to the jury of a session."""

    user = forms.ModelChoiceField(label=_("Juror"), queryset=User.objects.none())
    languages = forms.MultipleChoiceField(
        label=_("Reads"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    sites = forms.ModelMultipleChoiceField(
        label=_("Own sites"),
        queryset=Site.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Files of these sites go to others."),
    )
    sectors = forms.CharField(
        label=_("Knows the sectors"),
        required=False,
        max_length=300,
        help_text=_(
            "Words with commas between them, such as: sewing, poultry. Preferred, never a condition."
        ),
    )
    visits = forms.BooleanField(
        label=_("Marks site visits only"),
        required=False,
        help_text=_("For a field agent. Files of the own sites are theirs, and of no other site."),
    )
    max_files = forms.IntegerField(label=_("Files at most"), min_value=1, max_value=10_000, required=False)
    respond_by = forms.DateField(label=_("Answer by"), required=False, widget=DateInput())

    def __init__(self, *args: Any, session: SelectionSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programme = session.call.programme_id
        members = Membership.objects.filter(
            programme=programme, role__in=[Role.JUROR, Role.FIELD_AGENT], valid_until__isnull=True
        )
        self.jurors = set(members.filter(role=Role.JUROR).values_list("user", flat=True))
        invited = JurorEngagement.objects.filter(session=session)
        users: Any = self.fields["user"]
        users.queryset = (
            User.objects.filter(pk__in=members.values("user"), is_active=True)
            .exclude(pk__in=invited.values("user"))
            .order_by("full_name", "pk")
        )
        sites: Any = self.fields["sites"]
        sites.queryset = Site.objects.filter(programme=programme)

    def clean(self) -> dict[str, Any]:
        """Let a field agent mark visits alone."""
        data = super().clean() or {}
        user = data.get("user")
        if user is not None and user.pk not in self.jurors and not data.get("visits"):
            self.add_error("visits", _("This person is a field agent, not a juror: visits only."))
        return data

    def clean_sectors(self) -> list[str]:
        """Return the sectors one by one; Arabic commas part them too."""
        said = self.cleaned_data["sectors"].replace("،", ",").split(",")
        return list(dict.fromkeys(word for part in said if (word := " ".join(part.split()))))


class ConflictForm(forms.Form):
    """Declares that a juror and a file must never meet."""

    engagement = forms.ModelChoiceField(label=_("Juror"), queryset=JurorEngagement.objects.none())
    number = forms.CharField(label=_("Case number"), max_length=20)

    def __init__(self, *args: Any, session: SelectionSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        engagements: Any = self.fields["engagement"]
        found = JurorEngagement.objects.select_related(None).select_related("user").filter(session=session)
        engagements.queryset = found.only("session", "user__full_name").order_by("user__full_name", "pk")

    def clean_number(self) -> Application:
        """Return the application of this session with the case number."""
        number = self.cleaned_data["number"].strip()
        found = Application.objects.filter(session=self.session, case__number=number).first()
        if found is None:
            raise forms.ValidationError(_("No application of this session has this case number."))
        return found


class PairsForm(forms.Form):
    """A table of pairs: handed in as a file, then carried by the page that shows what it would do."""

    file = forms.FileField(
        label=_("Table (CSV or Excel)"),
        required=False,
        help_text=_("Two columns: “case” with case numbers, “juror” with e-mail addresses."),
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2_000_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        want(self.fields["file"])

    def clean(self) -> dict[str, Any]:
        """Ask for the file where nothing is carried."""
        data = super().clean() or {}
        if not data.get("file") and not data.get("text"):
            self.add_error("file", _("Choose a file."))
        return data

    def table(self) -> Sheet:
        """Return the table; raises `FileRefused`."""
        given = self.cleaned_data
        if given["file"]:
            return read_table(given["file"].read(), given["file"].name)
        return read_table(given["text"].encode(), "pairs.csv")


class RoundForm(SetUpForm):
    """The dates of a round and who may see what in it."""

    class Meta:
        model = Round
        fields = ["opens_at", "closes_at", "others_marks", "names_hidden", "reminds"]

    def clean_names_hidden(self) -> bool:
        """Keep what jurors were told once one of them has opened a file."""
        hidden: bool = self.cleaned_data["names_hidden"]
        before = Round.objects.filter(pk=self.instance.pk).values_list("names_hidden", flat=True).first()
        opened = self.instance.assignments.filter(opened_at__isnull=False)
        if before is not None and hidden != before and opened.exists():
            raise forms.ValidationError(_("Files of this round were opened: this is fixed."))
        return hidden


class LineForm(forms.Form):
    """Where the funding line stands and how much each funded file gets."""

    places = forms.IntegerField(
        label=_("Places"),
        min_value=0,
        max_value=100_000,
        required=False,
        help_text=_("Empty: as many as the session has places and money for."),
    )
    waiting = forms.IntegerField(
        label=_("On the waiting list"), min_value=0, max_value=100_000, required=False
    )
    amounts = forms.ChoiceField(
        label=_("Amounts"),
        required=False,
        choices=[
            (ASKED, _("what is asked for, within the ceiling")),
            (REDUCED, _("a part of what is asked for")),
            (FIXED, _("the same for all")),
        ],
    )
    value = forms.CharField(
        label=_("Percent, or amount"),
        required=False,
        max_length=30,
        help_text=_("For a part: percent of what is asked for. For the same: the amount."),
    )

    def __init__(self, *args: Any, currency: str, pays: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        if not pays:
            for name in ("waiting", "amounts", "value"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Read the value as percent or as money, after the rule of amounts."""
        data = super().clean() or {}
        kind, text = data.get("amounts") or ASKED, (data.get("value") or "").strip()
        data["rule"] = Amounts()
        if kind == REDUCED:
            percent = text.rstrip("%٪ \u00a0\u202f")
            if not percent.isdecimal() or not 1 <= int(percent) <= WHOLE:
                self.add_error("value", _("Write a whole percent from 1 to 100."))
            else:
                data["rule"] = Amounts(REDUCED, int(percent))
        elif kind == FIXED:
            try:
                data["rule"] = Amounts(FIXED, parse(text, self.currency).minor)
            except AmountRefused as refused:
                self.add_error("value", refused)
            else:
                if data["rule"].value <= 0:
                    self.add_error("value", _("The amount is above zero."))
        return data


class SittingForm(forms.Form):
    """When, where and with which quorum the jury sits."""

    sits_at = forms.DateTimeField(label=_("Sits on"), widget=MomentInput())
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    quorum = forms.IntegerField(
        label=_("Quorum"),
        min_value=1,
        max_value=200,
        help_text=_("Voting members who must be there."),
    )
    chair = forms.ModelChoiceField(label=_("Chair"), queryset=User.objects.none())

    def __init__(self, *args: Any, session: SelectionSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.filter(
            programme=session.call.programme_id, role=Role.JURY_CHAIR, valid_until__isnull=True
        )
        chairs: Any = self.fields["chair"]
        chairs.queryset = User.objects.filter(pk__in=members.values("user")).order_by("full_name", "pk")
        jurors = JurorEngagement.objects.filter(session=session, state="accepted").count()
        self.initial.setdefault("quorum", jurors // 2 + 1)
        self.initial.setdefault("place", session.place)


class AttendeeForm(SetUpForm):
    """Expects one more person at a sitting: somebody of the programme, or a guest who observes."""

    given = ("deliberation",)

    class Meta:
        model = Attendance
        fields = ["user", "guest", "function", "part"]

    def __init__(self, *args: Any, sitting: Deliberation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.deliberation = sitting
        members = Membership.objects.filter(
            programme=sitting.session.call.programme_id, valid_until__isnull=True
        ).exclude(role=Role.DONOR)
        users: Any = self.fields["user"]
        users.queryset = User.objects.filter(pk__in=members.values("user")).order_by("full_name", "pk")
        users.required, users.label = False, _("Person")
        self.initial.setdefault("part", Part.OBSERVER)


class StepAsideForm(forms.Form):
    """Notes that a member leaves the room while a file is decided."""

    attendance = forms.ModelChoiceField(label=_("Member"), queryset=Attendance.objects.none())
    number = forms.CharField(label=_("Case number"), max_length=20)

    def __init__(self, *args: Any, sitting: Deliberation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sitting = sitting
        members: Any = self.fields["attendance"]
        members.queryset = sitting.attendances.select_related("user")

    def clean_number(self) -> Application:
        """Return the application of the batch with the case number."""
        number = self.cleaned_data["number"].strip()
        found = Application.objects.filter(
            decisions__batch=self.sitting.batch_id, case__number=number
        ).first()
        if found is None:
            raise forms.ValidationError(_("This sitting does not decide on a file with this case number."))
        return found


class RemarksForm(forms.ModelForm[Deliberation]):
    """What the minutes say beside the decisions."""

    class Meta:
        model = Deliberation
        fields = ["remarks"]
