"""Paying accounts of a programme, and the templates of the tables that banks and operators ask for."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements import batches
from disbursements.bank_files import templates
from disbursements.bank_files.content import Party, PaymentFile
from disbursements.forms.batches import (
    BaseColumnFormSet,
    ColumnFormSet,
    PayingAccountForm,
    TemplateForm,
    stored,
)
from disbursements.models import FileTemplate, PayingAccount, PaymentOrder
from disbursements.views.parts import FormPage, set_programme
from programmes.models import Programme
from programmes.scope import in_programme
from workflow import access

ACCOUNT = access.visible(PayingAccount.objects.select_related("programme", "template"), pk="pk")
TEMPLATE = access.visible(FileTemplate.objects.select_related("programme"), pk="pk")
PREVIEW_ROWS = 5


@access.rule("disbursements.list_money", in_programme)
def bank_setup(request: HttpRequest, code: str) -> HttpResponse:
    """The paying accounts and the templates of a programme."""
    programme = access.object_of(request)
    user = request.user
    context = {
        "programme": programme,
        "accounts": PayingAccount.objects.visible_to(user)
        .filter(programme=programme)
        .select_related("template"),
        "templates": FileTemplate.objects.visible_to(user)
        .filter(programme=programme)
        .select_related("changed_by"),
        "may_enter": access.may(user, "disbursements.enter_paying_account", programme),
        "may_edit": access.may(user, "disbursements.edit_file_template", programme),
    }
    return render(request, "disbursements/bank_setup.html", context)


@access.rule("disbursements.enter_paying_account", in_programme)
class AddPayingAccount(FormPage):
    """A new paying account."""

    title = _("Add a paying account")
    done = _("The account was saved.")

    def get_form(self, data: Any = None, files: Any = None) -> PayingAccountForm:
        """The form over a new account of this programme."""
        new = PayingAccount(programme=self.record, entered_by_id=self.user_id, entered_at=self.now)
        return PayingAccountForm(data, instance=new)

    def get_back(self) -> str:
        """To the accounts."""
        return reverse("disbursements:bank_setup", args=[self.record.code])

    def save(self, form: PayingAccountForm) -> None:
        """Save it."""
        form.save()


@access.rule("disbursements.enter_paying_account", ACCOUNT)
class EditPayingAccount(FormPage):
    """Change a paying account; channel, currency and number stay once it paid."""

    title = _("Paying account")
    done = _("The account was saved.")

    def get_form(self, data: Any = None, files: Any = None) -> PayingAccountForm:
        """The form over the account."""
        return PayingAccountForm(data, instance=self.record)

    def get_back(self) -> str:
        """To the accounts."""
        return reverse("disbursements:bank_setup", args=[self.record.programme.code])

    def save(self, form: PayingAccountForm) -> None:
        """Save it."""
        form.save()


class TemplatePage(FormPage):
    """Declare how a table is written, with a preview on real payments."""

    title = _("File template")
    template_name = "disbursements/file_template.html"

    @property
    def programme(self) -> Programme:
        """Whose template."""
        record = self.record
        found: Programme = record if isinstance(record, Programme) else record.programme
        return found

    @property
    def kept(self) -> FileTemplate | None:
        """The template that is changed, None for a new one."""
        return self.record if isinstance(self.record, FileTemplate) else None

    def get_back(self) -> str:
        """To the accounts and templates."""
        return reverse("disbursements:bank_setup", args=[self.programme.code])

    def get_lead(self) -> Any:
        """What it is for."""
        return gettext("Columns in their order, as the bank or operator asks for them.")

    def get_form(self, data: Any = None, files: Any = None) -> TemplateForm:
        """The general part."""
        kept = self.kept
        initial = {**kept.definition, "name": kept.name} if kept else {"row_cap": 1000}
        return TemplateForm(data, initial=initial)

    def get_columns(self, data: Any = None) -> BaseColumnFormSet:
        """Twelve columns; those that hold nothing are left out."""
        kept = self.kept
        initial = kept.definition["columns"] if kept else FIRST_COLUMNS
        formset: Any = ColumnFormSet(data, initial=initial, prefix="column")
        return cast(BaseColumnFormSet, formset)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show what the table would be, or save."""
        form, columns = self.get_form(request.POST), self.get_columns(request.POST)
        if not form.is_valid() or not columns.is_valid():
            return self.draw(form, columns, status=422)
        definition = stored(form, columns)
        name = form.cleaned_data["name"]
        same = FileTemplate.objects.filter(programme=self.programme, name=name)
        if (same.exclude(pk=self.kept.pk) if self.kept else same).exists():
            form.add_error("name", _("Another template has this name."))
            return self.draw(form, columns, status=422)
        if "preview" in request.POST:
            return self.draw(form, columns, definition)
        kept = self.kept or FileTemplate(programme=self.programme)
        kept.name, kept.definition = name, definition
        kept.changed_by_id, kept.changed_at = self.user_id, self.now
        kept.save()
        return HttpResponseRedirect(self.get_back())

    def page(self, form: Any, status: int = 200) -> HttpResponse:
        """Draw the page as it is stored."""
        return self.draw(form, self.get_columns(), self.kept.definition if self.kept else None, status)

    def draw(
        self,
        form: TemplateForm,
        columns: BaseColumnFormSet,
        definition: dict[str, Any] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Draw the page, with a preview where the template is known."""
        set_programme(self.request, self.programme)
        context = {
            "form": form,
            "columns": columns,
            "title": self.kept.name if self.kept else self.title,
            "lead": self.get_lead(),
            "back": self.get_back(),
            "preview": preview(self.programme, definition) if definition else None,
        }
        return render(self.request, self.template_name, context, status=status)


FIRST_COLUMNS = [
    {"heading": "Bénéficiaire", "source": "holder_latin", "text": ""},
    {"heading": "Compte", "source": "number", "text": ""},
    {"heading": "Montant", "source": "amount", "text": ""},
    {"heading": "Référence", "source": "reference", "text": ""},
]


@access.rule("disbursements.edit_file_template", in_programme)
class AddTemplate(TemplatePage):
    """A new template."""


@access.rule("disbursements.edit_file_template", TEMPLATE)
class EditTemplate(TemplatePage):
    """A template that is there."""


def preview(programme: Programme, definition: dict[str, Any]) -> dict[str, Any]:
    """Return the first rows of the table over the newest orders, numbers and names hidden but for their form.

    Letters and digits of the holder and the number are replaced, so that no account is opened for a preview.
    """
    template = templates.Template.of(definition)
    now = timezone.now()
    orders = PaymentOrder.objects.filter(programme=programme, destination__isnull=False)
    chosen = list(orders.select_related("destination", "programme").order_by("-pk")[:PREVIEW_ROWS])
    account = programme.paying_accounts.first()
    payer = batches.payer_of(account) if account else Party(programme.code, "0" * 24)
    payments = []
    for order in chosen:
        payment = batches.payment_of(order)
        hidden = Party(
            _hidden(payment.payee.name),
            _hidden(payment.payee.number, keep=4),
            payment.payee.bic,
            payment.payee.institution,
            payment.payee.town,
            payment.payee.country,
        )
        payments.append(type(payment)(payment.end_to_end, payment.amount_minor, hidden, payment.text))
    file = PaymentFile(
        f"{programme.code}-B0001",
        now,
        timezone.localdate(now),
        chosen[0].currency if chosen else programme.currency,
        payer,
        tuple(payments),
    )
    return {
        "headings": [column.heading for column in template.columns],
        "rows": templates.rows(template, file),
        "with_header": template.with_header,
    }


def _hidden(text: str, keep: int = 1) -> str:
    """Return a text of the same length and form of which the first signs are shown."""
    return "".join(
        sign if place < keep or not sign.isalnum() else ("0" if sign.isdigit() else "x")
        for place, sign in enumerate(text)
    )
