"""Evidence in words, in the reader's language, without any value of anybody: what is alike, never how."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FOR, AGAINST = "done", "neutral"

SENTENCES: dict[str, tuple[Any, str]] = {
    "document_same": (gettext_lazy("The same number of the identity document."), FOR),
    "document_slip": (gettext_lazy("Numbers of identity documents that differ by one sign."), FOR),
    "document_other": (gettext_lazy("Other numbers of documents of one kind."), AGAINST),
    "phone_same": (gettext_lazy("The same phone number."), FOR),
    "phone_slip": (gettext_lazy("Phone numbers that differ by one digit."), FOR),
    "name_same": (gettext_lazy("The same name."), FOR),
    "name_like": (gettext_lazy("The same name, spelled otherwise."), FOR),
    "name_across": (gettext_lazy("The same name, in Arabic here and in Latin letters there."), FOR),
    "name_near": (gettext_lazy("Names that sound alike."), FOR),
    "name_short": (gettext_lazy("The one word known of one name is part of the other."), FOR),
    "name_partly": (gettext_lazy("Only part of the names is alike."), AGAINST),
    "name_other": (gettext_lazy("Other names."), AGAINST),
    "birth_same": (gettext_lazy("The same date of birth."), FOR),
    "birth_turned": (gettext_lazy("Day and month of birth are exchanged."), FOR),
    "birth_slip": (gettext_lazy("Dates of birth that differ by one digit."), FOR),
    "year_same": (gettext_lazy("The same year of birth."), FOR),
    "year_near": (gettext_lazy("Years of birth that differ by one digit."), AGAINST),
    "birth_other": (gettext_lazy("Other dates of birth."), AGAINST),
    "place_same": (gettext_lazy("The same place."), FOR),
    "place_other": (gettext_lazy("Other places."), AGAINST),
    "sex_other": (gettext_lazy("One is a woman, the other a man."), AGAINST),
}


class Ground(NamedTuple):
    """One piece of evidence: the sentence, and whether it speaks for a duplicate."""

    sentence: str
    meaning: str

    @property
    def speaks_for(self) -> bool:
        """Whether it speaks for a duplicate."""
        return self.meaning == FOR


def grounds(record: Any) -> list[Ground]:
    """Return the evidence of a likely duplicate, what speaks for it first."""
    if record.percent is not None:
        return [Ground(_text(record.grounds, record.percent), FOR)]
    found = [Ground(str(SENTENCES[code][0]), SENTENCES[code][1]) for code in _known(record.grounds)]
    return sorted(found, key=lambda ground: not ground.speaks_for)


def _known(codes: Iterable[str]) -> list[str]:
    return [code for code in codes if code in SENTENCES]


def _text(codes: Iterable[str], percent: int) -> str:
    if "text_plan" in codes:
        return _("%(percent)s %% of the wording of the plans is the same.") % {"percent": percent}
    return _("%(percent)s %% of the wording of the ideas is the same.") % {"percent": percent}
