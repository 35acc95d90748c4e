"""Donors' instalments: all contributions of a programme with their parts, one part, planning."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from disbursements import donor_money
from disbursements.forms.donors import PlanInstalmentForm
from disbursements.models import DonorInstalment
from disbursements.papers.issuing import issue_donor_request
from disbursements.shares import donor_totals
from disbursements.views.parts import FormPage
from programmes.models import Contribution
from programmes.money import Money
from programmes.predicates import donor_ids
from programmes.scope import enter, in_programme
from workflow import access

INSTALMENT = access.visible(
    DonorInstalment.objects.select_related(
        "programme",
        "contribution__donor",
        "bank_line__account",
        "request_file",
        "request_paper",
        "planned_by",
    ),
    pk="pk",
)
LANGUAGES = ("fr", "ar", "en")
CONTRIBUTION = access.visible(Contribution.objects.select_related("programme", "donor"), pk="pk")


@access.rule("disbursements.view_donor_totals", in_programme)
def donors_page(request: HttpRequest, code: str) -> HttpResponse:
    """Each contribution that the reader may see, with what was planned, asked for and received of it."""
    programme = access.object_of(request)
    reads_money = access.may(request.user, "disbursements.list_money", programme)
    rows = DonorInstalment.objects.visible_to(request.user).filter(programme=programme)
    by_contribution: dict[int, list[DonorInstalment]] = {}
    for row in rows.select_related("bank_line", "contribution__donor").order_by("number"):
        by_contribution.setdefault(row.contribution_id, []).append(row)
    found = programme.contributions.select_related("donor").order_by("sort", "pk")
    if not reads_money:
        found = found.filter(donor__in=donor_ids(request.user, programme.pk))
    spent: dict[Any, list[Any]] = {}
    for total in donor_totals(programme):
        spent.setdefault(total.contribution_id, []).append(total)
    context = {
        "programme": programme,
        "contributions": [
            {**_summed(row, by_contribution.get(row.pk, [])), "spent": spent.get(row.pk, [])} for row in found
        ],
        "pooled": None in spent,
        "may_plan": access.may(request.user, "disbursements.plan_donor_instalment", programme),
        "reads_money": reads_money,
    }
    return render(request, "disbursements/donors.html", context)


def _summed(contribution: Contribution, rows: list[DonorInstalment]) -> dict[str, Any]:
    """A contribution with its instalments and their sums by state."""

    def total(*states: str) -> Money:
        minor = sum(row.amount_minor for row in rows if row.state in states)
        return Money(minor, contribution.currency)

    return {
        "contribution": contribution,
        "rows": rows,
        "planned": total("planned", "requested", "received"),
        "requested": total("requested", "received"),
        "received": total("received"),
    }


@access.rule("disbursements.view_donor_instalment", INSTALMENT)
def donor_instalment_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One instalment of a donor: amount, request, movement, history."""
    instalment: DonorInstalment = access.object_of(request)
    enter(request, instalment.programme)
    context = {
        "instalment": instalment,
        "contribution": instalment.contribution,
        "languages": LANGUAGES,
        "may_print": instalment.state == "planned"
        and access.may(request.user, "disbursements.print_donor_request", instalment),
        "reads_money": access.may(request.user, "disbursements.list_money", instalment),
    }
    return render(request, "disbursements/donor_instalment.html", context)


@require_POST
@access.rule("disbursements.print_donor_request", INSTALMENT)
def print_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the request to the donor from the figures of the instalment, in the chosen language."""
    instalment: DonorInstalment = access.object_of(request)
    language = request.POST.get("language", "")
    if instalment.state != "planned" or language not in LANGUAGES:
        messages.error(request, gettext("This instalment was asked for already."))
    else:
        paper = issue_donor_request(instalment, language, actor=request.user, at=timezone.now())
        messages.success(request, gettext("Request %(reference)s printed.") % {"reference": paper.reference})
    return HttpResponseRedirect(instalment.get_absolute_url())


@access.rule("disbursements.plan_donor_instalment", CONTRIBUTION)
class PlanDonorInstalment(FormPage):
    """Plan one part of a contribution."""

    title = _("Plan an instalment of a donor")
    submit = _("Plan")
    done = _("Planned.")

    def enter(self) -> None:
        """Let the page be about the programme of the contribution."""
        enter(self.request, self.record.programme)

    def get_form(self, data: Any = None, files: Any = None) -> PlanInstalmentForm:
        """In the contribution's currency."""
        return PlanInstalmentForm(data, contribution=self.record)

    def get_lead(self) -> str:
        """Whose money."""
        return str(self.record.donor)

    def get_back(self) -> str:
        """To the donors' money."""
        return reverse("disbursements:donors", args=[self.record.programme.code])

    def save(self, form: PlanInstalmentForm) -> None:
        """Plan it."""
        given = form.cleaned_data
        donor_money.plan(
            self.record, given["amount"] or 0, given["due_on"], actor=self.request.user, at=self.now
        )
