"""The journal: trial balance, months to close. Lines and statements are in `disbursements/views/books.py`."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from disbursements import filters, journal, tables, waiting
from disbursements.models import Account, AccountingPeriod
from disbursements.views.lists import ProgrammeList
from programmes.scope import in_programme
from workflow import Refused, access


@access.rule("disbursements.list_money", in_programme)
class TrialBalance(ProgrammeList):
    """Every account with its columns; they sum to zero."""

    table_class = tables.AccountTable
    filterset_class = filters.AccountFilters
    title = _("Trial balance")
    lead = _("Debits and credits of every account. All balances of one currency sum to zero.")
    export_name = "trial-balance"
    summed = {"debit": "debit_minor", "credit": "credit_minor"}
    template_name = "disbursements/trial_balance.html"

    def get_queryset(self) -> "QuerySet[Any]":
        """Accounts of this programme."""
        rows = Account.objects.visible_to(self.request.user).filter(programme=self.programme)
        return rows.order_by("kind", "owner_id", "currency")

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return Account.objects.with_owner_words()

    def get_context(self, **context: Any) -> dict[str, Any]:
        """The months, and whether the reader may close them."""
        now = timezone.now()
        periods = AccountingPeriod.objects.visible_to(self.request.user).filter(programme=self.programme)
        return {
            **context,
            "programme": self.programme,
            "periods": periods.select_related("closed_by").order_by("-year", "-month")[:24],
            "this_month": (now.year, now.month),
            "totals": waiting.totals_of(self.programme),
            "may_close": access.may(self.request.user, "disbursements.close_period", self.programme),
        }


@require_POST
@access.rule("disbursements.close_period", in_programme)
def close_period(request: HttpRequest, code: str) -> HttpResponse:
    """Close a month of the books, for good."""
    programme = access.object_of(request)
    try:
        year, month = (int(part) for part in request.POST.get("month", "").split("-"))
        if not (1 <= month <= 12 and 2000 <= year <= 9999):
            raise ValueError(month)
        journal.close_period(programme.pk, year, month, by=request.user, at=timezone.now())
        messages.success(
            request, gettext("The books of %(month)s are closed.") % {"month": f"{year}-{month:02d}"}
        )
    except ValueError:
        messages.error(request, gettext("This is not a month."))
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    return HttpResponseRedirect(reverse("disbursements:journal", args=[programme.code]))
