"""The form of an eligibility rule: what it looks at, whether it blocks or warns, how it reads.

A rule that was not worded reads as the product words it, in each language (`wording`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.eligibility import YOUTH_UNTIL
from applications.models import Category, EligibilityRule, RuleKind
from programmes.forms.fields import SetUpForm
from programmes.localised import LANGUAGES, columns
from programmes.models import Call
from workflow import display

OF = (
    ("women_or_youth", gettext_lazy("women and young people together")),
    ("women", gettext_lazy("women")),
    ("youth", gettext_lazy("young people")),
)
HINTS: dict[str, Any] = {
    RuleKind.AGE: gettext_lazy("Every person of the application, in whole years, when it is sent."),
    RuleKind.RESIDENCE: gettext_lazy("The place of the application is one of the chosen sites."),
    RuleKind.STATUS: gettext_lazy("Read from the vault; nobody sees the status itself."),
    RuleKind.COMPOSITION: gettext_lazy("A share of the members: women, young people, or both together."),
    RuleKind.PREVIOUS_WINNER: gettext_lazy("Nobody of them was awarded a grant before."),
    RuleKind.OWN_CONTRIBUTION: gettext_lazy("A share of the whole budget, read from the budget table."),
    RuleKind.BY_HAND: gettext_lazy("An officer checks it on papers; write what is to be checked."),
}


class RuleForm(SetUpForm):
    """One rule; the fields that its kind needs stand first."""

    given = ("call",)

    class Meta:
        model = EligibilityRule
        fields = ["severity", *columns("title")]
        widgets = {"severity": forms.RadioSelect}

    def __init__(self, *args: Any, call: Call, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.call, self.instance.kind = call, kind
        held: Mapping[str, Any] = self.instance.parameters or {}
        made = _FIELDS.get(kind, lambda call, held: {})(call, held)
        self.parameters = list(made)
        self.fields |= made
        self.order_fields([*self.parameters, "severity"])
        self.fields["severity"].choices = EligibilityRule._meta.get_field("severity").choices  # type: ignore[attr-defined]
        if kind != RuleKind.BY_HAND:
            for name in columns("title"):
                self.fields[name].help_text = _("Empty: the rule is worded by itself.")

    def clean(self) -> dict[str, Any]:
        """A rule says something: an age, a site, a status, a share; a rule by hand has its words."""
        data = super().clean() or {}
        if self.instance.kind == RuleKind.AGE:
            least, most = data.get("from"), data.get("to")
            if least is None and most is None:
                self.add_error("from", _("Give the least or the greatest age."))
            elif least is not None and most is not None and least > most:
                self.add_error("to", _("The least is more than the most."))
        if self.errors:
            return data
        self.instance.parameters = {
            name: data[name] for name in self.parameters if data.get(name) not in (None, "", [], False)
        }
        if self.instance.kind == RuleKind.BY_HAND:
            if not any(data.get(name) for name in columns("title")):
                self.add_error("title_fr", _("Write what is to be checked, in one language at least."))
            return data
        for language in LANGUAGES:
            if not data.get(f"title_{language}"):
                data[f"title_{language}"] = wording(self.instance, language)
        return data

    def save(self, commit: bool = True) -> EligibilityRule:
        """Keep the rule; a new one stands last."""
        if self.instance.pk is None:
            self.instance.sort = self.instance.call.eligibility_rules.count()
        rule: EligibilityRule = super().save(commit)
        return rule


def _age(call: Call, held: Mapping[str, Any]) -> dict[str, forms.Field]:
    def years(label: str, name: str) -> forms.Field:
        return forms.IntegerField(
            label=label, min_value=10, max_value=120, required=False, initial=held.get(name)
        )

    return {"from": years(_("At least, in years"), "from"), "to": years(_("At most, in years"), "to")}


def _residence(call: Call, held: Mapping[str, Any]) -> dict[str, forms.Field]:
    sites = [(site.code, site.name) for site in call.programme.sites.all()]
    return {"sites": _several(_("Sites"), sites, held.get("sites"))}


def _status(call: Call, held: Mapping[str, Any]) -> dict[str, forms.Field]:
    return {"categories": _several(_("Status"), Category.choices, held.get("categories"))}


def _several(label: str, choices: Any, initial: Any) -> forms.Field:
    return forms.MultipleChoiceField(
        label=label, choices=choices, initial=initial, widget=forms.CheckboxSelectMultiple
    )


def _percent(initial: Any) -> forms.Field:
    return forms.IntegerField(label=_("At least, in %"), min_value=1, max_value=100, initial=initial)


def _composition(call: Call, held: Mapping[str, Any]) -> dict[str, forms.Field]:
    return {
        "of": forms.ChoiceField(
            label=_("Share of"), choices=OF, initial=held.get("of", OF[0][0]), widget=forms.RadioSelect
        ),
        "percent": _percent(held.get("percent", 30)),
        "youth_until": forms.IntegerField(
            label=_("Young until the age of"),
            min_value=15,
            max_value=60,
            initial=held.get("youth_until", YOUTH_UNTIL),
        ),
        "waivable": forms.BooleanField(
            label=_("An officer may waive it: other groups can send their application, too"),
            help_text=_("For a rule that blocks. The group reads that the office will look at it."),
            initial=held.get("waivable", False),
            required=False,
        ),
    }


def _own_contribution(call: Call, held: Mapping[str, Any]) -> dict[str, forms.Field]:
    return {"percent": _percent(held.get("percent", 10))}


_FIELDS: dict[str, Callable[[Call, Mapping[str, Any]], dict[str, forms.Field]]] = {
    RuleKind.AGE: _age,
    RuleKind.RESIDENCE: _residence,
    RuleKind.STATUS: _status,
    RuleKind.COMPOSITION: _composition,
    RuleKind.OWN_CONTRIBUTION: _own_contribution,
}


def wording(rule: EligibilityRule, language: str) -> str:
    """Return how a rule reads in a language when nobody worded it; "" for one that is checked by hand."""
    with translation.override(language):
        return _worded(rule, rule.parameters)[:200]


def _worded(rule: EligibilityRule, given: Mapping[str, Any]) -> str:
    if rule.kind == RuleKind.AGE:
        if "from" in given and "to" in given:
            return _("From %(from)s to %(to)s years old") % given
        return (
            _("At least %(from)s years old") % given
            if "from" in given
            else _("At most %(to)s years old") % given
        )
    if rule.kind == RuleKind.RESIDENCE:
        sites = rule.call.programme.sites.filter(code__in=given.get("sites", []))
        return _("Lives in: %(sites)s") % {"sites": display.listed(site.name for site in sites)}
    if rule.kind == RuleKind.STATUS:
        labels = dict(Category.choices)
        found = [str(labels.get(one, one)) for one in given.get("categories", [])]
        return _("Status: %(statuses)s") % {"statuses": display.listed(found)}
    if rule.kind == RuleKind.COMPOSITION:
        share = str(dict(OF)[given["of"]])
        return _("At least %(percent)s %% of the members: %(share)s") % {
            "percent": given["percent"],
            "share": share,
        }
    if rule.kind == RuleKind.PREVIOUS_WINNER:
        return _("Not funded before")
    if rule.kind == RuleKind.OWN_CONTRIBUTION:
        return _("Own contribution of at least %(percent)s %% of the budget") % given
    return ""
