"""Payees' accounts and suppliers: pages and forms."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements import payees
from disbursements.forms.payees import DestinationForm, ReasonForm, SupplierForm
from disbursements.models import Destination, DestinationOpening, Grant, Supplier
from disbursements.views.parts import FormPage, set_programme
from programmes.scope import in_programme
from workflow import access, chain
from workflow.models import EventNote

DESTINATION = access.visible(
    Destination.objects.select_related("grant__case", "supplier", "programme", "entered_by", "verified_by"),
    pk="pk",
)
SUPPLIER = access.visible(Supplier.objects.select_related("programme"), pk="pk")
GRANT = access.visible(Grant.objects, pk="pk")


@access.rule("disbursements.view_destination", DESTINATION)
def destination_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: whose, where, who entered and verified it, who opened the number."""
    destination: Destination = access.object_of(request)
    set_programme(request, destination)
    context = {
        "destination": destination,
        "openings": destination.openings.select_related("actor", "note").order_by("-at"),
        "may_read": access.may(request.user, "disbursements.read_account_number", destination),
        "orders": destination.orders.visible_to(request.user).order_by("-pk")[:20],
    }
    return render(request, "disbursements/destination.html", context)


@access.rule("disbursements.read_account_number", DESTINATION)
class ReadNumber(FormPage):
    """The whole number and the holder, for a reason that is kept."""

    form_class = ReasonForm
    title = _("Read the whole account number")
    submit = _("Show")
    lead = _("Who reads it, when and why is kept.")

    def get_lead(self) -> Any:
        """What happens."""
        return self.lead

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep the reason, then show; the number is in no address and no message."""
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        destination: Destination = self.record
        note = EventNote.objects.create(text=form.cleaned_data["reason"], salt=secrets.token_hex(16))
        DestinationOpening.objects.create(
            destination=destination,
            actor_id=self.user_id,
            at=self.now,
            note=note,
            note_digest=chain.note_digest(note.text, note.salt),
        )
        set_programme(request, destination)
        response = render(request, "disbursements/account_number.html", {"destination": destination})
        response["Cache-Control"] = "no-store"
        return response


class EnterAccount(FormPage):
    """Enter an account; another person must verify it."""

    form_class = DestinationForm
    title = _("Enter an account")
    done = _("The account was entered. Another person must verify it.")
    made: Destination | None = None

    def get_lead(self) -> Any:
        """Whose account."""
        return gettext("Account of %(payee)s. An account in use must be retired first, its owner told.") % {
            "payee": self.record
        }

    def get_back(self) -> str:
        """To the account once it is there."""
        return str((self.made or self.record).get_absolute_url())

    def save(self, form: DestinationForm) -> None:
        """Enter."""
        self.made = payees.enter_destination(
            self.record, actor=self.request.user, at=self.now, **form.cleaned_data
        )


@access.rule("disbursements.enter_destination", GRANT)
class EnterGrantAccount(EnterAccount):
    """The beneficiary's account."""


@access.rule("disbursements.enter_destination", SUPPLIER)
class EnterSupplierAccount(EnterAccount):
    """A supplier's account."""


@access.rule("disbursements.view_supplier", SUPPLIER)
def supplier_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One supplier: accounts, orders, purchases."""
    supplier: Supplier = access.object_of(request)
    set_programme(request, supplier)
    user = request.user
    context = {
        "supplier": supplier,
        "destinations": supplier.destinations.select_related("entered_by", "verified_by"),
        "orders": supplier.orders.visible_to(user).order_by("-pk")[:50],
        "purchases": supplier.procurements.visible_to(user).select_related("tranche__grant")[:50],
        "may_enter": access.may(user, "disbursements.enter_destination", supplier),
    }
    return render(request, "disbursements/supplier.html", context)


@access.rule("disbursements.enter_supplier", in_programme)
class AddSupplier(FormPage):
    """A new supplier of the programme."""

    form_class = SupplierForm
    title = _("Add a supplier")
    made: Supplier | None = None

    def get_back(self) -> str:
        """To the supplier once it is there."""
        if self.made is not None:
            return self.made.get_absolute_url()
        return reverse("disbursements:suppliers", args=[self.record.code])

    def get_form(self, data: Any = None, files: Any = None) -> SupplierForm:
        """The form over a new supplier of this programme."""
        new = Supplier(programme=self.record, entered_by_id=self.user_id, entered_at=self.now)
        return SupplierForm(data, instance=new)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Check that it is not in the list, and add it."""
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.page(form, status=422)
        if Supplier.objects.filter(programme=self.record, name__iexact=form.cleaned_data["name"]).exists():
            form.add_error("name", _("This supplier is in the list already."))
            return self.page(form, status=422)
        self.made = form.save()
        messages.success(request, gettext("The supplier was added. Enter its account next."))
        return HttpResponseRedirect(self.get_back())
