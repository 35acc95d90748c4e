"""Setting the living programme up: what it is, its call with tracks and plans, its rolling sessions."""

from datetime import datetime
from functools import partial

from applications import standard_forms
from applications.models import EligibilityRule, FormVersion
from demo.living.stage import Stage
from demo.loading.programme import Loaded, surround, texts
from demo.loading.staff import Staff
from demo.plan import DEMONSTRATION, DonorPlan, PartnerPlan, ProgrammePlan, SitePlan, Text
from disbursements.models import (
    ApprovalThreshold,
    PaymentPolicy,
    TranchePlan,
    TranchePlanRow,
    WriteOffCeiling,
)
from followup.models import VisitPlan
from programmes import questions
from programmes.models import Call, Programme, SelectionSession, Track
from scoring import grid_templates
from scoring.models import Quota

CODE, CALL = "DEMO-2026", "DEMO-2026-A"
CURRENCY = "MAD"
SITES = (
    SitePlan("RAB", Text("Rabat-Salé", "Rabat-Salé", "الرباط سلا"), 34.0209, -6.8416),
    SitePlan("FES", Text("Fès", "Fes", "فاس"), 34.0181, -5.0078),
    SitePlan("OUJ", Text("Oujda", "Oujda", "وجدة"), 34.6814, -1.9086),
)
FIRST, LATEST, SITTING, MARKING, SCREENING, OPEN = range(1, 7)
CUTOFFS = {FIRST: -140, LATEST: -32, SITTING: -20, MARKING: -10, SCREENING: -3, OPEN: 45}
AGREED, KNOWN = {"kind": "agreement_signed"}, {"kind": "destination_verified"}
VISITED = {"kind": "visit_validated", "parameter": "M1"}
ACCOUNTED = {"kind": "receipts_accepted", "parameter": "100"}
# track: title, purpose, payment, ceiling, rows of (percent, mode, receipts, conditions)
TRACKS = {
    "IND": (
        Text("Création individuelle", "Individual creation", "إحداث فردي"),
        "creation",
        "supplier",
        1_500_000,
        ((60, "supplier", True, [AGREED, KNOWN]), (40, "supplier", True, [VISITED, ACCOUNTED])),
    ),
    "KIT": (
        Text("Kit d’installation", "Start-up kit", "حقيبة الانطلاق"),
        "creation",
        "kit",
        600_000,
        ((100, "kit", False, [AGREED]),),
    ),
    "STR": (
        Text("Renforcement", "Strengthening", "دعم مشروع قائم"),
        "strengthening",
        "cash",
        1_000_000,
        ((100, "cash", True, [AGREED, KNOWN]),),
    ),
}
VISITS = (
    {"code": "D15", "offset_days": 15, "purpose": "Installation"},
    {"code": "M1", "offset_months": 1, "gates_tranche": 2, "purpose": "Démarrage, débloque la tranche 2"},
    {"code": "M3", "offset_months": 3, "purpose": "Premiers résultats"},
    {"code": "M6", "offset_months": 6, "purpose": "Survie à 6 mois"},
    {"code": "M12", "offset_months": 12, "purpose": "Survie à 12 mois"},
)


def described(stage_day: partial[datetime]) -> ProgrammePlan:
    """Return what surrounds the programme: donors, sites, partners."""
    return ProgrammePlan(
        code=CODE,
        title=Text("Entreprendre (démonstration)", "Starting up (demonstration)", "المبادرة (عرض توضيحي)"),
        summary=Text(
            "Programme inventé pour essayer Jalon : un appel est ouvert, et chaque rôle y trouve"
            " quelque chose à"
            " faire aujourd’hui. Aucune personne ni aucun montant n’est réel.",
            "A programme invented for trying Jalon: a call is open, and every role finds something to"
            " do in it"
            " today. No person and no amount is real.",
            "برنامج مُختلَق لتجربة «جالون»: دعوة مفتوحة لتقديم المشاريع، ولكل دور ما يقوم به اليوم. لا"
            " شخص ولا"
            " مبلغ حقيقي فيه.",
        ),
        country="MA",
        currency=CURRENCY,
        accent="#8a3d5e",
        sites=SITES,
        office="Rabat",
        phones=False,
        donors=(
            DonorPlan(
                Text("Fonds de la démonstration", "Demonstration fund", "صندوق العرض التوضيحي"),
                20_000_000,
                "EUR",
                DEMONSTRATION,
            ),
        ),
        partners=(
            PartnerPlan(
                Text("Association d’appui (démo)", "Support association (demo)", "جمعية الدعم (عرض)"),
                "secretariat",
            ),
        ),
        rate=("10.80", "MAD/EUR", stage_day(-200).date()),
    )


def set_up(staff: Staff, now: datetime) -> Stage:
    """Make the programme with its people and its call, publish and open it; return the stage."""
    stage = Stage(now, staff, Programme(code=CODE, country="MA", currency=CURRENCY))
    plan = described(partial(stage.at))
    stage.programme = Programme(
        code=CODE,
        **texts("title", plan.title),
        **texts("summary", plan.summary),
        country=plan.country,
        currency=CURRENCY,
        time_zone="Africa/Casablanca",
        planned_start=stage.at(-200).date(),
        planned_end=stage.at(530).date(),
        actual_start=stage.at(-200).date(),
        accent=plan.accent,
        is_listed=True,
    )
    stage.programme.save()
    loaded = Loaded(plan=plan, staff=staff, programme=stage.programme)
    surround(loaded)
    stage.sites = loaded.sites
    stage.fire(stage.programme, "publish", "manager", stage.at(-200))
    PaymentPolicy.objects.create(programme=stage.programme, cooling_hours=24, quotes_above_minor=500_000)
    WriteOffCeiling.objects.create(programme=stage.programme, currency="MAD", up_to_minor=200_000)
    ApprovalThreshold.objects.create(
        programme=stage.programme, currency=CURRENCY, from_minor=0, approvals=1, releases=1
    )
    _call(stage)
    return stage


def _call(stage: Stage) -> None:
    call = Call.objects.create(
        programme=stage.programme,
        code=CALL,
        title_fr="Petites entreprises, appel permanent",
        title_en="Small enterprises, rolling call",
        title_ar="المقاولات الصغرى، دعوة مستمرة",
        summary_fr="Créer ou renforcer une petite activité. Une page suffit, réponse en six semaines.",
        summary_en="Start or strengthen a small business. One page is enough; an answer within six weeks.",
        summary_ar="إحداث نشاط صغير أو دعمه. تكفي صفحة واحدة، والجواب خلال ستة أسابيع.",
        currency=CURRENCY,
        envelope_minor=120_000_000,
        opens_at=stage.at(-170, 8),
        closes_at=stage.at(CUTOFFS[OPEN], 18),
    )
    stage.made_call = call
    for sort, (code, (title, purpose, payment, ceiling, rows)) in enumerate(TRACKS.items()):
        track = Track.objects.create(
            call=call,
            code=code,
            **texts("title", title),
            purpose=purpose,
            payment=payment,
            ceiling_minor=ceiling,
            sort=sort,
        )
        stage.tracks[code] = track
        plan = TranchePlan.objects.create(call=call, track=track)
        for number, (percent, mode, receipts, conditions) in enumerate(rows, start=1):
            TranchePlanRow.objects.create(
                plan=plan,
                number=number,
                share_percent=percent,
                payment_mode=mode,
                needs_receipts=receipts,
                conditions=conditions,
            )
    for number, days in CUTOFFS.items():
        stage.sessions[number] = SelectionSession.objects.create(
            call=call, number=number, cutoff_at=stage.at(days, 18), places=None
        )
    FormVersion.objects.create(call=call, stage="idea", definition=standard_forms.idea_form())
    _rules(call)
    grid_templates.install(call, "mar-ref")
    Quota.objects.create(call=call, measure="sex", value="f", of="persons", goal=40)
    Quota.objects.create(call=call, measure="site", value="FES", goal=30, reserved=True, sort=1)
    visits = VisitPlan.objects.create(programme=stage.programme, call=call)
    for row in VISITS:
        visits.rows.create(**row)
    stage.fire(call, "publish", "manager", stage.at(-177))
    stage.fire(call, "open", "manager", stage.at(-170, 9))
    _questions(stage, call)


def _questions(stage: Stage, call: Call) -> None:
    """One question that was answered for all, one that a visitor asked and that waits."""
    texts_ = {
        "question_fr": "Puis-je envoyer des photos de mes factures ?",
        "answer_fr": "Oui, une photo nette de chaque page suffit. Gardez les originaux.",
        "question_en": "May I send photos of my invoices?",
        "answer_en": "Yes, a clear photo of each page is enough. Keep the originals.",
        "question_ar": "هل يمكنني إرسال صور لفواتيري؟",
        "answer_ar": "نعم، تكفي صورة واضحة لكل صفحة. احتفظوا بالأصول.",
    }
    question = questions.ask(call, texts_["question_fr"], language="fr", at=stage.at(-160, 10))
    manager = stage.staff["manager"]
    questions.publish(question, texts_, actor=manager, at=stage.at(-159, 9))
    questions.ask(
        call, "Deux sœurs peuvent-elles déposer un seul projet ?", language="fr", at=stage.at(-1, 15)
    )


def _rules(call: Call) -> None:
    EligibilityRule.objects.create(
        call=call,
        kind="age",
        severity="block",
        parameters={"from": 18},
        title_fr="Avoir 18 ans ou plus",
        title_en="Be 18 or older",
        title_ar="أن يكون العمر 18 سنة أو أكثر",
        sort=1,
    )
    EligibilityRule.objects.create(
        call=call,
        kind="by_hand",
        severity="block",
        parameters={},
        title_fr="Statut et résidence vérifiés",
        title_en="Status and residence checked",
        title_ar="التحقق من الوضع والإقامة",
        sort=2,
    )
