"""Statements: handing a file in, looking at it, its movements and the payments that they tell of."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from disbursements import filters, reconciling, tables
from disbursements.accounts_check import masked
from disbursements.forms.statements import ColumnsForm, StatementForm, batch_words, proposal_words
from disbursements.guards.batch_movements import candidates
from disbursements.models import (
    BankLine,
    DonorInstalment,
    FileState,
    PayingAccount,
    Recovery,
    StatementFile,
)
from disbursements.models.recovery_states import TO_COLLECT
from disbursements.statements import tables as table_statements
from disbursements.statements.lines import StatementRefused
from disbursements.statements.reading import StatementForm as Form
from disbursements.views.lists import ProgrammeList
from disbursements.views.parts import FormPage, set_programme
from programmes.money import Money
from programmes.scope import in_programme
from workflow import access, display

ACCOUNT = access.visible(PayingAccount.objects.select_related("programme"), pk="pk")
FILE = access.visible(StatementFile.objects.select_related("programme", "account", "handed_in_by"), pk="pk")
LINE = access.visible(
    BankLine.objects.select_related("programme", "account", "file", "order__tranche__grant", "batch"),
    pk="pk",
)
SHOWN = 100


@access.rule("disbursements.list_money", in_programme)
class StatementList(ProgrammeList):
    """Statements of a programme's accounts."""

    table_class = tables.StatementTable
    title = _("Statements")
    lead = _(
        "What banks and operators say that they did. Every movement counts once, however often it comes."
    )
    template_name = "disbursements/statements.html"

    def get_queryset(self) -> "QuerySet[Any]":
        """Statements that the reader may see."""
        return StatementFile.objects.visible_to(self.request.user).filter(programme=self.programme)

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return StatementFile.objects.select_related("account").defer("content")

    def get_context(self, **context: Any) -> dict[str, Any]:
        """The accounts for which the reader may hand a statement in."""
        may = access.may(self.request.user, "disbursements.hand_in_statement", self.programme)
        accounts = PayingAccount.objects.filter(programme=self.programme) if may else []
        return {**context, "programme": self.programme, "accounts": accounts}


@access.rule("disbursements.list_money", in_programme)
class LineList(ProgrammeList):
    """Movements of a programme's accounts, those to explain with their age."""

    table_class = tables.BankLineTable
    filterset_class = filters.BankLineFilters
    title = _("Movements")
    lead = _("What came and went on the accounts. Those to explain wait for the reconciler.")
    export_name = "movements"
    template_name = "disbursements/bank_lines.html"

    def get_queryset(self) -> "QuerySet[Any]":
        """Movements that the reader may see."""
        return BankLine.objects.visible_to(self.request.user).filter(programme=self.programme)

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return BankLine.objects.select_related("order", "batch", "account").defer("name", "text")

    def get_context(self, **context: Any) -> dict[str, Any]:
        """Whether the reader may match what carries its own reference."""
        may = access.may(self.request.user, "disbursements.match_lines", self.programme)
        return {**context, "programme": self.programme, "may_match": may}


@access.rule("disbursements.hand_in_statement", ACCOUNT)
class HandIn(FormPage):
    """Hand a statement of an account in; it is looked at before anything is taken."""

    form_class = StatementForm
    title = _("Hand in a statement")
    submit = _("Look at it")
    made: StatementFile | None = None

    def get_lead(self) -> Any:
        """Of which account."""
        account = self.record
        return f"{account.name} · {account.masked} · {account.currency}"

    def get_back(self) -> str:
        """To the file once it is there."""
        if self.made is not None:
            return self.made.get_absolute_url()
        return reverse("disbursements:statements", args=[self.record.programme.code])

    def save(self, form: StatementForm) -> None:
        """Keep it, if it can be read."""
        file = form.cleaned_data["file"]
        self.made = reconciling.hand_in(
            self.record, file.read(), file.name or "", actor=self.request.user, at=self.now
        )


@access.rule("disbursements.list_money", FILE)
@require_http_methods(["GET", "HEAD"])
def statement_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: what it says, what of it is new, and the way to its import."""
    return _statement(request, access.object_of(request), None, 200)


@require_POST
@access.rule("disbursements.hand_in_statement", FILE)
def save_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the columns of this account's tables mean, and look again."""
    file: StatementFile = access.object_of(request)
    if file.state != FileState.HANDED_IN or file.form != Form.TABLE:
        messages.error(request, gettext("The columns of this file are not asked for."))
        return HttpResponseRedirect(file.get_absolute_url())
    form = _columns_form(file, request.POST)
    if not form.is_valid():
        return _statement(request, file, form, 422)
    file.account.statement_columns = {key: value for key, value in form.cleaned_data.items() if value}
    file.account.save(update_fields=["statement_columns"])
    messages.success(request, gettext("The columns are kept for the next statements of this account."))
    return HttpResponseRedirect(file.get_absolute_url())


def _columns_form(file: StatementFile, data: Any = None) -> ColumnsForm:
    headings = table_statements.sheet_of(file.data, file.name).headings
    return ColumnsForm(data, headings=headings, kept=file.account.statement_columns)


def _statement(
    request: HttpRequest, file: StatementFile, form: ColumnsForm | None, status: int
) -> HttpResponse:
    set_programme(request, file)
    waits = file.state == FileState.HANDED_IN
    rows, problem, statement = [], "", None
    if waits:
        try:
            statement = reconciling.statement_of(file)
            rows = reconciling.look(file)
        except StatementRefused as refused:
            problem = str(refused)
    may_hand_in = access.may(request.user, "disbursements.hand_in_statement", file)
    asks = waits and may_hand_in and file.form == Form.TABLE
    if form is None and asks and (problem or "columns" in request.GET):
        form = _columns_form(file)
    new = sum(row.is_new for row in rows)
    context = {
        "file": file,
        "waits": waits,
        "reads_words": may_hand_in,
        "problem": problem,
        "rows": [
            (row, Money(row.line.amount_minor, row.line.currency))
            for row in sorted(rows, key=lambda row: not row.is_alike)[:SHOWN]
        ],
        "count": len(rows),
        "new": new,
        "known": len(rows) - new,
        "alike": sum(row.is_alike for row in rows),
        "more": max(len(rows) - SHOWN, 0),
        "open_lines": 0 if waits else file.bank_lines.unexplained().count(),
        "opening": _money(statement.opening_minor, file) if statement else None,
        "closing": _money(statement.closing_minor, file) if statement else file.closing,
        "others": [masked(account) for account in statement.others] if statement else [],
        "columns_form": form,
        "may_change_columns": asks and form is None,
    }
    return render(request, "disbursements/statement_file.html", context, status=status)


def _money(minor: int | None, file: StatementFile) -> Money | None:
    return None if minor is None else Money(minor, file.account.currency)


@access.rule("disbursements.list_money", LINE)
def line_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One movement: what it says, which payment it is or may be."""
    line: BankLine = access.object_of(request)
    set_programme(request, line)
    found = reconciling.proposals_for(line) if line.state == "open" else []
    owed = Recovery.objects.visible_to(request.user).filter(
        grant__programme=line.programme_id, grant__currency=line.currency, state__in=TO_COLLECT
    )
    asked = DonorInstalment.objects.visible_to(request.user).filter(
        programme=line.programme_id, state="requested"
    )
    context = {
        "line": line,
        # The bank names people: whoever hands its statements in reads that, to find what a movement is.
        "reads_words": access.may(request.user, "disbursements.hand_in_statement", line.file),
        "asked": asked.select_related("contribution__donor")[:SHOWN]
        if line.amount_minor > 0 and line.state == "open"
        else [],
        "owed": owed.with_outstanding()
        .filter(left__gte=line.amount_minor)
        .order_by("left", "pk")
        .select_related("grant")[:SHOWN]
        if line.amount_minor > 0 and line.state == "open"
        else [],
        "batches": [(batch, batch_words(batch)) for batch in candidates(line)]
        if line.state == "open"
        else [],
        "proposals": [(order, proposal_words(proposal, order, line)) for proposal, order in found],
        "fee": line.order.net - line.amount
        if line.order is not None and line.outcome == "returned" and line.amount != line.order.net
        else None,
    }
    return render(request, "disbursements/bank_line.html", context)


@require_POST
@access.rule("disbursements.match_lines", in_programme)
def match_lines(request: HttpRequest, code: str) -> HttpResponse:
    """Record every payment whose own reference and amount stand on a statement, signed by who asks."""
    programme = access.object_of(request)
    count, refused = reconciling.match_certain(programme, actor=request.user, at=timezone.now())
    if count:
        done = ngettext(
            "%(count)s movement was found by its reference and recorded, as paid or as returned.",
            "%(count)s movements were found by their references and recorded, as paid or as returned.",
            count,
        )
        messages.success(request, done % {"count": display.number_text(count)})
    elif not refused:
        messages.info(
            request, gettext("No other movement carries the reference and the amount of a payment.")
        )
    for sentence in refused[:10]:
        messages.error(request, sentence)
    return HttpResponseRedirect(reverse("disbursements:bank_lines", args=[programme.code]))
