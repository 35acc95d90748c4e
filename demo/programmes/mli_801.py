"""MLI-801: rapid support to Malian authorities and essential social services (LuxDev).

40 equipment kits to institutions (16 State services, 14 communes, 10 health centres and schools), in kind,
values not published. Luxembourg's 0 EUR is a true zero; 18 planned against 23 published months are both kept.
"""

from datetime import date

from demo.names import MALI
from demo.people import MAN, WOMAN, People, shares
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

CODE = "MLI-801"
TRACK = TrackPlan(
    "KIT",
    Text("Équipement de services publics", "Equipment of public services", "تجهيز المرافق العمومية"),
    "strengthening",
    "institution",
    "kit",
    None,
    (1, 3),
    ((100, "kit", (("agreement_signed", ""),)),),
)
KINDS = (
    ("Service technique de l’État", 16),
    ("Mairie", 14),
    ("Centre de santé ou école", 10),
)


def plan() -> ProgrammePlan:
    """Return the programme's plan."""
    cases = _cases()
    return ProgrammePlan(
        code=CODE,
        title=Text(
            "Appui rapide aux autorités maliennes et aux services sociaux essentiels",
            "Rapid support to Malian authorities and essential social services",
            "دعم سريع للسلطات المالية والخدمات الاجتماعية الأساسية",
        ),
        country="ML",
        currency="EUR",
        accent="#8a3b12",
        sites=(
            SitePlan("TOM", Text("Tombouctou", "Timbuktu", "تمبكتو"), 16.7666, -3.0026),
            SitePlan("GAO", Text("Gao", "Gao", "غاو"), 16.2666, -0.0500),
        ),
        summary=Text(
            "Remise en service des services de l’État, des communes et des services sociaux de base dans le"
            " nord du Mali.",
            "Getting State services, communes and basic social services of northern Mali working again.",
            "إعادة تشغيل مصالح الدولة والبلديات والخدمات الاجتماعية الأساسية في شمال مالي.",
        ),
        office="Bamako",
        planned_start=date(2013, 5, 1),
        planned_end=date(2015, 4, 14),
        closed_on=date(2015, 4, 14),
        planned_months=18,
        published_months=23,
        budget=500_000_000,
        budget_currency="EUR",
        forced_pseudonyms=False,
        donors=(
            DonorPlan(
                Text("Gouvernement luxembourgeois", "Government of Luxembourg", "حكومة لوكسمبورغ"), 0, "EUR"
            ),
            DonorPlan(
                Text(
                    "Instrument de Stabilité de la Commission européenne",
                    "Instrument for Stability of the European Commission",
                    "أداة الاستقرار التابعة للمفوضية الأوروبية",
                ),
                500_000_000,
                "EUR",
            ),
        ),
        links=(
            LinkPlan(
                "video",
                Text("Vidéo du projet", "Video of the project", "فيديو المشروع"),
                "https://luxdev.lu/",
            ),
            LinkPlan(
                "evaluation",
                Text("Évaluation finale", "Final evaluation", "التقييم النهائي"),
                "https://luxdev.lu/",
            ),
        ),
        results=(
            Text(
                "Les services de l’État reprennent leurs fonctions",
                "State services take up their functions again",
                "مصالح الدولة تستأنف مهامها",
            ),
            Text(
                "Les communes assurent les services essentiels",
                "Communes provide essential services",
                "البلديات تؤمّن الخدمات الأساسية",
            ),
            Text(
                "La population retrouve l’accès aux services sociaux de base",
                "People regain access to basic social services",
                "السكان يستعيدون الوصول إلى الخدمات الاجتماعية الأساسية",
            ),
        ),
        call=CallPlan(
            code="MLI-801-EQ",
            title=Text("Kits d’équipement", "Equipment kits", "عدّة التجهيز"),
            opens=date(2013, 9, 1),
            closes=date(2013, 11, 15),
            envelope=0,
            tracks=(TRACK,),
            grid="mli-801",
            cutoffs=(date(2013, 11, 15),),
            visits=(VisitPlanned("M3", months=3, purpose="Équipement en place"),),
            anchor="hand_over",
        ),
        people=[case.members[0] for case in cases],
        cases=cases,
    )


def _cases() -> list[CasePlan]:
    people = People(CODE, MALI, date(2013, 9, 1), youngest=32, oldest=58)
    cases = []
    for number, kind in enumerate(shares(*KINDS)):
        site = "TOM" if number % 2 else "GAO"
        head = people.make(sex=WOMAN if number % 5 == 1 else MAN, site=site, category="host_community")
        place = f"{kind}, {'Tombouctou' if site == 'TOM' else 'Gao'} {number // 2 + 1}"
        cases.append(
            CasePlan(
                key=f"{CODE}-{number + 1:02}",
                track="KIT",
                title=place,
                members=[head],
                site=site,
                session=1,
                ends="funded",
                requested=0,
                amount=None,
                organisation=place,
                sector="public_service",
            )
        )
    return cases
