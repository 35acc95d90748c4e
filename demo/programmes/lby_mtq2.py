"""LBY-MTQ2: Mouta'alleq 2, reintegration of former fighters in Libya.

640 applications: 185 ineligible, 175 not retained, 280 shortlisted and enrolled; 231 completed the training;
84 filed a plan (196 lapsed); 24 rejected on paper, 60 pitched; 42 grants, 18 rejected after the pitch.
"""

from datetime import date

from demo.names import LIBYA
from demo.people import MAN, WOMAN, People, shares
from demo.plan import (
    CallPlan,
    CasePlan,
    CohortPlan,
    DonorPlan,
    EnrolmentPlan,
    LinkPlan,
    ProgrammePlan,
    SitePlan,
    Text,
    TrackPlan,
    VisitPlanned,
)

CODE = "LBY-MTQ2"
PLACES = ("TIP", 140), ("MIS", 80), ("ZIN", 60)
GRANTS = ("TIP", 21), ("MIS", 12), ("ZIN", 9)
TRACK = TrackPlan(
    "IDEA",
    Text("Meilleures idées d’entreprise", "Best business ideas", "أفضل أفكار المشاريع"),
    "creation",
    "individual",
    "supplier",
    10_000_000,
    (1, 1),
    (
        (60, "supplier", (("agreement_signed", ""), ("destination_verified", ""))),
        (40, "cash", (("visit_validated", "M3"),)),
    ),
)
TRADES = (
    ("نجارة الألومنيوم", "crafts"),
    ("مخبز", "food"),
    ("ورشة تصليح سيارات", "repair"),
    ("تربية الأغنام", "livestock"),
    ("مشغل خياطة", "crafts"),
    ("تكييف وتبريد", "repair"),
    ("تربية النحل", "agriculture"),
    ("طباعة رقمية", "services"),
    ("صيد ساحلي", "fishing"),
    ("بيوت زراعية محمية", "agriculture"),
)
TRAINING_DAYS = tuple(date(2022, 12, day) for day in (4, 11, 18)) + tuple(
    date(2023, 1, day) for day in (8, 15)
)


def plan() -> ProgrammePlan:
    """Return the programme's plan."""
    cases = _cases()
    return ProgrammePlan(
        code=CODE,
        title=Text("Mouta’alleq 2", "Mouta’alleq 2", "متألق 2"),
        country="LY",
        currency="LYD",
        accent="#1f5d7d",
        sites=(
            SitePlan("TIP", Text("Tripoli", "Tripoli", "طرابلس"), 32.8872, 13.1913),
            SitePlan("ZIN", Text("Zintan", "Zintan", "الزنتان"), 31.9315, 12.2529),
            SitePlan("MIS", Text("Misrata", "Misrata", "مصراتة"), 32.3754, 15.0925),
        ),
        summary=Text(
            "Réinsertion économique d’anciens combattants : compétences de base, formation, accompagnement"
            " entrepreneurial, soutien psychosocial et argent pour les meilleures idées d’entreprise.",
            "Economic reintegration of former fighters: basic business skills, training, entrepreneurship"
            " coaching, psychological support, and money for the best business ideas.",
            "إعادة الإدماج الاقتصادي للمقاتلين السابقين: المهارات الأساسية والتدريب ومرافقة ريادة الأعمال"
            " والدعم النفسي وتمويل أفضل أفكار المشاريع.",
        ),
        office="Tripoli",
        planned_start=date(2022, 7, 1),
        planned_end=date(2023, 10, 31),
        planned_months=16,
        published_months=16,
        donors=(
            DonorPlan(Text("Union européenne", "European Union", "الاتحاد الأوروبي"), None, "EUR"),
            DonorPlan(Text("France", "France", "فرنسا"), None, "EUR"),
        ),
        links=(
            LinkPlan(
                "document",
                Text("Rapport de fin de mission", "End-of-mission report", "تقرير نهاية المهمة"),
                "https://expertisefrance.fr/",
            ),
        ),
        call=CallPlan(
            code="LBY-MTQ2-2022",
            title=Text("Concours d’idées d’entreprise", "Business idea competition", "مسابقة أفكار المشاريع"),
            opens=date(2022, 8, 1),
            closes=date(2022, 10, 15),
            envelope=400_000_000,
            tracks=(TRACK,),
            grid="lby-mtq2",
            two_stage=True,
            cutoffs=(date(2022, 10, 15),),
            visits=(
                VisitPlanned("D15", days=15, purpose="Installation"),
                VisitPlanned("M1", months=1, purpose="Démarrage"),
                VisitPlanned("M3", months=3, gates=2, purpose="Débloque la tranche 2"),
                VisitPlanned("M6", months=6, purpose="Survie à 6 mois"),
            ),
        ),
        people=[case.members[0] for case in cases],
        cases=cases,
        cohorts=[_cohort(cases)],
        profit_range=(250_000, 1_900_000),
    )


def _cases() -> list[CasePlan]:
    people = People(CODE, LIBYA, date(2022, 9, 1), youngest=21, oldest=44)
    enrolled_sites = shares(*PLACES)
    other_sites = shares(("TIP", 180), ("MIS", 103), ("ZIN", 77))
    cases: list[CasePlan] = []

    def add(ends: str, site: str, sex: str, category: str, amount: int | None = None) -> None:
        number = len(cases)
        title, sector = TRADES[number % len(TRADES)]
        person = people.make(sex=sex, site=site, category=category)
        cases.append(
            CasePlan(
                key=f"{CODE}-{number + 1:03}",
                track="IDEA",
                title=title,
                members=[person],
                site=site,
                session=1,
                ends=ends,
                requested=9_500_000,
                amount=amount,
                sector=sector,
            )
        )

    for ends, site in _enrolled_ends():
        sex = WOMAN if len(cases) % 5 == 3 else MAN
        amount = 9_000_000 if ends == "funded" else None
        add(ends, site, sex, "former_combatant", amount)
    if [case.site for case in cases].count("TIP") != enrolled_sites.count("TIP"):
        raise ValueError("enrolled persons do not split over the sites as published")
    for number, ends in enumerate(shares(("ineligible", 185), ("not_retained", 175))):
        category = "host_community" if ends == "ineligible" else "former_combatant"
        add(ends, other_sites[number], WOMAN if number % 6 == 2 else MAN, category)
    _vary_amounts([case for case in cases if case.ends == "funded"])
    return cases


def _enrolled_ends() -> list[tuple[str, str]]:
    """280 = Tripoli 140 + Misrata 80 + Zintan 60; 42 funded = 21 + 12 + 9; 18 + 24 rejected; 196 lapsed."""
    ends: list[tuple[str, str]] = []
    rejected_after_pitch = {"TIP": 9, "MIS": 5, "ZIN": 4}
    rejected = {"TIP": 12, "MIS": 7, "ZIN": 5}
    funded = dict(GRANTS)
    for site, total in PLACES:
        filed = funded[site] + rejected_after_pitch[site] + rejected[site]
        kinds = shares(
            ("funded", funded[site]),
            ("rejected_after_pitch", rejected_after_pitch[site]),
            ("rejected", rejected[site]),
            ("enrolled_no_plan", total - filed),
        )
        ends += [(kind, site) for kind in kinds]
    return ends


def _vary_amounts(funded: list[CasePlan]) -> None:
    """42 grants, 9,000.000 on average, 378,000.000 in all, none above the ceiling."""
    for index, case in enumerate(funded):
        step = (index // 2 % 8 + 1) * 125_000
        case.amount = 9_000_000 + (step if index % 2 else -step)
        case.requested = min(10_000_000, (case.amount or 0) + 400_000)


def _cohort(cases: list[CasePlan]) -> CohortPlan:
    enrolled = [
        case
        for case in cases
        if case.ends in {"funded", "rejected", "rejected_after_pitch", "enrolled_no_plan"}
    ]
    filed = [case for case in enrolled if case.ends != "enrolled_no_plan"]
    without_plan = [case for case in enrolled if case.ends == "enrolled_no_plan"]
    completed = {id(case) for case in [*filed, *without_plan[: 231 - len(filed)]]}
    rows: list[EnrolmentPlan] = [
        EnrolmentPlan(person=case.members[0], completed=id(case) in completed) for case in enrolled
    ]
    return CohortPlan(
        code="MTQ2-1",
        title=Text(
            "Compétences de base et entrepreneuriat",
            "Basic business skills and entrepreneurship",
            "المهارات الأساسية وريادة الأعمال",
        ),
        kind="training",
        sessions=TRAINING_DAYS,
        people=rows,
    )
