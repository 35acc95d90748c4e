"""What happened in a programme, as plain data: the demo's programmes are written in these words.

A plan knows nothing of models; `demo/loading/` turns it into records, events and postings. Amounts are in
minor units of the programme's currency. Every value is published (P), from elsewhere (O) or invented for
the demonstration (D); the basis is stored beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

PUBLISHED, OTHER, DEMONSTRATION = "published", "other", "demonstration"


@dataclass(frozen=True)
class Text:
    """A title in three languages."""

    fr: str
    en: str
    ar: str


@dataclass(frozen=True)
class SitePlan:
    """A site with coordinates in degrees."""

    code: str
    name: Text
    latitude: float
    longitude: float


@dataclass(frozen=True)
class DonorPlan:
    """A donor's contribution; amount None means not published."""

    name: Text
    amount: int | None
    currency: str
    basis: str = PUBLISHED
    source: str = ""


@dataclass(frozen=True)
class PartnerPlan:
    """A partner organisation; signed_on where a partnership was signed."""

    name: Text
    role: str
    signed_on: date | None = None
    kind: str = "partner"


@dataclass(frozen=True)
class LinkPlan:
    """Something that the public page links to: link, video, document or evaluation."""

    kind: str
    title: Text
    url: str = ""


@dataclass(frozen=True)
class TrackPlan:
    """A track of a call. tranches: (percent, payment mode, [(condition kind, parameter)])."""

    code: str
    title: Text
    purpose: str
    composition: str
    payment: str
    ceiling: int | None
    members: tuple[int, int]
    tranches: Sequence[tuple[int, str, Sequence[tuple[str, str]]]]


@dataclass(frozen=True)
class VisitPlanned:
    """A visit of the plan."""

    code: str
    months: int = 0
    days: int = 0
    gates: int | None = None
    purpose: str = ""


@dataclass(frozen=True)
class CallPlan:
    """A call with its tracks, grid template, sessions by cut-off date and visit plan."""

    code: str
    title: Text
    opens: date
    closes: date
    envelope: int
    tracks: Sequence[TrackPlan]
    grid: str
    cutoffs: Sequence[date]
    visits: Sequence[VisitPlanned]
    anchor: str = "first_payment"
    two_stage: bool = False


@dataclass
class PersonPlan:
    """A person as the demo invents it."""

    key: str
    sex: str
    birth_year: int
    site: str
    latin: str
    arabic: str
    category: str
    received_on: date | None = None
    aware_on: date | None = None


@dataclass
class CasePlan:
    """One application and how it ended.

    ends: funded, rejected, ineligible, withdrawn, lapsed_from_waiting, not_retained, enrolled_no_plan,
    rejected_after_pitch. session: 1-based number of the selection session.
    """

    key: str
    track: str
    title: str
    members: list[PersonPlan]
    site: str
    session: int
    ends: str
    requested: int
    amount: int | None = None
    organisation: str = ""
    households: int | None = None
    sector: str = ""
    profile: dict[str, Any] = field(default_factory=dict)
    registered_on: date | None = None


@dataclass
class CohortPlan:
    """A cohort with its sessions' dates and its people; each row says what became of the person."""

    code: str
    title: Text
    kind: str
    sessions: Sequence[date]
    people: list["EnrolmentPlan"]


@dataclass
class EnrolmentPlan:
    """A place in a cohort."""

    person: PersonPlan
    completed: bool = True
    idea_on: date | None = None
    partner: str = ""
    opened: bool = False
    baseline_profit: int | None = None
    month_6_profit: int | None = None


@dataclass
class ProgrammePlan:
    """One programme record, whole."""

    code: str
    title: Text
    country: str
    currency: str
    accent: str
    sites: Sequence[SitePlan]
    summary: Text
    parent: str = ""
    office: str = ""
    planned_start: date | None = None
    planned_end: date | None = None
    closed_on: date | None = None
    planned_months: int | None = None
    published_months: int | None = None
    budget: int | None = None
    budget_currency: str = ""
    forced_pseudonyms: bool = True
    phones: bool = True
    donors: Sequence[DonorPlan] = ()
    partners: Sequence[PartnerPlan] = ()
    links: Sequence[LinkPlan] = ()
    results: Sequence[Text] = ()
    call: CallPlan | None = None
    people: list[PersonPlan] = field(default_factory=list)
    cases: list[CasePlan] = field(default_factory=list)
    cohorts: list[CohortPlan] = field(default_factory=list)
    strengthened: Sequence[tuple[Text, str, date]] = ()
    rate: tuple[str, str, date] | None = None
    years: tuple[int, int] = (0, 0)
    profit_range: tuple[int, int] = (0, 0)
