"""MAR-AJEE: young entrepreneurs of Drâa-Tafilalet (IECD). Accompaniment only: no grant, donor, budget or
period was published.

Cohorts of 250 initiated, 250 project holders and 200 entrepreneurs (700 distinct persons); 50 ideas; 50
openings seen; 120 with month-6 profit above baseline; 5 partnerships of 10; 18 organisations strengthened.
"""

from datetime import date

from demo.names import MAGHREB
from demo.people import MAN, WOMAN, People, shares
from demo.plan import (
    CohortPlan,
    EnrolmentPlan,
    PartnerPlan,
    ProgrammePlan,
    SitePlan,
    Text,
)

CODE = "MAR-AJEE"
PROVINCES = ("ERR", "OUA", "MID", "TIN", "ZAG")
INITIATED = (70, 60, 40, 45, 35)
HOLDERS = (65, 60, 40, 45, 40)
ENTREPRENEURS = (55, 50, 30, 35, 30)
SCHOOLS = tuple(
    (
        f"École de la deuxième chance {place}",
        f"Second-chance school {place}",
        f"مدرسة الفرصة الثانية {arabic}",
    )
    for place, arabic in (
        ("Errachidia", "الرشيدية"),
        ("Ouarzazate", "ورزازات"),
        ("Midelt", "ميدلت"),
        ("Tinghir", "تنغير"),
        ("Zagora", "زاكورة"),
    )
)
PLATFORMS = tuple(
    (f"Plateforme des jeunes {place}", f"Youth platform {place}", f"منصة الشباب {arabic}")
    for place, arabic in (("Errachidia", "الرشيدية"), ("Ouarzazate", "ورزازات"), ("Zagora", "زاكورة"))
)
ASSOCIATIONS = tuple(
    (f"Association locale {number}", f"Local association {number}", f"جمعية محلية {number}")
    for number in range(1, 9)
)
PUBLIC_PARTNERS = (
    ("ANDZOA", "ANDZOA", "الوكالة الوطنية لتنمية مناطق الواحات وشجر الأركان"),
    ("ANAPEC", "ANAPEC", "الوكالة الوطنية لإنعاش التشغيل والكفاءات"),
    ("Conseil régional", "Regional council", "المجلس الجهوي"),
    ("Centre régional d’investissement", "Regional investment centre", "المركز الجهوي للاستثمار"),
    ("Fondation Mohammed V", "Mohammed V foundation", "مؤسسة محمد الخامس"),
)


def plan() -> ProgrammePlan:
    """Return the programme's plan."""
    people = People(CODE, MAGHREB, date(2020, 1, 1), youngest=18, oldest=34)
    initiated = _cohort(
        people,
        "AJEE-INIT",
        "awareness",
        Text("Initiation à l’entrepreneuriat", "Introduction to entrepreneurship", "التعريف بريادة الأعمال"),
        (date(2020, 2, 3), date(2020, 2, 10)),
        INITIATED,
        100,
    )
    holders = _cohort(
        people,
        "AJEE-PORT",
        "training",
        Text("Porteurs de projet", "Project holders", "حاملو المشاريع"),
        (date(2020, 9, 7), date(2020, 9, 8), date(2020, 9, 9), date(2020, 9, 10), date(2020, 9, 11)),
        HOLDERS,
        100,
    )
    entrepreneurs = _cohort(
        people,
        "AJEE-DEV",
        "strengthening",
        Text("Développement d’activité", "Growing a business", "تطوير النشاط"),
        (date(2021, 1, 11), date(2021, 1, 18), date(2021, 1, 25)),
        ENTREPRENEURS,
        80,
    )
    for row in initiated.people[::5]:
        row.idea_on = date(2020, 3, 2)
    for row in holders.people[2::5]:
        row.opened = True
    for number, row in enumerate(entrepreneurs.people):
        row.baseline_profit = 180_000 + number % 17 * 12_000
        better = number % 5 < 3
        row.month_6_profit = row.baseline_profit + (45_000 if better else -15_000)
    partners = [PartnerPlan(Text(*row), "partnership", date(2019, 11, 4)) for row in SCHOOLS]
    linked = [row for row in initiated.people if row.idea_on is None][:50]
    for number, row in enumerate(linked):
        row.partner = partners[number % 5].name.fr
    others = [PartnerPlan(Text(*row), "partner") for row in (*PUBLIC_PARTNERS, *PLATFORMS, *ASSOCIATIONS)]
    strengthened = [*SCHOOLS, *PLATFORMS, *ASSOCIATIONS, *PUBLIC_PARTNERS[:2]]
    return ProgrammePlan(
        code=CODE,
        title=Text(
            "Jeunes entrepreneurs de Drâa-Tafilalet",
            "Young entrepreneurs of Drâa-Tafilalet",
            "المقاولون الشباب بدرعة تافيلالت",
        ),
        country="MA",
        currency="MAD",
        accent="#7a4b00",
        sites=(
            SitePlan("ERR", Text("Errachidia", "Errachidia", "الرشيدية"), 31.9314, -4.4244),
            SitePlan("OUA", Text("Ouarzazate", "Ouarzazate", "ورزازات"), 30.9335, -6.9370),
            SitePlan("MID", Text("Midelt", "Midelt", "ميدلت"), 32.6799, -4.7370),
            SitePlan("TIN", Text("Tinghir", "Tinghir", "تنغير"), 31.5147, -5.5328),
            SitePlan("ZAG", Text("Zagora", "Zagora", "زاكورة"), 30.3316, -5.8376),
        ),
        summary=Text(
            "Accompagnement de jeunes, de l’idée au développement de l’activité, sans subvention.",
            "Coaching of young people from idea to growing the business, without a grant.",
            "مواكبة الشباب من الفكرة إلى تطوير النشاط، دون منحة.",
        ),
        office="Errachidia",
        forced_pseudonyms=False,
        partners=(
            PartnerPlan(Text("IECD France", "IECD France", "المعهد الأوروبي للتعاون والتنمية"), "lead"),
            *partners,
            *others,
        ),
        people=[row.person for cohort in (initiated, holders, entrepreneurs) for row in cohort.people],
        cohorts=[initiated, holders, entrepreneurs],
        strengthened=tuple((Text(*row), "capacity", date(2020, 10, 5)) for row in strengthened),
        profit_range=(100_000, 500_000),
    )


def _cohort(
    people: People,
    code: str,
    kind: str,
    title: Text,
    sessions: tuple[date, ...],
    by_province: tuple[int, ...],
    women: int,
) -> CohortPlan:
    total = sum(by_province)
    sites = shares(*zip(PROVINCES, by_province, strict=True))
    sexes = shares((MAN, total - women), (WOMAN, women))
    rows = [
        EnrolmentPlan(person=people.make(sex=sex, site=site, category="host_community"))
        for sex, site in zip(sexes, sites, strict=True)
    ]
    return CohortPlan(code=code, title=title, kind=kind, sessions=sessions, people=rows)
