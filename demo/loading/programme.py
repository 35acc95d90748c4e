"""Programmes with donors, sites, partners, call, tracks and sessions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from demo.loading.calendar import session_days
from demo.loading.moments import after, at
from demo.loading.staff import Staff, engage
from demo.plan import CallPlan, ProgrammePlan, Text
from programmes.models import (
    Call,
    Contribution,
    ExchangeRate,
    ExpectedResult,
    Office,
    Organisation,
    Partnership,
    Programme,
    ProgrammeLink,
    SelectionSession,
    Site,
    Track,
)
from scoring import grid_templates, rounds
from workflow import Fact, History

TIME_ZONES = {"MA": "Africa/Casablanca", "LY": "Africa/Tripoli", "ML": "Africa/Bamako"}


@dataclass
class Loaded:
    """The records of one programme while it is being loaded."""

    plan: ProgrammePlan
    staff: Staff
    programme: Programme
    sites: dict[str, Site] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    partnerships: dict[str, Partnership] = field(default_factory=dict)
    made_call: Call | None = None
    tracks: dict[str, Track] = field(default_factory=dict)
    sessions: dict[int, SelectionSession] = field(default_factory=dict)
    histories: list[History] = field(default_factory=list)
    later: list[Callable[[], Any]] = field(default_factory=list)

    @property
    def call(self) -> Call:
        """The programme's call; a programme that only accompanies has none."""
        if self.made_call is None:
            raise LookupError(f"{self.plan.code} has no call")
        return self.made_call

    @property
    def two_stage(self) -> bool:
        """Whether an idea is short-listed before a plan is asked for."""
        return self.plan.call is not None and self.plan.call.two_stage


def texts(name: str, text: Text) -> dict[str, str]:
    """Return the three columns of a text."""
    return {f"{name}_fr": text.fr, f"{name}_en": text.en, f"{name}_ar": text.ar}


def load_programme(plan: ProgrammePlan, staff: Staff) -> Loaded:
    """Make the programme with its surroundings; its machine moves with the other histories."""
    start = plan.planned_start or date(2019, 11, 4)
    end = plan.planned_end or date(2021, 12, 31)
    programme = Programme(
        code=plan.code,
        **texts("title", plan.title),
        **texts("summary", plan.summary),
        country=plan.country,
        currency=plan.currency,
        time_zone=TIME_ZONES[plan.country],
        planned_start=plan.planned_start,
        planned_end=plan.planned_end,
        actual_start=start,
        actual_end=end,
        closed_on=plan.closed_on,
        planned_months=plan.planned_months,
        published_months=plan.published_months,
        budget_minor=plan.budget,
        budget_currency=plan.budget_currency,
        forced_pseudonyms=plan.forced_pseudonyms,
        accent=plan.accent,
        is_listed=True,
    )
    programme.save()
    loaded = Loaded(plan=plan, staff=staff, programme=programme)
    loaded.histories.append(History(programme, _programme_facts(loaded, start)))
    surround(loaded)
    if plan.call:
        _call(loaded, plan.call)
    return loaded


def _programme_facts(loaded: Loaded, start: date) -> list[Fact]:
    manager = loaded.staff["manager"]
    facts = [Fact("publish", at(start - timedelta(days=20), 10), manager)]
    if loaded.plan.closed_on:
        facts.append(Fact("close", at(loaded.plan.closed_on, 16), manager))
    return facts


def _organisation(loaded: Loaded, name: Text) -> Organisation:
    found = loaded.organisations.get(name.fr) or Organisation.objects.filter(name_fr=name.fr).first()
    loaded.organisations[name.fr] = found or Organisation.objects.create(**texts("name", name))
    return loaded.organisations[name.fr]


def surround(loaded: Loaded) -> None:
    """Make donors, people with roles, offices, sites, partners, results, links and rates."""
    plan, programme = loaded.plan, loaded.programme
    donors = []
    for number, donor in enumerate(plan.donors):
        organisation = _organisation(loaded, donor.name)
        donors.append(organisation)
        Contribution.objects.create(
            programme=programme,
            donor=organisation,
            amount_minor=donor.amount,
            currency=donor.currency,
            basis=donor.basis,
            source=donor.source,
            sort=number,
        )
    engage(loaded.staff, programme, donors)
    if plan.office:
        Office.objects.create(
            programme=programme, name_fr=plan.office, name_en=plan.office, country=plan.country
        )
    for number, site in enumerate(plan.sites):
        loaded.sites[site.code] = Site.objects.create(
            programme=programme,
            code=site.code,
            **texts("name", site.name),
            latitude=Decimal(str(site.latitude)),
            longitude=Decimal(str(site.longitude)),
            sort=number,
        )
    for number, partner in enumerate(plan.partners):
        organisation = _organisation(loaded, partner.name)
        loaded.partnerships[partner.name.fr] = Partnership.objects.create(
            programme=programme,
            organisation=organisation,
            **texts("role", ROLES[partner.role]),
            signed_on=partner.signed_on,
            sort=number,
        )
    for number, result in enumerate(plan.results, start=1):
        ExpectedResult.objects.create(programme=programme, number=number, **texts("text", result))
    for number, link in enumerate(plan.links):
        ProgrammeLink.objects.create(
            programme=programme,
            kind=link.kind,
            **texts("title", link.title),
            url=link.url,
            sort=number,
        )
    if plan.rate:
        value, pair, day = plan.rate
        quote, base = pair.split("/")
        ExchangeRate.objects.create(
            programme=programme,
            base=base,
            quote=quote,
            rate=Decimal(value),
            on=day,
            source="Taux fixe de la démonstration",
            basis="demonstration",
        )


ROLES = {
    "secretariat": Text("Secrétariat, sans voix", "Secretariat, without a vote", "الكتابة، دون تصويت"),
    "committee": Text("Membre du comité", "Member of the committee", "عضو في اللجنة"),
    "lead": Text("Chef de file", "Lead", "الجهة الرائدة"),
    "partnership": Text("Partenariat pour les jeunes", "Partnership for young people", "شراكة لفائدة الشباب"),
    "partner": Text("Partenaire", "Partner", "شريك"),
}


def _call(loaded: Loaded, plan: CallPlan) -> None:
    manager, secretary = loaded.staff["manager"], loaded.staff["jury_secretary"]
    opens, closes = at(plan.opens, 8), at(plan.closes, 18)
    call = Call.objects.create(
        programme=loaded.programme,
        code=plan.code,
        **texts("title", plan.title),
        currency=loaded.plan.currency,
        envelope_minor=plan.envelope,
        opens_at=opens,
        closes_at=closes,
    )
    loaded.made_call = call
    for number, track in enumerate(plan.tracks):
        loaded.tracks[track.code] = Track.objects.create(
            call=call,
            code=track.code,
            **texts("title", track.title),
            purpose=track.purpose,
            composition=track.composition,
            payment=track.payment,
            ceiling_minor=track.ceiling,
            min_members=track.members[0],
            max_members=track.members[1],
            sort=number,
        )
    grid_templates.install(call, plan.grid)
    rounds.freeze_grids(call, at=after(opens, -7))
    facts = [
        Fact("publish", after(opens, -7), manager),
        Fact("open", opens, manager),
        Fact("close", closes, manager),
    ]
    last = closes
    for number, cutoff in enumerate(plan.cutoffs, start=1):
        session = SelectionSession.objects.create(call=call, number=number, cutoff_at=at(cutoff, 18))
        loaded.sessions[number] = session
        days = session_days(loaded.plan, number)
        session.announced_at = days.announced
        session.appeal_until = after(days.announced, call.appeal_days)
        chair = loaded.staff["jury_chair"]
        loaded.histories.append(
            History(
                session,
                [
                    Fact("start_screening", days.screening, secretary),
                    Fact("start_scoring", days.scoring, secretary),
                    Fact("start_deliberation", days.deliberation, secretary),
                    Fact("announce", days.announced, chair),
                    Fact("close", days.closed, secretary),
                ],
            )
        )
        last = max(last, days.closed)
    loaded.histories.append(History(call, [*facts, Fact("conclude", after(last, 1), manager)]))
