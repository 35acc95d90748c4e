"""The payment order's page, its receipt to print, and "I have not received it"."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from disbursements import accounts_check
from disbursements.forms.orders import NotReceivedForm
from disbursements.models import Confirmation, PaymentOrder
from disbursements.order_checks import checks_of
from disbursements.order_story import story_of
from disbursements.papers.issuing import issue_receipt
from disbursements.views.parts import FormPage, set_programme
from disbursements.views.signs import signs_of
from documents.amount_words import amount_in_words
from documents.models import Document
from programmes.money import Money
from workflow import Refused, access, display

ORDER = access.visible(
    PaymentOrder.objects.select_related(
        "tranche__grant__case__site",
        "tranche__grant__programme",
        "tranche__grant__application__applicant",
        "programme",
        "destination",
        "supplier",
        "supersedes",
    ),
    pk="pk",
)


@access.rule("disbursements.view_order", ORDER)
def order_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: amount, signatures, payee as frozen, what changed since, checks, history."""
    order: PaymentOrder = access.object_of(request)
    set_programme(request, order)
    present = accounts_check.present_account(order) if order.destination_id else None
    context = {
        "order": order,
        "tranche": order.tranche,
        "grant": order.tranche.grant,
        "words": amount_in_words(order.net_minor, order.currency, display.language()),
        "parts": _parts(order),
        "signs": signs_of(order),
        "threshold": _threshold(order),
        "changed": present is not None and present.pk != order.destination_id and present,
        "checks": checks_of(order),
        "story": story_of(order),
        "evidence": [
            (proof, Money(proof.amount_minor, order.currency) if proof.amount_minor is not None else None)
            for proof in order.evidence.select_related("file", "said_by")
        ],
        "movements": order.bank_lines.order_by("booked_on", "pk"),
        "batch_line": order.batch_lines.select_related("batch").order_by("-is_live", "-pk").first(),
        "cash_line": order.cash_lines.select_related("advance").order_by("-is_live", "-pk").first(),
        "has_files": Document.objects.of(order).exists(),
        "confirmations": order.confirmations.select_related("said_by", "file"),
        "may_print_receipt": order.state in ("executed", "receipted")
        and access.may(request.user, "disbursements.print_receipt", order),
    }
    return render(request, "disbursements/order.html", context)


def _parts(order: PaymentOrder) -> list[tuple[Any, Any, Money]]:
    def money(minor: int) -> Money:
        return Money(minor, order.currency)

    kept_back = (_("Kept back for what is owed"), _("Grant, to be recovered"), money(order.offset_minor))
    return [
        (_("Gross"), _("Grant, committed"), money(order.gross_minor)),
        *([kept_back] if order.offset_minor else []),
        (
            _("Tax withheld"),
            _("Tax withheld") if order.withholding_minor else "–",
            money(order.withholding_minor),
        ),
        (_("Fee"), _("Fees") if order.fee_minor else _("charged to the programme"), money(order.fee_minor)),
    ]


def _threshold(order: PaymentOrder) -> str:
    if order.threshold_minor is None:
        return ""
    return gettext("From %(amount)s: %(approvals)s approval, %(releases)s release") % {
        "amount": display.money_text(Money(order.threshold_minor, order.currency)),
        "approvals": order.approvals_needed,
        "releases": order.releases_needed,
    }


@require_POST
@access.rule("disbursements.print_receipt", ORDER)
def print_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the receipt for the payee to sign."""
    order: PaymentOrder = access.object_of(request)
    if order.state not in ("executed", "receipted"):
        messages.error(request, gettext("There is nothing to receive yet."))
    else:
        language = order.tranche.grant.application.language
        paper = issue_receipt(order, actor=request.user, at=timezone.now(), language=language)
        messages.success(request, gettext("Receipt %(reference)s printed.") % {"reference": paper.reference})
    return HttpResponseRedirect(order.get_absolute_url())


@access.rule("disbursements.say_not_received", ORDER)
class NotReceived(FormPage):
    """The beneficiary says that the money did not arrive."""

    form_class = NotReceivedForm
    template_name = "disbursements/phone_form.html"
    title = _("I have not received the money")
    submit = _("Send")
    done = _("Thank you. Somebody will look for the money and call you.")

    def get_back(self) -> str:
        """To the case."""
        return str(self.record.tranche.grant.case.get_absolute_url())

    def save(self, form: NotReceivedForm) -> None:
        """Keep what was said; the reconciler finds it in the inbox."""
        if self.record.state != "executed":
            raise Refused([gettext("This payment is not under way any more.")])
        Confirmation.objects.create(
            order=self.record,
            received=False,
            note=form.cleaned_data["note"],
            said_by_id=self.user_id,
            said_at=self.now,
        )
