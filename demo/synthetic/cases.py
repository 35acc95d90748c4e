"""Synthetic applications: who applied with what, and how far each is today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications import case_number
from applications.models import AnswerSet, Application, ApplicationMember, Case, RuleCheck
from demo.loading import words
from demo.loading.moments import Dice, after
from demo.synthetic import people
from demo.synthetic.scene import CUTOFFS, DECIDED, OPEN, SCORING, Scene
from scoring.models import RedactedCopy
from workflow import Fact, History, System

BATCH = 500
DECISION = System("decisionbatch.announce")
AWARDED, REJECTED, REVIEW, SCREENING, DRAFT = "awarded", "rejected", "review", "screening", "draft"
SESSION = {AWARDED: DECIDED, REJECTED: DECIDED, REVIEW: SCORING, SCREENING: OPEN, DRAFT: None}
TRADES = tuple(words.TRADES)


@dataclass
class MadeCase:
    """One synthetic case while it is being loaded; place counts cases of its kind."""

    kind: str
    place: int
    application: Application
    answers: AnswerSet
    begun: datetime

    @property
    def session(self) -> int | None:
        """The number of the session that reads it."""
        return SESSION[self.kind]


def kinds(applications: int) -> list[str]:
    """Return how far each of so many applications is: one in ten decided, most of the others being marked."""
    decided = applications // 10
    waiting = max(1, applications // 50)
    drafts = max(1, applications // 100)
    reviewed = applications - decided - waiting - drafts
    return [
        *(AWARDED if number % 2 == 0 else REJECTED for number in range(decided)),
        *([REVIEW] * reviewed),
        *([SCREENING] * waiting),
        *([DRAFT] * drafts),
    ]


def make(scene: Scene, wanted: Sequence[tuple[str, int, int]], dice: Dice) -> list[MadeCase]:
    """Make cases with their persons. wanted: (kind, place among its kind, serial of the case)."""
    begun = [_begun(scene, kind, dice) for kind, _place, _serial in wanted]
    sites = [dice.choice(scene.sites) for _case in wanted]
    received = [after(moment, -3) for moment in begun]
    persons = people.persons(scene, received, sites, dice)
    made = []
    for (kind, place, serial), moment, site, person in zip(wanted, begun, sites, persons, strict=True):
        trade = dice.choice(TRADES)
        french = words.TRADES[trade][0]
        requested = dice.randrange(500_000, 5_000_000, 10_000)
        session = SESSION[kind]
        application = Application(
            case=Case(
                serial=serial,
                number=case_number.make(serial),
                programme=scene.programme,
                site=site,
                opened_at=moment,
            ),
            call=scene.call,
            track=scene.track,
            session=scene.sessions[session] if session else None,
            applicant=person,
            title=f"{french} {place + 1}",
            sector=french,
            requested_minor=requested,
            awarded_minor=requested if kind == AWARDED else None,
            language="fr",
            submitted_at=None if kind == DRAFT else after(moment, 1),
        )
        answers = AnswerSet(
            application=application,
            form_version=scene.form,
            answers=_answers(application),
            revision=3,
            saved_at=application.submitted_at or moment,
            frozen_at=application.submitted_at,
        )
        made.append(MadeCase(kind, place, application, answers, moment))
    Case.objects.bulk_create([item.application.case for item in made], batch_size=BATCH)
    return made


def _begun(scene: Scene, kind: str, dice: Dice) -> datetime:
    session = SESSION[kind]
    days = dice.randint(4, 34)
    hour = dice.randint(8, 17)
    if session in (DECIDED, SCORING):
        return scene.at(CUTOFFS[session] - days, hour)
    return scene.at(-1 - days // 3, hour)


def histories(scene: Scene, made: Sequence[MadeCase]) -> list[History]:
    """Return the pasts of applications, and the masked copies that jurors read."""
    past = [History(item.application, _facts(scene, item)) for item in made]
    copies = [
        History(
            RedactedCopy(
                application=item.application,
                version=1,
                title=[{"text": item.application.title}],
                content=_content(item),
                language="fr",
                made_at=scene.at(CUTOFFS[item.session or OPEN] + 7),
                confirmed_at=scene.at(CUTOFFS[item.session or OPEN] + 7),
                files_made_at=scene.at(CUTOFFS[item.session or OPEN] + 7),
            )
        )
        for item in made
        if item.session in (DECIDED, SCORING)
    ]
    return past + copies


def _facts(scene: Scene, item: MadeCase) -> list[Fact]:
    if item.kind == DRAFT:
        return []
    sent = item.application.submitted_at or item.begun
    facts = [Fact("submit", sent, scene.staff["field_agent"], {"answers": item.answers.digest})]
    if item.session == OPEN or item.session is None:
        return facts
    cutoff = CUTOFFS[item.session]
    facts.append(Fact("mark_eligible", scene.at(cutoff + 6), scene.staff["screening_officer"]))
    facts.append(Fact("start_review", scene.at(cutoff + 8), scene.staff["jury_secretary"]))
    if item.kind == AWARDED:
        amount = {"amount": item.application.awarded_minor}
        facts.append(Fact("award", scene.at(-280, 11), DECISION, amount))
    if item.kind == REJECTED:
        facts.append(Fact("reject", scene.at(-280, 11), DECISION))
    return facts


def around(scene: Scene, made: Sequence[MadeCase]) -> None:
    """Make what hangs on applications, once these have their keys."""
    ApplicationMember.objects.bulk_create(
        [
            ApplicationMember(
                application=item.application, person=item.application.applicant, role="lead", share=100
            )
            for item in made
        ],
        batch_size=BATCH,
    )
    AnswerSet.objects.bulk_create([item.answers for item in made], batch_size=BATCH)
    screener = scene.staff["screening_officer"]
    RuleCheck.objects.bulk_create(
        [
            RuleCheck(
                application=item.application,
                rule=rule,
                outcome="met",
                checked_by=screener,
                checked_at=after(item.begun, 4),
            )
            for item in made
            if item.session in (DECIDED, SCORING)
            for rule in scene.rules
        ],
        batch_size=BATCH,
    )


def _answers(application: Application) -> dict[str, Any]:
    return {
        "title": application.title,
        "trade": application.sector,
        "description": words.DESCRIPTION["fr"].format(title=application.title),
        "existing": "no",
        "experience": words.EXPERIENCE["fr"],
        "requested": application.requested_minor,
        "use_of_money": words.USE_OF_MONEY["fr"],
        "sworn": True,
    }


def _content(item: MadeCase) -> list[dict[str, Any]]:
    answers = item.answers.answers
    shown = {"description": "Description", "experience": "Expérience", "use_of_money": "Emploi de l’argent"}
    return [
        {
            "title": {"fr": "Votre idée", "en": "Your idea", "ar": "فكرتكم"},
            "answers": [
                {
                    "kind": "long_text",
                    "label": {"fr": label},
                    "currency": item.application.currency,
                    "pieces": [{"text": answers[key]}],
                }
                for key, label in shown.items()
            ],
        }
    ]
