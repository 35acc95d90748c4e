"""Recoveries: the list, one claim for the office and on the beneficiary's phone, claiming by hand."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from disbursements import claims, filters, tables
from disbursements.forms.recovery import ClaimForm
from disbursements.models import Grant, Recovery
from disbursements.models.justification import OPEN_FOR_LINES
from disbursements.papers.issuing import issue_recovery_notice
from disbursements.views.lists import ProgrammeList
from disbursements.views.parts import FormPage, set_programme
from documents.models import Document
from programmes.money import Money
from programmes.scope import in_programme
from workflow import Refused, access
from workflow.models import Event

RECOVERY = access.visible(
    Recovery.objects.select_related(
        "grant__case", "grant__programme", "grant__application__applicant", "tranche", "opened_by"
    ),
    pk="pk",
)
LANGUAGES = ("fr", "ar", "en")
GRANT = access.visible(Grant.objects.select_related("case", "programme", "track__call"), pk="pk")


@access.rule("disbursements.list_grants", in_programme)
class RecoveryList(ProgrammeList):
    """Claims of a programme."""

    table_class = tables.RecoveryTable
    filterset_class = filters.RecoveryFilters
    title = _("Recoveries")
    lead = _("Money that is to be paid back: what is owed, since when, until when.")
    export_name = "recoveries"
    empty = _("Nothing is claimed back.")

    def get_queryset(self) -> "QuerySet[Any]":
        """Claims that the reader may see."""
        rows = Recovery.objects.visible_to(self.request.user).filter(grant__programme=self.programme)
        return rows.with_outstanding()

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return Recovery.objects.select_related("grant", "tranche").with_outstanding()


@access.rule("disbursements.view_recovery", RECOVERY)
def recovery_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: what is owed and why, what was said, how it is paid back."""
    recovery: Recovery = access.object_of(request)
    set_programme(request, recovery)
    user = request.user
    staff = access.may(user, "disbursements.list_grants", recovery)
    said = {
        event.verb: event.note
        for event in Event.objects.filter(
            stream=recovery.stream,
            kind=recovery.kind,
            object_id=str(recovery.pk),
            verb__in=["contest", "decide"],
        )
        .select_related("note")
        .order_by("seq")
    }
    context = {
        "recovery": recovery,
        "grant": recovery.grant,
        "parts": parts_of(recovery),
        "moves": recovery.moves.select_related("bank_line", "tranche", "made_by", "file"),
        "objection": said.get("contest"),
        "answer": said.get("decide"),
        "staff": staff,
        "languages": LANGUAGES,
        "may_print": recovery.state != "cancelled"
        and access.may(user, "disbursements.print_recovery_notice", recovery),
        "has_files": Document.objects.of(recovery).exists(),
        "reads_money": access.may(user, "disbursements.list_money", recovery),
        "takes_receipts": recovery.justification is not None
        and recovery.justification.state in OPEN_FOR_LINES,
        "frame_title": recovery.grant.case.number,
    }
    template = "disbursements/recovery.html" if staff else "disbursements/recovery_phone.html"
    return render(request, template, context)


def parts_of(recovery: Recovery) -> list[tuple[Any, Money]]:
    """Return the agreed parts with what of each is still to come: what came in fills the first ones first."""
    left, found = recovery.settled_minor + recovery.lowered_minor, []
    for part in recovery.parts.all():
        part.recovery = recovery
        filled = min(left, part.amount_minor)
        left -= filled
        found.append((part, Money(part.amount_minor - filled, recovery.currency)))
    return found


@access.rule("disbursements.claim_back", GRANT)
class ClaimBack(FormPage):
    """Claim a part of a payment back, for a reason that a person gives."""

    title = _("Claim money back")
    submit = _("Claim back")
    danger = True
    made: Recovery | None = None

    def get_lead(self) -> str:
        """What happens."""
        return gettext(
            "A recovery is opened for grant %(grant)s. The beneficiary is told in a next step."
        ) % {"grant": self.record.reference}

    def get_form(self, data: Any = None, files: Any = None) -> ClaimForm:
        """The payments of the grant."""
        return ClaimForm(data, grant=self.record)

    def get_back(self) -> str:
        """To the claim once it is there."""
        return str((self.made or self.record).get_absolute_url())

    def save(self, form: ClaimForm) -> None:
        """Open the claim."""
        given = form.cleaned_data
        if not given["amount"]:
            raise Refused([gettext("Give an amount above zero.")])
        self.made = claims.open_by_hand(
            given["tranche"],
            given["amount"],
            reason=given["reason"],
            actor=self.request.user,
            at=self.now,
        )


@require_POST
@access.rule("disbursements.print_recovery_notice", RECOVERY)
def print_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the notice to the beneficiary, in the chosen language."""
    recovery: Recovery = access.object_of(request)
    language = request.POST.get("language", "")
    if recovery.state == "cancelled" or language not in LANGUAGES:
        messages.error(request, gettext("There is nothing to claim."))
    else:
        paper = issue_recovery_notice(recovery, language, actor=request.user, at=timezone.now())
        messages.success(request, gettext("Notice %(reference)s printed.") % {"reference": paper.reference})
    return HttpResponseRedirect(recovery.get_absolute_url())
