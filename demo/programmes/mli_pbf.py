"""MLI-PBF: peacebuilding in Gao and Tombouctou (IOM, UN Peacebuilding Fund), 2015-2016.

Four qualitative results: narrative indicators with source and document, no invented numbers.
"""

from datetime import date

from demo.plan import DonorPlan, LinkPlan, ProgrammePlan, SitePlan, Text

CODE = "MLI-PBF"


def plan() -> ProgrammePlan:
    """Return the programme's plan."""
    return ProgrammePlan(
        code=CODE,
        title=Text(
            "Consolidation de la paix à Gao et Tombouctou",
            "Peacebuilding in Gao and Timbuktu",
            "بناء السلام في غاو وتمبكتو",
        ),
        country="ML",
        currency="USD",
        accent="#2b5c8a",
        sites=(
            SitePlan("GAO", Text("Gao", "Gao", "غاو"), 16.2666, -0.0500),
            SitePlan("TOM", Text("Tombouctou", "Timbuktu", "تمبكتو"), 16.7666, -3.0026),
        ),
        summary=Text(
            "Dialogue, confiance, tissu économique et services réhabilités entre communautés.",
            "Dialogue, trust, economic fabric and rehabilitated services between communities.",
            "الحوار والثقة والنسيج الاقتصادي والخدمات المعاد تأهيلها بين المجتمعات.",
        ),
        office="Bamako",
        planned_start=date(2015, 1, 1),
        planned_end=date(2016, 12, 31),
        closed_on=date(2016, 12, 31),
        donors=(
            DonorPlan(
                Text(
                    "Fonds des Nations Unies pour la consolidation de la paix",
                    "United Nations Peacebuilding Fund",
                    "صندوق الأمم المتحدة لبناء السلام",
                ),
                None,
                "USD",
            ),
        ),
        links=(
            LinkPlan(
                "document",
                Text("Rapport narratif", "Narrative report", "تقرير سردي"),
                "https://mali.iom.int/",
            ),
        ),
        results=(
            Text(
                "Des outils de dialogue existent entre communautés",
                "Tools for dialogue exist between communities",
                "أدوات الحوار متوفرة بين المجتمعات",
            ),
            Text(
                "La confiance entre populations et autorités est renforcée",
                "Trust between people and authorities is stronger",
                "الثقة بين السكان والسلطات أقوى",
            ),
            Text(
                "Le tissu économique local est relancé",
                "The local economic fabric is revived",
                "إنعاش النسيج الاقتصادي المحلي",
            ),
            Text(
                "Des services de base sont réhabilités",
                "Basic services are rehabilitated",
                "إعادة تأهيل الخدمات الأساسية",
            ),
        ),
    )
