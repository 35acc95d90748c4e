"""The grant's page, its statement, its budget, its printed agreement."""

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from applications.models import Case
from disbursements import budget, terms
from disbursements.forms.grants import BudgetForm
from disbursements.models import Grant, Hold
from disbursements.overview import tranche_lines
from disbursements.papers.closing import OVER
from disbursements.papers.issuing import issue_agreement, issue_closing_statement
from disbursements.standing import standing_of
from disbursements.views.parts import FormPage, set_programme
from programmes.money import Money
from workflow import Refused, access
from workflow.models import Event

GRANT = access.visible(Grant.objects, pk="pk")
LANGUAGES = ("fr", "ar", "en")


def read(request: HttpRequest) -> Any:
    """The grant of the page, with what the page shows."""
    found = access.object_of(request)
    rows = Grant.objects.select_related("programme", "case__site", "application__applicant", "track__call")
    return rows.get(pk=found.pk)


@access.rule("disbursements.view_grant", GRANT)
def grant_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One grant: where it stands, its instalments and what they wait for, accounts, papers, history."""
    grant = read(request)
    set_programme(request, grant)
    user = request.user
    agreement = grant.agreements.filter(version=grant.version).first()
    holds = Hold.objects.visible_to(user).filter(grant=grant).select_related("placed_by", "asked_by")
    context = {
        "grant": grant,
        "lines": tranche_lines(grant, user),
        "standing": standing_of(grant),
        "budget": budget.follow(grant),
        "versions": versions_of(grant),
        "agreement": agreement,
        "earlier_agreements": list(grant.agreements.filter(version__lt=grant.version).order_by("-version"))
        if grant.version > 1
        else [],
        "destinations": grant.destinations.visible_to(user).select_related("entered_by", "verified_by"),
        "holds": holds,
        "suspension": _suspension(grant) if access.may(user, "disbursements.list_grants", grant) else None,
        "languages": LANGUAGES,
        "recoveries": grant.recoveries.visible_to(user).select_related("grant", "tranche"),
        "may_claim": access.may(user, "disbursements.claim_back", grant)
        and grant.tranches.filter(state__in=["paid", "justified"]).exists(),
        "may_edit_budget": grant.state == "draft" and access.may(user, "disbursements.edit_budget", grant),
        "may_enter_account": _takes_account(grant)
        and access.may(user, "disbursements.enter_destination", grant),
        "may_print": agreement is not None and access.may(user, "disbursements.issue_agreement", grant),
        "may_print_closing": grant.state in OVER
        and access.may(user, "disbursements.print_closing_statement", grant),
        "is_over": grant.state in OVER,
        "may_hold": access.may(user, "disbursements.place_hold", grant),
        "reads_money": access.may(user, "disbursements.list_money", grant),
        "staff": access.may(user, "disbursements.list_grants", grant),
        "case_url": grant.case.get_absolute_url() if _may_open_case(grant, user) else "",
    }
    return render(request, "disbursements/grant.html", context)


def _suspension(grant: Grant) -> Event | None:
    """The event that suspended a grant, with who did it and why; None for others."""
    if grant.state != "suspended":
        return None
    found = Event.objects.filter(kind=grant.kind, object_id=str(grant.pk), verb="suspend")
    return found.select_related("actor", "note").order_by("-seq").first()


def versions_of(grant: Grant) -> list[tuple[Any, list[tuple[str, Money | None, Money | None]]]]:
    """Return the later versions of the agreement, newest first, each with what it changed."""
    rows = list(grant.agreements.order_by("version"))
    found = []
    for before, after in pairwise(rows):
        changed = [
            (_said(one), _money(one.before, grant), _money(one.after, grant))
            for one in terms.differences(before.terms, after.terms)
        ]
        found.append((after, changed))
    return found[::-1]


def _said(one: terms.Difference) -> str:
    if one.what == "amount":
        return gettext("Grant")
    if one.what == "tranche":
        return gettext("Instalment %(number)s") % {"number": one.name}
    return one.name


def _money(minor: int | None, grant: Grant) -> Money | None:
    return None if minor is None else Money(minor, grant.currency)


def _may_open_case(grant: Grant, user: Any) -> bool:
    """Whether the reader of a grant reads the whole case too: a coach does not."""
    return Case.objects.visible_to(user).filter(pk=grant.case_id).exists()


def _takes_account(grant: Grant) -> bool:
    """Whether the beneficiary is paid in money and the grant is not over."""
    over = ("declined", "expired", "cancelled", "completed", "terminated", "closed")
    return grant.state not in over and grant.tranches.live().filter(payment_mode="cash").exists()


@access.rule("disbursements.edit_budget", GRANT)
class EditBudget(FormPage):
    """The budget of a draft grant."""

    title = _("Budget of the grant")
    done = _("Budget saved.")

    def get_form(self, data: Any = None, files: Any = None) -> BudgetForm:
        """The form over the grant's lines."""
        return BudgetForm(data, grant=self.record)

    def save(self, form: BudgetForm) -> None:
        """Replace the lines, while the grant is a draft."""
        if self.record.state != "draft":
            raise Refused([gettext("The grant was offered already: amend it instead.")])
        form.save()


@require_POST
@access.rule("disbursements.issue_agreement", GRANT)
def print_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the present version of the agreement in the chosen language."""
    grant = read(request)
    agreement = grant.agreements.filter(version=grant.version).first()
    language = request.POST.get("language", "")
    if agreement is None or agreement.signed_on is not None or language not in LANGUAGES:
        messages.error(request, gettext("There is no agreement to print."))
    else:
        paper = issue_agreement(agreement, language, actor=request.user, at=timezone.now())
        messages.success(
            request, gettext("Agreement %(reference)s printed.") % {"reference": paper.reference}
        )
    return HttpResponseRedirect(grant.get_absolute_url())


@require_POST
@access.rule("disbursements.print_closing_statement", GRANT)
def print_closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the closing statement of a grant that is over, in the chosen language."""
    grant = read(request)
    language = request.POST.get("language", "")
    if grant.state not in OVER or language not in LANGUAGES:
        messages.error(request, gettext("The grant is not over yet."))
    else:
        paper = issue_closing_statement(grant, language, actor=request.user, at=timezone.now())
        messages.success(
            request, gettext("Closing statement %(reference)s printed.") % {"reference": paper.reference}
        )
    return HttpResponseRedirect(grant.get_absolute_url())
