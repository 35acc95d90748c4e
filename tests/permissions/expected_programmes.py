"""Who may see and set up programmes that are not public, their calls, sessions and people."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from programmes.models import (
    CallQuestion,
    ExpectedResult,
    Membership,
    MessageTemplate,
    Organisation,
    Partnership,
    Programme,
    ProgrammeLink,
)
from tests.permissions.matrix import EVERY_MEMBER, EVERYBODY, NOBODY, Pair, World, act, asks, row, sees
from tests.worlds.programmes import World as ProgrammeWorld
from workflow.models import NoticeBatch

MEMBERS_AND_SET_UP = f"{EVERY_MEMBER} system_administrator"
EVERYBODY_AT_WORK = " ".join(f"{role}@any" for role in EVERY_MEMBER.split()) + " system_administrator"
ALL_BUT_DONORS = EVERY_MEMBER.replace("donor ", "")

SEES = [
    sees("programmes.programme", MEMBERS_AND_SET_UP),
    sees("programmes.site", MEMBERS_AND_SET_UP),
    sees("programmes.office", MEMBERS_AND_SET_UP),
    sees("programmes.expectedresult", MEMBERS_AND_SET_UP),
    sees("programmes.programmelink", MEMBERS_AND_SET_UP),
    sees("programmes.contribution", MEMBERS_AND_SET_UP),
    sees("programmes.partnership", MEMBERS_AND_SET_UP),
    sees("programmes.exchangerate", MEMBERS_AND_SET_UP),
    sees("programmes.messagetemplate", MEMBERS_AND_SET_UP),
    sees("programmes.organisation", EVERYBODY_AT_WORK),
    sees("programmes.membership", "#coach manager auditor system_administrator"),
    sees("programmes.call", MEMBERS_AND_SET_UP),
    sees("programmes.track", MEMBERS_AND_SET_UP),
    sees("programmes.selectionsession", ALL_BUT_DONORS),
    sees("programmes.callquestion", "manager screening_officer auditor"),
]

ACTS = [
    act("programmes.programme", "publish", "manager"),
    act("programmes.programme", "close", "manager"),
    act("programmes.programme", "reopen", "manager"),
    act("programmes.call", "publish", "manager"),
    act("programmes.call", "open", "manager system"),
    act("programmes.call", "close", "manager system"),
    act("programmes.call", "extend", "manager"),
    act("programmes.call", "conclude", "manager"),
    act("programmes.call", "cancel", "manager"),
    act("programmes.selectionsession", "start_screening", "jury_secretary system"),
    act("programmes.selectionsession", "start_scoring", "jury_secretary"),
    act("programmes.selectionsession", "start_deliberation", "jury_secretary"),
    act("programmes.selectionsession", "announce", "jury_chair"),
    act("programmes.selectionsession", "close", "jury_secretary system"),
    act("programmes.selectionsession", "cancel", "manager system"),
]

ASKS = [
    asks("programmes.add_programme", "manager@any system_administrator"),
    asks("programmes.work_on_programme", MEMBERS_AND_SET_UP, of="programmes.programme"),
    asks("programmes.change_programme", "manager system_administrator", of="programmes.programme"),
    asks("programmes.manage_people", "manager system_administrator", of="programmes.programme"),
    asks("programmes.view_people", "manager auditor system_administrator", of="programmes.programme"),
    asks("programmes.view_sessions", ALL_BUT_DONORS, of="programmes.programme"),
    asks("programmes.change_call", "manager", of="programmes.call"),
    asks("programmes.view_questions", "manager screening_officer auditor", of="programmes.call"),
    asks("programmes.answer_questions", "manager screening_officer", of="programmes.call"),
    asks("programmes.view_messages", "manager jury_secretary auditor", of="programmes.programme"),
    asks("programmes.change_messages", "manager", of="programmes.programme"),
    asks("programmes.release_batch", "manager jury_secretary", of="programmes.programme"),
]

DELEGABLE = "preparer verifier approver releaser reconciler manager supervisor"
SET_UP = "manager system_administrator"
READS_MESSAGES = "manager jury_secretary auditor"
PROGRAMME: dict[str, Any] = {"of": "programmes.programme", "code": "code"}
CALL: dict[str, Any] = {"of": "programmes.call", "code": "programme.code", "call": "code"}
SITE: dict[str, Any] = {"of": "programmes.site", "code": "programme.code", "pk": "pk"}
MEMBERSHIP: dict[str, Any] = {"of": "programmes.membership", "code": "programme.code", "pk": "pk"}
QUESTION: dict[str, Any] = {
    "of": "programmes.callquestion",
    "code": "call.programme.code",
    "call": "call.code",
    "pk": "pk",
}
TRACK: dict[str, Any] = {
    "of": "programmes.track",
    "code": "call.programme.code",
    "call": "call.code",
    "pk": "pk",
}
MAILING: dict[str, Any] = {"of": "mailing", "code": "programme.code", "pk": "batch.pk"}
SESSION: dict[str, Any] = {
    "of": "programmes.selectionsession",
    "code": "call.programme.code",
    "call": "call.code",
    "number": "number",
}

ROWS = [
    row("home", EVERYBODY, leads_to_sign_in=True),
    row("programmes:list", EVERYBODY),
    row("programmes:accent", EVERYBODY, code="=ANY", colour="=1f5a7a"),
    row("programmes:programme", MEMBERS_AND_SET_UP, set_up=True, **PROGRAMME),
    row("programmes:public_call", MEMBERS_AND_SET_UP, set_up=True, **CALL),
    row(
        "programmes:create",
        "manager@any system_administrator",
        posts="manager@any system_administrator",
        set_up=True,
    ),
    row("programmes:start", MEMBERS_AND_SET_UP, set_up=True, **PROGRAMME),
    row("programmes:settings", MEMBERS_AND_SET_UP, set_up=True, **PROGRAMME),
    row("programmes:edit", SET_UP, posts=SET_UP, set_up=True, **PROGRAMME),
    row("programmes:look", SET_UP, posts=SET_UP, set_up=True, **PROGRAMME),
    row("programmes:add_part", SET_UP, posts=SET_UP, part="=sites", set_up=True, **PROGRAMME),
    row("programmes:edit_part", SET_UP, posts=SET_UP, part="=sites", set_up=True, **SITE),
    row("programmes:remove_part", SET_UP, posts=SET_UP, part="=sites", set_up=True, **SITE),
    row("programmes:people", "manager auditor system_administrator", set_up=True, **PROGRAMME),
    row("programmes:invite", SET_UP, posts=SET_UP, set_up=True, **PROGRAMME),
    row("programmes:give_role", SET_UP, posts=SET_UP, set_up=True, **PROGRAMME),
    row("programmes:delegate", DELEGABLE, posts=DELEGABLE, **PROGRAMME),
    row("programmes:end_delegation", posts=NOBODY, **MEMBERSHIP),
    row("programmes:end_role", posts=SET_UP, set_up=True, **MEMBERSHIP),
    row("programmes:calls", MEMBERS_AND_SET_UP, set_up=True, **PROGRAMME),
    row("programmes:create_call", SET_UP, posts=SET_UP, set_up=True, **PROGRAMME),
    row("programmes:call", MEMBERS_AND_SET_UP, set_up=True, **CALL),
    row("programmes:edit_call", "manager", posts="manager", **CALL),
    row("programmes:clone_call", posts="manager", **CALL),
    row("programmes:add_track", "manager", posts="manager", **CALL),
    # The calls of this world are drafts: nobody asks about them, their dates are still set.
    row("programmes:ask", "nobody", posts="nobody", leads_to_sign_in=True, **CALL),
    row("programmes:move_closing", "manager", posts="manager", gives=(302,), **CALL),
    row("programmes:questions", "manager screening_officer auditor", **CALL),
    row("programmes:add_question", "manager screening_officer", posts="manager screening_officer", **CALL),
    row(
        "programmes:edit_question", "manager screening_officer", posts="manager screening_officer", **QUESTION
    ),
    row("programmes:set_aside_question", posts="manager screening_officer", **QUESTION),
    row("programmes:take_down_question", posts="manager screening_officer", **QUESTION),
    row("programmes:arrange_question", posts="manager screening_officer", **QUESTION),
    row("programmes:edit_track", "manager", posts="manager", **TRACK),
    row("programmes:remove_track", posts="manager", **TRACK),
    row("programmes:create_session", "manager", posts="manager", **CALL),
    row("programmes:edit_session", "manager", posts="manager", **SESSION),
    row("programmes:session", ALL_BUT_DONORS, **SESSION),
    row("programmes:sessions", ALL_BUT_DONORS, **PROGRAMME),
    row("programmes:messages", READS_MESSAGES, **PROGRAMME),
    row(
        "programmes:wording",
        READS_MESSAGES,
        posts="manager",
        key="=programmes.role_given",
        language="=fr",
        **PROGRAMME,
    ),
    row("programmes:mailings", READS_MESSAGES, **PROGRAMME),
    row("programmes:mailing", READS_MESSAGES, **MAILING),
    row("programmes:release", posts="manager jury_secretary", **MAILING),
]


def fill(world: World) -> None:
    """A programme kept from the public and everything that it is described by."""
    add = world.objects
    add["programmes.programme"] = world.twins(lambda side: side.programme)
    add["programmes.call"] = world.twins(lambda side: side.call)
    add["programmes.track"] = world.twins(lambda side: side.track)
    add["programmes.selectionsession"] = world.twins(lambda side: side.session)
    add["programmes.site"] = world.twins(lambda side: side.site)
    add["programmes.office"] = world.twins(lambda side: side.programme.offices.get())
    add["programmes.contribution"] = world.twins(lambda side: side.programme.contributions.first())
    add["programmes.exchangerate"] = world.twins(lambda side: side.programme.rates.get())
    add["programmes.organisation"] = world.twins(lambda side: side.programme.contributions.first().donor)
    add["programmes.expectedresult"] = world.twins(_result)
    add["programmes.programmelink"] = world.twins(_link)
    add["programmes.messagetemplate"] = world.twins(_template)
    add["programmes.partnership"] = world.twins(_partnership)
    add["programmes.callquestion"] = world.twins(
        lambda side: CallQuestion.objects.create(call=side.call, asked="May I?", asked_at=timezone.now())
    )
    add["mailing"] = world.twins(_mailing)
    coaches = world.user("coach"), world.user("coach elsewhere")
    add["programmes.membership"] = Pair(*(Membership.objects.get(user=coach) for coach in coaches))


def _result(side: ProgrammeWorld) -> ExpectedResult:
    return ExpectedResult.objects.create(programme=side.programme, number=1, text_en="More work")


def _link(side: ProgrammeWorld) -> ProgrammeLink:
    return ProgrammeLink.objects.create(
        programme=side.programme, kind="link", title_en="Page", url="https://example.org/"
    )


def _template(side: ProgrammeWorld) -> MessageTemplate:
    return MessageTemplate.objects.create(
        programme=side.programme,
        key="call_published",
        language="fr",
        subject="Un appel",
        body="Il est ouvert.",
        edited_at=timezone.now(),
    )


@dataclass(frozen=True)
class Mailing:
    """A mailing and its programme: the kernel's record knows only the code."""

    programme: Programme
    batch: NoticeBatch

    @property
    def programme_id(self) -> int:
        """For the rules."""
        return self.programme.pk


def _mailing(side: ProgrammeWorld) -> Mailing:
    code = side.programme.code
    batch = NoticeBatch.objects.create(label="Decisions", programme_code=code, created_at=timezone.now())
    return Mailing(side.programme, batch)


def _partnership(side: ProgrammeWorld) -> Partnership:
    partner = Organisation.objects.create(name_en=f"Partner of {side.programme.code}")
    return Partnership.objects.create(
        programme=side.programme, organisation=partner, signed_on=date(2026, 1, 5)
    )
