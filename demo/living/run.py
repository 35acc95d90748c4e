"""Playing the living programme from its opening until today, in the order in which things happened.

What waits for whom at the end stands beside each step; the start page of every role shows it.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from applications.models import Application
from demo.living import banking, cash, contest, juries, money, phones, recoveries, rights, visits
from demo.living.applications import Applicants, person_of, still_open, waiting_for_screening
from demo.living.people import let_sign_in, settle
from demo.living.programme import (
    CODE,
    CUTOFFS,
    FIRST,
    LATEST,
    MARKING,
    OPEN,
    SCREENING,
    SITTING,
    set_up,
)
from demo.living.stage import Stage
from demo.loading.staff import Staff
from disbursements import holds
from disbursements.models import Grant, PayingAccount, Supplier
from followup import alert_notices, alerts
from programmes.models import Programme
from scoring import discrepant
from workflow import notices
from workflow.models import Event, Notice

# how far the second instalments went: one waits at every desk of the finance office
DESKS = ("due", "verify", "approve", "order", "submit", "approve_order", "export")
FUNDED = ("IND",) * 9 + ("KIT", "KIT", "STR", "STR") + ("IND",) * 2 + ("STR",) * 2


def is_loaded() -> bool:
    """Tell whether the living programme is there already."""
    return Programme.objects.filter(code=CODE).exists()


@transaction.atomic
def load(staff: Staff, *, now: datetime) -> int:
    """Play the programme; return the number of its events."""
    before = Event.objects.count()
    last_notice = Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    stage = set_up(staff, now)
    settle(stage)
    visits.ask_more(stage)
    applicants = Applicants(stage)
    funded = _first_session(stage, applicants)
    _grants(stage, funded)
    _latest_session(stage, applicants)
    _sitting(stage, applicants)
    _marking(stage, applicants)
    _screening(stage, applicants)
    contest.load(stage)
    draft = still_open(stage, applicants)
    let_sign_in(person_of(draft), "applicant")
    visits.support_sessions(stage)
    phones.attendance(stage)
    visits.cohorts(stage)
    alert_notices.tell_due(stage.now)
    # What was told in the past was told: only the letters that wait to be read still leave.
    told = Notice.objects.filter(pk__gt=last_notice, status=Notice.Status.QUEUED)
    told.update(status=Notice.Status.SENT, channel=Notice.Channel.EMAIL, sent_at=F("created_at"))
    return Event.objects.count() - before


def _session(stage: Stage, applicants: Applicants, number: int, tracks: tuple[str, ...]) -> list[Application]:
    """Applications sent before a cut-off and found eligible after it."""
    cutoff = CUTOFFS[number]
    found = [
        applicants.eligible(
            stage.at(cutoff - 4 - place % 12, 9 + place % 8), stage.at(cutoff + 1, 9), track=track
        )
        for place, track in enumerate(tracks)
    ]
    stage.fire(stage.sessions[number], "start_screening", "jury_secretary", stage.at(cutoff + 1, 8))
    return found


def _first_session(stage: Stage, applicants: Applicants) -> list[Application]:
    """Decided long ago: seventeen grants, one file waited in vain, one was rejected and is to be erased."""
    session, cutoff = stage.sessions[FIRST], CUTOFFS[FIRST]
    files = _session(stage, applicants, FIRST, (*FUNDED, "IND", "IND"))
    juries.appoint(stage, session, (1, 2, 3), stage.at(cutoff - 5))
    held = juries.to_scoring(stage, session, stage.at(cutoff + 3))
    juries.mark_everything(stage, held, stage.at(cutoff + 8, 15), juries.merits_of(files, worst=2))
    batch = juries.propose(stage, session, held, stage.at(cutoff + 9, 9), places=len(FUNDED), waiting=1)
    batch = juries.decide(stage, batch, stage.at(cutoff + 10, 9), stage.at(cutoff + 12, 11))
    if batch.letters is not None:
        notices.release(batch.letters, by=stage.staff["jury_secretary"], at=stage.at(cutoff + 12, 12))
    stage.fire(session, "close", "jury_secretary", stage.at(cutoff + 28, 9))
    rights.ask_for_erasure(stage, files[-1], stage.at(-6, 17))
    return files[: len(FUNDED)]


def _grants(stage: Stage, funded: list[Application]) -> None:
    """Seventeen grants, each stopped where somebody has to act."""
    shops = [
        money.supplier(stage, name, money.rib(number), stage.at(-150))
        for number, name in enumerate(money.SHOPS, start=11)
    ]
    money.open_account(stage, stage.at(-1, 9))
    _visit_to_validate(stage, funded[0], shops[0])
    for place, (application, until) in enumerate(zip(funded[1:8], DESKS, strict=True)):
        _second_instalment(stage, application, shops[place % len(shops)], place, until)
    _in_doubt(stage, funded[7])
    phones.reports(stage, [money.grant_of(application) for application in funded[1:5]])
    _held_by_a_red_visit(stage, funded[8], shops[1])
    _kits(stage, funded[9], funded[10], shops)
    _receipts_to_review(stage, funded[11])
    _closed(stage, funded[12])
    claimed = recoveries.claim(
        stage, money.grant_of(funded[4]), 45_000, "L’achat ne se voit pas sur place.", stage.at(-9, 9)
    )
    recoveries.contest(stage, claimed, "La machine était en réparation ; voici le bon.", stage.at(-3, 19))
    account = _paid_in_a_batch(stage, funded[13:15], shops)
    agreed = [_agreed(stage, application, signed=-20) for application in funded[15:]]
    cash.pay_by_hand(stage, agreed, account)
    cash.donors(stage)
    _imported_statement(stage, account, money.grant_of(funded[0]))


def _imported_statement(stage: Stage, account: PayingAccount, owing: Grant) -> None:
    """The statement before: the donor's money and a repayment came in, a payment in doubt went out."""
    asked = stage.programme.donor_instalments.get(state="requested")
    changed = asked.amount.minor * 108 // 10 - banking.FEE  # at 10.80, less what the banks kept
    owed = owing.recoveries.get()
    payer = person_of(owing.application).identity.latin_name
    received = [
        banking.Movement(stage.day(-5), changed, "Virement reçu", str(asked.contribution.donor)),
        banking.Movement(stage.day(-2), owed.outstanding_minor, "Versement au guichet", payer),
        banking.Movement(stage.day(-12), 152_000, "Remboursement d’assurance", "Assurance de l’agence"),
    ]
    file = banking.import_statement(stage, account, received, stage.at(-2, 15))
    reason = "Assurance du siège : hors de ce programme."
    banking.set_aside(stage, file, 152_000, reason, stage.at(-2, 16))


def _paid_in_a_batch(
    stage: Stage, applications: list[Application], shops: Sequence[Supplier]
) -> PayingAccount:
    """Two second instalments left in one file; the reconciler has the bank's statement before her."""
    account = banking.open_accounts(stage, stage.at(-150))
    for place, application in enumerate(applications):
        _second_instalment(stage, application, shops[place], place, "approve_order")
    grants = [money.grant_of(application) for application in applications]
    batch = banking.pay_together(stage, account, grants, stage.at(-3, 12))
    banking.hand_in_statement(stage, batch, stage.at(-1, 9))
    return account


def _visit_to_validate(stage: Stage, application: Application, shop: Supplier) -> None:
    """The supervisor validates the visit of `beneficiary`, which frees the second instalment."""
    let_sign_in(person_of(application), "beneficiary")
    grant = _paid_once(stage, application, shop, signed=-40, paid=-33, coach=0, languages=("fr", "ar"))
    money.confirm_receipt(stage, grant, 1, stage.at(-31, 18))
    visits.validate(stage, grant, "D15", stage.at(-17, 11))
    visits.agree(stage, grant, "D15", "Afficher les prix devant l’atelier", agreed=-17, due=6)
    done = visits.agree(stage, grant, "D15", "Ouvrir un cahier de caisse", agreed=-17, due=-4)
    stage.fire(done, "claim", stage.staff.coaches[0], stage.at(-6, 17))
    month = visits.visit_of(grant, "M1")
    phones.send(stage, month, stage.staff.coaches[0], stage.at(-1, 15), lasted=phones.SHORT)
    money.accept_receipts(stage, grant, 1, stage.at(-12))
    recoveries.claim(stage, grant, 30_000, "Une facture est la copie d’une autre.", stage.at(-2, 9))


def _second_instalment(
    stage: Stage, application: Application, shop: Supplier, place: int, until: str
) -> None:
    """One second instalment for every desk of the finance office; coaches visit at month 3 these days."""
    paid = -94 + 2 * place
    grant = _paid_once(stage, application, shop, signed=-110, paid=paid, coach=place % 3)
    visits.validate(stage, grant, "D15", stage.at(paid + 16, 11))
    visits.validate(stage, grant, "M1", stage.at(paid + 34, 11))
    money.accept_receipts(stage, grant, 1, stage.at(paid + 44))
    began = -14 if until == "export" else -5 + place // 2
    money.go(stage, grant, 2, stage.at(began, 11), until)


def _in_doubt(stage: Stage, application: Application) -> None:
    """The bank never answered: two persons have to say what came of the payment."""
    order = money.tranche(money.grant_of(application), 2).live_order()
    stage.fire(order, "doubt", "reconciler", stage.at(-4, 9))


def _held_by_a_red_visit(stage: Stage, application: Application, shop: Supplier) -> None:
    """A red visit holds the money; the manager asked for its release, an approver decides."""
    grant = _paid_once(stage, application, shop, signed=-60, paid=-50, coach=1)
    visits.validate(stage, grant, "D15", stage.at(-35, 11))
    money.accept_receipts(stage, grant, 1, stage.at(-20))
    visits.validate(stage, grant, "M1", stage.at(-16, 11), **visits.CLOSED)
    visits.agree(stage, grant, "M1", "Rapporter le bail du nouveau local", agreed=-16, due=-5)
    visits.tell_protection(stage, grant, stage.at(-16, 18))
    alerts.escalate(stage.now)
    holds.ask_release(
        grant.holds.get(),
        actor=stage.staff["manager"],
        reason="Nouveau local trouvé, bail vu ; l’activité reprend.",
        at=stage.at(-2, 11),
    )
    claimed = recoveries.claim(stage, grant, 90_000, "Une partie du stock a été revendue.", stage.at(-15, 9))
    recoveries.pay_back_in_parts(stage, claimed, stage.at(-12))


def _kits(stage: Stage, delivered: Application, quoted: Application, shops: Sequence[Supplier]) -> None:
    """A kit that came and waits to be handed over, and one whose supplier is not chosen."""
    grant = _agreed(stage, delivered, signed=-50)
    visits.give_coach(grant, stage.staff.coaches[0], stage.at(-48))
    bought = money.start_purchase(stage, grant, shops, stage.at(-40))
    money.order_goods(stage, bought, stage.at(-30))
    money.deliver(stage, bought, stage.staff.coaches[0], stage.at(-2, 14))
    money.start_purchase(stage, _agreed(stage, quoted, signed=-20), shops, stage.at(-3))


def _receipts_to_review(stage: Stage, application: Application) -> None:
    """`beneficiary-2` was paid and confirms it; the receipts are in."""
    let_sign_in(person_of(application), "beneficiary-2", language="ar")
    grant = _paid_once(stage, application, None, signed=-45, paid=-27, coach=0)
    visits.validate(stage, grant, "D15", stage.at(-11, 11))
    money.hand_in_receipts(stage, grant, 1, stage.at(-2))


def _closed(stage: Stage, application: Application) -> None:
    """One that is through."""
    grant = _paid_once(stage, application, None, signed=-115, paid=-100, coach=2)
    visits.validate(stage, grant, "M1", stage.at(-68, 11))
    money.accept_receipts(stage, grant, 1, stage.at(-60))
    stage.fire(grant, "complete", "manager", stage.at(-40))
    stage.fire(grant, "close", "approver", stage.at(-38))


def _agreed(
    stage: Stage,
    application: Application,
    *,
    signed: int,
    shop: Supplier | None = None,
    languages: Sequence[str] = ("fr",),
) -> Grant:
    grant = money.offer(stage, application, stage.at(signed - 4, 10))
    money.sign(stage, grant, stage.at(signed, 10), languages=languages)
    money.activate(stage, grant, shop, stage.at(signed + 2, 9))
    return grant


def _paid_once(
    stage: Stage,
    application: Application,
    shop: Supplier | None,
    *,
    signed: int,
    paid: int,
    coach: int,
    languages: Sequence[str] = ("fr",),
) -> Grant:
    grant = _agreed(stage, application, signed=signed, shop=shop, languages=languages)
    visits.give_coach(grant, stage.staff.coaches[coach], stage.at(signed + 3))
    money.pay(stage, grant, 1, stage.at(paid, 10))
    return grant


def _latest_session(stage: Stage, applicants: Applicants) -> None:
    """Announced four days ago: letters to read, grants to offer, sign and activate, an appeal to hear."""
    session, cutoff = stage.sessions[LATEST], CUTOFFS[LATEST]
    files = _session(stage, applicants, LATEST, ("IND", "IND", "IND", "STR", "IND"))
    juries.appoint(stage, session, (2, 3, 4), stage.at(cutoff - 5))
    held = juries.to_scoring(stage, session, stage.at(cutoff + 4))
    juries.mark_everything(stage, held, stage.at(cutoff + 20, 15), juries.merits_of(files, worst=1))
    batch = juries.propose(stage, session, held, stage.at(-7, 9), places=4)
    juries.decide(stage, batch, stage.at(-6, 9), stage.at(-4, 11), revised=True)
    rights.appeal(files[4], stage.at(-2, 20))
    money.offer(stage, files[1], stage.at(-3, 10))
    grant = money.offer(stage, files[2], stage.at(-3, 11))
    money.sign(stage, grant, stage.at(-1, 10))


def _sitting(stage: Stage, applicants: Applicants) -> None:
    """The jury sits today: the chair opens the sitting, the secretary has its draft of decisions."""
    session, cutoff = stage.sessions[SITTING], CUTOFFS[SITTING]
    files = _session(stage, applicants, SITTING, ("IND", "IND", "KIT", "IND"))
    juries.appoint(stage, session, (1, 2, 3, 5), stage.at(cutoff - 5))
    held = juries.to_scoring(stage, session, stage.at(cutoff + 4))
    merits = juries.merits_of(files, worst=1)
    merits |= {one.pk: 1 for one in files[:3] if one.case.site and one.case.site.code == "FES"}
    juries.mark_everything(stage, held, stage.at(-3, 15), merits)
    # two places: one by merit, one reserved for Fès, which is ranked after a file that waits
    batch = juries.propose(stage, session, held, stage.at(-2, 9), places=2, waiting=1)
    juries.schedule(stage, batch, stage.at(0, 9))


def _marking(stage: Stage, applicants: Applicants) -> None:
    """Jurors mark: `juror-1` has begun one file and finished another."""
    session, cutoff = stage.sessions[MARKING], CUTOFFS[MARKING]
    files = _session(stage, applicants, MARKING, ("IND", "IND", "STR", "IND", "IND"))
    juries.appoint(stage, session, (1, 2, 3, 4), stage.at(cutoff - 5))
    held = juries.to_scoring(stage, session, stage.at(cutoff + 3))
    held.opens_at, held.closes_at = stage.at(cutoff + 3), stage.at(4, 18)
    held.save()
    own = list(held.assignments.filter(engagement__user=stage.staff.jurors[0]).order_by("pk"))
    juries.mark(stage, own[0], stage.at(-2, 20), merit=0)
    juries.mark(stage, own[1], stage.at(-1, 21), merit=1, hand_in=False)
    other = held.assignments.filter(engagement__user=stage.staff.jurors[1]).order_by("pk")
    for assignment in other[:2]:
        juries.mark(stage, assignment, stage.at(-1, 19), merit=1)
    # the second opinion on the first file is far from the first one: the board says so
    apart = held.assignments.filter(application=own[0].application_id, state="assigned").order_by("pk")
    for assignment in apart[:1]:
        juries.mark(stage, assignment, stage.at(-1, 20), merit=3)
    discrepant.find(held, at=stage.at(-1, 21))
    if not files:
        raise LookupError("nothing to mark")


def _screening(stage: Stage, applicants: Applicants) -> None:
    """Files wait for the screening officer, a person for a missing piece, a session for its jurors."""
    (asked,) = waiting_for_screening(stage, applicants)
    let_sign_in(person_of(asked), "applicant-2")
    stage.fire(stage.sessions[SCREENING], "start_screening", "jury_secretary", stage.at(-2, 8))
    juries.appoint(stage, stage.sessions[SCREENING], (2, 3, 6), stage.at(-2, 9))
    juries.invite(stage, stage.sessions[SCREENING], 1, stage.at(-2, 10))
    juries.invite(stage, stage.sessions[OPEN], 7, stage.at(-1, 10))
    juries.begin_an_amendment(stage)
