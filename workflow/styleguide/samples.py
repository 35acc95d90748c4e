"""Invented records that fill the components of the style page. Nothing here comes from a database."""

import datetime
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from workflow import display, listing
from workflow.navigation import Place, ProgrammeChoice

HERE = Path(__file__).parent
TODAY = datetime.date(2023, 6, 15)
LANGUAGES = ("fr", "en", "ar")
Texts = dict[str, str]


class Sum(NamedTuple):
    """An amount as components expect it."""

    minor: int
    currency: str = "LYD"


class SampleProgramme(NamedTuple):
    """A programme as the frame expects it."""

    title: str
    code: str
    accent_class: str
    accent_url: str = ""


class Person(NamedTuple):
    """A signed-in person as the top bar expects it."""

    name: str

    def get_full_name(self) -> str:
        """Return the name."""
        return self.name


@lru_cache
def _texts() -> dict[str, dict[str, str]]:
    return json.loads((HERE / "texts.json").read_text(encoding="utf-8"))


def sums() -> dict[str, Sum]:
    """Return the amounts that the page names."""
    return {
        "instalment": Sum(3_760_000),
        "order": Sum(5_640_000),
        "envelope": Sum(378_000_000),
        "chosen": Sum(92_000_000),
        "own": Sum(1_100_000),
        "asked": Sum(5_450_000),
        "total": Sum(6_550_000),
    }


def texts() -> Texts:
    """Return the invented words in the active language."""
    language = display.language()
    return {key: words[language] for key, words in _texts().items()}


def programmes(words: Texts) -> list[ProgrammeChoice]:
    """Return the programmes of the switcher, each with its accent."""
    return [
        ProgrammeChoice(words["institution"], "LBY-MTQ2", "#main", "#1f5d7a"),
        ProgrammeChoice(words["programme_2"], "MAR-REF-2018", "#main", "#2a6a4d"),
        ProgrammeChoice(words["programme_3"], "MLI-803", "#main", "#8a4a1e"),
    ]


def places(words: Texts) -> list[Place]:
    """Return rail entries: more than five, two with counts."""
    entries = [
        ("inbox", "inbox", "inbox", 7),
        ("applications", "applications", "file-earmark-text", None),
        ("juries", "juries", "clipboard-check", None),
        ("grants", "grants", "card-text", None),
        ("payments", "payments", "cash", 2),
        ("visits", "visits", "geo-alt", 1),
        ("reports", "reports", "bar-chart", None),
    ]
    return [Place(key, words[word], icon, "#main", key == "grants", n) for key, word, icon, n in entries]


def page_head(words: Texts) -> dict[str, Any]:
    """Return facts, machine and side states of the page header's example."""
    return {
        "facts": [
            {"label": words["next_step"], "value": words["next_step_value"]},
            {"label": words["holder"], "value": words["holder_value"]},
            {"label": words["since"], "value": display.isolated(display.age_text(11))},
            {"label": words["case"], "value": display.person("58 214-0", "#main")},
        ],
        "steps": [
            {
                "label": words["step_planned"],
                "status": "done",
                "note": display.date(datetime.date(2023, 2, 14)),
            },
            {"label": words["step_due"], "status": "done", "note": display.date(datetime.date(2023, 5, 28))},
            {
                "label": words["step_received"],
                "status": "here",
                "meaning": "blocked",
                "note": words["step_here"],
            },
            {"label": words["step_verified"], "status": "todo", "note": words["by_followup"]},
            {"label": words["step_approved"], "status": "todo", "note": words["by_direction"]},
            {"label": words["step_ordered"], "status": "todo", "note": words["by_finance"]},
            {"label": words["step_paid"], "status": "todo"},
            {"label": words["step_justified"], "status": "todo"},
        ],
        "side": [
            {"label": words["side_returned"], "meaning": "waiting"},
            {"label": words["side_held"], "meaning": "blocked"},
            {"label": words["side_cancelled"], "meaning": "refused"},
        ],
    }


def case(words: Texts) -> dict[str, Any]:
    """Return timeline, inbox, conditions and signatures."""
    return {
        "events": [
            {
                "what": words["event_refused"],
                "at": TODAY,
                "by": words["event_refused_by"],
                "meaning": "blocked",
            },
            {
                "what": words["event_visit"],
                "at": datetime.date(2023, 6, 4),
                "by": words["event_visit_by"],
                "meaning": "waiting",
            },
            {
                "what": format_html("{} · {}", words["event_paid"], display.money(Sum(5_640_000))),
                "at": datetime.date(2023, 2, 28),
                "by": words["event_paid_by"],
                "meaning": "done",
            },
            {
                "what": words["event_message"],
                "at": datetime.date(2023, 2, 14),
                "by": words["automatic"],
                "meaning": "",
            },
        ],
        "groups": [
            {
                "label": words["late"],
                "meaning": "blocked",
                "tasks": [
                    {
                        "url": "#main",
                        "what": words["task_visit"],
                        "age": display.age_text(11),
                        "late": True,
                        "meta": format_html(
                            "{} · {} {}",
                            display.ref("V-0412"),
                            words["task_visit_meta"],
                            display.money(Sum(3_760_000)),
                        ),
                        "due": words["task_visit_due"],
                    }
                ],
            },
            {
                "label": words["today"],
                "meaning": "waiting",
                "tasks": [
                    {
                        "url": "#main",
                        "what": words["task_batch"],
                        "age": display.age_text(1),
                        "meta": display.ref("DEC-2023-004"),
                        "due": words["today"],
                    }
                ],
            },
            {
                "label": words["later"],
                "meaning": "neutral",
                "tasks": [
                    {
                        "url": "#main",
                        "what": words["task_report"],
                        "age": display.age_text(3),
                        "meta": display.ref("RT-2023-T2"),
                        "due": display.date(datetime.date(2023, 6, 19)),
                    }
                ],
            },
        ],
        "checks": [
            {
                "label": words["agreement_signed"],
                "meaning": "done",
                "note": words["agreement_note"],
                "at": datetime.date(2023, 2, 14),
            },
            {"label": words["account_checked"], "meaning": "waiting", "note": words["account_note"]},
            {
                "label": words["visit_validated"],
                "meaning": "blocked",
                "note": words["visit_note"],
                "url": "#main",
                "link": words["open"],
            },
        ],
        "signs": [
            {
                "label": words["prepared_by"],
                "who": words["hanane"],
                "word": words["signed"],
                "meaning": "done",
                "at": datetime.datetime(2023, 6, 12, 10, 14, tzinfo=datetime.UTC),
            },
            {
                "label": words["approved_by"],
                "who": words["yasmine"],
                "word": words["signed"],
                "meaning": "done",
                "at": datetime.datetime(2023, 6, 13, 8, 52, tzinfo=datetime.UTC),
            },
            {
                "label": words["released_by"],
                "who": words["tarek"],
                "word": words["awaited"],
                "meaning": "blocked",
                "note": words["possible_on"],
            },
        ],
    }


def figures(words: Texts) -> dict[str, Any]:
    """Return tiles, holders and funnel."""

    def tile(key: str, value: Any, unit: str, target: Any, trend: str, points: list[int], cover: int) -> Any:
        return {
            "label": words[key],
            "value": value,
            "url": "#main",
            "unit": unit,
            "target": target,
            "trend": words[trend],
            "meaning": {"minus_2": "waiting", "stable": "neutral"}.get(trend, "done"),
            "points": points,
            "cover": cover,
            "cover_note": words[f"{key}_cover"],
        }

    percent = display.percent_text
    return {
        "tiles": [
            tile(
                "funded",
                38,
                words["of_42"],
                words["funded_target"],
                "plus_5",
                [12, 15, 18, 24, 29, 34, 38],
                100,
            ),
            tile(
                "disbursed",
                display.isolated(percent(display.Decimal("64.8"), 1)),
                words["of_total"],
                display.money(Sum(244_800_000)),
                "plus_points",
                [30, 34, 41, 48, 55, 60, 65],
                100,
            ),
            tile(
                "jobs", 61, words["persons"], words["no_target"], "plus_8", [30, 34, 40, 45, 51, 56, 61], 82
            ),
            tile(
                "survival",
                display.isolated(percent(91)),
                words["of_11"],
                words["survival_target"],
                "minus_2",
                [96, 95, 94, 94, 92, 92, 91],
                85,
            ),
            tile(
                "women",
                display.isolated(percent(21)),
                words["of_38"],
                words["women_target"],
                "plus_1",
                [15, 17, 18, 19, 20, 20, 21],
                100,
            ),
            tile(
                "cost",
                display.isolated(display.amount_text(Sum(6_442_105))),
                "LYD",
                words["cost_target"],
                "stable",
                [61, 65, 63, 66, 66, 68, 66],
                100,
            ),
        ],
        "holders": [
            {
                "label": words["coaches"],
                "url": "#main",
                "amount": Sum(21_600_000),
                "note": words["coaches_note"],
            },
            {
                "label": words["papers_missing"],
                "url": "#main",
                "amount": Sum(14_400_000),
                "note": words["papers_note"],
            },
            {
                "label": words["red_visit"],
                "url": "#main",
                "amount": Sum(7_200_000),
                "note": words["red_note"],
                "meaning": "blocked",
            },
        ],
        "funnel": [
            {"label": words["plans"], "value": 84, "url": "#main"},
            {"label": words["shown"], "value": 60, "url": "#main"},
            {"label": words["chosen"], "value": 42, "url": "#main"},
            {"label": words["agreements"], "value": 42, "url": "#main"},
            {"label": words["first_payment"], "value": 38, "url": "#main"},
        ],
    }


def ranking(words: Texts) -> list[dict[str, Any]]:
    """Return rows around a funding line: two above it, the line itself is drawn by the page, two below."""
    return [
        {"rank": 40, "person": "59 440-4", "mark": "75.28", "amount": Sum(9_000_000), "funded": True},
        {
            "rank": 41,
            "person": "59 501-2",
            "mark": "75.10",
            "amount": Sum(9_300_000),
            "funded": True,
            "reason": words["tie"],
            "grey": True,
        },
        {
            "rank": 42,
            "person": "59 562-6",
            "mark": "74.85",
            "amount": Sum(9_000_000),
            "funded": False,
            "reason": words["exhausted"],
            "grey": True,
        },
        {
            "rank": 43,
            "person": "59 623-0",
            "mark": "74.61",
            "amount": Sum(9_400_000),
            "funded": False,
            "reason": words["exhausted"],
        },
    ]


def rows(words: Texts) -> list[dict[str, Any]]:
    """Return the records of the list's example."""
    columns = ("reference", "person", "activity", "site", "track", "state", "mark", "requested", "age")
    records = [
        ("0255", "46 480-8", "plumbing", "tripoli", "individual", "waitlist", "81.2", 9_400_000, 23),
        ("0251", "47 028-8", "hair", "misrata", "individual", "submitted", None, 10_000_000, 23),
        ("0250", "47 165-9", "joinery", "zintan", "group", "review", "71.4", 9_000_000, 19),
        ("0289", "41 822-7", "garage", "tripoli", "individual", "awarded", "80.0", 8_880_500, 17),
        ("0286", "42 233-0", "food", "misrata", "group", "refused", "56.4", 14_000_000, 6),
        ("0271", "44 288-7", "plumbing", "zintan", "individual", "review", "77.9", 9_700_000, 2),
    ]
    found = []
    for number, person, activity, site, track, state, mark, minor, age in records:
        values = (
            f"MTQ2-C-{number}",
            person,
            words[activity],
            words[site],
            words[track],
            state,
            display.Decimal(mark) if mark else None,
            Sum(minor),
            age,
        )
        found.append(dict(zip(columns, values, strict=True)))
    return found


MEANING_OF = {
    "submitted": "waiting",
    "review": "doing",
    "awarded": "done",
    "waitlist": "waiting",
    "refused": "refused",
}


def table(words: Texts) -> listing.ListTable:
    """Return the list's example as a table of the product's own columns."""
    total = sum(record["requested"].minor for record in rows(words))

    class SampleTable(listing.ListTable):
        pick = listing.PickColumn(form="batch", name=lambda record: record["reference"], accessor="reference")
        reference = listing.RefColumn(
            verbose_name=words["reference"], url=lambda record: "#main", footer=words["total"]
        )
        person = listing.PersonColumn(verbose_name=words["case"])
        activity = listing.tables.Column(verbose_name=words["activity"])
        site = listing.tables.Column(verbose_name=words["site"])
        track = listing.tables.Column(verbose_name=words["track"])
        state = listing.StateColumn(
            verbose_name=words["state"], words=lambda state: (words[f"state_{state}"], MEANING_OF[state])
        )
        mark = listing.NumberColumn(verbose_name=words["mark"], decimals=1)
        requested = listing.MoneyColumn(
            verbose_name=words["requested"], order_by="requested__minor", footer=display.money(Sum(total))
        )
        age = listing.AgeColumn(verbose_name=words["age"])
        caption = words["list_caption"]

    return SampleTable(rows(words), order_by="-age")


def filter_form(words: Texts, query: Any) -> forms.Form:
    """Return the list's filters, bound to the address so that chips show."""
    site_choices = [(key, words[key]) for key in ("tripoli", "misrata", "zintan")]
    state_choices = [(key, words[f"state_{key}"]) for key in MEANING_OF]

    class SampleFilters(forms.Form):
        q = forms.CharField(
            required=False,
            label=words["search"],
            widget=forms.TextInput(attrs={"placeholder": words["search"], "type": "search"}),
        )
        site = forms.MultipleChoiceField(
            required=False, label=words["site"], choices=site_choices, widget=forms.CheckboxSelectMultiple
        )
        state = forms.ChoiceField(
            required=False, label=words["state"], choices=[("", _("any")), *state_choices]
        )

    return SampleFilters(query)


def form(words: Texts) -> forms.Form:
    """Return a form with one error and every kind of control."""

    class SampleForm(forms.Form):
        idea = forms.CharField(
            label=words["idea"], help_text=words["idea_help"], max_length=200, widget=forms.Textarea
        )
        amount = forms.CharField(
            label=words["amount"], widget=forms.TextInput(attrs={"class": "num", "inputmode": "decimal"})
        )
        site = forms.ChoiceField(
            label=words["site"], choices=[("t", words["tripoli"]), ("m", words["misrata"])]
        )
        activity = forms.ChoiceField(
            label=words["activity_is"],
            choices=[("o", words["is_open"]), ("s", words["is_suspended"]), ("c", words["is_closed"])],
            widget=forms.RadioSelect,
        )
        accept = forms.BooleanField(label=words["accept"], required=False)
        file = forms.FileField(label=words["drop"], required=False)

        def clean_amount(self) -> str:
            raise forms.ValidationError(words["amount_error"])

    values = {
        "idea": words["idea_value"],
        "amount": "12 000,000",
        "site": "t",
        "activity": "o",
        "accept": "on",
    }
    return SampleForm(values)


def money(words: Texts) -> list[tuple[str, SafeString]]:
    """Return labels and values for the sheet of persons, references, amounts and dates."""
    moment = datetime.datetime(2023, 6, 12, 10, 14, tzinfo=datetime.UTC)
    return [
        (words["person"], display.person("58 214-0", "#main")),
        (words["without_link"], display.person("58 214-0")),
        (words["reference"], display.ref("MTQ2-S-0029")),
        (words["dinar"], display.money(Sum(3_760_000))),
        (words["dirham"], display.money(Sum(1_400_000, "MAD"))),
        (words["franc"], display.money(Sum(18_000_000, "XOF"))),
        (words["unknown"], display.money(None, words["unknown_value"])),
        (words["zero"], display.money(Sum(0, "EUR"))),
        (words["figure"], display.fig(173, "#main")),
        (words["small_cell"], format_html('<span class="muted">{}</span>', words["under_5"])),
        (words["date"], display.date(datetime.date(2023, 6, 12))),
        (words["date_words"], display.long_date(datetime.date(2023, 6, 15), weekday=True)),
        (words["moment"], display.moment(moment)),
    ]


def phone(words: Texts) -> dict[str, Any]:
    """Return what an applicant's page needs: path, messages, budget lines."""
    return {
        "path": [
            {
                "label": words["p_submitted"],
                "status": "done",
                "note": display.date(datetime.date(2019, 10, 12)),
            },
            {
                "label": words["p_complete"],
                "status": "done",
                "note": display.date(datetime.date(2019, 11, 4)),
            },
            {"label": words["p_review"], "status": "here", "note": words["p_here"]},
            {"label": words["p_decision"], "status": "todo", "note": words["answer_by"]},
            {"label": words["p_agreement"], "status": "todo", "note": words["p_if"]},
        ],
        "lines": [
            (words["compressor"], 1, "4200,000", Sum(4_200_000)),
            (words["file_3"], 2, "1175,000", Sum(2_350_000)),
        ],
        "places": [
            Place("week", words["visits"], "calendar3", "#main", True, None),
            Place("cases", words["grants"], "person", "#main", False, None),
            Place("send", words["files"], "send", "#main", False, 2),
        ],
    }
