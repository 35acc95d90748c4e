"""Cash in hand: the lists, one list for the office, the cashier's sheet on a phone."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from disbursements import cash, tables
from disbursements.forms.cash import CashListForm, SheetForm
from disbursements.forms.parts import filed
from disbursements.models import CashAdvance
from disbursements.views.lists import ProgrammeList
from disbursements.views.parts import FormPage, set_programme
from documents.models import Document
from programmes.scope import in_programme
from workflow import Refused, access, display

ADVANCE = access.visible(
    CashAdvance.objects.select_related(
        "programme", "account", "cashier", "opened_by", "handed_by", "counted_by"
    ),
    pk="pk",
)
SHOWN_CANDIDATES = 200


@access.rule("disbursements.list_money", in_programme)
class CashList(ProgrammeList):
    """Cash advances of a programme."""

    table_class = tables.CashTable
    title = _("Cash in hand")
    lead = _("Who carries how much for whom; advance = distributed + returned.")
    template_name = "disbursements/cash_advances.html"
    empty = _("No cash was handed out.")

    def get_queryset(self) -> "QuerySet[Any]":
        """Advances that the reader may see."""
        return CashAdvance.objects.visible_to(self.request.user).filter(programme=self.programme)

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return CashAdvance.objects.select_related("cashier")

    def get_context(self, **context: Any) -> dict[str, Any]:
        """Whether the reader may open one."""
        may_open = access.may(self.request.user, "disbursements.fill_cash_list", self.programme)
        return {**context, "programme": self.programme, "may_open": may_open}


@access.rule("disbursements.fill_cash_list", in_programme)
class OpenCashList(FormPage):
    """A new list for a cashier."""

    title = _("Open a cash list")
    submit = _("Open the list")
    made: CashAdvance | None = None

    def get_lead(self) -> Any:
        """Who does what."""
        return gettext(
            "You make the list, a releaser hands the cash out, the cashier pays, a reconciler counts."
        )

    def get_form(self, data: Any = None, files: Any = None) -> CashListForm:
        """The accounts and carriers of this programme."""
        return CashListForm(data, programme=self.record)

    def get_back(self) -> str:
        """To the list once it is there."""
        if self.made is not None:
            return self.made.get_absolute_url()
        return reverse("disbursements:cash_advances", args=[self.record.code])

    def save(self, form: CashListForm) -> None:
        """Open it."""
        given = form.cleaned_data
        self.made = cash.open_list(
            given["account"],
            given["cashier"],
            place=given["place"],
            pays_on=given["pays_on"],
            actor=self.request.user,
            at=self.now,
        )


@access.rule("disbursements.view_cash_advance", ADVANCE)
def cash_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: who is paid, who signed, what is left; to the cashier the way to the sheet."""
    advance: CashAdvance = access.object_of(request)
    set_programme(request, advance)
    user = request.user
    may_fill = advance.state == "open" and access.may(user, "disbursements.fill_cash_list", advance)
    lines = list(advance.shown_lines().select_related("order__tranche__grant__case", "file", "recorded_by"))
    for line in lines:
        line.advance = advance
    context = {
        "advance": advance,
        "lines": lines,
        "may_fill": may_fill,
        "candidates": list(cash.candidates(advance)[:SHOWN_CANDIDATES]) if may_fill else [],
        "has_files": Document.objects.of(advance).exists(),
        "is_cashier": user.pk == advance.cashier_id,
        "reads_money": access.may(user, "disbursements.list_money", advance),
    }
    return render(request, "disbursements/cash_advance.html", context)


@require_POST
@access.rule("disbursements.fill_cash_list", ADVANCE)
def change_cash_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the chosen orders on the list, or take the chosen ones off."""
    advance: CashAdvance = access.object_of(request)
    chosen = [int(value[:18]) for value in request.POST.getlist("order") if value.isdecimal()]
    try:
        if not chosen:
            raise Refused([gettext("Choose at least one order.")])
        if "remove" in request.POST:
            cash.remove(advance, chosen)
        else:
            cash.add(advance, chosen)
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    return HttpResponseRedirect(advance.get_absolute_url())


@access.rule("disbursements.sign_cash_sheet", ADVANCE)
class CashSheet(FormPage):
    """The cashier ticks who was paid and photographs the signed sheet; works without a script."""

    title = _("Who was paid")
    template_name = "disbursements/cash_sheet.html"

    def get_form(self, data: Any = None, files: Any = None) -> SheetForm:
        """One line for everybody who was not paid yet."""
        return SheetForm(data, files, advance=self.record)

    def get_lead(self) -> str:
        """Where and how much."""
        return str(self.record.place)

    def save(self, form: SheetForm) -> None:
        """Keep the photo and sign the lines."""
        advance: CashAdvance = self.record
        if advance.state != "in_hand":
            raise Refused([gettext("The money of this list is not in the cashier's hand.")])
        sheet, actor = form.cleaned_data["sheet"], self.request.user
        with filed(sheet, owner=advance, kind="cash_sheet", actor=actor) as file:
            count = cash.sign(advance, form.signed(), file, actor=actor, at=self.now)
        said = ngettext("%(count)s person was paid.", "%(count)s persons were paid.", count)
        messages.success(self.request, said % {"count": display.number_text(count)})

    def get_back(self) -> str:
        """The sheet again while somebody is left, then the list."""
        advance: CashAdvance = self.record
        left = advance.live_lines().filter(paid_at__isnull=True).exists()
        if left and self.request.method == "POST":
            return reverse("disbursements:cash_sheet", args=[advance.pk])
        return advance.get_absolute_url()
