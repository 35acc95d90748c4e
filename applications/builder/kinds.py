"""What the kinds of questions and the sensitivities are called on the pages of the builder."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from applications.form_definition import (
    CELLS,
    CHOICE,
    CHOICES,
    DATE,
    DECLARATION,
    FILE,
    INTERNAL,
    LONG_TEXT,
    MONEY,
    NOTE,
    NUMBER,
    PHONE,
    PLACE,
    PUBLIC,
    RESTRICTED,
    TABLE,
    TEXT,
    VAULT,
)

KIND_LABELS: "dict[str, str | Promise]" = {
    TEXT: gettext_lazy("Short text"),
    LONG_TEXT: gettext_lazy("Long text"),
    NUMBER: gettext_lazy("Number"),
    MONEY: gettext_lazy("Amount of money"),
    CHOICE: gettext_lazy("One answer among several"),
    CHOICES: gettext_lazy("Several answers"),
    DATE: gettext_lazy("Date or year"),
    PHONE: gettext_lazy("Telephone number"),
    PLACE: gettext_lazy("Place"),
    FILE: gettext_lazy("File or photo"),
    TABLE: gettext_lazy("Table with totals"),
    DECLARATION: gettext_lazy("Declaration to tick"),
    NOTE: gettext_lazy("Explanation, nothing is asked"),
}
KIND_HINTS: "dict[str, str | Promise]" = {
    TEXT: gettext_lazy("One line: a title, a trade, a name of a market."),
    LONG_TEXT: gettext_lazy("Several lines, with a counter of letters."),
    NUMBER: gettext_lazy("How many, how long, how heavy."),
    MONEY: gettext_lazy("In the currency of the call, exact to the last unit."),
    CHOICE: gettext_lazy("Yes or no, or one of a list. Other questions can depend on it."),
    CHOICES: gettext_lazy("As many of a list as apply."),
    DATE: gettext_lazy("A day, or a year alone where nobody knows the day."),
    PHONE: gettext_lazy("With its country code."),
    PLACE: gettext_lazy("A village, a district, a market."),
    FILE: gettext_lazy("A photo of a paper, a PDF, a Word or an Excel document."),
    TABLE: gettext_lazy("Lines with columns that are multiplied and added up."),
    DECLARATION: gettext_lazy("A sentence that the applicant agrees to."),
    NOTE: gettext_lazy("A paragraph between the questions."),
}
SIMPLE = (TEXT, LONG_TEXT, PLACE, PHONE, NUMBER, MONEY, DATE)
"""Kinds into each of which a question may be turned."""
SENSITIVITY_LABELS: "dict[str, str | Promise]" = {
    PUBLIC: gettext_lazy("Public: may be published"),
    INTERNAL: gettext_lazy("Internal: read by those who work on the programme"),
    RESTRICTED: gettext_lazy("Restricted: never shown to jurors"),
    VAULT: gettext_lazy("Vault: kept encrypted, read by the applicant alone"),
}
CELL_LABELS = {kind: KIND_LABELS[kind] for kind in CELLS}
