"""The receipts of a payment: page of the verifier, page of the beneficiary on a phone, forms."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from disbursements import accounting
from disbursements.duplicates import lines_used_before
from disbursements.forms.justification import DecideForm, ReceiptForm, SeveralReceiptsForm
from disbursements.forms.parts import filed
from disbursements.models import Justification, JustificationLine
from disbursements.models.justification import OPEN_FOR_LINES
from disbursements.models.order_states import PAID
from disbursements.views.parts import FormPage, set_programme
from programmes.money import Money
from workflow import Refused, access, display

JUSTIFICATION = access.visible(
    Justification.objects.select_related(
        "tranche__grant__case", "tranche__grant__programme", "tranche__grant__application__applicant", "order"
    ),
    pk="pk",
)


@access.rule("disbursements.view_justification", JUSTIFICATION)
def justification_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The accounting for one payment: paid, accepted, open; every receipt with its decision."""
    record: Justification = access.object_of(request)
    set_programme(request, record)
    user = request.user
    lines: list[Any] = list(record.lines.select_related("file", "budget_line", "decided_by"))
    for line in lines:
        line.justification = record
    staff = access.may(user, "disbursements.list_grants", record)
    before = lines_used_before(record) if staff else {}
    for line in lines:
        line.used_before = before.get(line.pk)
    open_minor = max(record.paid_minor - record.justified_minor - record.recovered_minor, 0)
    context = {
        "justification": record,
        "tranche": record.tranche,
        "grant": record.tranche.grant,
        "lines": lines,
        "justified": Money(record.justified_minor, record.currency),
        "open": Money(open_minor, record.currency),
        "receivable": Money(record.receivable_minor, record.currency),
        "recovered": Money(record.recovered_minor, record.currency),
        "recoveries": record.recoveries.visible_to(user).select_related("grant", "tranche"),
        "listed": Money(sum(line.amount_minor for line in lines), record.currency),
        "may_add": record.state in OPEN_FOR_LINES
        and record.order.state in PAID
        and access.may(user, "disbursements.add_receipt", record),
        "may_decide": record.state == "under_review"
        and access.may(user, "disbursements.decide_receipt", record),
        "came_back": record.order.state == "returned",
        "staff": staff,
        "reads_money": access.may(user, "disbursements.list_money", record),
        "frame_title": record.tranche.grant.case.number,
    }
    template = "disbursements/justification.html" if staff else "disbursements/justification_phone.html"
    return render(request, template, context)


@access.rule("disbursements.add_receipt", JUSTIFICATION)
class AddReceipt(FormPage):
    """One expense with a photo of its receipt."""

    title = _("Send a receipt")
    submit = _("Send")
    done = _("The receipt was received.")
    template_name = "disbursements/phone_form.html"

    def get_form(self, data: Any = None, files: Any = None) -> ReceiptForm:
        """The form in the grant's currency."""
        return ReceiptForm(data, files, justification=self.record)

    def save(self, form: ReceiptForm) -> None:
        """Store the photo and add the expense."""
        record: Justification = self.record
        if record.state not in OPEN_FOR_LINES:
            raise Refused([str(_("The receipts are being looked at; add more after the decision."))])
        given = form.cleaned_data
        given["amount_minor"] = given.pop("amount")
        actor = self.request.user
        with filed(given.pop("file"), owner=record, kind="receipt", actor=actor) as file:
            accounting.add_receipt(record, file, actor=actor, at=self.now, **given)


@access.rule("disbursements.add_receipt", JUSTIFICATION)
class AddReceipts(FormPage):
    """Several receipts at once, each photographed."""

    title = _("Send several receipts")
    submit = _("Send")
    template_name = "disbursements/phone_form.html"

    def get_form(self, data: Any = None, files: Any = None) -> SeveralReceiptsForm:
        """The form in the grant's currency."""
        return SeveralReceiptsForm(data, files, justification=self.record)

    def save(self, form: SeveralReceiptsForm) -> None:
        """Store every photo and add every expense, or none of them."""
        record: Justification = self.record
        if record.state not in OPEN_FOR_LINES:
            raise Refused([str(_("The receipts are being looked at; add more after the decision."))])
        actor = self.request.user
        with transaction.atomic():
            for given in form.receipts:
                content = {"label": given["label"], "amount_minor": given["amount"]}
                with filed(given["file"], owner=record, kind="receipt", actor=actor) as file:
                    accounting.add_receipt(record, file, actor=actor, at=self.now, **content)
        count = len(form.receipts)
        said = ngettext("%(count)s receipt was received.", "%(count)s receipts were received.", count)
        messages.success(self.request, said % {"count": display.number_text(count)})


def _line(request: HttpRequest, pk: int, line: int) -> JustificationLine:
    found: JustificationLine = access.get_visible(
        JustificationLine.objects, request.user, pk=line, justification=JUSTIFICATION(request, pk=pk)
    )
    return found


@access.rule("disbursements.decide_receipt", _line)
class DecideReceipt(FormPage):
    """Accept an expense, or say why not."""

    form_class = DecideForm
    title = _("Decide on a receipt")

    def get_back(self) -> str:
        """To the accounting."""
        return str(self.record.justification.get_absolute_url())

    def get_lead(self) -> str:
        """Which expense."""
        return str(self.record.label)

    def save(self, form: DecideForm) -> None:
        """Decide."""
        given = form.cleaned_data
        accounting.decide(self.record, given["decision"], reason=given["reason"], actor=self.request.user)


@require_POST
@access.rule("disbursements.decide_receipt", _line)
def accept_receipt(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Accept an expense with one press."""
    found: JustificationLine = access.object_of(request)
    try:
        accounting.decide(found, "accepted", reason="", actor=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    return HttpResponseRedirect(found.justification.get_absolute_url())


@require_POST
@access.rule("disbursements.add_receipt", _line)
def remove_receipt(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Take an expense back before it is handed in."""
    found: JustificationLine = access.object_of(request)
    page = found.justification.get_absolute_url()
    try:
        accounting.remove(found)
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    return HttpResponseRedirect(page)
