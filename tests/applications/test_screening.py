"""Screening: a checklist never written over, flags, opinions of a panel, the next file, pictures."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from applications import checklist, decisions, flags, panel, screening
from applications.findings import asked, found
from applications.models import (
    Application,
    FileOpening,
    Flag,
    PanelOpinion,
    PieceRequest,
    ScreeningPlan,
)
from applications.presence import open_file
from applications.queue import next_file
from documents.filing import store
from programmes import cloning
from programmes.models import Call
from tests.documents import friendly
from tests.worlds.applications import (
    SCREENED,
    a_draft,
    a_rule,
    an_application,
    ask_again,
    find_eligible,
    submit,
    write,
)
from tests.worlds.documents import upload
from tests.worlds.programmes import a_member, open_call, programme_world
from workflow import Refused, fire
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    later = timezone.now() + timedelta(days=30)
    Call.objects.filter(pk=world.call.pk).update(closes_at=later)
    world.call.sessions.update(cutoff_at=later)
    world.call.refresh_from_db()
    return world


@pytest.fixture
def officer(client, world):
    officer = world.member("screening_officer")
    client.force_login(officer)
    return officer


def page(application, name="screen", *more):
    return reverse(f"applications:{name}", args=[application.case.number, *more])


def fields(response, **changes):
    """What the form of the page would send, with changes: `r1="met"` settles the first rule."""
    lines = response.context["checklist"].lines
    sent = {"key": response.context["key"]}
    for number, line in enumerate(lines, start=1):
        sent[f"seen-{line.rule.pk}"] = line.seen
        sent[f"outcome-{line.rule.pk}"] = changes.pop(f"r{number}", line.outcome)
        sent[f"reason-{line.rule.pk}"] = changes.pop(f"why{number}", line.reason)
    return {**sent, **changes}


# The checklist


def test_the_page_says_what_is_asked_and_what_the_file_says(client, world, officer):
    a_rule(world)
    a_rule(world, "residence", sites=["fes"])
    a_rule(world, "by_hand")
    response = client.get(page(an_application(world)))
    age, place, paper = response.context["checklist"].lines
    assert (age.asked, place.asked, place.found) == ("18 years or more", "Fès", "Rabat")
    assert "born in 1994" in age.found
    assert (age.outcome, place.outcome, paper.outcome) == ("met", "not_met", "by_hand")
    assert response.context["checklist"].settled == 2


@pytest.mark.long
def test_several_rules_are_settled_in_one_press_and_a_waiver_needs_a_reason(client, world, officer):
    a_rule(world, "by_hand")
    a_rule(world, "residence", sites=["fes"])
    application = an_application(world)
    url = page(application)
    refused = client.post(url, fields(client.get(url), r1="met", r2="waived"))
    assert refused.status_code == 409
    assert refused.context["checklist"].lines[0].outcome == "met"  # what was typed stays on the page
    assert not application.checks.filter(checked_by__isnull=False).exists()
    sent = fields(client.get(url), r1="met", r2="waived", why2="Moved last week")
    assert client.post(url, sent).status_code == 302
    assert sorted(application.checks.values_list("outcome", "reason")) == [
        ("met", ""),
        ("waived", "Moved last week"),
    ]


def test_what_somebody_else_changed_meanwhile_is_shown_and_not_written_over(client, world, officer):
    rule = a_rule(world, "by_hand")
    application = an_application(world)
    sent = fields(client.get(page(application)), r1="met")
    other = world.member("screening_officer", 2)
    screening.decide(
        application, rule, outcome="not_met", reason="The card is forged", actor=other, at=timezone.now()
    )
    answer = client.post(page(application), sent)
    assert answer.status_code == 409
    assert "The card is forged" in answer.content.decode()
    check = application.checks.get()
    assert (check.outcome, check.checked_by) == ("not_met", other)
    again = client.post(page(application), fields(answer, r1="met", why1="Seen the original"))
    assert again.status_code == 302
    check.refresh_from_db()
    assert (check.outcome, check.checked_by) == ("met", officer)


def test_a_computed_result_that_nobody_touched_stays_computed(client, world, officer):
    a_rule(world)
    application = an_application(world)
    client.post(page(application), fields(client.get(page(application))))
    assert application.checks.get().checked_by is None


def test_a_file_that_was_decided_meanwhile_is_not_changed(client, world, officer):
    application = an_application(world)
    sent = fields(client.get(page(application)), then="eligible")
    find_eligible(world, application)
    answer = client.post(page(application), sent)
    assert answer.status_code == 409
    assert "is not possible" in answer.content.decode()


# Decisions


@pytest.mark.long
def test_checks_and_decision_are_one_press_and_the_next_file_opens(client, world, officer):
    a_rule(world, "by_hand")
    first, second = an_application(world), an_application(world)
    sent = fields(client.get(page(first)), r1="met", then="eligible", then_next="1", note="All seen")
    answer = client.post(page(first), sent)
    first.refresh_from_db()
    assert first.state == "eligible"
    assert Event.objects.get(verb="mark_eligible").note.text == "All seen"
    assert client.get(answer.url).url == page(second)
    assert not FileOpening.objects.filter(application=first).exists()


def test_a_refused_decision_keeps_the_checklist(client, world, officer):
    a_rule(world, "by_hand")
    a_rule(world, "by_hand")
    application = an_application(world)
    answer = client.post(page(application), fields(client.get(page(application)), r1="met", then="eligible"))
    assert answer.status_code == 409
    assert "is not met or not checked yet" in answer.content.decode()
    assert application.checks.filter(outcome="met").count() == 1


def test_ineligible_names_its_rule(client, world, officer):
    rule = a_rule(world, "by_hand")
    application = an_application(world)
    sent = fields(client.get(page(application)), then="ineligible")
    assert client.post(page(application), sent).status_code == 409
    client.post(page(application), {**sent, "rule": rule.pk, "note": "No card"})
    application.refresh_from_db()
    assert application.state == "ineligible"


def test_pressing_twice_decides_once(client, world, officer):
    application = an_application(world)
    sent = fields(client.get(page(application)), then="eligible")
    for _press in range(2):
        assert client.post(page(application), sent).status_code == 302
    assert Event.objects.filter(verb="mark_eligible").count() == 1


@pytest.mark.long
def test_a_missing_piece_is_asked_for_by_the_words_of_the_questions(client, world, officer):
    application = an_application(world)
    response = client.get(page(application))
    assert "What will you buy with this money?" in response.content.decode() or response.context["piece"]
    sent = fields(response, then="piece")
    assert client.post(page(application), sent).status_code == 409
    due = (timezone.localdate() + timedelta(days=9)).isoformat()
    sent |= {"piece-questions": ["use_of_money"], "piece-message": "Which machine?", "piece-due_on": due}
    client.post(page(application), sent)
    application.refresh_from_db()
    assert application.state == "incomplete"
    asked_for = PieceRequest.objects.get()
    assert (asked_for.questions, asked_for.asked_by) == (["use_of_money"], officer)
    shown = client.get(page(application))
    assert "Which machine?" in shown.content.decode()
    assert not shown.context["editable"]


# Flags


def test_an_open_flag_holds_a_file_until_it_is_resolved_in_words(client, world, officer):
    application = an_application(world)
    client.post(
        page(application, "raise_flag"), {"kind": "identity", "reason": "", "next": page(application)}
    )
    client.post(page(application, "raise_flag"), {"kind": "odd", "reason": "Two names"})
    assert not Flag.objects.exists()
    answer = client.post(
        page(application, "raise_flag"),
        {"kind": "identity", "reason": "Two names", "next": page(application)},
    )
    assert answer.url == page(application)
    flag = Flag.objects.get()
    with pytest.raises(Refused, match="A flag is still open"):
        fire(application, "mark_eligible", actor=officer)
    client.post(page(application, "resolve_flag", flag.pk), {"resolution": " "})
    client.post(page(application, "resolve_flag", flag.pk), {"resolution": "The second is her married name"})
    client.post(page(application, "resolve_flag", flag.pk), {"resolution": "Again"})
    flag.refresh_from_db()
    assert (flag.resolved_by, flag.resolution) == (officer, "The second is her married name")
    fire(application, "mark_eligible", actor=officer)


def test_who_works_on_the_file_raises_a_flag_and_others_do_not(client, world):
    application = an_application(world)
    for role, status in (("field_agent", 302), ("jury_secretary", 302), ("auditor", 404), ("juror", 404)):
        client.force_login(world.member(role))
        sent = client.post(page(application, "raise_flag"), {"kind": "other", "reason": role})
        assert sent.status_code == status, role
    client.force_login(world.member("field_agent"))
    flag = Flag.objects.first()
    assert client.post(page(application, "resolve_flag", flag.pk), {"resolution": "x"}).status_code == 404
    client.force_login(application.applicant.user)
    assert client.post(page(application, "raise_flag"), {"kind": "other", "reason": "x"}).status_code == 404
    assert Flag.objects.count() == 2


def test_a_flag_of_another_file_is_not_found(client, world, officer):
    flag = flags.raise_flag(an_application(world), kind="other", reason="R", actor=officer, at=SCREENED)
    other = an_application(world)
    assert client.post(page(other, "resolve_flag", flag.pk), {"resolution": "x"}).status_code == 404


@pytest.mark.long
def test_flags_are_on_the_case_for_staff(client, world, officer):
    application = an_application(world)
    flags.raise_flag(application, kind="papers", reason="Blurred stamp", actor=officer, at=SCREENED)
    case = reverse("applications:case", args=[application.case.number])
    for role in ("manager", "auditor", "screening_officer"):
        client.force_login(world.member(role))
        assert "Blurred stamp" in client.get(case).content.decode()


def test_the_database_wants_words_and_an_author_for_a_resolution(world, officer):
    flag = flags.raise_flag(an_application(world), kind="other", reason="R", actor=officer, at=SCREENED)
    for odd in (
        {"resolved_at": SCREENED},
        {"resolution": "x"},
        {"resolved_at": SCREENED, "resolved_by": officer},
        {"reason": ""},
        {"kind": "odd"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Flag.objects.filter(pk=flag.pk).update(**odd)


# The panel


@pytest.fixture
def together(world):
    ScreeningPlan.objects.create(call=world.call, members_to_refuse=3)
    return a_rule(world, "by_hand"), a_rule(world, "by_hand")


def agree(application, rule, officer, reason="No card", agrees=True):
    return decisions.agree(
        application, rule, reason=reason, agrees=agrees, actor=officer, at=timezone.now(), key=None
    )


def test_a_file_is_ineligible_when_enough_officers_agree_on_one_rule(world, together):
    rule, other_rule = together
    application = an_application(world)
    officers = [world.member("screening_officer", number) for number in range(1, 5)]
    assert "must still agree: 2" in agree(application, rule, officers[0])
    assert "must still agree: 2" in agree(application, rule, officers[0], "Still no card")
    agree(application, other_rule, officers[1])
    agree(application, rule, officers[2])
    with pytest.raises(Refused, match="3 officers must agree"):
        fire(application, "mark_ineligible", actor=officers[1], data={"rule": other_rule.pk, "reason": "x"})
    agree(application, rule, officers[3])
    application.refresh_from_db()
    assert application.state == "ineligible"
    rows = PanelOpinion.objects.filter(application=application, rule=rule, agrees=True)
    assert {row.member for row in rows} == {officers[0], officers[2], officers[3]}


@pytest.mark.long
def test_one_officer_alone_cannot_refuse_where_the_call_wants_a_panel(client, world, together, officer):
    rule, _other = together
    application = an_application(world)
    sent = fields(client.get(page(application)), then="ineligible", rule=rule.pk, note="No card")
    answer = client.post(page(application), sent)
    assert "3 officers must agree" in answer.content.decode()
    assert application.state == "submitted"
    assert client.post(page(application), {**sent, "then": "agree"}).status_code == 302
    shown = client.get(page(application)).content.decode()
    assert "so far 1" in shown
    assert "No card" in shown


def test_an_opinion_can_be_changed_and_a_dissent_is_kept(world, together):
    rule, _other = together
    application = an_application(world)
    officers = [world.member("screening_officer", number) for number in range(1, 4)]
    agree(application, rule, officers[0])
    agree(application, rule, officers[1])
    agree(application, rule, officers[1], "I found the card", agrees=False)
    held = panel.standing(application)
    assert (held.agreeing(rule.pk), len(held.opinions)) == (1, 2)
    agree(application, rule, officers[2])
    application.refresh_from_db()
    assert application.state == "submitted"


def test_opinions_are_about_the_file_as_it_was_read(world, together):
    rule, _other = together
    application = an_application(world)
    officers = [world.member("screening_officer", number) for number in range(1, 4)]
    for member in officers[:2]:
        panel.give(application, rule=rule, agrees=True, reason="No card", actor=member, at=SCREENED)
    ask_again(world, application)
    write(application, {"use_of_money": "Two machines"})
    fire(application, "answer", actor=application.applicant.user, at=SCREENED + timedelta(days=1))
    assert panel.standing(application).opinions == ()
    with pytest.raises(Refused, match="3 officers must agree"):
        fire(application, "mark_ineligible", actor=officers[2], data={"rule": rule.pk, "reason": "x"})


def test_an_opinion_needs_a_reason_a_rule_of_the_call_and_an_officer(world, together):
    rule, _other = together
    application = an_application(world)
    foreign = a_rule(programme_world())
    officer = world.member("screening_officer")
    for bad in (
        {"reason": " "},
        {"rule": foreign},
        {"actor": world.member("manager")},
        {"actor": a_member(programme_world().programme, "screening_officer")},
    ):
        given = {"rule": rule, "reason": "No card", "actor": officer, **bad}
        with pytest.raises(Refused):
            panel.give(application, agrees=True, at=SCREENED, **given)
    assert not PanelOpinion.objects.exists()


def test_opinions_cannot_be_changed_or_taken_away(world, together):
    opinion = panel.give(
        an_application(world),
        rule=together[0],
        agrees=True,
        reason="No card",
        actor=world.member("screening_officer"),
        at=SCREENED,
    )
    for attack in (
        lambda: PanelOpinion.objects.filter(pk=opinion.pk).update(agrees=False),
        lambda: PanelOpinion.objects.filter(pk=opinion.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attack()


def test_a_manager_sets_the_panel_and_a_clone_keeps_it(client, world, officer):
    url = reverse("applications:plan_screening", args=[world.programme.code, world.call.code])
    assert client.post(url, {"members": "2"}).status_code == 404
    client.force_login(world.member("manager"))
    for odd in ("0", "6", "x", "", "²"):
        client.post(url, {"members": odd})
    assert panel.members_needed(world.call) == 1
    client.post(url, {"members": "2"})
    assert panel.members_needed(world.call) == 2
    assert panel.members_needed(cloning.clone(world.call)) == 2
    call = reverse("programmes:call", args=[world.programme.code, world.call.code])
    assert "1 screening officer: invite more" in client.get(call).content.decode()


# Two officers, one queue


def test_the_next_file_is_the_oldest_that_nobody_has_open(world, officer):
    files = [submit(a_draft(world), at=SCREENED + timedelta(hours=number)) for number in range(3)]
    rows, other, now = Application.objects.all(), world.member("screening_officer", 2), timezone.now()
    assert next_file(rows, user=officer, at=now) == files[0]
    open_file(files[0], user=other, at=now)
    assert next_file(rows, user=officer, at=now) == files[1]
    assert next_file(rows, user=other, at=now) == files[0]
    assert next_file(rows, user=officer, at=now, after=files[1]) == files[2]
    assert next_file(rows, user=officer, at=now, after=files[2]) == files[1]
    assert next_file(rows, user=officer, at=now + timedelta(hours=1)) == files[0]
    assert next_file(rows.filter(pk=files[1].pk), user=officer, at=now, after=files[1]) is None


def test_the_queue_keeps_its_filter_from_file_to_file(client, world, officer):
    one = an_application(world, answers={"title": "Bakery"})
    an_application(world, answers={"title": "Sewing"})
    two = an_application(world, answers={"title": "Bakery again"})
    queue = reverse("applications:screening", args=[world.programme.code])
    shown = client.get(queue, {"q": "bakery"})
    assert f"{page(one)}?queue=q%3Dbakery" in shown.content.decode()
    following = reverse("applications:screen_next", args=[world.programme.code])
    first = client.get(following, {"queue": "q=bakery"})
    assert first.url.startswith(page(one))
    second = client.get(following, {"queue": "q=bakery", "after": one.case.number})
    assert second.url.startswith(page(two))
    none = client.get(following, {"queue": "q=nothing"})
    assert none.url == f"{queue}?q=nothing"


def test_two_officers_on_one_file_see_each_other(client, world, officer):
    application = an_application(world)
    assert "has this file open" not in client.get(page(application)).content.decode()
    other = world.member("screening_officer", 2)
    client.force_login(other)
    assert f"{officer} has this file open" in client.get(page(application)).content.decode()
    client.force_login(officer)
    assert str(other) in client.get(page(application, "presence")).content.decode()
    FileOpening.objects.update(seen_at=timezone.now() - timedelta(minutes=20))
    assert "has this file open" not in client.get(page(application, "presence")).content.decode()


@pytest.mark.long
def test_the_page_of_a_file_costs_the_same_for_a_full_one(client, world, officer):
    for kind in ("age", "residence", "status", "composition", "previous_winner", "by_hand"):
        a_rule(world, kind)
    counts = []
    for things in (1, 6):
        application = an_application(world)
        for _number in range(things):
            flags.raise_flag(application, kind="other", reason="R", actor=officer, at=SCREENED)
            given = {"kind": "photo", "actor": officer, "at": SCREENED, "stream": application.stream}
            store(upload(), owner=application, **given)
        client.get(page(application))
        with CaptureQueriesContext(connection) as captured:
            client.get(page(application))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 38, counts


# Papers in the page


def test_pages_of_papers_are_pictures_for_those_who_may_read_the_file(client, world, officer):
    application = an_application(world)
    given = {"owner": application, "actor": officer, "at": SCREENED, "stream": application.stream}
    paper = store(upload("devis.pdf", friendly.pdf()), kind="quotation", **given)
    photo = store(upload("card.jpg"), kind="identity", **given)
    hidden = store(upload("secret.jpg"), kind="identity", sensitivity="vault", **given)
    shown = client.get(page(application)).content.decode()
    for document in (paper, photo):
        url = reverse("documents:preview", args=[document.uid, 1])
        assert url in shown
        picture = client.get(url)
        assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")
        assert picture.content.startswith(b"RIFF")
        assert "sandbox" in picture["Content-Security-Policy"]
        assert picture["Cache-Control"] == "private, no-store"
        assert client.get(reverse("documents:preview", args=[document.uid, 99])).status_code == 404
    assert str(hidden.uid) not in shown
    assert client.get(reverse("documents:preview", args=[hidden.uid, 1])).status_code == 404
    client.force_login(world.member("juror"))
    assert client.get(reverse("documents:preview", args=[paper.uid, 1])).status_code == 404


# What rules ask, in words


def test_every_kind_of_rule_says_what_it_asks_and_finds():
    from applications.eligibility import Facts, Member

    facts = Facts(
        year=2026,
        members=[Member(1990, "f", "refugee"), Member(None, "m", "")],
        site="fes",
        own=20,
        total=100,
    )
    sites = {"fes": "Fès"}
    for kind, parameters, wants, finds in (
        ("age", {"from": 18, "to": 35}, "18 to 35 years", "born in 1990: 35 or 36 years"),
        ("age", {"to": 35}, "35 years at most", "year of birth not known"),
        ("residence", {"sites": ["fes", "oujda"]}, "Fès, oujda", "Fès"),
        ("status", {"categories": ["refugee"]}, "", "status known for 1 of 2 persons"),
        ("composition", {"of": "women", "percent": 30}, "women: at least 30%", "2 persons: 1 women"),
        ("previous_winner", {}, "", "nobody was funded before"),
        ("own_contribution", {"percent": 10}, "at least 10% of the budget", "20%"),
        ("by_hand", {}, "", ""),
    ):
        assert asked(kind, parameters, sites) == wants
        assert finds in found(kind, facts, sites)


def test_the_stamp_of_a_check_changes_whenever_the_check_does(world, officer):
    rule = a_rule(world, "by_hand")
    application = an_application(world)
    before = checklist.stamp(application.checks.get())
    screening.decide(application, rule, outcome="by_hand", reason="", actor=officer, at=timezone.now())
    assert checklist.stamp(application.checks.get()) != before
