"""Payment batches: the list, one batch with its payments and signatures, its file."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from disbursements import batches, filters, tables
from disbursements.batch_stops import stops_of
from disbursements.forms.batches import BatchForm
from disbursements.models import BankFile, PaymentBatch
from disbursements.papers.issuing import issue_batch_list
from disbursements.views.lists import ProgrammeList
from disbursements.views.parts import FormPage, set_programme
from disbursements.views.signs import signs_of
from programmes.money import Money
from programmes.scope import in_programme
from workflow import Refused, access, display

BATCH = access.visible(
    PaymentBatch.objects.select_related("programme", "account__template", "prepared_by"), pk="pk"
)
SHOWN_CANDIDATES = 200
LANGUAGES = ("fr", "ar", "en")


@access.rule("disbursements.list_money", in_programme)
class BatchList(ProgrammeList):
    """Batches of a programme."""

    table_class = tables.BatchTable
    filterset_class = filters.BatchFilters
    title = _("Payment batches")
    lead = _("Orders that go to the bank or operator together, in one file.")
    export_name = "payment-batches"
    template_name = "disbursements/batches.html"

    def get_queryset(self) -> "QuerySet[Any]":
        """Batches that the reader may see."""
        return PaymentBatch.objects.visible_to(self.request.user).filter(programme=self.programme)

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        live = Count("lines", filter=Q(lines__is_live=True))
        return PaymentBatch.objects.select_related("account").annotate(payments=live)

    def get_context(self, **context: Any) -> dict[str, Any]:
        """Whether the reader may open one."""
        may_open = access.may(self.request.user, "disbursements.fill_batch", self.programme)
        return {**context, "programme": self.programme, "may_open": may_open}


@access.rule("disbursements.fill_batch", in_programme)
class OpenBatch(FormPage):
    """Open a batch on a paying account."""

    title = _("Open a batch")
    submit = _("Open the batch")
    made: PaymentBatch | None = None

    def get_lead(self) -> Any:
        """What a batch is."""
        return gettext("One account, one currency, one day. Approved orders are added next.")

    def get_form(self, data: Any = None, files: Any = None) -> BatchForm:
        """The accounts of this programme."""
        return BatchForm(data, programme=self.record)

    def get_back(self) -> str:
        """To the batch once it is there."""
        if self.made is not None:
            return self.made.get_absolute_url()
        return reverse("disbursements:batches", args=[self.record.code])

    def save(self, form: BatchForm) -> None:
        """Open it."""
        cleaned = form.cleaned_data
        self.made = batches.open_batch(
            cleaned["account"], cleaned["value_date"], actor=self.request.user, at=self.now
        )


@access.rule("disbursements.list_money", BATCH)
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: its payments, what stands against its file, signatures, the file."""
    batch: PaymentBatch = access.object_of(request)
    set_programme(request, batch)
    user = request.user
    rows = batch.lines.select_related("order__tranche__grant").order_by("-is_live", "position")
    lines = list(rows)
    live = [line for line in lines if line.is_live]
    may_fill = batch.state == "open" and access.may(user, "disbursements.fill_batch", batch)
    waits = batch.state in ("open", "sealed", "approved", "released")
    stops = stops_of(live) if waits and live else {}
    context = {
        "batch": batch,
        "lines": [(line, stops.get(line.order_id, "") if line.is_live else "") for line in lines],
        "stopped": len(stops),
        "count": len(live),
        "total": Money(sum(line.net_minor for line in live), batch.currency),
        "signs": signs_of(batch),
        "candidates": list(batches.candidates(batch)[:SHOWN_CANDIDATES]) if may_fill else [],
        "may_fill": may_fill,
        "problems": [str(one) for one in batches.problems_of(batch, at=timezone.now())[:20]]
        if waits and live
        else [],
        "file": BankFile.objects.filter(batch=batch).select_related("made_by").defer("content").first(),
        "languages": LANGUAGES,
        "may_print": batch.count and access.may(user, "disbursements.print_batch_list", batch),
        "may_download": access.may(user, "disbursements.download_bank_file", batch),
    }
    return render(request, "disbursements/batch.html", context)


@require_POST
@access.rule("disbursements.fill_batch", BATCH)
def change_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the chosen orders in, or take the chosen ones out."""
    batch: PaymentBatch = access.object_of(request)
    chosen = [int(value[:18]) for value in request.POST.getlist("order") if value.isdecimal()]
    leaving = "remove" in request.POST
    try:
        count = batches.remove(batch, chosen) if leaving else batches.add(batch, chosen)
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
        return HttpResponseRedirect(batch.get_absolute_url())
    if not chosen:
        messages.error(request, gettext("Choose at least one order."))
    elif leaving:
        left = ngettext("%(count)s order left the batch.", "%(count)s orders left the batch.", count)
        messages.success(request, left % {"count": display.number_text(count)})
    else:
        joined = ngettext("%(count)s order joined the batch.", "%(count)s orders joined the batch.", count)
        messages.success(request, joined % {"count": display.number_text(count)})
    return HttpResponseRedirect(batch.get_absolute_url())


@require_POST
@access.rule("disbursements.download_bank_file", BATCH)
def download_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The kept file, the same bytes for ever; who took it stands in the history."""
    batch: PaymentBatch = access.object_of(request)
    file = BankFile.objects.filter(batch=batch).first()
    if file is None:
        messages.error(request, gettext("The file is not written yet."))
        return HttpResponseRedirect(batch.get_absolute_url())
    try:
        data = batches.take(file, actor=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
        return HttpResponseRedirect(batch.get_absolute_url())
    response = HttpResponse(data, content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@access.rule("disbursements.print_batch_list", BATCH)
def print_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Print what was sealed, in the chosen language."""
    batch: PaymentBatch = access.object_of(request)
    language = request.POST.get("language", "")
    if batch.total is None or language not in LANGUAGES:
        messages.error(request, gettext("The batch is not sealed yet."))
    else:
        paper = issue_batch_list(batch, actor=request.user, at=timezone.now(), language=language)
        messages.success(request, gettext("List %(reference)s printed.") % {"reference": paper.reference})
    return HttpResponseRedirect(batch.get_absolute_url())
