"""The books read: lines of the journal, one entry with its papers, statements of account, grant, donors."""

import re
from typing import Any

from django.apps import apps
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disbursements import book_filters, book_tables
from disbursements.models import Account, Grant, PaymentOrder, Posting, TrancheShare
from disbursements.standing import standing_of
from disbursements.views.lists import ProgrammeList
from disbursements.views.parts import set_programme
from programmes.money import Money
from programmes.scope import in_programme
from workflow import StateModel, access, display
from workflow.lists import KeyedRows, ListView
from workflow.models import Event

ACCOUNT = access.visible(Account.objects.select_related("programme"), pk="pk")
GRANT = access.visible(Grant.objects.select_related("programme", "track__call"), pk="pk")
POSTING = access.visible(Posting.objects.select_related("programme", "period"), pk="pk")


@access.rule("disbursements.list_money", in_programme)
class JournalLines(ProgrammeList):
    """Every line of a programme's journal."""

    table_class = book_tables.LineTable
    filterset_class = book_filters.JournalFilters
    title = _("Lines of the journal")
    lead = _("Nothing here was ever changed; corrections are lines of their own.")
    export_name = "journal"
    summed = {"amount": "amount_minor"}
    empty = _("Nothing was booked yet.")

    def get_queryset(self) -> "QuerySet[Any]":
        """Lines that the reader may see, newest first."""
        rows = Posting.objects.visible_to(self.request.user).filter(programme=self.programme)
        return rows.order_by("-happened_at", "-id")

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return Posting.objects.select_related("debit", "credit")


class AccountRows(KeyedRows):
    """Lines seen from one account: the other one, and the amount on its side."""

    account_id = 0

    def fetch(self, keys: Any) -> list[Any]:
        """Read the rows of a page."""
        rows = super().fetch(keys)
        for row in rows:
            into = row.debit_id == self.account_id
            row.other = row.credit if into else row.debit
            row.debited, row.credited = (row.amount, None) if into else (None, row.amount)
        return rows


@access.rule("disbursements.list_money", ACCOUNT)
class AccountStatement(ListView):
    """The lines of one account."""

    table_class = book_tables.AccountLineTable
    filterset_class = book_filters.PostingFilters
    title = _("Statement of an account")
    export_name = "statement"

    @property
    def account(self) -> Account:
        """The account of the address."""
        found: Account = access.object_of(self.request)
        return found

    def get_queryset(self) -> "QuerySet[Any]":
        """Lines that touch the account, newest first."""
        rows = Posting.objects.visible_to(self.request.user)
        return rows.filter(Q(debit=self.account) | Q(credit=self.account)).order_by("-happened_at", "-id")

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return Posting.objects.select_related("debit", "credit")

    @property
    def rows_class(self) -> type[KeyedRows]:  # type: ignore[override]
        """Rows seen from this account."""
        return type("RowsOfAccount", (AccountRows,), {"account_id": self.account.pk})

    def get_sums(self) -> dict[str, Any]:
        """What moved in and out; pending lines and given up ones move nothing."""
        moves = Q(phase__in=["posted", "settled"])
        return {
            "debited_sum": Sum("amount_minor", filter=moves & Q(debit=self.account)),
            "credited_sum": Sum("amount_minor", filter=moves & Q(credit=self.account)),
        }

    def get_footers(self, totals: dict[str, Any]) -> dict[str, Any]:
        """The sums of the chosen lines."""
        currency = self.account.currency
        return {
            name: display.money(Money(int(totals[f"{name}_sum"] or 0), currency))
            for name in ("debited", "credited")
        }

    def get_title(self) -> Any:
        """The kind of account."""
        return self.account.get_kind_display()

    def get_lead(self) -> Any:
        """Whose it is, and its balance."""
        set_programme(self.request, self.account)
        owned: Any = Account.objects.with_owner_words().get(pk=self.account.pk)
        return f"{owned.owner_words} · {display.money_text(self.account.net)}"


@access.rule("disbursements.list_money", GRANT)
class GrantStatement(ListView):
    """Every line of the journal about one grant."""

    table_class = book_tables.LineTable
    filterset_class = book_filters.PostingFilters
    title = _("Statement of the grant")
    lead = _("Nothing here was ever changed; corrections are lines of their own.")
    export_name = "grant-statement"
    template_name = "disbursements/statement.html"
    empty = _("Nothing was booked yet: offering the grant takes its amount from the envelope.")

    @property
    def grant(self) -> Grant:
        """The grant of the address."""
        found: Grant = access.object_of(self.request)
        return found

    def get_queryset(self) -> "QuerySet[Any]":
        """Lines that touch an account of the grant, oldest first."""
        return Posting.objects.visible_to(self.request.user).of_grant(self.grant.pk)

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return Posting.objects.select_related("debit", "credit")

    def get_context(self, **context: Any) -> dict[str, Any]:
        """The grant and where its money stands."""
        set_programme(self.request, self.grant)
        return {**context, "grant": self.grant, "standing": standing_of(self.grant)}


class ShareRows(KeyedRows):
    """Parts of instalments with the name of their donor."""

    def fetch(self, keys: Any) -> list[Any]:
        """Read the rows of a page."""
        rows = super().fetch(keys)
        for row in rows:
            donor = row.contribution.donor if row.contribution else None
            row.donor_words = str(donor) if donor else gettext("All donors, split not known")
        return rows


def _with_payment(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """With `paid_on`: the day on which the instalment was paid, null before."""
    paid = PaymentOrder.objects.filter(tranche=OuterRef("tranche"), state__in=("executed", "receipted"))
    day = paid.order_by().values("tranche").annotate(day=Max("executed_on")).values("day")
    return rows.annotate(paid_on=Subquery(day))


@access.rule("disbursements.view_donor_totals", in_programme)
class DonorStatement(ProgrammeList):
    """Whose money every instalment is, to the minor unit; a donor reads its own, and opens no grant."""

    rows_class = ShareRows
    filterset_class = book_filters.ShareFilters
    title = _("Statement of the donors")
    lead = _("Every instalment is split by the shares that were fixed when its call was published.")
    export_name = "donor-statement"
    summed = {"amount": "amount_minor"}
    currency_field = "tranche__grant__currency"
    empty = _("No instalment yet.")

    @property
    def table_class(self) -> type[book_tables.ShareTable]:  # type: ignore[override]
        """Who reads grants opens them from here."""
        if access.may(self.request.user, "disbursements.list_money", self.programme):
            return book_tables.ShareTable
        return book_tables.OwnShareTable

    def get_queryset(self) -> "QuerySet[Any]":
        """Parts of live instalments of the programme; trials do not count."""
        rows = TrancheShare.objects.visible_to(self.request.user).counted()
        return _with_payment(rows.filter(tranche__grant__programme=self.programme)).order_by(
            "tranche__grant__reference", "tranche__number"
        )

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        rows = TrancheShare.objects.select_related("tranche__grant__track__call", "contribution__donor")
        return _with_payment(rows)


@access.rule("disbursements.list_money", POSTING)
def entry_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: its lines, what ended or undid them, the record, who did it, its papers."""
    posting: Posting = access.object_of(request)
    set_programme(request, posting.programme)
    lines = Posting.objects.visible_to(request.user).filter(entry=posting.entry).order_by("line")
    record = record_of(posting, request.user)
    context = {
        "posting": posting,
        "name_parts": re.split(r"(?<=[.:])", posting.entry),
        "title": book_tables.entry_words(posting),
        "lines": list(
            lines.select_related("debit", "credit", "resolves", "reverses", "resolved_by", "reversed_by")
        ),
        "record": record,
        "record_url": record.get_absolute_url() if record is not None else "",
        "events": events_of(posting),
        "owners": paper_owners(record),
    }
    return render(request, "disbursements/entry.html", context)


def record_of(posting: Posting, user: Any) -> Any:
    """The record that an entry is about, None when the reader may not see it."""
    model: Any = apps.get_model(posting.kind)
    return model.objects.visible_to(user).filter(pk=posting.object_id).first()


def events_of(posting: Posting) -> list[dict[str, Any]]:
    """The acts that booked an entry, as the component `timeline` shows them."""
    if not issubclass(apps.get_model(posting.kind), StateModel):
        return []
    done = book_tables.done_words(posting)
    same = Event.objects.filter(kind=posting.kind, object_id=posting.object_id, verb=posting.verb)
    found = same.filter(occurred_at=posting.happened_at).select_related("actor", "second_person")
    return [
        {
            "what": done,
            "at": event.occurred_at,
            "by": ", ".join(str(who) for who in (event.actor or event.system, event.second_person) if who),
            "meaning": "done",
            "url": "",
        }
        for event in found
    ]


def paper_owners(record: Any) -> list[Any]:
    """The records whose papers belong to an entry about this record."""
    if record is None:
        return []
    owners = [record]
    if isinstance(record, Grant):
        owners += list(record.agreements.order_by("version"))
    elif getattr(record, "order_id", None):
        owners.append(record.order)
    return owners
