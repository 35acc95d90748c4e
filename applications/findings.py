"""What a rule asks and what the file says, in a sentence each, beside the computed result.

Pure, on the same facts as `applications/eligibility.py`. Displacement categories stay in the vault: of them
it is only said how many are known.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.eligibility import YOUTH_UNTIL, Facts
from workflow import display


def asked(kind: str, parameters: Mapping[str, Any], sites: Mapping[str, str]) -> str:
    """Return what a rule asks, "" where its title says it. sites: names of sites by code."""
    if kind == "age":
        least, most = parameters.get("from"), parameters.get("to")
        if least is not None and most is not None:
            return _("%(least)s to %(most)s years") % {"least": least, "most": most}
        if least is not None:
            return _("%(least)s years or more") % {"least": least}
        return _("%(most)s years at most") % {"most": most} if most is not None else ""
    if kind == "residence":
        return display.listed(sites.get(code, code) for code in parameters.get("sites", ()))
    if kind == "composition":
        share = display.percent_text(int(parameters.get("percent", 0)))
        return {
            "women": _("women: at least %(share)s"),
            "youth": _("persons up to %(age)s years: at least %(share)s"),
        }.get(str(parameters.get("of")), _("women, and persons up to %(age)s years: at least %(share)s")) % {
            "share": share,
            "age": parameters.get("youth_until", YOUTH_UNTIL),
        }
    if kind == "own_contribution":
        return _("at least %(share)s of the budget") % {
            "share": display.percent_text(int(parameters.get("percent", 0)))
        }
    return ""


def found(kind: str, facts: Facts, sites: Mapping[str, str]) -> str:
    """Return what the file says about a rule, "" where nothing can be said."""
    teller = _TELLERS.get(kind)
    return teller(facts, sites) if teller else ""


def _ages(facts: Facts, sites: Mapping[str, str]) -> str:
    years = [member.birth_year for member in facts.members]
    if not years:
        return ""
    said = []
    for year in years[:6]:
        if year is None:
            said.append(_("year of birth not known"))
        else:
            said.append(
                _("born in %(year)s: %(less)s or %(more)s years")
                % {"year": year, "less": facts.year - year - 1, "more": facts.year - year}
            )
    return " · ".join(said) + (" …" if len(years) > len(said) else "")


def _place(facts: Facts, sites: Mapping[str, str]) -> str:
    return sites.get(facts.site, facts.site) if facts.site else _("place not known")


def _known(facts: Facts, sites: Mapping[str, str]) -> str:
    known = sum(bool(member.category) for member in facts.members)
    return ngettext(
        "status known for %(known)s of %(all)s person; it is kept in the vault",
        "status known for %(known)s of %(all)s persons; it is kept in the vault",
        len(facts.members),
    ) % {"known": known, "all": len(facts.members)}


def _composed(facts: Facts, sites: Mapping[str, str]) -> str:
    women = sum(member.sex == "f" for member in facts.members)
    young = sum(
        member.birth_year is not None and facts.year - member.birth_year <= YOUTH_UNTIL
        for member in facts.members
    )
    return _("%(all)s persons: %(women)s women, %(young)s up to %(age)s years") % {
        "all": len(facts.members),
        "women": women,
        "young": young,
        "age": YOUTH_UNTIL,
    }


def _funded(facts: Facts, sites: Mapping[str, str]) -> str:
    return _("one of them was funded before") if facts.funded_before else _("nobody was funded before")


def _own_part(facts: Facts, sites: Mapping[str, str]) -> str:
    if facts.own is None or not facts.total:
        return _("no budget yet")
    return display.percent_text(100 * facts.own // facts.total)


_TELLERS = {
    "age": _ages,
    "residence": _place,
    "status": _known,
    "composition": _composed,
    "previous_winner": _funded,
    "own_contribution": _own_part,
}
