"""Applications of the living programme: written, sent, screened, each as far as it is today."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count, cycle
from typing import Any

from accounts.models import User
from applications import drafting, screening
from applications.models import Application, Consent, Person
from demo.living.ideas import IDEAS, KITS, QUARTERS, STRONGER, Idea
from demo.living.stage import Stage

ACCEPTED = {"outcome": "met", "reason": "Carte de réfugié et attestation de résidence vues"}
_by_track: dict[str, tuple[Idea, ...]] = {"IND": IDEAS, "KIT": KITS, "STR": STRONGER}


TOLD = (
    " On me joint au +212 661 00 45 12, ou au magasin de mon oncle Brahim, rue du Puits.",
    " Mon adresse : atelier.du.puits@exemple.example.",
    "",
)
"""What applicants write of themselves beside their idea: what a person hides from the jury."""


@dataclass
class Applicants:
    """Hands out persons, ideas and places in turn."""

    stage: Stage

    def __post_init__(self) -> None:
        self._number = count()
        self._ideas = {track: cycle(ideas) for track, ideas in _by_track.items()}
        self._quarters = {site: cycle(quarters) for site, quarters in QUARTERS.items()}

    def draft(
        self,
        begun: datetime,
        *,
        track: str = "IND",
        sections: int | None = None,
        idea: Idea | None = None,
        told: str = "",
    ) -> Application:
        """Begin an application of the next person and write it, whole or its first sections only."""
        person = self.stage.persons[next(self._number)]
        idea = idea or next(self._ideas[track])
        application, _new = drafting.begin(
            self.stage.call, self.stage.tracks[track], person, language=idea.language, at=begun
        )
        site = application.case.site
        values = answers_of(idea, next(self._quarters[site.code if site else "RAB"]))
        if told:
            values["description"] += told
            self._quotation(application, begun)
        given = application.begin_answers("idea")
        for section in given.form.sections[:sections]:
            drafting.save(given, section.key, values, at=begun)
        application.refresh_from_db()
        return application

    def _quotation(self, application: Application, at: datetime) -> None:
        """A photo and a scan that jurors are to see, with the name of the applicant on both."""
        who = applicant_of(application)
        name = who.full_name
        lines = ("Devis atelier", f"Client : {name}", "Tel. +212 661 00 45 12", "Total 9 400 MAD")
        self.stage.photo(application, "quotation", who, at, *lines, juror_visible=True)
        pages = [lines, ("Conditions", "Livraison sous deux semaines", f"Lu et approuve : {name}")]
        self.stage.scan(application, "lease", who, at, pages)

    def sent(self, at: datetime, *, track: str = "IND", told: str = "") -> Application:
        """An application that its person sent. told: what is said besides, and jurors must not read."""
        application = self.draft(at, track=track, told=told)
        read = application.answers_at("idea")
        if read is None:
            raise LookupError(f"{application}: nothing was written")
        self.stage.fire(application, "submit", applicant_of(application), at, answers=read.digest)
        return application

    def eligible(
        self, at: datetime, screened: datetime, *, track: str = "IND", told: str = ""
    ) -> Application:
        """An application that was sent and found eligible."""
        application = self.sent(at, track=track, told=told)
        find_eligible(self.stage, application, screened)
        return application


def answers_of(idea: Idea, place: str) -> dict[str, Any]:
    """Return the answers to the standard idea form."""
    return {
        "title": idea.title,
        "trade": idea.trade,
        "description": idea.text.format(place=place),
        "existing": "no",
        "experience": idea.experience,
        "requested": idea.price,
        "use_of_money": idea.purchases,
        "sworn": True,
    }


def applicant_of(application: Application) -> User:
    """Return the account of the person who applies."""
    user = person_of(application).user
    if user is None:
        raise LookupError(f"{application}: no account")
    return user


def person_of(application: Application) -> Person:
    """Return the person who applies."""
    if application.applicant is None:
        raise LookupError(f"{application}: no applicant")
    return application.applicant


def find_eligible(stage: Stage, application: Application, at: datetime) -> None:
    """Check the rules and declare the application eligible, as the screening officer does."""
    officer = stage.staff["screening_officer"]
    for rule in stage.call.eligibility_rules.filter(kind="by_hand"):
        screening.decide(application, rule, actor=officer, at=at, **ACCEPTED)
    stage.fire(application, "mark_eligible", officer, at)


def consent_of(stage: Stage, person: Person, at: datetime) -> None:
    """Note that a person agreed to the use of data."""
    Consent.objects.create(
        person=person,
        programme=stage.programme,
        kind="data",
        given_at=at,
        recorded_by=stage.staff["field_agent"],
    )


def waiting_for_screening(stage: Stage, applicants: Applicants) -> list[Application]:
    """The session that screens now: two to look at, one that was asked for a piece, three found eligible."""
    for days, told in zip((-9, -8, -6), TOLD, strict=True):
        applicants.eligible(stage.at(days, 9), stage.at(-2, 11), told=told)
    asked = applicants.sent(stage.at(-7, 15))
    stage.fire(
        asked,
        "request_piece",
        "screening_officer",
        stage.at(-2, 15),
        questions=["use_of_money", "papers"],
        message="Merci d’ajouter un devis ou la photo d’un devis, et de préciser les prix.",
        due_at=stage.at(8, 18).isoformat(),
    )
    applicants.sent(stage.at(-5, 10))
    applicants.sent(stage.at(-4, 20), track="KIT")
    return [asked]


def still_open(stage: Stage, applicants: Applicants) -> Application:
    """The session that is still open: one draft with its first page written, two applications sent."""
    draft = applicants.draft(stage.at(-1, 19), sections=1, idea=IDEAS[0])
    applicants.sent(stage.at(-1, 12))
    applicants.sent(stage.at(0, 7), track="STR")
    return draft
