"""The questions before one begins: would I be eligible? Honest answers, nothing stored.

Each rule of the call that a person can answer becomes a question in plain words. The answers become the
facts that `applications/eligibility.py` judges for everybody, so that the quiz and the screening never
disagree. What only an officer can check is named, not asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import eligibility
from applications.models import Category, EligibilityRule, RuleKind, Severity

ELSEWHERE, UNSAID = "elsewhere", ""
YES_NO = (("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")))
MOST_PERSONS = 500


@dataclass(frozen=True)
class Verdict:
    """What the answers mean, by rules: against it, a warning, not clear, and what only an officer checks."""

    blocked: Sequence[EligibilityRule]
    warned: Sequence[EligibilityRule]
    unsure: Sequence[EligibilityRule]
    by_hand: Sequence[EligibilityRule]

    @property
    def can_apply(self) -> bool:
        """Whether nothing that was answered stands in the way."""
        return not self.blocked


class QuizForm(forms.Form):
    """One question a rule of the call, in the order of the rules; none of them must be answered."""

    def __init__(
        self, rules: Sequence[EligibilityRule], sites: Sequence[Any], data: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.rules = list(rules)
        for rule in self.rules:
            make = _FIELDS.get(rule.kind)
            for name, field in make(rule, sites).items() if make else ():
                self.fields[f"rule{rule.pk}{name}"] = field

    def clean(self) -> dict[str, Any]:
        """A part of a group is not larger than the group."""
        data = super().clean() or {}
        for rule in self.rules:
            persons, part = data.get(f"rule{rule.pk}_persons"), data.get(f"rule{rule.pk}_part")
            if persons is not None and part is not None and part > persons:
                self.add_error(f"rule{rule.pk}_part", _("At most as many as you are together."))
        return data

    def verdict(self, today: date) -> Verdict:
        """Judge the answers; the form is valid."""
        found: dict[str, list[EligibilityRule]] = {"blocked": [], "warned": [], "unsure": [], "by_hand": []}
        for rule in self.rules:
            facts = self._facts(rule, today)
            if facts is None:
                found["by_hand" if rule.kind not in _FIELDS else "unsure"].append(rule)
                continue
            outcome = eligibility.evaluate(rule.kind, rule.parameters, facts)
            if outcome == eligibility.NOT_MET:
                found["blocked" if rule.severity == Severity.BLOCK else "warned"].append(rule)
            elif outcome == eligibility.BY_HAND:
                found["unsure"].append(rule)
        return Verdict(**found)

    def _facts(self, rule: EligibilityRule, today: date) -> eligibility.Facts | None:
        make = _FACTS.get(rule.kind)
        prefix = f"rule{rule.pk}"
        answers = {
            name.removeprefix(prefix): value
            for name, value in self.cleaned_data.items()
            if name in (prefix, f"{prefix}_persons", f"{prefix}_part")
        }
        if make is None or any(value in (None, "") for value in answers.values()):
            return None
        return make(rule.parameters, answers, today.year)


# What is asked

Fields = dict[str, forms.Field]


def _age(rule: EligibilityRule, sites: Sequence[Any]) -> Fields:
    return {
        "": forms.IntegerField(
            label=_("In which year were you born?"),
            help_text=_("If you are several: the year of the youngest, then try again with the oldest."),
            min_value=1900,
            max_value=2100,
            required=False,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr"}),
        )
    }


def _residence(rule: EligibilityRule, sites: Sequence[Any]) -> Fields:
    places = [(site.code, str(site)) for site in sites]
    return {
        "": forms.ChoiceField(
            label=_("Where do you live or work?"),
            choices=[*places, (ELSEWHERE, _("Somewhere else"))],
            required=False,
            widget=forms.RadioSelect,
        )
    }


def _status(rule: EligibilityRule, sites: Sequence[Any]) -> Fields:
    return {
        "": forms.ChoiceField(
            label=_("Which of these are you?"),
            help_text=_("Your answer is not stored, here or anywhere else."),
            choices=[*Category.choices, (ELSEWHERE, _("None of these"))],
            required=False,
            widget=forms.RadioSelect,
        )
    }


def _composition(rule: EligibilityRule, sites: Sequence[Any]) -> Fields:
    until = int(rule.parameters.get("youth_until", eligibility.YOUTH_UNTIL))
    labels = {
        "women": _("How many of you are women?"),
        "youth": _("How many of you are at most %(age)s years old?") % {"age": until},
    }
    both = _("How many of you are women, or at most %(age)s years old?") % {"age": until}
    number: dict[str, Any] = {"min_value": 0, "max_value": MOST_PERSONS, "required": False}
    return {
        "_persons": forms.IntegerField(label=_("How many persons are you, all together?"), **number),
        "_part": forms.IntegerField(label=labels.get(str(rule.parameters.get("of")), both), **number),
    }


def _yes_no(label: str) -> Fields:
    return {
        "": forms.ChoiceField(label=label, choices=YES_NO, required=False, widget=forms.RadioSelect),
    }


def _previous_winner(rule: EligibilityRule, sites: Sequence[Any]) -> Fields:
    return _yes_no(_("Has one of you already been funded by a call like this one?"))


def _own_contribution(rule: EligibilityRule, sites: Sequence[Any]) -> Fields:
    percent = int(rule.parameters.get("percent", 0))
    label = _("Can you bring %(percent)s %% of the cost yourselves, in money, material or work?")
    return _yes_no(label % {"percent": percent})


_FIELDS: dict[str, Callable[[EligibilityRule, Sequence[Any]], Fields]] = {
    RuleKind.AGE: _age,
    RuleKind.RESIDENCE: _residence,
    RuleKind.STATUS: _status,
    RuleKind.COMPOSITION: _composition,
    RuleKind.PREVIOUS_WINNER: _previous_winner,
    RuleKind.OWN_CONTRIBUTION: _own_contribution,
}


# What the answers say

Answers = Mapping[str, Any]
Parameters = Mapping[str, Any]


def _age_facts(parameters: Parameters, answers: Answers, year: int) -> eligibility.Facts:
    return eligibility.Facts(year, members=[eligibility.Member(birth_year=answers[""])])


def _residence_facts(parameters: Parameters, answers: Answers, year: int) -> eligibility.Facts:
    return eligibility.Facts(year, site=answers[""])


def _status_facts(parameters: Parameters, answers: Answers, year: int) -> eligibility.Facts:
    return eligibility.Facts(year, members=[eligibility.Member(category=answers[""])])


def _composition_facts(parameters: Parameters, answers: Answers, year: int) -> eligibility.Facts:
    """Members who count, as young women; the others, as men older than any youth."""
    part, persons = answers["_part"], answers["_persons"]
    counted = eligibility.Member(birth_year=year, sex="f")
    other = eligibility.Member(birth_year=year - 100, sex="m")
    return eligibility.Facts(year, members=[counted] * part + [other] * (persons - part))


def _previous_winner_facts(parameters: Parameters, answers: Answers, year: int) -> eligibility.Facts:
    return eligibility.Facts(year, funded_before=answers[""] == "yes")


def _own_contribution_facts(parameters: Parameters, answers: Answers, year: int) -> eligibility.Facts:
    percent = int(parameters.get("percent", 0))
    return eligibility.Facts(year, own=percent if answers[""] == "yes" else 0, total=100)


_FACTS: dict[str, Callable[[Parameters, Answers, int], eligibility.Facts]] = {
    RuleKind.AGE: _age_facts,
    RuleKind.RESIDENCE: _residence_facts,
    RuleKind.STATUS: _status_facts,
    RuleKind.COMPOSITION: _composition_facts,
    RuleKind.PREVIOUS_WINNER: _previous_winner_facts,
    RuleKind.OWN_CONTRIBUTION: _own_contribution_facts,
}
