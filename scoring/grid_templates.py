"""The grids of real programmes, ready to be chosen for a call and changed before it is published.

Data only, but for `install`. Points, shares, thresholds and comment rules are those that the programmes used
or that their records assume; the wording of anchors is a proposal.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction

from programmes.models import Call
from scoring.models import Criterion, Grid, RoundKind, Section, Stage

Texts = Mapping[str, str]


def t(fr: str, en: str, ar: str) -> Texts:
    """Return a text in the three languages."""
    return {"fr": fr, "en": en, "ar": ar}


class Line(NamedTuple):
    """One criterion. marks: lowest and highest mark; None means 0 to its points, one by one."""

    key: str
    title: Texts
    points: int
    marks: tuple[int, int] | None = (0, 5)
    threshold: int | None = None
    comment_at: tuple[int, ...] = ()
    tie: int | None = None
    gate: bool = False
    help: Texts | None = None
    anchors: Mapping[int, Texts] | None = None


class Part(NamedTuple):
    """A section; without title its criteria stand by themselves."""

    lines: tuple[Line, ...]
    key: str = ""
    title: Texts | None = None
    threshold: int | None = None


class Sheet(NamedTuple):
    """One grid of a template."""

    title: Texts
    parts: tuple[Part, ...]
    stage: str = Stage.REVIEW
    kind: str = RoundKind.PAPER
    pass_mark: int | None = None
    jurors: int = 3

    @property
    def total(self) -> int:
        """Points of a full sheet, which are its share of the final mark."""
        return sum(line.points for part in self.parts for line in part.lines)


class Template(NamedTuple):
    """One or more grids that belong together."""

    key: str
    title: Texts
    sheets: tuple[Sheet, ...]


FEASIBILITY_ANCHORS = {
    0: t("aucun élément", "nothing to go by", "لا توجد معطيات"),
    1: t("irréaliste", "unrealistic", "غير واقعي"),
    2: t("plusieurs points à revoir", "several points to rework", "عدة نقاط تحتاج إلى مراجعة"),
    3: t("réaliste, un point à préciser", "realistic, one point to clarify", "واقعي مع نقطة تحتاج إلى توضيح"),
    4: t("réaliste et chiffré", "realistic, with figures", "واقعي ومدعوم بالأرقام"),
    5: t("déjà essayé, coûts prouvés", "tried already, costs proven", "مُجرَّب والتكاليف مثبتة"),
}
MARKET_ANCHORS = {
    0: t("aucun client", "no customer", "لا زبائن"),
    1: t("clients supposés", "customers assumed", "زبائن مفترضون"),
    2: t("demande probable", "demand likely", "طلب محتمل"),
    3: t("demande vérifiée une fois", "demand checked once", "طلب تم التحقق منه مرة"),
    4: t("clients nommés", "customers named", "زبائن معروفون بالاسم"),
    5: t(
        "besoin mesuré, clients nommés, prix comparés",
        "need measured, customers named, prices compared",
        "حاجة مقيسة وزبائن معروفون وأسعار مقارَنة",
    ),
}
COMMITMENT_ANCHORS = {
    0: t("aucune expérience", "no experience", "لا خبرة"),
    1: t("intérêt déclaré", "declared interest", "اهتمام معلن"),
    2: t("premiers essais", "first attempts", "محاولات أولى"),
    3: t("expérience du métier", "experience of the trade", "خبرة في الحرفة"),
    4: t(
        "expérience montrée par des faits, formation suivie",
        "experience shown by facts, training followed",
        "خبرة مثبتة بالوقائع وتدريب مكتمل",
    ),
    5: t(
        "maîtrise reconnue, aide déjà d’autres personnes",
        "recognised mastery, already helps others",
        "إتقان معترف به ومساعدة للآخرين",
    ),
}

MAR_REF = Template(
    "mar-ref",
    t(
        "Projets de réfugiés au Maroc, 100 points",
        "Refugees’ projects in Morocco, 100 points",
        "مشاريع اللاجئين في المغرب، 100 نقطة",
    ),
    (
        Sheet(
            t("Grille du comité", "Grid of the committee", "شبكة تقييم اللجنة"),
            (
                Part(
                    (
                        Line(
                            "person",
                            t("Porteur du projet", "Project holder", "حامل المشروع"),
                            25,
                            comment_at=(0, 1),
                            tie=3,
                            anchors=COMMITMENT_ANCHORS,
                        ),
                        Line(
                            "feasibility",
                            t("Faisabilité technique", "Technical feasibility", "الجدوى التقنية"),
                            20,
                            threshold=10,
                            comment_at=(0, 1, 2),
                            tie=1,
                            anchors=FEASIBILITY_ANCHORS,
                        ),
                        Line(
                            "market",
                            t("Marché", "Market", "السوق"),
                            20,
                            comment_at=(0, 1),
                            tie=2,
                            anchors=MARKET_ANCHORS,
                        ),
                        Line(
                            "finance",
                            t("Viabilité financière", "Financial viability", "الاستدامة المالية"),
                            20,
                            comment_at=(0, 1),
                        ),
                        Line(
                            "impact",
                            t("Impact", "Impact", "الأثر"),
                            15,
                            comment_at=(0, 1),
                            help=t(
                                "Emplois, famille, voisinage, cohésion avec la population d’accueil.",
                                "Jobs, family, neighbourhood, cohesion with the host population.",
                                "فرص العمل والأسرة والحي والتماسك مع السكان المضيفين.",
                            ),
                        ),
                    )
                ),
            ),
            pass_mark=60,
        ),
    ),
)

_COMMITMENT = Line(
    "commitment",
    t("Engagement", "Commitment", "الالتزام"),
    20,
    comment_at=(0, 1, 5),
    tie=3,
    anchors=COMMITMENT_ANCHORS,
)
_IDEA = Line(
    "idea",
    t("Idée et marché", "Idea and market", "الفكرة والسوق"),
    25,
    comment_at=(0, 1, 5),
    tie=1,
    anchors=MARKET_ANCHORS,
)
LBY_MTQ2 = Template(
    "lby-mtq2",
    t(
        "Concours de plans d’affaires, dossier 85 et présentation 15",
        "Business plan competition, paper 85 and pitch 15",
        "مسابقة خطط الأعمال، الملف 85 والعرض 15",
    ),
    (
        Sheet(
            t("Présélection sur l’idée", "Short-listing on the idea", "الفرز الأولي على أساس الفكرة"),
            (Part((_COMMITMENT._replace(tie=2), _IDEA)),),
            kind=RoundKind.PANEL,
            jurors=2,
        ),
        Sheet(
            t("Tour sur dossier", "Paper round", "جولة الملف"),
            (
                Part(
                    (
                        _COMMITMENT,
                        _IDEA,
                        Line(
                            "feasibility",
                            t("Faisabilité et budget", "Feasibility and budget", "الجدوى والميزانية"),
                            25,
                            comment_at=(0, 1, 5),
                            tie=2,
                            anchors=FEASIBILITY_ANCHORS,
                        ),
                        Line(
                            "jobs",
                            t("Emplois et effet local", "Jobs and local effect", "فرص العمل والأثر المحلي"),
                            15,
                            comment_at=(0, 1, 5),
                            anchors={
                                0: t("aucun effet", "no effect", "لا أثر"),
                                5: t(
                                    "deux emplois ou plus, service absent aujourd’hui",
                                    "two jobs or more, a service that is missing today",
                                    "فرصتا عمل أو أكثر وخدمة غائبة اليوم",
                                ),
                            },
                        ),
                    )
                ),
            ),
            stage=Stage.FINAL,
        ),
        Sheet(
            t("Présentation devant le jury", "Pitch before the jury", "العرض أمام لجنة التحكيم"),
            (
                Part(
                    (
                        Line(
                            "pitch",
                            t("Présentation", "Pitch", "العرض"),
                            15,
                            comment_at=(0, 1, 5),
                            tie=1,
                            help=t(
                                "La personne explique elle-même son projet et répond aux questions.",
                                "The person explains the project in own words and answers questions.",
                                "يشرح الشخص مشروعه بنفسه ويجيب عن الأسئلة.",
                            ),
                        ),
                    )
                ),
            ),
            stage=Stage.FINAL,
            kind=RoundKind.PITCH,
            pass_mark=65,
        ),
    ),
)

MLI_801 = Template(
    "mli-801",
    t(
        "Dotations d’institutions, 100 points",
        "Equipment of institutions, 100 points",
        "تجهيز المؤسسات، 100 نقطة",
    ),
    (
        Sheet(
            t("Grille du comité", "Grid of the committee", "شبكة تقييم اللجنة"),
            (
                Part(
                    (
                        Line(
                            "service", t("Service essentiel", "Essential service", "خدمة أساسية"), 40, tie=1
                        ),
                        Line("area", t("Zone touchée", "Affected area", "المنطقة المتضررة"), 30, tie=2),
                        Line(
                            "access",
                            t("Accès et sécurité", "Access and safety", "الوصول والسلامة"),
                            15,
                            comment_at=(0,),
                        ),
                        Line(
                            "management",
                            t("Capacité de gestion", "Management capacity", "القدرة على التسيير"),
                            15,
                        ),
                    )
                ),
            ),
            kind=RoundKind.PANEL,
            jurors=2,
        ),
    ),
)


def _sub(key: str, points: int, fr: str, en: str, ar: str, tie: int | None = None) -> Line:
    return Line(key, t(fr, en, ar), points, marks=None, tie=tie)


MLI_803 = Template(
    "mli-803",
    t(
        "Grille à deux niveaux (modèle UEMOA), 100 points",
        "Two-level grid (UEMOA model), 100 points",
        "شبكة من مستويين (نموذج الاتحاد الاقتصادي والنقدي لغرب أفريقيا)، 100 نقطة",
    ),
    (
        Sheet(
            t("Grille d’analyse des projets", "Grid for analysing projects", "شبكة تحليل المشاريع"),
            (
                Part(
                    (
                        _sub(
                            "needs",
                            12,
                            "Réponse aux besoins des membres",
                            "Answers the needs of members",
                            "الاستجابة لحاجات الأعضاء",
                            1,
                        ),
                        _sub(
                            "plan",
                            7,
                            "Cohérence avec le plan de la commune",
                            "Fits the plan of the commune",
                            "الانسجام مع مخطط البلدية",
                        ),
                        _sub(
                            "group",
                            6,
                            "Place des femmes et des jeunes",
                            "Place of women and youth",
                            "مكانة النساء والشباب",
                        ),
                    ),
                    "relevance",
                    t("Pertinence", "Relevance", "الملاءمة"),
                ),
                Part(
                    (
                        _sub("costs", 6, "Coûts justifiés", "Costs justified", "تكاليف مبررة"),
                        _sub("own", 4, "Apport personnel", "Own contribution", "المساهمة الذاتية"),
                    ),
                    "efficiency",
                    t("Efficience", "Efficiency", "الكفاءة"),
                ),
                Part(
                    (
                        _sub(
                            "results",
                            6,
                            "Résultats atteignables",
                            "Results within reach",
                            "نتائج قابلة للتحقيق",
                        ),
                        _sub("schedule", 4, "Calendrier réaliste", "Realistic schedule", "جدول زمني واقعي"),
                    ),
                    "effectiveness",
                    t("Efficacité", "Effectiveness", "الفعالية"),
                ),
                Part(
                    (
                        _sub("income", 6, "Revenus durables", "Lasting income", "دخل مستدام"),
                        _sub("upkeep", 3, "Entretien prévu", "Upkeep planned", "صيانة مبرمجة"),
                        _sub(
                            "organisation", 4, "Organisation interne", "Inner organisation", "التنظيم الداخلي"
                        ),
                        _sub("environment", 1, "Environnement", "Environment", "البيئة"),
                        _sub("land", 1, "Foncier sécurisé", "Secure land rights", "ضمان الحقوق العقارية"),
                    ),
                    "sustainability",
                    t("Durabilité", "Sustainability", "الاستدامة"),
                ),
                Part(
                    (
                        _sub("households", 4, "Ménages touchés", "Households reached", "الأسر المستفيدة"),
                        _sub("example", 1, "Effet d’exemple", "Example for others", "القدوة للآخرين"),
                    ),
                    "impact",
                    t("Impact", "Impact", "الأثر"),
                ),
                Part(
                    (
                        _sub(
                            "without",
                            13,
                            "Ne se ferait pas sans l’appui",
                            "Would not happen without support",
                            "لا يتحقق دون الدعم",
                            2,
                        ),
                        _sub(
                            "others",
                            2,
                            "Complémentaire d’autres appuis",
                            "Complements other support",
                            "مكمل لأشكال الدعم الأخرى",
                        ),
                    ),
                    "additionality",
                    t("Additionnalité", "Additionality", "القيمة المضافة للدعم"),
                ),
                Part(
                    (
                        _sub("study", 8, "Étude de faisabilité", "Feasibility study", "دراسة الجدوى", 3),
                        _sub("quotes", 6, "Devis comparés", "Quotations compared", "عروض أسعار مقارَنة"),
                        _sub("papers", 3, "Pièces en règle", "Papers in order", "وثائق سليمة"),
                        _sub("risks", 3, "Risques connus", "Risks known", "مخاطر معروفة"),
                    ),
                    "entry",
                    t("Qualité à l’entrée", "Quality at entry", "الجودة عند الانطلاق"),
                ),
            ),
            jurors=2,
        ),
    ),
)

MLI_JPN = Template(
    "mli-jpn",
    t("Kits d’insertion, 100 points", "Insertion kits, 100 points", "عدّة الإدماج، 100 نقطة"),
    (
        Sheet(
            t("Grille de sélection", "Selection grid", "شبكة الاختيار"),
            (
                Part(
                    (
                        Line(
                            "vulnerability",
                            t("Vulnérabilité", "Vulnerability", "الهشاشة"),
                            30,
                            tie=1,
                            help=t(
                                "Reprise du profil établi par l’agent de présélection.",
                                "Taken from the profile made by the screening officer.",
                                "مأخوذة من الملف الذي أعده مسؤول الفرز.",
                            ),
                        ),
                        Line(
                            "training",
                            t("Formation et motivation", "Training and motivation", "التدريب والدافعية"),
                            20,
                        ),
                        Line(
                            "feasibility",
                            t("Faisabilité", "Feasibility", "الجدوى"),
                            25,
                            comment_at=(0, 1),
                            tie=2,
                            anchors=FEASIBILITY_ANCHORS,
                        ),
                        Line("market", t("Marché local", "Local market", "السوق المحلية"), 15),
                        Line("cohesion", t("Cohésion sociale", "Social cohesion", "التماسك الاجتماعي"), 10),
                    )
                ),
            ),
            kind=RoundKind.PANEL,
            pass_mark=55,
            jurors=2,
        ),
    ),
)


def _eu(key: str, fr: str, en: str, ar: str, *, double: bool = False, tie: int | None = None) -> Line:
    return Line(key, t(fr, en, ar), 10 if double else 5, marks=(1, 5), comment_at=(1, 2, 5), tie=tie)


EU_CONCEPT_NOTE = Template(
    "eu-concept-note",
    t(
        "Note succincte de présentation (Union européenne), 50 points",
        "Concept note (European Union), 50 points",
        "مذكرة مفاهيمية (الاتحاد الأوروبي)، 50 نقطة",
    ),
    (
        Sheet(
            t(
                "Évaluation de la note succincte",
                "Evaluation of the concept note",
                "تقييم المذكرة المفاهيمية",
            ),
            (
                Part(
                    (
                        _eu(
                            "objectives",
                            "Pertinence par rapport aux objectifs de l’appel",
                            "Relevance to the objectives of the call",
                            "الملاءمة لأهداف الدعوة",
                            double=True,
                            tie=1,
                        ),
                        _eu(
                            "needs",
                            "Pertinence par rapport aux besoins du pays",
                            "Relevance to the needs of the country",
                            "الملاءمة لحاجات البلد",
                            double=True,
                            tie=2,
                        ),
                        _eu(
                            "groups",
                            "Choix des groupes cibles",
                            "Choice of target groups",
                            "اختيار الفئات المستهدفة",
                        ),
                        _eu("value", "Valeur ajoutée", "Added value", "القيمة المضافة"),
                    ),
                    "relevance",
                    t("Pertinence de l’action", "Relevance of the action", "ملاءمة العمل"),
                ),
                Part(
                    (
                        _eu(
                            "coherence",
                            "Cohérence de la conception",
                            "Coherence of the design",
                            "تماسك التصميم",
                        ),
                        _eu("analysis", "Analyse du problème", "Analysis of the problem", "تحليل المشكلة"),
                        _eu(
                            "risks",
                            "Facteurs externes et risques",
                            "Outside factors and risks",
                            "العوامل والمخاطر",
                        ),
                        _eu(
                            "activities",
                            "Activités réalisables",
                            "Activities feasible",
                            "قابلية تنفيذ الأنشطة",
                        ),
                    ),
                    "design",
                    t("Conception de l’action", "Design of the action", "تصميم العمل"),
                ),
            ),
            jurors=2,
        ),
    ),
)

WYDE = Template(
    "wyde",
    t(
        "Sous-subventions, condition préalable puis 20 + 30 points",
        "Sub-grants, a gate then 20 + 30 points",
        "منح فرعية، شرط مسبق ثم 20 + 30 نقطة",
    ),
    (
        Sheet(
            t("Grille des sous-subventions", "Grid of the sub-grants", "شبكة المنح الفرعية"),
            (
                Part(
                    (
                        Line(
                            "admissible",
                            t(
                                "L’organisation et l’action sont admissibles",
                                "The organisation and the action are admissible",
                                "المنظمة والعمل مقبولان",
                            ),
                            0,
                            marks=(0, 1),
                            gate=True,
                        ),
                    ),
                    "gate",
                    t("Condition préalable", "Gate", "شرط مسبق"),
                ),
                Part(
                    (
                        _sub("mission", 6, "Mission et membres", "Mission and members", "الرسالة والأعضاء"),
                        _sub("experience", 6, "Expérience", "Experience", "الخبرة"),
                        _sub("management", 6, "Gestion", "Management", "التسيير"),
                        _sub("network", 2, "Réseau", "Network", "الشبكة"),
                    ),
                    "organisation",
                    t("Organisation", "Organisation", "المنظمة"),
                ),
                Part(
                    (
                        _sub("relevance", 10, "Pertinence", "Relevance", "الملاءمة", 1),
                        _sub("method", 5, "Méthode", "Method", "المنهجية"),
                        _sub("inclusion", 5, "Inclusion", "Inclusion", "الإدماج"),
                        _sub("budget", 5, "Budget", "Budget", "الميزانية", 2),
                        _sub("sustainability", 5, "Durabilité", "Sustainability", "الاستدامة"),
                    ),
                    "action",
                    t("Action", "Action", "العمل"),
                ),
            ),
        ),
    ),
)

RISE_UP = Template(
    "rise-up",
    t("Concours d’innovation, 100 points", "Innovation contest, 100 points", "مسابقة الابتكار، 100 نقطة"),
    (
        Sheet(
            t("Grille du concours", "Grid of the contest", "شبكة المسابقة"),
            (
                Part(
                    (
                        Line("innovation", t("Innovation", "Innovation", "الابتكار"), 30, tie=1),
                        Line(
                            "revenue", t("Modèle de revenus", "Revenue model", "نموذج الإيرادات"), 25, tie=2
                        ),
                        Line("alignment", t("Alignement", "Alignment", "التوافق"), 15),
                        Line("impact", t("Impact", "Impact", "الأثر"), 15),
                        Line("team", t("Équipe", "Team", "الفريق"), 10),
                        Line("sustainability", t("Durabilité", "Sustainability", "الاستدامة"), 5),
                    )
                ),
            ),
        ),
    ),
)

TEMPLATES = {
    template.key: template
    for template in (MAR_REF, LBY_MTQ2, MLI_801, MLI_803, MLI_JPN, EU_CONCEPT_NOTE, WYDE, RISE_UP)
}


def install(call: Call, key: str) -> list[Grid]:
    """Give a draft call the grids of a template, after those that it has; return them.

    Raises KeyError for an unknown template.
    """
    return install_template(call, TEMPLATES[key])


def install_template(call: Call, template: Template) -> list[Grid]:
    """Give the call a template's grids after those that it has; return the new ones."""
    with transaction.atomic():
        first = call.grids.count() + 1
        return [
            _install(call, template.key, number, sheet) for number, sheet in enumerate(template.sheets, first)
        ]


def _install(call: Call, key: str, number: int, sheet: Sheet) -> Grid:
    grid = Grid.objects.create(
        call=call,
        number=number,
        stage=sheet.stage,
        kind=sheet.kind,
        share=sheet.total,
        pass_mark=sheet.pass_mark,
        jurors=sheet.jurors,
        template=key,
        **_columns("title", sheet.title),
    )
    for place, part in enumerate(sheet.parts, start=1):
        section = None
        if part.title is not None:
            section = Section.objects.create(
                grid=grid, sort=place, key=part.key, threshold=part.threshold, **_columns("title", part.title)
            )
        Criterion.objects.bulk_create(
            [_criterion(grid, section, sort, line) for sort, line in enumerate(part.lines, start=1)]
        )
    return grid


def _criterion(grid: Grid, section: Section | None, sort: int, line: Line) -> Criterion:
    low, high = line.marks or (0, line.points)
    return Criterion(
        grid=grid,
        section=section,
        sort=sort,
        key=line.key,
        points=Decimal(line.points),
        low=Decimal(low),
        high=Decimal(high),
        threshold=None if line.threshold is None else Decimal(line.threshold),
        comment_at=[str(mark) for mark in line.comment_at],
        anchors={str(mark): dict(text) for mark, text in (line.anchors or {}).items()},
        tie_order=line.tie,
        gate=line.gate,
        **_columns("title", line.title),
        **_columns("help", line.help or {}),
    )


def _columns(name: str, texts: Texts) -> dict[str, Any]:
    return {f"{name}_{language}": text for language, text in texts.items()}
