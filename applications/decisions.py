"""What an officer does with a file in one press: keeps the checklist, then decides through the door.

The checklist is saved first, whatever follows; a decision that the door refuses leaves it saved and says why.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from applications import checklist, panel
from applications.forms import RequestPieceForm
from applications.models import Application, EligibilityRule, ScreeningPlan
from workflow import Refused, fire
from workflow.door import new_key
from workflow.machines import machine_of

SAVE, ELIGIBLE, INELIGIBLE, PIECE, AGREE, DISAGREE = (
    "save",
    "eligible",
    "ineligible",
    "piece",
    "agree",
    "disagree",
)
LARGEST_PANEL = 5


@dataclass
class Done:
    """What came of a press. typed: what stays in the fields; said: what was done, in words."""

    checklist: checklist.Checklist
    piece: RequestPieceForm | None
    typed: dict[str, str] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def is_through(self) -> bool:
        """Whether everything that was asked for was done."""
        return not (self.refusals or self.checklist.problems or (self.piece and self.piece.errors))


def goes_on(data: QueryDict) -> bool:
    """Whether the next file is wanted afterwards: by the button that saves, or ticked beside a decision."""
    return "and_next" in data or (data.get("then", SAVE) != SAVE and "then_next" in data)


def empty_form(application: Application, actor: Any, data: Any = None) -> RequestPieceForm | None:
    """Return the form that asks for a missing piece, None where nothing can be asked for."""
    machine = machine_of(type(application))
    arrow = machine.arrow("request_piece", application.state)
    if arrow is None:
        return None
    return RequestPieceForm(data, prefix="piece", record=application, actor=actor, arrow=arrow)


def carry_out(application: Application, data: QueryDict, *, actor: Any, at: datetime) -> Done:
    """Save the checklist and do what the pressed button says."""
    wanted = data.get("then", SAVE)
    key = data.get("key", "")[:80] or new_key()
    typed = {"note": data.get("note", "")[:4000].strip(), "rule": data.get("rule", "")}
    done = Done(checklist.Checklist(), empty_form(application, actor), typed=typed)
    if application.state == "submitted":
        rules = application.call.eligibility_rules.all()
        done.checklist = checklist.save(application, checklist.read(data, rules), actor=actor, at=at)
        if done.checklist.problems:
            done.refusals = [line.problem for line in done.checklist.problems]
            return done
        done.said = [_("The checklist is saved.")]
    else:
        done.checklist = checklist.checklist(application, at)
        if wanted == SAVE:
            done.refusals = [_("This application is no longer in screening.")]
    try:
        _decide(application, wanted, data, done, key=key, actor=actor, at=at)
    except Refused as refused:
        done.refusals = list(refused.sentences)
    return done


def _decide(
    application: Application,
    wanted: str,
    data: QueryDict,
    done: Done,
    *,
    key: str,
    actor: Any,
    at: datetime,
) -> None:
    note = done.typed["note"]
    if wanted == ELIGIBLE:
        _fire(application, "mark_eligible", {"reason": note}, done, key=key, actor=actor, at=at)
    elif wanted == INELIGIBLE:
        rule = _rule(application, done.typed["rule"])
        given = {"rule": rule.pk if rule else None, "reason": note}
        _fire(application, "mark_ineligible", given, done, key=key, actor=actor, at=at)
    elif wanted == PIECE:
        done.piece = empty_form(application, actor, data)
        if done.piece is None:
            raise Refused([_("This application is no longer in screening.")])
        if done.piece.is_valid():
            _fire(application, "request_piece", done.piece.to_data(), done, key=key, actor=actor, at=at)
    elif wanted in (AGREE, DISAGREE):
        _opinion(application, wanted == AGREE, done, key=key, actor=actor, at=at)


def _fire(
    application: Application,
    verb: str,
    data: dict[str, Any],
    done: Done,
    *,
    key: str,
    actor: Any,
    at: datetime,
) -> None:
    fire(application, verb, actor=actor, key=key, data=data, at=at)
    done.said = [str(machine_of(type(application)).done_label(verb))]


def _opinion(
    application: Application, agrees: bool, done: Done, *, key: str, actor: Any, at: datetime
) -> None:
    """Record an opinion; the last one that is needed declares the file ineligible."""
    rule = _rule(application, done.typed["rule"])
    if rule is None:
        raise Refused([_("Name the rule that is not met.")])
    outcome = agree(application, rule, reason=done.typed["note"], agrees=agrees, actor=actor, at=at, key=key)
    done.said = [outcome]


def agree(
    application: Application,
    rule: EligibilityRule,
    *,
    reason: str,
    agrees: bool,
    actor: Any,
    at: datetime,
    key: str,
) -> str:
    """Record an officer's opinion, or declare the file ineligible with it when no other is needed.

    Returns what was done, in words; raises `Refused` with sentences.
    """
    held = panel.standing(application)
    if agrees and held.agreeing(rule.pk, actor.pk) + 1 >= held.needed:
        if not reason.strip():
            raise Refused([_("Give a reason.")])
        data = {"rule": rule.pk, "reason": reason}
        fire(application, "mark_ineligible", actor=actor, key=key, data=data, at=at)
        return str(machine_of(type(application)).done_label("mark_ineligible"))
    panel.give(application, rule=rule, agrees=agrees, reason=reason, actor=actor, at=at)
    if not agrees:
        return _("Your opinion is kept: you do not agree.")
    left = held.needed - held.agreeing(rule.pk, actor.pk) - 1
    return _("Your opinion is kept. Officers who must still agree: %(left)s.") % {"left": left}


def _rule(application: Application, wanted: str) -> EligibilityRule | None:
    if not (wanted.isdecimal() and len(wanted) < 18):
        return None
    return application.call.eligibility_rules.filter(pk=wanted).first()


class PanelView(NamedTuple):
    """The panel as the page shows it to one officer."""

    standing: panel.Standing
    own: Any

    @property
    def agreed(self) -> int:
        """How many agree on the rule on which most agree."""
        return self.standing.nearest()


def panel_of(application: Application, actor: Any) -> PanelView | None:
    """Return the panel of a file, None where one officer decides alone."""
    held = panel.standing(application)
    return PanelView(held, held.of(actor)) if held.decides_together else None


def plan(call: Any, members: str) -> None:
    """Set how many officers must agree that a file of a call is ineligible; raises `Refused`."""
    if not (members.isdecimal() and len(members) == 1 and 1 <= int(members) <= LARGEST_PANEL):
        raise Refused([_("Choose a number from 1 to %(largest)s.") % {"largest": LARGEST_PANEL}])
    ScreeningPlan.objects.update_or_create(call=call, defaults={"members_to_refuse": int(members)})
