"""Questions that a manager inserts in one click and then changes as he likes: a budget, a cash-flow forecast.

The budget's totals are called `total`, `own` and `asked`: the eligibility rule on the own contribution and
the amount that lists show read them by these names.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.builder.editing import free_key

MONTHS = 12


def texts(fr: str, en: str, ar: str) -> dict[str, str]:
    """Return a text in the three languages; French signs stay with the word before them."""
    return {"fr": re.sub(" ([?!:;])", "\u00a0\\1", fr), "en": en, "ar": ar}


def budget_table(key: str = "budget") -> dict[str, Any]:
    """Return a budget: purchases with quotation and own contribution; asked = total - own contribution."""
    return {
        "key": key,
        "kind": "table",
        "label": texts("Que faut-il acheter ?", "What must be bought?", "ماذا يجب شراؤه؟"),
        "help": texts("Un achat par ligne.", "One purchase a line.", "مشترى واحد في كل سطر."),
        "required": True,
        "jurors": True,
        "columns": [
            {
                "key": "item",
                "kind": "text",
                "label": texts("Achat", "Purchase", "المشترى"),
                "limit": 120,
                "required": True,
            },
            {
                "key": "quotation",
                "kind": "text",
                "label": texts("Fournisseur du devis", "Supplier of the quotation", "مورد عرض الأسعار"),
                "limit": 120,
            },
            {
                "key": "quantity",
                "kind": "number",
                "label": texts("Quantité", "Quantity", "العدد"),
                "required": True,
            },
            {
                "key": "unit_price",
                "kind": "money",
                "label": texts("Prix unitaire", "Unit price", "ثمن الوحدة"),
                "required": True,
            },
            {
                "key": "amount",
                "kind": "money",
                "label": texts("Montant", "Amount", "المبلغ"),
                "product": ["quantity", "unit_price"],
            },
            {
                "key": "own",
                "kind": "money",
                "label": texts("Dont votre apport", "Of which your part", "منه مساهمتكم"),
            },
        ],
        "totals": [
            {"key": "total", "label": texts("Total", "Total", "المجموع"), "plus": ["amount"]},
            {
                "key": "own",
                "label": texts("Votre apport personnel", "Your own contribution", "مساهمتكم الذاتية"),
                "plus": ["own"],
            },
            {
                "key": "asked",
                "label": texts("Demandé à la subvention", "Asked from the grant", "المطلوب من المنحة"),
                "plus": ["amount"],
                "minus": ["own"],
            },
        ],
    }


def quotations(key: str = "quotations") -> dict[str, Any]:
    """Return the question that takes the quotations as files."""
    return {
        "key": key,
        "kind": "file",
        "label": texts("Les devis", "The quotations", "عروض الأسعار"),
        "help": texts(
            "Une photo nette de chaque devis suffit.",
            "A sharp photo of each quotation is enough.",
            "تكفي صورة واضحة لكل عرض أسعار.",
        ),
        "maximum": 6,
        "sensitivity": "restricted",
    }


def cash_flow_table(key: str = "cash_flow") -> dict[str, Any]:
    """Return a forecast of money in and out over twelve months, with what is in hand at the end of each."""
    return {
        "key": key,
        "kind": "table",
        "label": texts(
            "Prévision de trésorerie sur douze mois",
            "Cash-flow forecast over twelve months",
            "التدفقات النقدية المتوقعة على اثني عشر شهراً",
        ),
        "help": texts(
            "Au premier mois, comptez aussi la subvention et votre apport dans les autres entrées.",
            "In the first month, count the grant and your own contribution in other money in.",
            "في الشهر الأول، احسبوا أيضاً المنحة ومساهمتكم الذاتية ضمن المداخيل الأخرى.",
        ),
        "jurors": True,
        "row_labels": [
            texts(f"Mois {number}", f"Month {number}", f"الشهر {number}") for number in range(1, MONTHS + 1)
        ],
        "columns": [
            _money("sales", texts("Ventes", "Sales", "المبيعات"), required=True),
            _money("other_in", texts("Autres entrées", "Other money in", "مداخيل أخرى")),
            _money("purchases", texts("Achats", "Purchases", "المشتريات")),
            _money("wages", texts("Salaires", "Wages", "الأجور")),
            _money("other_out", texts("Autres dépenses", "Other money out", "مصاريف أخرى")),
            _money(
                "balance",
                texts("Solde du mois", "Balance of the month", "رصيد الشهر"),
                plus=["sales", "other_in"],
                minus=["purchases", "wages", "other_out"],
            ),
            _money(
                "in_hand",
                texts(
                    "En caisse à la fin du mois", "In hand at the end of the month", "المتوفر في نهاية الشهر"
                ),
                running="balance",
            ),
        ],
        "totals": [
            {
                "key": "money_in",
                "label": texts("Total des entrées", "Total money in", "مجموع المداخيل"),
                "plus": ["sales", "other_in"],
            },
            {
                "key": "money_out",
                "label": texts("Total des dépenses", "Total money out", "مجموع المصاريف"),
                "plus": ["purchases", "wages", "other_out"],
            },
            {
                "key": "result",
                "label": texts(
                    "Reste au bout de l’année", "Left at the end of the year", "الباقي في نهاية السنة"
                ),
                "plus": ["sales", "other_in"],
                "minus": ["purchases", "wages", "other_out"],
                "signed": True,
            },
        ],
    }


def _money(key: str, label: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": "money", "label": label, **more}


PARTS = {
    "budget": _("Budget with own contribution and quotations"),
    "cash_flow": _("Cash flow over twelve months"),
}


def part(name: str, taken: Iterable[str]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return the questions of a ready part, with free keys, and what lists would show of them.

    Raises LookupError for a part that there is none of.
    """
    used = set(taken)
    if name == "budget":
        key = free_key("budget", used, "budget")
        made = [budget_table(key), quotations(free_key("quotations", {*used, key}, "quotations"))]
        return made, {"requested": f"{key}.asked"}
    if name == "cash_flow":
        return [cash_flow_table(free_key("cash_flow", used, "cash_flow"))], {}
    raise LookupError(name)
