"""MLI-JPN-2016: early recovery in Mali (IOM, Japan).

Targets: more than 500 young people trained, insertion kits, 250 women assisted. Records: 512 certificates,
120 kits (100 individual, 20 groups of 3), 25 women's groups of 10; 100,250,000 XOF.
"""

from datetime import date

from demo.names import MALI
from demo.people import MAN, WOMAN, People, shares
from demo.plan import (
    CallPlan,
    CasePlan,
    CohortPlan,
    DonorPlan,
    EnrolmentPlan,
    LinkPlan,
    PersonPlan,
    ProgrammePlan,
    SitePlan,
    Text,
    TrackPlan,
    VisitPlanned,
)

CODE = "MLI-JPN-2016"
TRAINED = ("TOM", 180), ("MOP", 150), ("GAO", 182)
TRAINING = {
    "TOM": (date(2016, 3, 7), date(2016, 3, 8), date(2016, 3, 9), date(2016, 3, 10), date(2016, 3, 11)),
    "MOP": (date(2016, 3, 14), date(2016, 3, 15), date(2016, 3, 16), date(2016, 3, 17), date(2016, 3, 18)),
    "GAO": (date(2016, 3, 21), date(2016, 3, 22), date(2016, 3, 23), date(2016, 3, 24), date(2016, 3, 25)),
}
KIT = ((100, "kit", (("agreement_signed", ""), ("training", ""))),)
WOMEN = (
    (50, "cash", (("agreement_signed", ""), ("destination_verified", ""))),
    (50, "cash", (("visit_validated", "M1"), ("cash_book_seen", "M1"))),
)
TRACKS = (
    TrackPlan(
        "KITI",
        Text("Kit d’insertion individuel", "Individual insertion kit", "عدّة إدماج فردية"),
        "creation",
        "individual",
        "kit",
        450_000,
        (1, 1),
        KIT,
    ),
    TrackPlan(
        "KITG",
        Text("Kit d’insertion en groupe de 3", "Insertion kit for groups of 3", "عدّة إدماج لمجموعة من 3"),
        "creation",
        "group",
        "kit",
        1_200_000,
        (3, 3),
        KIT,
    ),
    TrackPlan(
        "AGR",
        Text("Activité de groupement de femmes", "Women’s group activity", "نشاط مجموعة نسائية"),
        "creation",
        "group",
        "cash",
        1_250_000,
        (10, 10),
        WOMEN,
    ),
)
TRADES = (
    ("Kit mécanique moto", "repair"),
    ("Kit couture", "crafts"),
    ("Kit soudure", "crafts"),
    ("Kit coiffure", "services"),
    ("Kit maçonnerie", "services"),
    ("Kit maraîchage", "agriculture"),
)
CATEGORIES = ("idp", "returnee", "host_community", "host_community")


def plan() -> ProgrammePlan:
    """Return the programme's plan."""
    people = People(CODE, MALI, date(2016, 3, 1), youngest=18, oldest=35)
    trained = {site: _youth(people, site, number) for site, number in TRAINED}
    cases = [*_kits(trained), *_women_groups(people)]
    everyone = [person for group in trained.values() for person in group]
    everyone += [person for case in cases if case.track == "AGR" for person in case.members]
    return ProgrammePlan(
        code=CODE,
        title=Text(
            "Relèvement précoce et insertion des jeunes et des femmes",
            "Early recovery and insertion of young people and women",
            "التعافي المبكر وإدماج الشباب والنساء",
        ),
        country="ML",
        currency="XOF",
        accent="#a3324b",
        sites=(
            SitePlan("TOM", Text("Tombouctou", "Timbuktu", "تمبكتو"), 16.7666, -3.0026),
            SitePlan("MOP", Text("Mopti", "Mopti", "موبتي"), 14.4843, -4.1830),
            SitePlan("GAO", Text("Gao", "Gao", "غاو"), 16.2666, -0.0500),
            SitePlan("KID", Text("Kidal", "Kidal", "كيدال"), 18.4411, 1.4078),
        ),
        summary=Text(
            "Formation de jeunes à l’entrepreneuriat, kits d’insertion et activités génératrices de revenus"
            " pour des femmes vulnérables.",
            "Training of young people in entrepreneurship, insertion kits and income-generating activities"
            " for vulnerable women.",
            "تدريب الشباب على ريادة الأعمال وعُدد الإدماج وأنشطة مدرة للدخل لنساء في وضعية هشة.",
        ),
        office="Bamako",
        planned_start=date(2016, 1, 1),
        planned_end=date(2016, 12, 31),
        closed_on=date(2017, 6, 30),
        donors=(DonorPlan(Text("Japon", "Japan", "اليابان"), None, "USD"),),
        links=(
            LinkPlan("link", Text("Page du pays", "Country page", "صفحة البلد"), "https://mali.iom.int/"),
        ),
        results=(
            Text(
                "Former plus de 500 jeunes membres des communautés en entrepreneuriat et gestion",
                "Train more than 500 young community members in entrepreneurship and management",
                "تدريب أكثر من 500 شاب من أفراد المجتمعات على ريادة الأعمال والتسيير",
            ),
            Text("Fournir des kits d’insertion", "Provide insertion kits", "توفير عُدد الإدماج"),
            Text(
                "Assister 250 femmes vulnérables dans l’implémentation d’AGR",
                "Help 250 vulnerable women run income-generating activities",
                "مساعدة 250 امرأة في وضعية هشة على تنفيذ أنشطة مدرة للدخل",
            ),
        ),
        call=CallPlan(
            code="MLI-JPN-2016-KIT",
            title=Text(
                "Kits d’insertion et AGR",
                "Insertion kits and activities",
                "عُدد الإدماج والأنشطة المدرة للدخل",
            ),
            opens=date(2016, 4, 1),
            closes=date(2016, 4, 29),
            envelope=100_250_000,
            tracks=TRACKS,
            grid="mli-jpn",
            cutoffs=(date(2016, 4, 29),),
            visits=(
                VisitPlanned("M1", months=1, gates=2, purpose="Démarrage, cahier de caisse vu"),
                VisitPlanned("M3", months=3, purpose="Activité en marche"),
                VisitPlanned("M6", months=6, purpose="Survie à 6 mois"),
            ),
            anchor="hand_over",
        ),
        people=everyone,
        cases=cases,
        cohorts=[_cohort(site, group) for site, group in trained.items()],
        profit_range=(15_000, 140_000),
    )


def _youth(people: People, site: str, number: int) -> list[PersonPlan]:
    sexes = shares((MAN, number - number * 2 // 5), (WOMAN, number * 2 // 5))
    return [
        people.make(sex=sex, site=site, category=CATEGORIES[index % 4]) for index, sex in enumerate(sexes)
    ]


def _kits(trained: dict[str, list[PersonPlan]]) -> list[CasePlan]:
    """100 kits for one person, then 20 for groups of three, all among the trained."""
    cases: list[CasePlan] = []
    places = {site: iter(group) for site, group in trained.items()}
    individual = shares(("TOM", 36), ("MOP", 29), ("GAO", 35))
    groups = shares(("TOM", 7), ("MOP", 6), ("GAO", 7))
    for site in individual:
        cases.append(_case(len(cases), "KITI", site, [next(places[site])], 450_000))
    for site in groups:
        team = [next(places[site]) for _ in range(3)]
        cases.append(_case(len(cases), "KITG", site, team, 1_200_000))
    return cases


def _women_groups(people: People) -> list[CasePlan]:
    cases = []
    for number, site in enumerate(shares(("TOM", 9), ("MOP", 7), ("GAO", 9))):
        women = [
            people.make(sex=WOMAN, site=site, category=CATEGORIES[(number + seat) % 4], oldest=55)
            for seat in range(10)
        ]
        cases.append(_case(120 + number, "AGR", site, women, 1_250_000))
    return cases


def _case(number: int, track: str, site: str, team: list[PersonPlan], amount: int) -> CasePlan:
    title, sector = TRADES[number % len(TRADES)] if track != "AGR" else ("Groupement de femmes", "trade")
    return CasePlan(
        key=f"{CODE}-{number + 1:03}",
        track=track,
        title=title if track != "AGR" else f"{title} {number - 119}",
        members=team,
        site=site,
        session=1,
        ends="funded",
        requested=amount,
        amount=amount,
        sector=sector,
        organisation=f"{title} {number - 119}" if track == "AGR" else "",
        registered_on=date(2016, 4, 4),
    )


def _cohort(site: str, group: list[PersonPlan]) -> CohortPlan:
    return CohortPlan(
        code=f"JPN-{site}",
        title=Text(
            f"Entrepreneuriat et gestion, {site}",
            f"Entrepreneurship and management, {site}",
            f"ريادة الأعمال والتسيير، {site}",
        ),
        kind="training",
        sessions=TRAINING[site],
        people=[EnrolmentPlan(person=person) for person in group],
    )
