"""One row of an XLSForm: its cells taken one by one, so that none is forgotten; questions made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from applications.form_definition import (
    CHOICE,
    CHOICES,
    DATE,
    DECLARATION,
    FILE,
    INTERNAL,
    LONG_TEXT,
    MONEY,
    NOTE,
    NUMBER,
    PHONE,
    PLACE,
    RESTRICTED,
    SENSITIVITIES,
    TEXT,
    VAULT,
    WRITTEN,
    plain_bound,
)
from applications.xlsform.expressions import Asked, NotExpressible, condition, limits
from applications.xlsform.languages import language_of
from applications.xlsform.workbook import Column, Row
from programmes.money import exponent

KINDS = {
    "text": TEXT,
    "string": TEXT,
    "integer": NUMBER,
    "int": NUMBER,
    "decimal": NUMBER,
    "range": NUMBER,
    "date": DATE,
    "note": NOTE,
    "photo": FILE,
    "image": FILE,
    "file": FILE,
    "acknowledge": DECLARATION,
    "trigger": DECLARATION,
}
WHOLE = ("integer", "int")
REFUSED = {
    **dict.fromkeys(("calculate", "hidden"), "calculated"),
    **dict.fromkeys(("audio", "video", "background-audio"), "sound_film"),
    **dict.fromkeys(("geopoint", "geotrace", "geoshape", "start-geopoint"), "position"),
    **dict.fromkeys(("time", "dateTime", "datetime"), "time"),
    **dict.fromkeys(
        (
            *("start", "end", "today", "deviceid", "username", "email", "phonenumber", "uri:username"),
            *("subscriberid", "simserial", "imei", "audit", "uri:email", "uri:phonenumber", "uri:deviceid"),
        ),
        "device",
    ),
}
LOSSES: tuple[tuple[Column, str], ...] = (
    (("bind", "relevant"), "condition"),
    (("bind", "constraint"), "limit"),
    (("bind", "required"), "needed_sometimes"),
    (("bind", "jr:constraintMsg"), "own_message"),
    (("bind", "jr:requiredMsg"), "own_message"),
    (("bind", "calculate"), "calculated"),
    (("bind", "readonly"), "fixed"),
    (("control", "jr:count"), "how_many"),
    (("control",), "look"),
    (("media",), "media"),
    (("guidance_hint",), "more_help"),
    (("choice_filter",), "filter"),
    (("default",), "default"),
    (("trigger",), "calculated"),
)
KNOWN = {
    "survey": {"type", "name", "label", "hint", "bind", "parameters", "jurors", "sensitivity", "disabled"}
}
KNOWN["survey"] |= {column[0] for column, _reason in LOSSES}
KNOWN["choices"] = {"list name", "name", "label", "media"}
TRANSLATED = ("label", "hint", "guidance_hint")
MONEY_LOOK, PHONE_LOOK, PLACE_LOOK = ("money", PHONE, PLACE)
LONGEST = {"label": 300, "help": 500}
LONGEST_TEXT = 2_000
MOST_LETTERS, MOST_FILES = 20_000, 1
YES = ("yes", "Yes", "YES", "true", "True", "TRUE", "true()", "1")
NO = ("no", "No", "NO", "false", "False", "FALSE", "false()", "0", "")


@dataclass(frozen=True)
class Loss:
    """Something that is not carried over: its column as the file calls it, the reason, what it says."""

    column: str
    reason: str
    value: str = ""


@dataclass
class Cells:
    """The cells of a row: each is taken, or lost with a reason, never forgotten."""

    row: Row
    headings: Mapping[Column, str]
    spoken: str
    left: dict[Column, str] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = dict(self.row.cells)

    def take(self, *column: str) -> str:
        """Return a cell's text and take it; "" where there is none."""
        return self.left.pop(column, "")

    def see(self, *column: str) -> str:
        """Return a cell's text and leave it."""
        return self.left.get(column, "")

    def lose(self, column: Column, reason: str, value: str) -> None:
        """Note that something of a column is not carried over."""
        self.losses.append(Loss(self.headings.get(column, "::".join(column)), reason, value[:200]))

    def texts(self, name: str) -> dict[str, str]:
        """Return a text by language and take it; a column without language is in the spoken one.

        Columns in other languages are named once for the whole sheet, not in every row.
        """
        found: dict[str, str] = {}
        columns = [column for column in self.left if column[0] == name]
        for column in sorted(columns, key=lambda one: len(one) == 1):
            language = language_of(column[1]) if len(column) > 1 else self.spoken
            text = self.left.pop(column)
            if language in found:
                self.lose(column, "same_language", text)
            elif language:
                found[language] = text
            if language and "${" in text:
                self.lose(column, "reference", text)
        return found

    def lose_rest(self) -> None:
        """Note every cell that nobody took; columns without meaning are named once for the whole sheet."""
        for column, text in self.left.items():
            if column[0] not in KNOWN[self.row.sheet]:
                continue
            if column[0] in TRANSLATED and len(column) > 1 and not language_of(column[1]):
                continue
            reasons = (reason for known, reason in LOSSES if column[: len(known)] == known)
            reason = next(reasons, "parameter")
            if reason in ("fixed", "needed_sometimes") and text in NO:
                continue
            self.lose(column, reason, text)
        self.left = {}


class Setting(NamedTuple):
    """What a question is made within: earlier questions by name, its group's condition, the currency."""

    asked: Mapping[str, Asked]
    group: list[str] | None
    currency: str


def kind_of(type_: str, looks: Iterable[str]) -> tuple[str, str]:
    """Return the kind of a type without answers to choose from, or "" and the reason why there is none."""
    kind = KINDS.get(type_, "")
    if not kind:
        return "", REFUSED.get(type_, "no_kind")
    if kind == NUMBER and type_ != "range" and MONEY_LOOK in looks:
        return MONEY, ""
    if kind == TEXT:
        for look, other in (("multiline", LONG_TEXT), (PHONE_LOOK, PHONE), (PLACE_LOOK, PLACE)):
            if look in looks:
                return other, ""
    return kind, ""


def make(cells: Cells, key: str, kind: str, type_: str, setting: Setting) -> dict[str, Any]:
    """Return the question of a row; what it cannot hold is noted among the losses of the cells."""
    made: dict[str, Any] = {"key": key, "kind": kind, "label": cells.texts("label")}
    longest = LONGEST_TEXT if kind in (NOTE, DECLARATION) else LONGEST["label"]
    check_length(cells, ("label",), made["label"], longest)
    if kind != NOTE:
        if texts := cells.texts("hint"):
            made["help"] = texts
            check_length(cells, ("hint",), texts, LONGEST["help"])
        required(cells, made)
        readers(cells, made)
    appearance(cells, made, type_)
    if kind == NUMBER and type_ in WHOLE:
        made["whole"] = True
    if kind == FILE:
        made["maximum"] = MOST_FILES
    if type_ == "range":
        _range(cells, made)
    bound(cells, made, setting.currency, whole=type_ in WHOLE)
    _condition(cells, made, setting)
    return made


def condition_of(cells: Cells, asked: Mapping[str, Asked]) -> list[str] | None:
    """Return `shown_if` of a row and take its condition, None without one that can be expressed."""
    text = cells.take("bind", "relevant")
    if not text or text in ("true()", "1"):
        return None
    try:
        return condition(text, asked)
    except NotExpressible:
        cells.lose(("bind", "relevant"), "condition", text)
        return None


def _condition(cells: Cells, made: dict[str, Any], setting: Setting) -> None:
    own = condition_of(cells, setting.asked)
    if own and setting.group and own != setting.group:
        cells.lose(("bind", "relevant"), "group_condition", " = ".join(setting.group))
    if shown := own or setting.group:
        made["shown_if"] = list(shown)


def check_length(cells: Cells, column: Column, texts: Mapping[str, str], longest: int) -> None:
    """Note texts that the form builder would not take; longest: letters."""
    for text in texts.values():
        if len(text) > longest:
            cells.lose(column, "long", text)


def required(cells: Cells, made: dict[str, Any]) -> None:
    """Take whether an answer is needed."""
    said = cells.take("bind", "required")
    if said in YES:
        made["required"] = True
    elif said not in NO:
        cells.lose(("bind", "required"), "needed_sometimes", said)


def readers(cells: Cells, made: dict[str, Any]) -> None:
    """Who reads the answer: files and telephone numbers are restricted unless the file says otherwise."""
    said = cells.take("sensitivity").lower()
    usual = RESTRICTED if made["kind"] in (FILE, PHONE) else INTERNAL
    if said and said not in SENSITIVITIES:
        cells.lose(("sensitivity",), "sensitivity", said)
    made["sensitivity"] = said if said in SENSITIVITIES else usual
    jurors = cells.take("jurors")
    if jurors in YES and made["sensitivity"] not in (RESTRICTED, VAULT) and made["kind"] != DECLARATION:
        made["jurors"] = True
    elif jurors in NO and jurors:
        made["jurors"] = False
    elif jurors:
        cells.lose(("jurors",), "parameter", jurors)


def appearance(cells: Cells, made: dict[str, Any], type_: str) -> None:
    """Take how the question looks, as far as that says what it asks."""
    said = cells.take("control", "appearance")
    meant = {
        LONG_TEXT: {"multiline"},
        PHONE: {PHONE_LOOK, "numbers"},
        PLACE: {PLACE_LOOK},
        MONEY: {MONEY_LOOK, "numbers", "thousands-sep"},
    }.get(made["kind"], set())
    rest = [look for look in said.split() if look not in meant]
    if type_ == "date":
        made["only"] = "year" if "year" in rest else "day"
        rest = [look for look in rest if look != "year"]
    if rest:
        cells.lose(("control", "appearance"), "look", " ".join(rest))


def _range(cells: Cells, made: dict[str, Any]) -> None:
    """Take start and end of a range as least and most."""
    rest = []
    for part in cells.take("parameters").replace(",", " ").replace(";", " ").split():
        name, _sign, value = part.partition("=")
        bound = {"start": "minimum", "end": "maximum"}.get(name.strip())
        number = value.strip().lstrip("-")
        if bound and number.replace(".", "", 1).isdecimal() and number.isascii() and len(number) <= 12:
            made[bound] = plain_bound(Decimal(value.strip()))
        else:
            rest.append(part)
    if rest:
        cells.lose(("parameters",), "parameter", " ".join(rest))


def bound(
    cells: Cells, made: dict[str, Any], currency: str, *, whole: bool, letters: int = MOST_LETTERS
) -> None:
    """Give a question or a column the limits of its constraint; what cannot be said is noted.

    whole: it takes whole numbers. letters: that a text may have at most.
    """
    text = cells.take("bind", "constraint")
    if not text:
        return
    kind = made["kind"]
    try:
        found = limits(text, whole_numbers=whole)
    except NotExpressible:
        cells.lose(("bind", "constraint"), "limit", text)
        return
    bounds: dict[str, Any] = {}
    if kind in WRITTEN and found.letters is not None:
        bounds["limit"] = min(max(found.letters, 1), letters)
    if kind == CHOICES:
        bounds |= {"minimum": found.least_chosen, "maximum": found.most_chosen}
    if kind == NUMBER:
        bounds |= {"minimum": found.minimum, "maximum": found.maximum}
    if kind == MONEY:
        unit = 10 ** exponent(currency)
        bounds |= {
            "minimum": None if found.minimum is None else found.minimum * unit,
            "maximum": None if found.maximum is None else found.maximum * unit,
        }
    kept = {name: plain_bound(bound) for name, bound in bounds.items() if bound is not None}
    said = sum(
        value is not None
        for value in (found.minimum, found.maximum, found.letters, found.least_chosen, found.most_chosen)
    )
    made |= kept
    if not kept:
        cells.lose(("bind", "constraint"), "limit", text)
    elif not found.whole or said > len(kept):
        cells.lose(("bind", "constraint"), "limit_partly", text)


def asked_as(question: Mapping[str, Any], answers: Mapping[str, str]) -> Asked:
    """Return how later conditions name a question."""
    kind = question["kind"]
    return Asked(question["key"], kind, dict(answers) if kind in (CHOICE, CHOICES) else {})
