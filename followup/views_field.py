"""Pages about what came back from the field: last contacts, reports to decide about, rescue files."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from followup import rescue
from followup.doubts import doubts_about
from followup.form_versions import parts_for
from followup.models import DeviceContact, Visit, VisitSubmission
from followup.read_answers import answer_text, label_of
from followup.scope import in_submission, in_visit
from followup.settling import CannotSettle, Choice, choices_for, differences, settle
from programmes.models import Membership
from programmes.predicates import Role
from programmes.scope import in_programme
from workflow import access, acts, display

MOST_SHOWN = 100
SILENT = timedelta(days=5)


class SettleForm(forms.Form):
    """What is decided about a report, and why."""

    choice = forms.ChoiceField(label=gettext_lazy("Decision"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, submission: VisitSubmission, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["choice"]
        field.choices = [(one.value, one.label) for one in choices_for(submission)]


class WaiveForm(forms.Form):
    """Why files of a visit may be missing."""

    reason = forms.CharField(label=gettext_lazy("Why the files may be missing"), max_length=300)


class RescueForm(forms.Form):
    """A rescue file."""

    file = forms.FileField(
        label=gettext_lazy("Rescue file"),
        help_text=gettext_lazy("The app on the phone saves it: jalon-rescue-….json."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large to be one."""
        file = self.cleaned_data["file"]
        if file.size > rescue.MOST_BYTES:
            raise forms.ValidationError(_("This file is too large to be a rescue file."))
        return file


@access.rule("followup.view_field_desk", in_programme)
def field_desk(request: HttpRequest, code: str) -> HttpResponse:
    """Reports that wait for a decision, and when each coach's phone last spoke with the server."""
    programme = access.object_of(request)
    reports = VisitSubmission.objects.filter(programme=programme).select_related("enterprise__case", "sender")
    context = {
        "programme": programme,
        "waiting": list(reports.open()[:MOST_SHOWN]),
        "flagged": list(reports.filter(status="applied").exclude(flag="").order_by("-received_at")[:20]),
        "coaches": _coaches(programme),
        "may_rescue": access.may(request.user, "followup.rescue_visits", programme),
    }
    return render(request, "followup/field_desk.html", context)


def _coaches(programme: Any) -> list[dict[str, Any]]:
    now = timezone.now()
    rows = Membership.objects.filter(programme=programme, role=Role.COACH).in_force(timezone.localdate())
    contacts = {one.coach_id: one for one in DeviceContact.objects.filter(coach__in=rows.values("user"))}
    found = []
    for row in rows.select_related("user").order_by("user__full_name", "user_id"):
        contact = contacts.get(row.user_id)
        late = contact is None or now - contact.seen_at > SILENT
        found.append({"coach": row.user, "contact": contact, "late": late})
    return found


@access.rule("followup.view_visitsubmission", in_submission)
class Report(View):
    """One report as it came, beside the one that it competes with; a manager decides."""

    def get(self, request: HttpRequest, pk: Any) -> HttpResponse:
        submission: VisitSubmission = access.object_of(request)
        return self._page(request, submission, SettleForm(submission=submission))

    def post(self, request: HttpRequest, pk: Any) -> HttpResponse:
        submission: VisitSubmission = access.object_of(request)
        access.check(request.user, "followup.settle_visitsubmission", submission)
        form = SettleForm(request.POST, submission=submission)
        if form.is_valid():
            taken = {name.removeprefix("take-") for name, value in request.POST.items() if value == "second"}
            try:
                settled = settle(
                    submission,
                    form.cleaned_data["choice"],
                    actor=request.user,
                    at=timezone.now(),
                    reason=form.cleaned_data["reason"],
                    taken=taken,
                )
            except CannotSettle as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Decided."))
                where = settled.visit.get_absolute_url() if settled.visit else self._desk(settled)
                return HttpResponseRedirect(where)
        return self._page(request, submission, form, status=422)

    def _desk(self, submission: VisitSubmission) -> str:
        return reverse("followup:field_desk", args=[submission.programme.code])

    def _page(
        self, request: HttpRequest, submission: VisitSubmission, form: SettleForm, status: int = 200
    ) -> HttpResponse:
        currency = submission.programme.currency
        other = submission.visit if submission.status == "conflict" else None
        parts = parts_for(submission.programme_id, submission.form_version)
        rows = [
            {
                "name": name,
                "label": label_of(name, parts),
                "first": answer_text(name, first, currency, parts),
                "second": answer_text(name, second, currency, parts),
            }
            for name, first, second in differences(other.answers if other else {}, submission.answers)
        ]
        context = {
            "submission": submission,
            "programme": submission.programme,
            "other": other,
            "rows": rows,
            "doubts": doubts_about(submission) if submission.is_open else [],
            "media": submission.media.select_related("document"),
            "form": form,
            "may_settle": submission.is_open
            and access.may(request.user, "followup.settle_visitsubmission", submission),
            "merge": Choice.MERGE.value,
        }
        return render(request, "followup/report.html", context, status=status)


@access.rule("followup.waive_media", in_visit)
def waive_media(request: HttpRequest, pk: str) -> HttpResponse:
    """Say why announced files of a visit may be missing, so that it can be validated."""
    visit: Visit = access.object_of(request)
    missing = visit.media.filter(document__isnull=True, submission__isnull=False).select_related("submission")
    form = WaiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and missing:
        reason = form.cleaned_data["reason"]
        with transaction.atomic():
            report = missing[0].submission
            if report is not None:
                acts.record(
                    report,
                    "waive",
                    actor=request.user,
                    at=timezone.now(),
                    reason=reason,
                    data={"visit": str(visit.pk)},
                )
            Visit.objects.filter(pk=visit.pk).update(media_waiver=reason)
        messages.success(request, _("The visit may be validated without the missing files."))
        return HttpResponseRedirect(visit.get_absolute_url())
    context = {"visit": visit, "programme": visit.programme, "form": form, "missing": len(missing)}
    return render(request, "followup/waive.html", context, status=422 if request.method == "POST" else 200)


@access.rule("followup.rescue_visits", in_programme)
def rescue_upload(request: HttpRequest, code: str) -> HttpResponse:
    """Hand in a rescue file."""
    programme = access.object_of(request)
    form = RescueForm(request.POST or None, request.FILES or None)
    outcome = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read()
        try:
            outcome = rescue.take(data, programme, actor=request.user, now=timezone.now())
        except rescue.NotARescueFile as error:
            form.add_error("file", str(error))
        else:
            said = ngettext("%(count)s report is safe.", "%(count)s reports are safe.", outcome.new)
            messages.success(request, said % {"count": display.number_text(outcome.new)})
    context = {"programme": programme, "form": form, "outcome": outcome}
    bad = request.method == "POST" and outcome is None
    return render(request, "followup/rescue.html", context, status=422 if bad else 200)
