"""The questions of the visit form, version 1: parts as data, for the app, the page and the paper.

An `Ask` is one question. What the standard answers may be, and what blocks or only warns, is in
`followup/visit_form.py`; what a programme demands beyond that in `followup/visit_levels.py`; how answers look
when they come from a device in `followup/visit_answers.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from followup.visit_form import BusinessStatus, Modality, MoneySource

(
    TEXT,
    LONG,
    COUNT,
    MONEY,
    SIGNED,
    YES_NO,
    CHOICE,
    DATE,
    TABLE,
    PHOTOS,
    PLACE,
    SIGNATURE,
    NUMBER,
    CHOICES,
    NOTE,
) = KINDS = (
    "text",
    "long",
    "count",
    "money",
    "signed",
    "yes_no",
    "choice",
    "date",
    "table",
    "photos",
    "place",
    "signature",
    "number",
    "choices",
    "note",
)
FILES = (PHOTOS, SIGNATURE)
MOST_ROWS = 40
MOST_PHOTOS = 40
BASELINE = ("V0",)
"""The visits before the first payment: what was there without the grant is asked then, and only then."""


class Met(models.TextChoices):
    """Who received the coach."""

    OWNER = "owner", pgettext_lazy("met", "The owner")
    MEMBER = "member", pgettext_lazy("met", "A member of the group")
    FAMILY = "family", pgettext_lazy("met", "A relative")
    EMPLOYEE = "employee", pgettext_lazy("met", "An employee")
    OTHER = "other", pgettext_lazy("met", "Somebody else")
    NOBODY = "nobody", pgettext_lazy("met", "Nobody")


class AssetFound(models.TextChoices):
    """What became of a thing that the grant paid for."""

    SEEN = "seen", pgettext_lazy("asset", "Seen")
    DAMAGED = "damaged", pgettext_lazy("asset", "Damaged")
    ABSENT = "absent", pgettext_lazy("asset", "Absent")
    SOLD = "sold", pgettext_lazy("asset", "Sold")


class WorkerSex(models.TextChoices):
    """Sex of somebody who works there."""

    FEMALE = "female", _("Woman")
    MALE = "male", _("Man")


class AgeGroup(models.TextChoices):
    """Age of somebody who works there."""

    UNDER_18 = "under_18", _("Under 18")
    YOUNG = "18_35", _("18 to 35")
    OVER_35 = "over_35", _("Over 35")


class JobKind(models.TextChoices):
    """What kind of work it is."""

    PERMANENT = "permanent", pgettext_lazy("job", "Permanent")
    PART_TIME = "part_time", pgettext_lazy("job", "Part-time")
    SEASONAL = "seasonal", pgettext_lazy("job", "Seasonal")
    APPRENTICE = "apprentice", pgettext_lazy("job", "Apprentice")
    FAMILY = "family", pgettext_lazy("job", "Family")


class WellBeing(models.TextChoices):
    """How the person feels, in the person's own words."""

    VERY_WELL = "very_well", pgettext_lazy("well-being", "Very well")
    WELL = "well", pgettext_lazy("well-being", "Well")
    SO_SO = "so_so", pgettext_lazy("well-being", "So-so")
    BADLY = "badly", pgettext_lazy("well-being", "Badly")


class Premises(models.TextChoices):
    """Where the business works."""

    OWN = "own", pgettext_lazy("premises", "Its own")
    RENTED = "rented", pgettext_lazy("premises", "Rented")
    LENT = "lent", pgettext_lazy("premises", "Lent for nothing")
    NONE = "none", pgettext_lazy("premises", "None")


class Signs(models.TextChoices):
    """How the person visited confirms the visit."""

    SIGNS = "signs", pgettext_lazy("confirms", "Signs")
    MARK = "mark", pgettext_lazy("confirms", "Makes a mark before a witness")
    REFUSES = "refuses", pgettext_lazy("confirms", "Does not wish to sign")


class Ask(NamedTuple):
    """One question or one column of a table.

    must: leaving it empty blocks; wish: it only warns. groups: only groups and cooperatives are asked.
    visits: codes of the visits that ask it, empty for all. limit: letters of a text, largest number of a
    count. least, most: bounds of a number or of an amount in minor units; soft: beyond them it only warns.
    shown_if: (name, values) of an earlier choice, or (name, (True,)).
    """

    name: str
    kind: str
    label: Any
    help: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()
    must: bool = False
    wish: bool = False
    groups: bool = False
    visits: tuple[str, ...] = ()
    limit: int = 0
    shown_if: tuple[str, tuple[Any, ...]] | None = None
    columns: tuple["Ask", ...] = ()
    least: float | None = None
    most: float | None = None
    soft: bool = False

    def is_asked(self, code: str, *, is_group: bool) -> bool:
        """Whether a visit of a code asks it, of a group or of one person."""
        return (is_group or not self.groups) and (not self.visits or code in self.visits)

    def is_shown(self, answers: Mapping[str, Any]) -> bool:
        """Whether the answer that it waits for was given."""
        if self.shown_if is None:
            return True
        given = answers.get(self.shown_if[0])
        return any(one in self.shown_if[1] for one in (given if isinstance(given, list) else [given]))

    @property
    def is_file(self) -> bool:
        """Whether files answer it."""
        return self.kind in FILES


class Part(NamedTuple):
    """A part of the form: a page of the app, a panel of the page."""

    name: str
    title: Any
    asks: tuple[Ask, ...]
    note: Any = ""


def _of(choices: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((value, label) for value, label in choices.choices if value)


STOPPED = (BusinessStatus.SUSPENDED.value, BusinessStatus.CLOSED.value, BusinessStatus.SOLD.value)

VERSION_1: tuple[Part, ...] = (
    Part(
        "meeting",
        _("The meeting"),
        (
            Ask("performed_on", DATE, _("Date of the visit"), must=True),
            Ask("modality", CHOICE, _("How"), choices=_of(Modality), must=True),
            Ask("met", CHOICE, _("Who received you"), choices=_of(Met)),
            Ask("members_present", COUNT, _("Members present"), groups=True, limit=500),
            Ask(
                "members_benefiting",
                COUNT,
                _("Members who draw an income or a share"),
                groups=True,
                limit=500,
            ),
            Ask("interpreter", YES_NO, _("With an interpreter")),
        ),
    ),
    Part(
        "business",
        _("The business"),
        (
            Ask("status", CHOICE, _("The business is"), choices=_of(BusinessStatus), must=True),
            Ask("cause", TEXT, _("Why it stopped"), limit=300, shown_if=("status", STOPPED)),
            Ask("stopped_on", DATE, _("Since when"), shown_if=("status", STOPPED)),
        ),
    ),
    Part(
        "baseline",
        _("Before the grant"),
        (
            Ask("existed_before", YES_NO, _("The business existed already"), visits=BASELINE),
            Ask(
                "began_on",
                DATE,
                _("It began on"),
                help=_("About the first of a month where nobody knows the day."),
                visits=BASELINE,
                shown_if=("existed_before", (True,)),
            ),
            Ask(
                "months_active",
                COUNT,
                _("Months of activity in the last twelve"),
                visits=BASELINE,
                limit=12,
            ),
            Ask("income_before", MONEY, _("Income of the owner in a usual month"), visits=BASELINE),
            Ask("debts_before", MONEY, _("Debts of the business"), visits=BASELINE),
            Ask("dependents", COUNT, _("People who live on this income"), visits=BASELINE, limit=99),
            Ask("premises", CHOICE, _("Premises"), choices=_of(Premises), visits=BASELINE),
        ),
        note=_("Asked once, before the first payment: later visits are compared with it."),
    ),
    Part(
        "money",
        _("Money of the last full month"),
        (
            Ask("turnover", MONEY, _("Turnover")),
            Ask("goods", MONEY, _("Goods bought")),
            Ask("wages", MONEY, _("Wages")),
            Ask("rent", MONEY, _("Rent")),
            Ask("transport", MONEY, _("Transport")),
            Ask("other_costs", MONEY, _("Other costs")),
            Ask("drawings", MONEY, _("Taken out by the owner")),
            Ask("profit", SIGNED, _("Profit"), help=_("A loss has a minus sign.")),
            Ask("money_source", CHOICE, _("The figures come from"), choices=_of(MoneySource)),
        ),
        note=_("Leave empty what is unknown: unknown is not 0."),
    ),
    Part(
        "assets",
        _("What the grant paid for"),
        (
            Ask(
                "assets",
                TABLE,
                _("Each thing"),
                columns=(
                    Ask("name", TEXT, _("Thing"), limit=120),
                    Ask("found", CHOICE, _("Found"), choices=_of(AssetFound)),
                    Ask("approved", YES_NO, _("If it is gone: with approval")),
                ),
            ),
        ),
    ),
    Part(
        "funds",
        _("Use of the money received"),
        (
            Ask(
                "funds",
                TABLE,
                _("By line of the budget"),
                columns=(
                    Ask(
                        "budget_line",
                        TEXT,
                        _("Line of the budget"),
                        help=_("Empty: off the budget"),
                        limit=120,
                    ),
                    Ask("spent", MONEY, _("Spent")),
                ),
            ),
            Ask(
                "funds_explanation",
                LONG,
                _("If it does not add up: why"),
                limit=500,
            ),
        ),
    ),
    Part(
        "jobs",
        _("Jobs"),
        (
            Ask(
                "jobs",
                TABLE,
                _("Everybody who works there"),
                columns=(
                    Ask("sex", CHOICE, _("Sex"), choices=_of(WorkerSex)),
                    Ask("age", CHOICE, _("Age"), choices=_of(AgeGroup)),
                    Ask("kind", CHOICE, _("Kind of work"), choices=_of(JobKind)),
                    Ask("months", COUNT, _("Months a year"), limit=12),
                    Ask("hours", COUNT, _("Hours a week"), limit=99),
                    Ask("before", YES_NO, _("Existed before the grant")),
                ),
            ),
            Ask("jobs_women", COUNT, _("Women at work, if not listed"), limit=500),
            Ask("jobs_men", COUNT, _("Men at work, if not listed"), limit=500),
        ),
    ),
    Part(
        "papers",
        _("Papers and accounts"),
        (
            Ask("registered", YES_NO, _("The business is registered")),
            Ask("account", YES_NO, _("It has an account at a bank or by phone")),
            Ask("keeps_accounts", YES_NO, _("Keeps accounts")),
        ),
    ),
    Part(
        "wellbeing",
        _("How the person feels"),
        (
            Ask("wellbeing_consent", YES_NO, _("The person agrees to be asked")),
            Ask(
                "wellbeing",
                CHOICE,
                _("The person feels"),
                choices=_of(WellBeing),
                shown_if=("wellbeing_consent", (True,)),
            ),
        ),
        note=_("Voluntary. No answer changes anything for the grant."),
    ),
    Part(
        "next",
        _("What is next"),
        (
            Ask("difficulties", LONG, _("Difficulties"), limit=1000),
            Ask("advice", LONG, _("Advice given"), limit=1000),
            Ask("next_actions", LONG, _("What is to be done, by whom, until when"), limit=1000),
        ),
    ),
    Part(
        "group",
        _("The group"),
        (
            Ask("cash_book_seen", YES_NO, _("Cash book seen")),
            Ask("members_joined", COUNT, _("Members who joined"), limit=500, groups=True),
            Ask("members_left", COUNT, _("Members who left"), limit=500, groups=True),
            Ask("dispute", YES_NO, _("The group is in dispute"), groups=True),
        ),
    ),
    Part(
        "proof",
        _("Photos, place, signatures"),
        (
            Ask("photos", PHOTOS, _("Photos"), help=_("Ask before each photo of a person.")),
            Ask("place", PLACE, _("Where you are")),
            Ask("person_signs", CHOICE, _("The person visited"), choices=_of(Signs)),
            Ask(
                "witness",
                TEXT,
                _("Witness of the mark"),
                help=_("Name or role, for instance the treasurer."),
                limit=120,
                shown_if=("person_signs", (Signs.MARK.value,)),
            ),
            Ask("signature_person", SIGNATURE, _("Signature or mark of the person visited")),
            Ask("signature_coach", SIGNATURE, _("Signature of the coach")),
        ),
    ),
)

VERSIONS: dict[int, tuple[Part, ...]] = {1: VERSION_1}
LATEST = max(VERSIONS)

_RISK = _("The risk and the hold of instalments are computed from it.")
_FIGURES = _("Figures of results are computed from it.")
_PROOF = _("It proves the visit.")
FIXED: dict[str, Any] = {
    "performed_on": _("It says whether the visit was made in time; an instalment waits for it."),
    "modality": _("It says whether somebody was on site."),
    "status": _RISK,
    "cause": _("It explains the status."),
    "stopped_on": _("It explains the status."),
    "turnover": _FIGURES,
    "profit": _RISK,
    "money_source": _("It says what the figures are worth."),
    "assets": _RISK,
    "funds": _RISK,
    "funds_explanation": _("It explains a difference to what was paid."),
    "jobs": _FIGURES,
    "jobs_women": _FIGURES,
    "jobs_men": _FIGURES,
    "next_actions": _("Action points are made of it."),
    "cash_book_seen": _("An instalment may wait for it."),
    "dispute": _RISK,
    "photos": _PROOF,
    "place": _PROOF,
    "person_signs": _PROOF,
    "witness": _PROOF,
    "signature_person": _PROOF,
    "signature_coach": _PROOF,
}
"""Standard questions that no programme can leave out, and why."""


def asks_of(parts: Iterable[Part]) -> Iterator[Ask]:
    """Yield every question of some parts, in order."""
    for part in parts:
        yield from part.asks


def as_data(version: int) -> list[dict[str, Any]]:
    """Return the parts of a standard version as plain JSON, texts in the language that is active."""
    return [
        {
            "name": part.name,
            "title": str(part.title),
            "note": str(part.note),
            "asks": [ask_data(ask) for ask in part.asks],
        }
        for part in VERSIONS[version]
    ]


def ask_data(ask: Ask) -> dict[str, Any]:
    """Return one question as plain JSON; what does not hold of it is left out."""
    found: dict[str, Any] = {"name": ask.name, "kind": ask.kind, "label": said(ask.label)}
    if ask.help:
        found["help"] = said(ask.help)
    if ask.choices:
        found["choices"] = [[value, said(label)] for value, label in ask.choices]
    for name in ("must", "wish", "groups", "limit", "soft"):
        if getattr(ask, name):
            found[name] = getattr(ask, name)
    for name in ("least", "most"):
        if getattr(ask, name) is not None:
            found[name] = getattr(ask, name)
    if ask.visits:
        found["visits"] = list(ask.visits)
    if ask.shown_if:
        found["shown_if"] = [ask.shown_if[0], list(ask.shown_if[1])]
    if ask.columns:
        found["columns"] = [ask_data(column) for column in ask.columns]
    return found


def said(text: Any) -> Any:
    """Return a text as JSON: in the active language, or by language where it has all of them."""
    return dict(text) if isinstance(text, Mapping) else str(text)
