"""One programme in which every list has rows: each case brings one row to every list of the product.

lists = ListWorld(); lists.add_cases(1)       # every list has a row
lists.add_cases(49)                           # and now fifty
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from applications import retention
from applications.models import Appeal, Application, Case, Duplicate, Person
from applications.opening import reveal
from disbursements import journal, past, past_rows
from disbursements.models import (
    Account,
    AccountKind,
    BankLine,
    CashAdvance,
    Grant,
    PayingAccount,
    PaymentBatch,
    Recovery,
    StatementFile,
)
from followup.models import (
    ActionPoint,
    Alert,
    CaseloadAssignment,
    Enterprise,
    EnterpriseMember,
    PersonOutcome,
    SupportSession,
    Visit,
)
from followup.models.support import Cohort, Enrolment
from scoring import rounds
from scoring.models import JurorEngagement, JuryAssignment, RankedApplication, RankingSnapshot
from tests.worlds.applications import a_person
from tests.worlds.disbursements import money_world
from tests.worlds.programmes import NOON, World, a_call, a_session, a_track
from workflow import load_history
from workflow.history import Fact, History
from workflow.models import NoticeBatch

ROWS = (
    (60, "cash", True, [{"kind": "agreement_signed"}]),
    (40, "kit", False, [{"kind": "agreement_signed"}]),
)
ACCOUNT = past.PastAccount("bank", "Amina Example", "MA64011519000001205000534921", "Bank", "Rabat", "MA")
STAFF = ("manager", "preparer", "verifier", "approver", "releaser", "reconciler", "coach")
AWARDED = [("submit", {}), ("mark_eligible", {}), ("start_review", {}), ("award", {"amount": 1_000_00})]
_numbers = count(1)


@dataclass
class ListWorld:
    """The programme, and what its lists are about."""

    world: World = field(default_factory=lambda: money_world(rows=ROWS))
    ranking: RankingSnapshot = field(init=False)
    engagement: JurorEngagement = field(init=False)
    cohort: Cohort = field(init=False)
    account: PayingAccount = field(init=False)

    def __post_init__(self) -> None:
        programme = self.world.programme
        held = rounds.ensure_rounds(self.world.session)[0]
        self.ranking = RankingSnapshot.objects.create(
            session=self.world.session,
            round=held,
            number=1,
            seed="lists",
            inputs="{}",
            digest="0" * 64,
            files=0,
            ranked=0,
            maximum=100,
            made_at=NOON,
            made_by=self.world.member("jury_secretary"),
        )
        self.engagement = JurorEngagement.objects.create(
            session=self.world.session,
            user=self.world.member("juror"),
            languages=["fr"],
            invited_at=NOON,
        )
        self.account = PayingAccount.objects.create(
            programme=programme,
            name="Main account",
            currency="MAD",
            holder="Agency",
            number="MA64011519000001205000534921",
            institution="Bank",
            country="MA",
            entered_by=self.world.member("manager"),
            entered_at=NOON,
        )
        self.cohort = Cohort.objects.create(programme=programme, code="C1", title="Cohort", kind="training")

    @property
    def bank(self) -> Account:
        """The account that every payment leaves."""
        return Account.objects.get(programme=self.world.programme, kind="bank")

    def add_cases(self, number: int) -> None:
        """Add so many rows to every list."""
        awarded = [self._case() for _number in range(number)]
        JuryAssignment.objects.bulk_create(
            JuryAssignment(
                round=self.ranking.round, engagement=self.engagement, application=one, state="assigned"
            )
            for one in awarded
        )
        grants = [self._grant(application) for application in awarded]
        past_rows.open_envelopes([self.world.call], recorded_at=NOON + timedelta(days=90))
        load_history(past.histories(grants), recorded_at=NOON + timedelta(days=90))
        past_rows.finish(grants, recorded_at=NOON + timedelta(days=90))
        for made in grants:
            Recovery.objects.create(
                grant=made.grant,
                tranche=made.grant.tranches.get(number=1),
                number=f"{made.grant.reference}-R1",
                cause="refused",
                claimed_minor=1_00,
                opened_at=NOON,
            )
        for _line in range(number):
            self._book()

    @property
    def grant(self) -> Grant:
        """The grant whose statement is read."""
        return Grant.objects.filter(programme=self.world.programme).earliest("pk")

    def _book(self) -> None:
        """One more line about that grant."""
        source = journal.AccountKey(AccountKind.BANK, self.world.programme.pk)
        target = journal.AccountKey(AccountKind.GRANT_ADVANCE, self.grant.pk)
        name, kind = f"lists:{next(_numbers)}", "disbursements.grant"
        entry = journal.Entry(name, self.world.programme.pk, "MAD", kind, str(self.grant.pk), "offer", NOON)
        journal.post(entry, source, target, 1)

    def _case(self) -> Application:
        """A person with an application to screen, and an older one that was awarded and is followed up."""
        world, number = self.world, next(_numbers)
        person = a_person(world)
        registration = person.registrations.get()
        waiting = self._application(person, [("submit", {})])
        Appeal.objects.create(
            application=waiting,
            against="ineligible",
            decided_at=NOON,
            ground="procedure",
            statement="Nobody looked at the second paper.",
            lodged_at=NOON,
            lodged_by=person.user,
            until=NOON,
        )
        reveal(registration, actor=world.member("screening_officer"), reason="To call about it", at=NOON)
        retention.request(person, world.programme, "asked", actor=person.user, at=NOON)
        RankedApplication.objects.create(
            snapshot=self.ranking,
            application=waiting,
            position=number,
            rank=number,
            score=50,
            exact="50",
            sheets=3,
        )
        call = a_call(world.programme)
        a_track(call)
        a_session(call)
        NoticeBatch.objects.create(label="Decisions", programme_code=world.programme.code, created_at=NOON)
        SupportSession.objects.create(
            programme=world.programme, purpose="training", title="Training", held_on=NOON.date()
        )
        Enrolment.objects.create(
            case=waiting.case, cohort=self.cohort, person=person, enrolled_on=NOON.date()
        )
        Cohort.objects.create(programme=world.programme, code=f"D{number}", title="Cohort", kind="training")
        PersonOutcome.objects.create(
            case=waiting.case,
            person=person,
            outcome="employed",
            seen_on=NOON.date(),
            source="A call",
            recorded_by=world.member("coach"),
        )
        PaymentBatch.objects.create(
            programme=world.programme,
            number=f"{world.programme.code}-B{number:04}",
            account=self.account,
            currency="MAD",
            channel="bank",
            value_date=NOON.date(),
            prepared_by=world.member("preparer"),
            opened_at=NOON,
        )
        CashAdvance.objects.create(
            programme=world.programme,
            number=f"{world.programme.code}-C{number:04}",
            account=self.account,
            currency="MAD",
            cashier=world.member("coach"),
            place="Temara",
            pays_on=NOON.date(),
            opened_by=world.member("preparer"),
            opened_at=NOON,
        )
        file = StatementFile.objects.create(
            programme=world.programme,
            account=self.account,
            name=f"statement-{number}.xml",
            form="camt",
            sha256=f"{number:064}",
            size=1,
            content="",
            handed_in_by=world.member("reconciler"),
            handed_in_at=NOON,
        )
        BankLine.objects.create(
            programme=world.programme,
            account=self.account,
            file=file,
            fingerprint=f"{number:064}",
            occurrence=1,
            booked_on=NOON.date(),
            amount_minor=-1,
            currency="MAD",
        )
        awarded = self._application(a_person(world), AWARDED)
        Duplicate.objects.create(
            alike="plan",
            strength="likely",
            earlier=waiting,
            later=awarded,
            grounds=[{"kind": "plan", "percent": 80}],
            weight=80,
            percent=80,
            found_at=NOON,
        )
        self._follow(awarded)
        return awarded

    def _application(self, person: Person, steps: list[tuple[str, Any]]) -> Application:
        world = self.world
        case = Case.objects.create(programme=world.programme, site=world.site, opened_at=NOON)
        application = Application(
            case=case,
            call=world.call,
            track=world.track,
            session=world.session,
            applicant=person,
            title="Aluminium workshop",
            submitted_at=NOON,
        )
        facts = [
            Fact(verb, NOON + timedelta(seconds=at), person.user, data=data)
            for at, (verb, data) in enumerate(steps)
        ]
        load_history([History(application, facts)], recorded_at=NOON + timedelta(days=1))
        return application

    def _follow(self, application: Application) -> None:
        coach = self.world.member("coach")
        enterprise = Enterprise.objects.create(
            case=application.case, programme=self.world.programme, name="Workshop", kind="individual"
        )
        EnterpriseMember.objects.create(enterprise=enterprise, person=application.applicant)
        CaseloadAssignment.objects.create(enterprise=enterprise, coach=coach, valid_from=date(2024, 1, 1))
        Visit.objects.create(
            case=application.case,
            enterprise=enterprise,
            programme=self.world.programme,
            code="M1",
            due_on=date(2026, 6, 1),
            coach=coach,
        )

        ActionPoint.objects.create(
            case=application.case,
            enterprise=enterprise,
            programme=self.world.programme,
            what="Keep the cash book",
            agreed_on=date(2026, 6, 1),
            due_on=date(2026, 7, 1),
            coach=coach,
        )
        Alert.objects.create(
            programme=self.world.programme,
            case=application.case,
            enterprise=enterprise,
            kind="risk",
            facts={"codes": ["closed"], "points": 60},
            raised_at=NOON,
        )

    def _grant(self, application: Application) -> past.PastGrant:
        world = self.world
        staff = {role: world.member(role) for role in STAFF}
        at = NOON + timedelta(days=10)
        supplier = past.past_supplier(
            world.programme,
            f"Tools {next(_numbers)}",
            ACCOUNT,
            staff=staff,
            at=at,
            recorded_at=at + timedelta(days=50),
        )
        return past.past_grant(
            application,
            amount=1_000_00,
            staff=staff,
            offered_at=at,
            signed_at=at + timedelta(days=1),
            account=ACCOUNT,
            instalments=[
                past.PastInstalment(at + timedelta(days=3), reached="justified"),
                past.PastInstalment(
                    at + timedelta(days=4),
                    reached="paid",
                    supplier=supplier,
                    handed_over_on=(at + timedelta(days=9)).date(),
                ),
            ],
        )
