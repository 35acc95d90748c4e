"""MLI-803 RELAC II: the local-economy call in Tombouctou and Gao (LuxDev).

98 cooperatives and associations = Gao 43 + Tombouctou 43 + Menaka 7 + Taoudeni 5; 7,042 households.
"""

from datetime import date

from demo.names import MALI
from demo.people import MAN, WOMAN, People
from demo.plan import (
    CallPlan,
    CasePlan,
    DonorPlan,
    LinkPlan,
    ProgrammePlan,
    SitePlan,
    Text,
    TrackPlan,
    VisitPlanned,
)

CODE = "MLI-803"
HOUSEHOLDS = 7042
TRACK = TrackPlan(
    "COOP",
    Text("Coopératives et associations", "Cooperatives and associations", "التعاونيات والجمعيات"),
    "creation",
    "cooperative",
    "supplier",
    20_000_000,
    (3, 30),
    (
        (
            40,
            "supplier",
            (("agreement_signed", ""), ("destination_verified", ""), ("own_contribution", "10")),
        ),
        (30, "supplier", (("visit_validated", "M1"), ("receipts_accepted", "100"))),
        (30, "supplier", (("visit_validated", "M3"), ("receipts_accepted", "100"))),
    ),
)
# (site, title, sector, amount in XOF)
NAMED = (
    ("TOM", "Périmètre irrigué de la coopérative de Kirchamba", "agriculture", 18_000_000),
    ("TOM", "Périmètre maraîcher de la coopérative de Tarabangou", "agriculture", 9_500_000),
    ("TOM", "Embouche ovine de Tombouctou", "livestock", 6_000_000),
    ("TOM", "Centre artisanal de Hamabangou", "crafts", 14_000_000),
)
SERIES = (
    ("TOM", "Périmètre maraîcher", "agriculture", 6_500_000, 39),
    ("GAO", "Petite irrigation villageoise", "agriculture", 7_500_000, 32),
    ("GAO", "Embouche et élevage", "livestock", 5_000_000, 8),
    ("GAO", "Pêche et artisanat", "fishing", 4_000_000, 3),
    ("MEN", "Élevage pastoral", "livestock", 5_500_000, 7),
    ("TAO", "Commerce et transport", "trade", 5_500_000, 5),
)


def plan() -> ProgrammePlan:
    """Return the programme's plan."""
    cases = _cases()
    return ProgrammePlan(
        code=CODE,
        title=Text(
            "RELAC II, relance de l’économie locale et appui aux collectivités",
            "RELAC II, local economic recovery and support to communes",
            "ريلاك 2، إنعاش الاقتصاد المحلي ودعم الجماعات المحلية",
        ),
        country="ML",
        currency="XOF",
        accent="#2f6b3c",
        sites=(
            SitePlan("TOM", Text("Tombouctou", "Timbuktu", "تمبكتو"), 16.7666, -3.0026),
            SitePlan("GAO", Text("Gao", "Gao", "غاو"), 16.2666, -0.0500),
            SitePlan("MEN", Text("Ménaka", "Menaka", "ميناكا"), 15.9182, 2.4022),
            SitePlan("TAO", Text("Taoudéni", "Taoudeni", "تاودني"), 22.6783, -3.9836),
        ),
        summary=Text(
            "Appel à projets pour l’économie locale dans les communes de Tombouctou et de Gao.",
            "Call for projects for the local economy in the communes of Timbuktu and Gao.",
            "دعوة لتقديم مشاريع الاقتصاد المحلي في بلديات تمبكتو وغاو.",
        ),
        office="Bamako",
        planned_start=date(2016, 1, 1),
        planned_end=date(2019, 12, 31),
        closed_on=date(2019, 12, 31),
        budget=1_000_000_000,
        budget_currency="EUR",
        forced_pseudonyms=False,
        donors=(DonorPlan(Text("Union européenne", "European Union", "الاتحاد الأوروبي"), None, "EUR"),),
        links=(
            LinkPlan(
                "video",
                Text("Le périmètre de Kirchamba", "The Kirchamba perimeter", "محيط كيرشامبا المسقي"),
                "https://luxdev.lu/",
            ),
        ),
        call=CallPlan(
            code="MLI-803-EL",
            title=Text(
                "Appel à projets d’économie locale",
                "Call for local-economy projects",
                "دعوة مشاريع الاقتصاد المحلي",
            ),
            opens=date(2016, 9, 1),
            closes=date(2016, 12, 15),
            envelope=sum(case.amount or 0 for case in cases),
            tracks=(TRACK,),
            grid="mli-803",
            cutoffs=(date(2016, 12, 15),),
            visits=(
                VisitPlanned("M1", months=1, gates=2, purpose="Démarrage, débloque la tranche 2"),
                VisitPlanned("M3", months=3, gates=3, purpose="Travaux, débloque la tranche 3"),
                VisitPlanned("M6", months=6, purpose="Première campagne"),
                VisitPlanned("M12", months=12, purpose="Bilan à 12 mois"),
            ),
        ),
        people=[person for case in cases for person in case.members],
        cases=cases,
        profit_range=(150_000, 900_000),
    )


def _cases() -> list[CasePlan]:
    people = People(CODE, MALI, date(2016, 10, 1), youngest=24, oldest=58)
    rows = [*NAMED]
    for site, title, sector, amount, number in SERIES:
        rows += [(site, f"{title} {index + 1}", sector, amount) for index in range(number)]
    cases = []
    for number, (site, title, sector, amount) in enumerate(rows):
        board = [
            people.make(
                sex=WOMAN if (number + seat) % 5 < 2 else MAN,
                site=site,
                category="returnee" if (number + seat) % 7 == 3 else "host_community",
            )
            for seat in range(3)
        ]
        households = HOUSEHOLDS // len(rows) + (1 if number < HOUSEHOLDS % len(rows) else 0)
        cases.append(
            CasePlan(
                key=f"{CODE}-{number + 1:02}",
                track="COOP",
                title=title,
                members=board,
                site=site,
                session=1,
                ends="funded",
                requested=amount,
                amount=amount,
                organisation=title,
                households=households,
                sector=sector,
            )
        )
    return cases
