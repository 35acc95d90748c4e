"""Why an application may not move: one small function a condition, each with its sentence.

Guards of upper packages are registered by them: the grant that is not signed (`decline`), the grant that is
not active (`disqualify`), the round that is open (`start_final_review`).
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications import answers, waiting_turns
from programmes.models.calls import Composition
from programmes.money import Money
from workflow import clock, display, once
from workflow.actors import Actor, System
from workflow.history import data_guard

if TYPE_CHECKING:
    from applications.models import AnswerSet, Application
    from programmes.models import Call, SelectionSession

Data = dict[str, Any] | None


# Sending the idea


def call_is_open_or_draft_was_begun_before_closing(
    application: "Application", actor: Actor, data: Data
) -> str | None:
    """The call takes it now; within the grace only what was begun before closing."""
    call, now = application.call, clock.now()
    if call.state in ("draft", "published"):
        return _("The call is not open yet.")
    end = closing_moment(call)
    if call.state == "open" and (end is None or now <= end):
        return None
    in_grace = end is not None and now <= end + timedelta(minutes=call.grace_minutes)
    if call.state in ("open", "closed") and in_grace and end and application.case.opened_at <= end:
        return None
    return _("The call is closed. Your draft is kept, but it can no longer be sent.")


def closing_moment(call: "Call") -> datetime | None:
    """Return when a call closed or will close: its date, or the moment at which somebody closed it before."""
    moments = [call.closes_at, call.state_since if call.state == "closed" else None]
    return min((moment for moment in moments if moment is not None), default=None)


def applicant_is_described(application: "Application", actor: Actor, data: Data) -> str | None:
    """It is known who applies: a name, a year of birth, a place; the name of an institution."""
    from applications.models import Identity, Registration

    if application.organisation_is_asked and not application.organisation_name.strip():
        return _("Write the name of the organisation.")
    described = Registration.objects.filter(
        person=application.applicant_id,
        programme=application.programme_id,
        birth_year__isnull=False,
        site__isnull=False,
    )
    named = Identity.objects.filter(person=application.applicant_id, tokens__isnull=False)
    if application.applicant_id and described.exists() and named.exists():
        return None
    return _("Some things about you are missing: name, year of birth or place.")


def form_is_complete(application: "Application", actor: Actor, data: Data) -> str | None:
    """Every required question of the idea has a well-formed answer."""
    return _incomplete(application, application.answers_at("idea"))


def answers_are_those_that_were_read(application: "Application", actor: Actor, data: Data) -> str | None:
    """What is sent is what stood on the review page: nobody changed it on another device meanwhile."""
    if data is None or "answers" not in data:
        return None
    current = application.answers_at("plan" if application.state == "plan_requested" else "idea")
    if current is not None and current.digest == data["answers"]:
        return None
    return _("The answers were changed meanwhile. Read them again before you send them.")


def what_an_agent_wrote_was_read_back(application: "Application", actor: Actor, data: Data) -> str | None:
    """What somebody else wrote for the person was read back and confirmed, as it stands now."""
    from applications.models import ReadBack

    if application.assistance is None:
        return None
    current = application.open_answers
    read = ReadBack.objects.filter(assistance__application=application)
    if current is not None and read.filter(answers=current.digest).exists():
        return None
    if current is not None and read.filter(assistance__ended_at__isnull=True).exists():
        return _("The answers were changed after they were read back. Read them back again.")
    return _("Read what you wrote back to the person, and let the person confirm it.")


def consent_is_given(application: "Application", actor: Actor, data: Data) -> str | None:
    """The applicant agreed to the use of the data in this programme."""
    person = application.applicant
    if person is None:
        return _("Nobody is named as applicant.")
    given = person.consents.filter(
        programme=application.programme_id, kind="data", withdrawn_at__isnull=True
    ).exists()
    return None if given else _("The consent to use the data is missing.")


def members_fit_the_track(application: "Application", actor: Actor, data: Data) -> str | None:
    """The track asks for a number of members."""
    if application.track.composition == Composition.INSTITUTION:
        return None
    return size_problem(application.track, application.members.count())


def size_problem(track: Any, count: int) -> str | None:
    """Return why a track does not take so many members, None when it does."""
    if count < track.min_members:
        return ngettext(
            "This track is for at least %(number)s person.",
            "This track is for at least %(number)s persons.",
            track.min_members,
        ) % {"number": track.min_members}
    if track.max_members is not None and count > track.max_members:
        return ngettext(
            "This track is for at most %(number)s person.",
            "This track is for at most %(number)s persons.",
            track.max_members,
        ) % {"number": track.max_members}
    return None


def every_member_agreed(application: "Application", actor: Actor, data: Data) -> str | None:
    """Nobody agrees to the use of somebody else's data."""
    from applications import membership

    missing = membership.without_consent(application)
    if not missing:
        return None
    return ngettext(
        "%(number)s member has not agreed to the use of the data.",
        "%(number)s members have not agreed to the use of the data.",
        missing,
    ) % {"number": display.number_text(missing)}


def shares_make_the_whole(application: "Application", actor: Actor, data: Data) -> str | None:
    """Where members say their shares, these make 100 percent."""
    from applications import membership

    if not application.track.asks_shares or not application.is_group:
        return None
    return membership.shares_problem(list(application.members.values_list("share", flat=True)))


def group_is_composed_as_asked(application: "Application", actor: Actor, data: Data) -> str | None:
    """A rule on the group that blocks and surely is not met is said before sending, with its figures."""
    from applications import eligibility, membership

    if not application.is_group:
        return None
    year = clock.now().astimezone(application.call.programme.zone).year
    for found in membership.composition(application, year):
        if found.blocks and found.outcome == eligibility.NOT_MET:
            return _("“%(rule)s”: %(asked)s. Your group: %(found)s.") % {
                "rule": found.title,
                "asked": found.asked,
                "found": found.found,
            }
    return None


def one_per_person_and_call(application: "Application", actor: Actor, data: Data) -> str | None:
    """Nobody applies twice to one call, as applicant or as member. The lock on the call makes this exact."""
    persons = application.members.values("person")
    others = type(application)._default_manager.filter(call=application.call_id).exclude(pk=application.pk)
    others = others.exclude(state__in=["draft", "withdrawn"])
    if others.filter(members__person__in=persons).exists():
        return _("Somebody in this application has already applied to this call.")
    return None


@data_guard
def requested_amount_is_within_ceiling(application: "Application", actor: Actor, data: Data) -> str | None:
    """Nobody asks for more than the track gives."""
    ceiling, requested = application.track.ceiling_minor, application.requested_minor
    if ceiling is not None and requested is not None and requested > ceiling:
        return _("At most %(ceiling)s can be asked for.") % {
            "ceiling": display.money_text(Money(ceiling, application.currency))
        }
    return None


def a_session_reads_it(application: "Application", actor: Actor, data: Data) -> str | None:
    """A committee sits after the sending."""
    if application.session_id or application.call.session_for(clock.now()):
        return None
    return _("No selection session of this call takes applications any more.")


def _incomplete(application: "Application", given: "AnswerSet | None") -> str | None:
    if given is None:
        return _("Nothing was answered yet.")
    missing = answers.problems(given.form, given.complete)
    if not missing:
        return None
    first = given.form.question(next(iter(missing))).label_in(display.language())
    return ngettext(
        "One question is still open: “%(question)s”.",
        "%(count)s questions are still open, the first: “%(question)s”.",
        len(missing),
    ) % {"count": display.number_text(len(missing)), "question": first}


# Screening


def questions_and_due_date_are_named(application: "Application", actor: Actor, data: Data) -> str | None:
    """A request names questions of the form and a day to come."""
    if data is None:
        return None
    sent = application.sent_answers("idea")
    known = {question.key for question in sent.form.questions()} if sent else set()
    asked = data.get("questions")
    if not isinstance(asked, list) or not asked or not all(one in known for one in asked):
        return _("Name the questions that must be answered again.")
    return _due_date_problem(data.get("due_at"))


def _due_date_problem(given: Any) -> str | None:
    due = parse_datetime(str(given or ""))
    if due is None or timezone.is_naive(due):
        return _("Give the date by which it must be answered.")
    return _("This date lies in the past.") if due <= clock.now() else None


def asked_questions_are_answered(application: "Application", actor: Actor, data: Data) -> str | None:
    """What was asked has a well-formed answer, in time."""
    request = application.open_request
    if request is None:
        return _("Nothing is asked for.")
    if clock.now() > request.due_at:
        return _("The date to answer has passed.")
    given = application.answers_at("idea")
    if given is None or given.frozen_at is not None:
        return _("Nothing was answered yet.")
    if answers.problems(given.form, given.complete, only=request.questions):
        return _("Some of the questions asked are still open.")
    return None


def every_blocking_rule_is_met_or_waived(application: "Application", actor: Actor, data: Data) -> str | None:
    """A rule that blocks was found met, or waived with a reason."""
    from applications import screening

    rules = once.ask(
        ("blocking rules", application.call_id),
        lambda: list(application.call.eligibility_rules.filter(severity="block")),
    )
    settled = once.ask_of(application, "settled rules", screening.settled_rules) or ()
    unsettled = next((rule for rule in rules if rule.pk not in settled), None)
    if unsettled is None:
        return None
    return _("“%(rule)s” is not met or not checked yet.") % {"rule": unsettled.title}


def a_rule_is_named(application: "Application", actor: Actor, data: Data) -> str | None:
    """Ineligible means that a rule says so; the system names the answer that never came."""
    if data is None or isinstance(actor, System):
        return None
    rule = data.get("rule")
    if isinstance(rule, int) and application.call.eligibility_rules.filter(pk=rule).exists():
        return None
    return _("Name the rule that is not met.")


def by_system_only_after_the_due_date(application: "Application", actor: Actor, data: Data) -> str | None:
    """Nobody is turned away automatically before the date to answer has passed."""
    if not isinstance(actor, System):
        return None
    request = application.open_request
    if application.state == "incomplete" and request is not None and clock.now() > request.due_at:
        return None
    return _("The date to answer has not passed yet.")


def no_flag_is_open(application: "Application", actor: Actor, data: Data) -> str | None:
    """A doubt that somebody raised is resolved in words before the file goes on."""
    from applications import flags

    flag = flags.first_open(application) if flags.is_flagged(application) else None
    if flag is None:
        return None
    return _("A flag is still open: “%(flag)s”. Resolve it first.") % {"flag": flag.get_kind_display()}


def the_panel_agrees(application: "Application", actor: Actor, data: Data) -> str | None:
    """Where the call wants it, several officers agree on one rule; whoever declares it is one of them."""
    from applications import panel

    if isinstance(actor, System):
        return None
    held = panel.standing(application)
    rule = (data or {}).get("rule")
    others = held.nearest(actor.pk) if data is None else held.agreeing(rule or 0, actor.pk)
    if others + 1 >= held.needed:
        return None
    return _("%(needed)s officers must agree on this; others who agree so far: %(others)s.") % {
        "needed": held.needed,
        "others": others,
    }


# Review and decisions


def session_is_in_scoring(application: "Application", actor: Actor, data: Data) -> str | None:
    """Review happens while its selection session marks."""
    session = application.session
    if session is None:
        return _("This application belongs to no selection session yet.")
    return None if session.state == "scoring" else _("The selection session is not in scoring.")


def decided_in_a_batch(application: "Application", actor: Actor, data: Data) -> str | None:
    """Decisions are announced together, never one by one."""
    return None if isinstance(actor, System) else _("Decisions are announced together, in a batch.")


def plan_form_is_ready(application: "Application", actor: Actor, data: Data) -> str | None:
    """The call has a form for the plan."""
    from applications.models import current_form

    return None if current_form(application.call, "plan") else _("This call has no form for a plan.")


def a_due_date_is_given(application: "Application", actor: Actor, data: Data) -> str | None:
    """The plan has a day by which it is filed."""
    return None if data is None else _due_date_problem(data.get("due_at"))


def plan_form_is_complete(application: "Application", actor: Actor, data: Data) -> str | None:
    """The plan's required questions are answered."""
    return _incomplete(application, application.answers_at("plan"))


def plan_is_in_time(application: "Application", actor: Actor, data: Data) -> str | None:
    """A plan is filed before its date."""
    due = application.plan_due_at
    return _("The date to file the plan has passed.") if due and clock.now() > due else None


def due_date_has_passed(application: "Application", actor: Actor, data: Data) -> str | None:
    """A plan that was not filed in time lapses."""
    due = application.plan_due_at
    return None if due is not None and clock.now() > due else _("The date has not passed yet.")


def waiting_list_has_expired(application: "Application", actor: Actor, data: Data) -> str | None:
    """The waiting list ends with its session."""
    session = application.session
    if session is not None and session.state in {"closed", "cancelled"}:
        return None
    return _("The waiting list is still open.")


@data_guard
def awarded_amount_is_within_ceiling(application: "Application", actor: Actor, data: Data) -> str | None:
    """Nobody is awarded more than the track gives; in kind, the value may be unknown."""
    if data is None:
        return None
    amount, ceiling = data.get("amount"), application.track.ceiling_minor
    if amount is None:
        return _("Give the amount awarded.") if application.track.pays_money else None
    if not isinstance(amount, int) or isinstance(amount, bool) or amount < 0:
        return _("The amount awarded is not an amount.")
    if ceiling is not None and amount > ceiling:
        return _("The amount is above the ceiling of %(ceiling)s.") % {
            "ceiling": display.money_text(Money(ceiling, application.currency))
        }
    return None


def a_place_was_freed(application: "Application", actor: Actor, data: Data) -> str | None:
    """A place of the same session was given back, and it is the turn of this one."""
    session = application.session
    if session is None:
        return _("This application belongs to no selection session yet.")
    if waiting_turns.next_of(session) not in (application.pk, None):
        return _("Somebody stands before this one on the waiting list.")
    return None if freed_places(session) > 0 else _("No place has been given back.")


def freed_places(session: "SelectionSession") -> int:
    """Return how many places of a session were given back and not yet given on."""
    from workflow.models import Event

    in_session = [str(pk) for pk in session.applications.values_list("pk", flat=True)]
    events = Event.objects.filter(kind="applications.application", object_id__in=in_session)
    freed = events.filter(source="awarded", verb__in=["decline", "disqualify"]).count()
    return freed - events.filter(source="waitlisted", verb="award").count()


def an_appeal_was_upheld(application: "Application", actor: Actor, data: Data) -> str | None:
    """Only an upheld appeal brings an application back."""
    return None if isinstance(actor, System) else _("Only an upheld appeal brings an application back.")


# On lower machines


def forms_are_complete(call: "Call", actor: Actor, data: Data) -> str | None:
    """A call is published with the form that applicants fill in, and no form of it lacks anything."""
    stage = unfinished_form(call)
    if stage is None:
        return None
    from applications import form_versions

    version = form_versions.newest(call, stage)
    if version is None:
        return _("Choose the form that applicants fill in.")
    count = len(form_versions.faults_of(version))
    return ngettext(
        "In the form “%(form)s” one thing is to be mended before it is published.",
        "In the form “%(form)s” %(count)s things are to be mended before it is published.",
        count,
    ) % {"form": version.get_stage_display(), "count": display.number_text(count)}


def unfinished_form(call: "Call") -> str | None:
    """Return the stage of the first form that cannot be published yet, None when all can."""
    from applications import form_versions
    from applications.models import Stage

    for stage in Stage:
        version = form_versions.newest(call, stage)
        if version is None and stage == Stage.PLAN:
            continue
        if version is None or form_versions.faults_of(version):
            return stage
    return None


def every_application_is_screened(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """Scoring begins when nothing of the session waits for screening or for a missing piece."""
    waiting = session.applications.filter(state__in=["submitted", "incomplete"]).count()
    if not waiting:
        return None
    return ngettext(
        "%(count)s application still waits for screening or for a missing piece.",
        "%(count)s applications still wait for screening or for a missing piece.",
        waiting,
    ) % {"count": display.number_text(waiting)}


def no_application_depends_on_it(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """A session is cancelled only when another one can read what was sent to it."""
    if session.call.state == "cancelled":
        return None
    waiting = session.applications.filter(state__in=["submitted", "incomplete", "eligible"]).exists()
    others = session.call.sessions.filter(state__in=["planned", "screening"]).exclude(pk=session.pk)
    if not waiting or others.filter(cutoff_at__gte=session.cutoff_at).exists():
        return None
    return _("Applications were sent to this session and no later one can read them.")


# What actions say before they are done


def what_withdrawing_does(application: "Application") -> str:
    """Say what happens when the applicant withdraws."""
    return _("Application %(number)s will be withdrawn. This cannot be undone.") % {
        "number": application.case.number
    }


def what_declining_does(application: "Application") -> str:
    """Say what happens when the applicant declines."""
    return _("The award of application %(number)s will be declined. Somebody else will receive it.") % {
        "number": application.case.number
    }


def what_disqualifying_does(application: "Application") -> str:
    """Say what happens when two persons exclude an application."""
    return _("Application %(number)s will be excluded, now and for this call. Two persons must agree.") % {
        "number": application.case.number
    }
