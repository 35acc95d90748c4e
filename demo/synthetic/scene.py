"""Where synthetic applications live: programme, accounts, call, sessions, grid, forms and plans."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from accounts.models import User
from applications import standard_forms
from applications.models import EligibilityRule, FormVersion
from demo.loading.moments import Dice, after
from demo.loading.staff import NAMES, PASSWORD, Staff, engage
from disbursements.models import ApprovalThreshold, PaymentPolicy, TranchePlan, TranchePlanRow
from followup.models import VisitPlan, VisitPlanRow
from programmes.models import Call, Programme, SelectionSession, Site, Track
from scoring import grid_templates, rounds
from scoring.models import Criterion, JurorEngagement, Round
from workflow import Fact, History, load_history

DOMAIN = "load.example"
CURRENCY = "MAD"
ENVELOPE = 10**13
CEILING = 5_000_000
SITES = (("CAS", "Casablanca"), ("RBA", "Rabat"), ("OUJ", "Oujda"), ("AGA", "Agadir"), ("TNG", "Tanger"))
DECIDED, SCORING, OPEN = 1, 2, 3
CUTOFFS = {DECIDED: -320, SCORING: -20, OPEN: 60}
COACHES = 20


def code_of(seed: int) -> str:
    """Return the code of the programme that a seed makes."""
    return f"LOAD-{seed}"


@dataclass
class Scene:
    """The records that every batch of synthetic cases hangs on."""

    seed: int
    now: datetime
    staff: Staff
    programme: Programme
    call: Call
    track: Track
    sites: list[Site]
    sessions: dict[int, SelectionSession]
    form: FormVersion
    rules: list[EligibilityRule]
    instalments: list[TranchePlanRow]
    visits: list[VisitPlanRow]
    rounds: dict[int, Round] = field(default_factory=dict)
    criteria: list[Criterion] = field(default_factory=list)
    engagements: dict[int, list[JurorEngagement]] = field(default_factory=dict)

    def at(self, days: int, hour: int = 10) -> datetime:
        """Return a moment so many days from now, negative ones in the past."""
        return (self.now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)

    def dice(self, part: str) -> Dice:
        """Return the source of chance of one part."""
        return Dice(f"synthetic {self.seed} {part}")


def set_up(*, seed: int, jurors: int, marks: int, now: datetime) -> Scene:
    """Make the programme with everything that its call needs. marks: jurors a file."""
    if jurors < marks:
        raise ValueError(f"{marks} marks a file need {marks} jurors")
    scene = _programme(seed, jurors, now)
    _plans(scene)
    _history(scene, marks)
    _juries(scene)
    return scene


def _staff(seed: int, jurors: int) -> Staff:
    """One account a role, hashed once: the password is the demo's."""
    hashed = make_password(PASSWORD)

    def account(name: str, full_name: str) -> User:
        return User(email=f"{name}.{seed}@{DOMAIN}", full_name=full_name, language="fr", password=hashed)

    by_role = {role.value: account(role.value.replace("_", "-"), name) for role, name in NAMES.items()}
    second = account("manager-2", "Second Manager")
    panel = [account(f"juror-{number}", f"Juror {number}") for number in range(1, jurors + 1)]
    coaches = [account(f"coach-{number}", f"Coach {number}") for number in range(1, COACHES + 1)]
    User.objects.bulk_create([*by_role.values(), second, *panel, *coaches])
    return Staff(by_role, second, panel, coaches)


def _programme(seed: int, jurors: int, now: datetime) -> Scene:
    staff = _staff(seed, jurors)
    start = (now - timedelta(days=400)).date()
    programme = Programme.objects.create(
        code=code_of(seed),
        title_fr=f"Charge synthétique {seed}",
        title_en=f"Synthetic load {seed}",
        title_ar=f"حمل اصطناعي {seed}",
        country="MA",
        currency=CURRENCY,
        planned_start=start,
        planned_end=start + timedelta(days=1000),
        actual_start=start,
        is_listed=False,
    )
    engage(staff, programme, [])
    sites = Site.objects.bulk_create(
        Site(programme=programme, code=code, name_fr=name, name_en=name, name_ar=name, sort=number)
        for number, (code, name) in enumerate(SITES)
    )
    call = Call.objects.create(
        programme=programme,
        code="trial",
        title_fr="Appel d’essai",
        title_en="Trial call",
        title_ar="دعوة تجريبية",
        currency=CURRENCY,
        envelope_minor=ENVELOPE,
        opens_at=now - timedelta(days=390),
        closes_at=now + timedelta(days=CUTOFFS[OPEN]),
        is_test=True,
    )
    track = Track.objects.create(
        call=call,
        code="IND",
        title_fr="Projet individuel",
        title_en="Individual project",
        title_ar="مشروع فردي",
        purpose="creation",
        composition="individual",
        payment="cash",
        ceiling_minor=CEILING,
    )
    sessions = {
        number: SelectionSession.objects.create(
            call=call, number=number, cutoff_at=now + timedelta(days=days)
        )
        for number, days in CUTOFFS.items()
    }
    form = FormVersion.objects.create(
        call=call,
        stage="idea",
        definition=standard_forms.idea_form(),
        frozen_at=now - timedelta(days=395),
    )
    return Scene(seed, now, staff, programme, call, track, sites, sessions, form, _rules(call), [], [])


def _rules(call: Call) -> list[EligibilityRule]:
    return EligibilityRule.objects.bulk_create(
        [
            EligibilityRule(
                call=call,
                kind="by_hand",
                severity="block",
                title_fr="Résidence vérifiée",
                title_en="Residence checked",
                title_ar="التحقق من الإقامة",
                sort=1,
            )
        ]
    )


def _plans(scene: Scene) -> None:
    """Two instalments to the beneficiary, the second after the first visit; two visits."""
    PaymentPolicy.objects.create(programme=scene.programme, cooling_hours=24)
    ApprovalThreshold.objects.create(
        programme=scene.programme, currency=CURRENCY, from_minor=0, approvals=1, releases=1
    )
    plan = TranchePlan.objects.create(call=scene.call, track=scene.track)
    waits = (
        [{"kind": "agreement_signed", "parameter": ""}, {"kind": "destination_verified", "parameter": ""}],
        [{"kind": "visit_validated", "parameter": "M1"}],
    )
    scene.instalments = TranchePlanRow.objects.bulk_create(
        TranchePlanRow(
            plan=plan,
            number=number,
            share_percent=share,
            payment_mode="cash",
            needs_receipts=False,
            conditions=conditions,
        )
        for number, (share, conditions) in enumerate(zip((60, 40), waits, strict=True), start=1)
    )
    visit_plan = VisitPlan.objects.create(programme=scene.programme, call=scene.call, anchor="first_payment")
    scene.visits = VisitPlanRow.objects.bulk_create(
        [
            VisitPlanRow(plan=visit_plan, code="M1", offset_months=1, gates_tranche=2, purpose="opening"),
            VisitPlanRow(plan=visit_plan, code="M3", offset_months=3, purpose="results"),
        ]
    )


def _history(scene: Scene, marks: int) -> None:
    """Publish the programme, open the call, decide the first session and let the second one mark."""
    manager, secretary = scene.staff["manager"], scene.staff["jury_secretary"]
    for grid in grid_templates.install(scene.call, "mar-ref"):
        grid.jurors = marks
        grid.save(update_fields=["jurors"])
    rounds.freeze_grids(scene.call, at=scene.at(-395))
    done, held = scene.sessions[DECIDED], scene.sessions[SCORING]
    done.announced_at, done.appeal_until = scene.at(-280, 11), scene.at(-265)
    last = CUTOFFS[DECIDED]
    load_history(
        [
            History(scene.programme, [Fact("publish", scene.at(-396), manager)]),
            History(
                scene.call, [Fact("publish", scene.at(-395), manager), Fact("open", scene.at(-389), manager)]
            ),
            History(
                done,
                [
                    Fact("start_screening", scene.at(last + 1), secretary),
                    Fact("start_scoring", scene.at(last + 8), secretary),
                    Fact("start_deliberation", scene.at(last + 30), secretary),
                    Fact("announce", scene.at(-280, 11), scene.staff["jury_chair"]),
                    Fact("close", scene.at(-260), secretary),
                ],
            ),
            History(
                held,
                [
                    Fact("start_screening", scene.at(CUTOFFS[SCORING] + 1), secretary),
                    Fact("start_scoring", scene.at(CUTOFFS[SCORING] + 8), secretary),
                ],
            ),
        ],
        recorded_at=scene.now,
    )


def _juries(scene: Scene) -> None:
    dice = scene.dice("juries")
    for number in (DECIDED, SCORING):
        session = scene.sessions[number]
        (held,) = rounds.ensure_rounds(session, seed=lambda: f"{dice.getrandbits(64):016x}")
        held.opens_at = scene.at(CUTOFFS[number] + 8)
        held.closes_at = scene.at(CUTOFFS[number] + 28)
        if number == DECIDED:
            held.closed_at, held.closed_by = held.closes_at, scene.staff["jury_secretary"]
        held.save()
        scene.rounds[number] = held
        scene.engagements[number] = _engage(scene, session, number)
    scene.criteria = list(Criterion.objects.filter(grid=scene.rounds[SCORING].grid))


def _engage(scene: Scene, session: SelectionSession, number: int) -> list[JurorEngagement]:
    invited, words = scene.at(CUTOFFS[number] - 10), "Je n’ai aucun intérêt dans ces dossiers."
    engagements, histories = [], []
    for juror in scene.staff.jurors:
        engagement = JurorEngagement(
            session=session,
            user=juror,
            languages=["fr", "ar", "en"],
            invited_at=invited,
            invited_by=scene.staff["jury_secretary"],
            declaration=words,
            declaration_signed_at=after(invited, 2),
        )
        facts = [Fact("accept", after(invited, 2), juror, {"declared": True, "declaration": words})]
        if number == DECIDED:
            facts.append(Fact("end", scene.at(-260), scene.staff["jury_secretary"]))
        engagements.append(engagement)
        histories.append(History(engagement, facts))
    load_history(histories, recorded_at=scene.now)
    return engagements
