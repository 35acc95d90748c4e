"""Which form a statement has, and reading it: one function for every file that is handed in."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from disbursements.statements import camt, mt940_text, tables
from disbursements.statements.lines import (
    MAX_BYTES,
    Statement,
    StatementRefused,
    check,
    of_account,
)


class StatementForm(TextChoices):
    """The forms in which statements come."""

    CAMT = "camt", gettext_lazy("ISO 20022, camt.053")
    MT940 = "mt940", gettext_lazy("SWIFT, MT940")
    TABLE = "table", gettext_lazy("Table (CSV or XLSX)")


def form_of(data: bytes) -> str:
    """Return the form of a file by its content; what is neither XML nor SWIFT is taken for a table."""
    if camt.is_xml(data):
        return StatementForm.CAMT
    return StatementForm.MT940 if mt940_text.looks_like(data) else StatementForm.TABLE


def read(data: bytes, name: str, *, account: str, currency: str, columns: Mapping[str, str]) -> Statement:
    """Return the statement in a file, whole, of this account and in its currency.

    account, currency: of the account that it is imported for. columns: what the columns of its tables mean.
    Raises `StatementRefused` with a sentence; then nothing of the file is taken.
    """
    if not data:
        raise StatementRefused(_("This file is empty."))
    if len(data) > MAX_BYTES:
        raise StatementRefused(_("This file is larger than 10 MB."))
    form = form_of(data)
    if form == StatementForm.TABLE:
        found = tables.read(tables.sheet_of(data, name), columns, currency)
    else:
        told = camt.read(data) if form == StatementForm.CAMT else mt940_text.read(data)
        found = of_account(told, account, currency)
    return check(found)
