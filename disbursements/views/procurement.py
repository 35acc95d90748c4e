"""The purchase's page, its goods and quotations, its papers to print."""

from typing import Any

from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from disbursements.forms.parts import kept
from disbursements.forms.procurement import GoodsForm, QuoteForm
from disbursements.models import Procurement, ProcurementLine, Quote
from disbursements.papers.issuing import issue_acceptance, issue_delivery_note
from disbursements.views.parts import FormPage, set_programme
from workflow import Refused, access

PURCHASE = access.visible(
    Procurement.objects.select_related(
        "tranche__grant__case__site", "tranche__grant__programme", "tranche__grant__application", "supplier"
    ),
    pk="pk",
)
PRINTED = {"delivery": issue_delivery_note, "acceptance": issue_acceptance}


@access.rule("disbursements.view_procurement", PURCHASE)
def procurement_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One purchase: goods, quotations, delivery, hand-over, invoice, papers."""
    purchase: Procurement = access.object_of(request)
    set_programme(request, purchase)
    user = request.user
    started = purchase.state not in ("quoting", "supplier_chosen", "cancelled")
    context = {
        "purchase": purchase,
        "tranche": purchase.tranche,
        "grant": purchase.tranche.grant,
        "goods": purchase.lines.all(),
        "quotes": purchase.quotes.select_related("supplier", "procurement__tranche__grant", "file"),
        "may_edit": purchase.state == "quoting"
        and access.may(user, "disbursements.start_procurement", purchase),
        "reads_money": access.may(user, "disbursements.list_money", purchase),
        "may_be_paid": purchase.state == "matched" and purchase.tranche.state == "approved",
        "may_print": started and access.may(user, "disbursements.print_purchase_papers", purchase),
    }
    return render(request, "disbursements/procurement.html", context)


class Quoting(FormPage):
    """A form of a purchase that takes quotations still."""

    def check(self) -> None:
        """Refuse once a supplier was chosen."""
        if self.record.state != "quoting":
            raise Refused([gettext("A supplier was chosen already.")])


@access.rule("disbursements.start_procurement", PURCHASE)
class AddGoods(Quoting):
    """One more kind of goods."""

    form_class = GoodsForm
    title = _("Add goods")

    def save(self, form: GoodsForm) -> None:
        """Add the line after the last one."""
        self.check()
        last = self.record.lines.aggregate(last=Max("number"))["last"] or 0
        form.instance.procurement, form.instance.number = self.record, last + 1
        form.save()


def _line(request: HttpRequest, pk: int, line: int) -> ProcurementLine:
    found: ProcurementLine = access.get_visible(
        ProcurementLine.objects, request.user, pk=line, procurement=PURCHASE(request, pk=pk)
    )
    return found


@require_POST
@access.rule("disbursements.start_procurement", _line)
def remove_goods(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Take goods off the list, while quotations are asked for."""
    found: ProcurementLine = access.object_of(request)
    purchase = found.procurement
    if purchase.state == "quoting":
        found.delete()
    else:
        messages.error(request, gettext("A supplier was chosen already."))
    return HttpResponseRedirect(purchase.get_absolute_url())


@access.rule("disbursements.start_procurement", PURCHASE)
class AddQuote(Quoting):
    """One more quotation."""

    title = _("Add a quotation")

    def get_form(self, data: Any = None, files: Any = None) -> QuoteForm:
        """Suppliers that were not asked yet."""
        return QuoteForm(data, files, purchase=self.record)

    def save(self, form: QuoteForm) -> None:
        """Add it, with its file."""
        self.check()
        given = form.cleaned_data
        file = kept(
            given["file"],
            owner=self.record,
            kind="quotation",
            actor=self.request.user,
            stream=self.record.stream,
        )
        Quote.objects.create(
            procurement=self.record,
            supplier=given["supplier"],
            amount_minor=given.get("amount"),
            quoted_on=given["quoted_on"],
            file_id=file,
            added_by_id=self.user_id,
        )


@require_POST
@access.rule("disbursements.print_purchase_papers", PURCHASE)
def print_paper(request: HttpRequest, pk: int, paper: str) -> HttpResponse:
    """Print the delivery note, or the acceptance record in the beneficiary's language."""
    purchase: Procurement = access.object_of(request)
    if paper not in PRINTED:
        raise Http404
    language = purchase.tranche.grant.application.language if paper == "acceptance" else ""
    printed = PRINTED[paper](purchase, actor=request.user, at=timezone.now(), language=language)
    messages.success(request, gettext("%(reference)s printed.") % {"reference": printed.reference})
    return HttpResponseRedirect(purchase.get_absolute_url())
