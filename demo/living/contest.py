"""A second call of the living programme, a contest: sheets on paper, site visits and pitches, side by side.

The secretary types in what jurors signed on paper, the field agent marks what was seen on the spot, and the
pitches have begun this morning: their marks are hidden until the round is closed.
"""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from applications import standard_forms
from applications.models import Application, EligibilityRule, FormVersion
from demo.living import juries
from demo.living.applications import Applicants
from demo.living.people import REGULARS
from demo.living.programme import AGREED, CODE, CURRENCY, KNOWN, VISITS
from demo.living.stage import INK, PAPER, Stage
from demo.loading.programme import texts
from demo.plan import Text
from disbursements.models import TranchePlan, TranchePlanRow
from followup.models import VisitPlan
from programmes.models import Call, SelectionSession, Track
from scoring import declaration, draw, grid_templates, paper_sheets, pitch_order, rounds
from scoring.grid_templates import Line, Part, Sheet, Template
from scoring.marks import Given
from scoring.models import JurorEngagement, JuryAssignment, Round, RoundKind

CALL = f"{CODE}-C"
JURORS = (1, 5, 6)
FILES = 4
SEEN = "Vu sur place avec la personne."


def _t(fr: str, en: str, ar: str) -> dict[str, str]:
    return {"fr": fr, "en": en, "ar": ar}


GRIDS = Template(
    "contest",
    _t("Concours", "Contest", "مسابقة"),
    (
        Sheet(
            _t("Tour sur dossier", "Paper round", "جولة الملف"),
            (
                Part(
                    (
                        Line(
                            "idea", _t("Idée et clients", "Idea and customers", "الفكرة والزبائن"), 30, tie=1
                        ),
                        Line("money", _t("Budget", "Budget", "الميزانية"), 20, comment_at=(0, 5), tie=2),
                        Line(
                            "effect",
                            _t("Effet sur le quartier", "Effect on the quarter", "الأثر على الحي"),
                            10,
                        ),
                    )
                ),
            ),
            jurors=2,
        ),
        Sheet(
            _t("Visite du site", "Visit of the site", "زيارة الموقع"),
            (
                Part(
                    (
                        Line(
                            "place",
                            _t("Local et accès", "Premises and access", "المحل والوصول إليه"),
                            10,
                            tie=1,
                        ),
                        Line("ready", _t("Prêt à démarrer", "Ready to start", "الجاهزية للانطلاق"), 10),
                    )
                ),
            ),
            kind=RoundKind.VISIT,
            jurors=1,
        ),
        Sheet(
            _t("Présentation devant le jury", "Pitch before the jury", "العرض أمام لجنة التحكيم"),
            (
                Part(
                    (
                        Line("clear", _t("Clarté", "Clarity", "الوضوح"), 10, tie=1),
                        Line(
                            "answers",
                            _t("Réponses aux questions", "Answers to questions", "الأجوبة عن الأسئلة"),
                            10,
                        ),
                    )
                ),
            ),
            kind=RoundKind.PITCH,
            jurors=3,
        ),
    ),
)


def load(stage: Stage) -> None:
    """Play the contest from its call until this morning's pitches."""
    own = _call(replace(stage, persons=stage.persons[REGULARS:], tracks={}, sessions={}))
    session = own.sessions[1]
    applicants = Applicants(own)
    files = [
        applicants.eligible(own.at(-40 + place, 9 + place), own.at(-27, 9), track="IND")
        for place in range(FILES)
    ]
    own.fire(own.call, "close", "manager", own.at(-29, 9))
    own.fire(session, "start_screening", "jury_secretary", own.at(-28, 8))
    juries.appoint(own, session, JURORS, own.at(-32))
    agent = _agent(own, session)
    paper, visit, pitch = rounds.ensure_rounds(session)
    _drawn(own, paper)
    juries.confirm_copies(own, session, own.at(-24))
    own.fire(session, "start_scoring", "jury_secretary", own.at(-24, 12))
    for held in (visit, pitch):
        _drawn(own, held)
    _dates(own, paper, -23, 3)
    _dates(own, visit, -12, 2)
    _dates(own, pitch, 0, 1)
    _on_paper(own, paper)
    _on_the_spot(own, visit, agent)
    _pitched(own, pitch, files)


def _call(own: Stage) -> Stage:
    call = Call.objects.create(
        programme=own.programme,
        code=CALL,
        title_fr="Concours de projets",
        title_en="Project contest",
        title_ar="مسابقة المشاريع",
        summary_fr="Dossier, visite du site et présentation devant le jury comptent ensemble.",
        summary_en="The file, a visit of the site and a pitch before the jury count together.",
        summary_ar="يُحتسب الملف وزيارة الموقع والعرض أمام اللجنة معاً.",
        currency=CURRENCY,
        envelope_minor=3_000_000,
        opens_at=own.at(-50, 8),
        closes_at=own.at(-29, 8),
    )
    own.made_call = call
    track = Track.objects.create(
        call=call,
        code="IND",
        **texts("title", Text("Création individuelle", "Individual creation", "إحداث فردي")),
        purpose="creation",
        payment="cash",
        ceiling_minor=1_500_000,
    )
    own.tracks["IND"] = track
    plan = TranchePlan.objects.create(call=call, track=track)
    TranchePlanRow.objects.create(
        plan=plan,
        number=1,
        share_percent=100,
        payment_mode="cash",
        needs_receipts=True,
        conditions=[AGREED, KNOWN],
    )
    own.sessions[1] = SelectionSession.objects.create(call=call, number=1, cutoff_at=call.closes_at, places=2)
    FormVersion.objects.create(call=call, stage="idea", definition=standard_forms.idea_form())
    EligibilityRule.objects.create(
        call=call,
        kind="by_hand",
        severity="block",
        parameters={},
        title_fr="Statut et résidence vérifiés",
        title_en="Status and residence checked",
        title_ar="التحقق من الوضع والإقامة",
    )
    grid_templates.install_template(call, GRIDS)
    visits = VisitPlan.objects.create(programme=own.programme, call=call)
    for row in VISITS[:1]:
        visits.rows.create(**row)
    own.fire(call, "publish", "manager", own.at(-52))
    own.fire(call, "open", "manager", own.at(-50, 9))
    return own


def _agent(own: Stage, session: SelectionSession) -> JurorEngagement:
    """The field agent goes to the sites and marks what is there."""
    made = JurorEngagement.objects.create(
        session=session,
        user=own.staff["field_agent"],
        languages=["fr", "ar", "en"],
        visits=True,
        invited_at=own.at(-30),
        invited_by=own.staff["jury_secretary"],
    )
    own.fire(made, "accept", made.user, own.at(-29), declared=True, declaration=declaration.text())
    return made


def _drawn(own: Stage, held: Round) -> None:
    secretary, at = own.staff["jury_secretary"], own.at(-25)
    found = draw.preview(held, seed=juries.SEED)
    draw.propose(held, seed=juries.SEED, fingerprint=found.fingerprint, by=secretary, at=at)
    for proposal in JuryAssignment.objects.filter(round=held, state="proposed").order_by("pk"):
        own.fire(proposal, "confirm", secretary, at)


def _dates(own: Stage, held: Round, first: int, last: int) -> None:
    held.refresh_from_db()
    held.opens_at, held.closes_at = own.at(first, 0), own.at(last, 18)
    held.save()


def _on_paper(own: Stage, held: Round) -> None:
    """Every signed sheet but one was typed in, each with its photo."""
    secretary = own.staff["jury_secretary"]
    waiting = list(held.assignments.filter(state="assigned").order_by("pk"))
    for place, assignment in enumerate(waiting[:-1]):
        at = own.at(-8, 9 + place)
        given = {
            line.pk: Given(
                value=Decimal(max(int(line.high) - (place + turn) % 3, 1)), comment="Écrit sur la fiche."
            )
            for turn, line in enumerate(held.grid.lines)
        }
        scan = _signed(assignment, [str(one.value) for one in given.values()])
        sheet = paper_sheets.save(assignment, given, scan=scan, revision=0, by=secretary, at=at)
        own.fire(sheet, "submit", secretary, at)


def _signed(assignment: JuryAssignment, marks: list[str]) -> SimpleUploadedFile:
    """A photo of a sheet that a juror filled in and signed."""
    image = Image.new("RGB", (620, 420), PAPER)
    pen = ImageDraw.Draw(image)
    pen.rectangle((16, 16, 604, 404), outline=INK)
    pen.text((36, 34), f"Fiche de notation  {assignment.application.case.number}", fill=INK)
    pen.text((36, 58), "Sans conflit avec ce dossier   [x]", fill=INK)
    for turn, mark in enumerate(marks):
        pen.line((36, 118 + 44 * turn, 580, 118 + 44 * turn), fill="#b9b3a4")
        pen.text((36, 98 + 44 * turn), f"Critère {turn + 1}", fill=INK)
        pen.text((540, 98 + 44 * turn), mark, fill="#1d3f8a")
    x, y = 400, 350
    seed = assignment.pk
    points = [(x + 9 * step, y + (seed * (step + 3) * 7) % 31 - 15) for step in range(18)]
    pen.line(points, fill="#1d3f8a", width=2)
    pen.text((36, 344), "Signature", fill=INK)
    out = BytesIO()
    image.save(out, "JPEG", quality=70)
    return SimpleUploadedFile("fiche-signee.jpg", out.getvalue())


def _on_the_spot(own: Stage, held: Round, agent: JurorEngagement) -> None:
    """The agent was at all sites but the last one."""
    waiting = list(held.assignments.filter(engagement=agent, state="assigned").order_by("pk"))
    for place, assignment in enumerate(waiting[:-1]):
        juries.mark(own, assignment, own.at(-6 + place, 16), merit=place % 2)


def _pitched(own: Stage, held: Round, files: list[Application]) -> None:
    """Everybody has a turn this morning; the first pitch is over and was marked."""
    pitch_order.draw(held, start=own.now.replace(minute=0, second=0, microsecond=0), minutes=20)
    first = pitch_order.turns_of(held)[0]
    if first.application_id not in {one.pk for one in files}:
        raise LookupError("a turn is nobody's")
    own_files = held.assignments.filter(application=first.application_id, state="assigned").order_by("pk")
    for place, assignment in enumerate(own_files[:2]):
        juries.mark(own, assignment, own.at(0, 10), merit=place)
