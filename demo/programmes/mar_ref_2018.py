"""MAR-REF-2018: projects of refugees in Morocco (UNHCR with AMAPPE, ANAPEC, ODCO).

412 persons received; 231 creation applications of which 173 awarded (145 individual, 16 pairs, 10 trios,
2 cooperatives: 218 persons); 64 strengthening applications of which 57 funded; 318 sensitised.
"""

from datetime import date, timedelta

from demo.names import REFUGEES
from demo.people import MAN, WOMAN, People, shares, spread
from demo.plan import (
    OTHER,
    PUBLISHED,
    CallPlan,
    CasePlan,
    DonorPlan,
    LinkPlan,
    PartnerPlan,
    PersonPlan,
    ProgrammePlan,
    SitePlan,
    Text,
    TrackPlan,
    VisitPlanned,
)

CODE = "MAR-REF-2018"
START, END = date(2018, 1, 15), date(2020, 12, 31)
CUTOFFS = (
    date(2018, 4, 30),
    date(2018, 7, 31),
    date(2018, 10, 31),
    date(2019, 1, 31),
    date(2019, 3, 29),
    date(2019, 6, 28),
    date(2019, 9, 30),
    date(2019, 11, 29),
)
SITES = (
    SitePlan("RAB", Text("Rabat-Salé", "Rabat-Salé", "الرباط سلا"), 34.0209, -6.8416),
    SitePlan("CAS", Text("Casablanca", "Casablanca", "الدار البيضاء"), 33.5731, -7.5898),
    SitePlan("TNG", Text("Tanger", "Tangier", "طنجة"), 35.7595, -5.8340),
    SitePlan("TET", Text("Tétouan", "Tetouan", "تطوان"), 35.5785, -5.3684),
    SitePlan("FES", Text("Fès", "Fes", "فاس"), 34.0181, -5.0078),
    SitePlan("MEK", Text("Meknès", "Meknes", "مكناس"), 33.8935, -5.5473),
    SitePlan("OUJ", Text("Oujda", "Oujda", "وجدة"), 34.6814, -1.9086),
    SitePlan("KEN", Text("Kénitra", "Kenitra", "القنيطرة"), 34.2610, -6.5802),
)
TWO = (
    (60, "supplier", (("agreement_signed", ""), ("destination_verified", ""))),
    (40, "supplier", (("visit_validated", "M1"), ("receipts_accepted", "100"))),
)
THREE = (
    (40, "supplier", (("agreement_signed", ""), ("destination_verified", ""))),
    (30, "supplier", (("visit_validated", "M1"), ("receipts_accepted", "100"))),
    (30, "supplier", (("visit_validated", "M3"), ("receipts_accepted", "100"))),
)
ONE = ((100, "supplier", (("agreement_signed", ""), ("destination_verified", ""))),)
TRACKS = (
    TrackPlan(
        "IND",
        Text("Création individuelle", "Individual creation", "إحداث فردي"),
        "creation",
        "individual",
        "supplier",
        1_500_000,
        (1, 1),
        TWO,
    ),
    TrackPlan(
        "GRP",
        Text("Création en groupe (2 ou 3)", "Group creation (2 or 3)", "إحداث جماعي (2 أو 3)"),
        "creation",
        "group",
        "supplier",
        3_600_000,
        (2, 3),
        TWO,
    ),
    TrackPlan(
        "COOP",
        Text("Création de coopérative", "Cooperative creation", "إحداث تعاونية"),
        "creation",
        "cooperative",
        "supplier",
        6_000_000,
        (5, 30),
        THREE,
    ),
    TrackPlan(
        "STR",
        Text("Renforcement", "Strengthening", "دعم مشروع قائم"),
        "strengthening",
        "individual",
        "supplier",
        1_000_000,
        (1, 1),
        ONE,
    ),
)
TRADES = (
    ("Couture et retouches", "services"),
    ("Salon de coiffure", "services"),
    ("Restauration rapide", "food"),
    ("Pâtisserie orientale", "food"),
    ("Épicerie de quartier", "trade"),
    ("Vente de vêtements", "trade"),
    ("Réparation de téléphones", "repair"),
    ("Menuiserie aluminium", "crafts"),
    ("Artisanat du cuir", "crafts"),
    ("Peinture en bâtiment", "services"),
    ("Livraison à vélo", "transport"),
    ("Garde d’enfants", "services"),
)


def plan() -> ProgrammePlan:
    """Return the programme's plan."""
    maker = Maker()
    return ProgrammePlan(
        code=CODE,
        title=Text(
            "Projets de réfugiés au Maroc", "Projects of refugees in Morocco", "مشاريع اللاجئين في المغرب"
        ),
        country="MA",
        currency="MAD",
        accent="#1f5f8b",
        sites=SITES,
        summary=Text(
            "Accueil, sensibilisation à l’auto-emploi, financement et suivi des activités génératrices de"
            " revenus de réfugiés, avec l’AMAPPE, l’ANAPEC et l’ODCO.",
            "Reception, awareness of self-employment, funding and follow-up of income-generating activities"
            " of refugees, with AMAPPE, ANAPEC and ODCO.",
            "استقبال اللاجئين وتوعيتهم بالعمل الذاتي وتمويل أنشطتهم المدرة للدخل ومواكبتها، بشراكة مع"
            " الجمعية المغربية لدعم وإنعاش المقاولة الصغرى والوكالة الوطنية ومكتب تنمية التعاون.",
        ),
        office="Rabat",
        planned_start=START,
        planned_end=END,
        closed_on=date(2021, 3, 31),
        budget=None,
        donors=(
            DonorPlan(
                Text("Union européenne", "European Union", "الاتحاد الأوروبي"),
                62_100_000,
                "EUR",
                OTHER,
                "Fiche de financement, 2018-2020",
            ),
            DonorPlan(
                Text("Principauté de Monaco", "Principality of Monaco", "إمارة موناكو"),
                None,
                "EUR",
                PUBLISHED,
            ),
            DonorPlan(Text("Japon", "Japan", "اليابان"), None, "EUR", PUBLISHED),
            DonorPlan(
                Text("Suisse", "Switzerland", "سويسرا"), None, "EUR", OTHER, "Citée ailleurs seulement"
            ),
        ),
        partners=(
            PartnerPlan(
                Text("AMAPPE", "AMAPPE", "الجمعية المغربية لدعم وإنعاش المقاولة الصغرى"), "secretariat"
            ),
            PartnerPlan(Text("ANAPEC", "ANAPEC", "الوكالة الوطنية لإنعاش التشغيل والكفاءات"), "committee"),
            PartnerPlan(Text("ODCO", "ODCO", "مكتب تنمية التعاون"), "committee"),
        ),
        links=(
            LinkPlan(
                "document",
                Text("Guide du porteur de projet", "Guide for project holders", "دليل حامل المشروع"),
                "https://www.unhcr.org/ma/",
            ),
        ),
        call=CallPlan(
            code="MAR-REF-2018-AGR",
            title=Text(
                "Activités génératrices de revenus", "Income-generating activities", "الأنشطة المدرة للدخل"
            ),
            opens=date(2018, 2, 1),
            closes=date(2019, 11, 29),
            envelope=332_000_000,
            tracks=TRACKS,
            grid="mar-ref",
            cutoffs=CUTOFFS,
            visits=(
                VisitPlanned("D15", days=15, purpose="Installation"),
                VisitPlanned("M1", months=1, gates=2, purpose="Démarrage, débloque la tranche 2"),
                VisitPlanned("M3", months=3, purpose="Premiers résultats"),
                VisitPlanned("M6", months=6, purpose="Survie à 6 mois"),
                VisitPlanned("M12", months=12, purpose="Survie à 12 mois"),
            ),
        ),
        people=maker.people,
        cases=maker.cases,
        rate=("10.80", "MAD/EUR", date(2018, 1, 15)),
        profit_range=(60_000, 420_000),
    )


class Maker:
    """Invents the 412 persons and the 295 applications."""

    def __init__(self) -> None:
        self.factory = People(CODE, REFUGEES, date(2018, 6, 1))
        self.people: list[PersonPlan] = []
        self.cases: list[CasePlan] = []
        self.sites = shares(
            ("RAB", 118),
            ("CAS", 96),
            ("TNG", 48),
            ("TET", 26),
            ("FES", 44),
            ("MEK", 26),
            ("OUJ", 36),
            ("KEN", 18),
        )
        self.sexes = shares((MAN, 239), (WOMAN, 173))
        self._creation()
        self._strengthening()
        self._oriented()
        self._receive()
        self._sensitise()

    def _person(self, site: str = "") -> PersonPlan:
        number = len(self.people)
        category = "asylum_seeker" if number % 9 == 4 else "refugee"
        person = self.factory.make(sex=self.sexes[number], site=site or self.sites[number], category=category)
        self.people.append(person)
        return person

    def _team(self, size: int) -> list[PersonPlan]:
        first = self._person()
        return [first, *(self._person(first.site) for _ in range(size - 1))]

    def _case(self, track: str, size: int, ends: str, requested: int, amount: int | None) -> None:
        number = len(self.cases)
        trade, sector = TRADES[number % len(TRADES)]
        team = self._team(size)
        self.cases.append(
            CasePlan(
                key=f"{CODE}-{number + 1:03}",
                track=track,
                title=trade
                if track != "COOP"
                else ("Coopérative Al Amal" if number % 2 else "Coopérative Tissage du Rif"),
                members=team,
                site=team[0].site,
                session=0,
                ends=ends,
                requested=requested,
                amount=amount,
                sector=sector,
                organisation="" if track != "COOP" else ("Al Amal" if number % 2 else "Tissage du Rif"),
            )
        )

    def _creation(self) -> None:
        for _ in range(145):
            self._case("IND", 1, "funded", 1_450_000, 1_400_000)
        for _ in range(16):
            self._case("GRP", 2, "funded", 2_500_000, 2_400_000)
        for _ in range(10):
            self._case("GRP", 3, "funded", 3_400_000, 3_300_000)
        for size in (5, 6):
            self._case("COOP", size, "funded", 6_000_000, 6_000_000)
        for ends in shares(
            ("rejected", 31), ("ineligible", 15), ("withdrawn", 8), ("lapsed_from_waiting", 4)
        ):
            self._case("IND", 1, ends, 1_400_000, None)

    def _strengthening(self) -> None:
        for _ in range(57):
            self._case("STR", 1, "funded", 850_000, 800_000)
        for ends in shares(("rejected", 5), ("withdrawn", 2)):
            self._case("STR", 1, ends, 800_000, None)

    def _oriented(self) -> None:
        self.oriented = [self._person() for _ in range(72)]

    def _receive(self) -> None:
        """Every applicant was received before the cut-off of the session that heard the case."""
        order = sorted(range(len(self.cases)), key=lambda index: (index * 37) % len(self.cases))
        per_session = -(-len(order) // len(CUTOFFS))
        for place, index in enumerate(order):
            case = self.cases[index]
            case.session = place // per_session + 1
            cutoff = CUTOFFS[case.session - 1]
            for offset, person in enumerate(case.members):
                person.received_on = cutoff - timedelta(days=62 - place % 20 - offset % 3)
        for person, day in zip(self.oriented, spread(date(2018, 2, 5), date(2019, 11, 15), 72), strict=True):
            person.received_on = day

    def _sensitise(self) -> None:
        """318 = 218 funded creators + 58 creation applicants not funded + 42 oriented without applying."""
        creation = [case for case in self.cases if case.track != "STR"]
        aware = [person for case in creation for person in case.members] + self.oriented[:42]
        for person in aware:
            received = person.received_on or START
            person.aware_on = received + timedelta(days=7)
