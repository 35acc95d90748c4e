"""What follows in this package from a change of state, here and on lower machines."""

from applications import panel, presence, screening
from applications.messages import say
from applications.models import Application
from workflow import on, once
from workflow.actors import System
from workflow.declare import Firing


@on("applications.Application", "submit")
def check_rules_when_sent(firing: Firing) -> None:
    """The checklist of screening stands ready when the file arrives."""
    screening.evaluate(firing.record, firing.at)


@on("applications.Application", "answer")
def check_rules_again(firing: Firing) -> None:
    """A missing piece may change what the rules say."""
    screening.evaluate(firing.record, firing.at)


@on("applications.Application", "mark_ineligible")
def keep_the_last_opinion(firing: Firing) -> None:
    """Whoever declares it after the panel agreed is one of the panel."""
    application = firing.record
    if firing.actor.pk is None or panel.members_needed(application.call_id) == 1:
        return
    panel.keep(
        application,
        rule_id=firing.data["rule"],
        agrees=True,
        reason=firing.reason or str(application.call.eligibility_rules.get(pk=firing.data["rule"])),
        actor=firing.actor,
        at=firing.at,
    )


@on("applications.Application", "mark_eligible")
@on("applications.Application", "mark_ineligible")
@on("applications.Application", "request_piece")
def close_the_file(firing: Firing) -> None:
    """Who decided has the file open no longer."""
    if firing.actor.pk is not None:
        once.at_the_end(presence.leave, (firing.record, firing.actor))


@on("programmes.Call", "publish")
def freeze_forms(firing: Firing) -> None:
    """Nobody changes a form that people may already be filling in."""
    publisher = None if isinstance(firing.actor, System) else firing.actor
    firing.record.form_versions.filter(frozen_at__isnull=True).update(
        frozen_at=firing.at, published_by=publisher
    )


@on("programmes.SelectionSession", "cancel")
def move_to_the_next_session(firing: Firing) -> None:
    """What was sent to a cancelled session is read by the next one."""
    session = firing.record
    later = session.call.sessions.filter(state__in=["planned", "screening"], cutoff_at__gte=session.cutoff_at)
    following = later.exclude(pk=session.pk).order_by("cutoff_at", "number").first()
    if following is not None:
        waiting = Application.objects.filter(
            session=session, state__in=["submitted", "incomplete", "eligible"]
        )
        waiting.update(session=following)


@on("applications.Appeal", "uphold")
def reinstate(firing: Firing) -> None:
    """An upheld appeal brings the application back to where the decision was made."""
    firing.then(firing.record.application, "reinstate", {"appeal": firing.record.pk})


def _tell_of_appeal(verb: str, template: str) -> None:
    @on("applications.Appeal", verb)
    def tell(firing: Firing) -> None:
        say(template, firing, application=firing.record.application)


for _verb, _template in (
    ("admit", "appeal_admitted"),
    ("refuse", "appeal_inadmissible"),
    ("uphold", "appeal_upheld"),
    ("dismiss", "appeal_dismissed"),
):
    _tell_of_appeal(_verb, _template)


def _tell(verb: str, template: str) -> None:
    @on("applications.Application", verb)
    def tell(firing: Firing) -> None:
        say(template, firing)


for _verb, _template in (
    ("submit", "application_received"),
    ("request_piece", "piece_requested"),
    ("answer", "piece_received"),
    ("mark_eligible", "application_eligible"),
    ("mark_ineligible", "application_ineligible"),
    ("request_plan", "plan_requested"),
    ("submit_plan", "plan_received"),
    ("lapse", "application_lapsed"),
    ("withdraw", "application_withdrawn"),
    ("disqualify", "application_disqualified"),
):
    _tell(_verb, _template)
