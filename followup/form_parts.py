"""The questions of the visit form, version 1: eleven parts as data, for the app, the page and the paper.

An `Ask` is one question. What the answers may be, and what blocks or only warns, is in
`followup/visit_form.py`; how answers look when they come from a device in `followup/visit_answers.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
)
FILES = (PHOTOS, SIGNATURE)
MOST_ROWS = 40
MOST_PHOTOS = 40


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


@dataclass(frozen=True)
class Ask:
    """One question or one column of a table.

    must: leaving it empty blocks. groups: only groups and cooperatives are asked. limit: letters of a text,
    largest number of a count. shown_if: (name, values) of an earlier choice, or (name, (True,)).
    """

    name: str
    kind: str
    label: Any
    help: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()
    must: bool = False
    groups: bool = False
    limit: int = 0
    shown_if: tuple[str, tuple[Any, ...]] | None = None
    columns: tuple["Ask", ...] = ()

    @property
    def is_file(self) -> bool:
        """Whether files answer it."""
        return self.kind in FILES


@dataclass(frozen=True)
class Part:
    """A part of the form: a page of the app, a panel of the page."""

    name: str
    title: Any
    asks: tuple[Ask, ...]
    note: Any = ""
    groups: bool = False


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
            Ask("signature_person", SIGNATURE, _("Signature of the person visited")),
            Ask("signature_coach", SIGNATURE, _("Signature of the coach")),
        ),
    ),
)

VERSIONS: dict[int, tuple[Part, ...]] = {1: VERSION_1}
LATEST = max(VERSIONS)


def parts_of(version: int) -> tuple[Part, ...]:
    """Return the parts of a version; raises KeyError for one that never was."""
    return VERSIONS[version]


def asks_of(version: int) -> Iterator[Ask]:
    """Yield every question of a version, in order."""
    for part in parts_of(version):
        yield from part.asks


def as_data(version: int) -> list[dict[str, Any]]:
    """Return the parts as plain JSON, texts in the language that is active."""
    return [
        {
            "name": part.name,
            "title": str(part.title),
            "note": str(part.note),
            "asks": [_ask_data(ask) for ask in part.asks],
        }
        for part in parts_of(version)
    ]


def _ask_data(ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = {"name": ask.name, "kind": ask.kind, "label": str(ask.label)}
    if ask.help:
        found["help"] = str(ask.help)
    if ask.choices:
        found["choices"] = [[value, str(label)] for value, label in ask.choices]
    if ask.must:
        found["must"] = True
    if ask.groups:
        found["groups"] = True
    if ask.limit:
        found["limit"] = ask.limit
    if ask.shown_if:
        found["shown_if"] = [ask.shown_if[0], list(ask.shown_if[1])]
    if ask.columns:
        found["columns"] = [_ask_data(column) for column in ask.columns]
    return found
