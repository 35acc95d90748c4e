"""Synthetic follow-up: the enterprise of every paid grant, and its visits as far as they are."""

from collections.abc import Sequence
from datetime import timedelta

from demo.loading.moments import Dice, after, at
from demo.synthetic.grants import MadeGrant
from demo.synthetic.scene import Scene
from followup.models import CaseloadAssignment, Enterprise, EnterpriseMember, RiskRating, Visit
from workflow import Fact, History

BATCH = 500


class FollowUp:
    """The enterprises and visits of one batch of grants."""

    def __init__(self, scene: Scene, dice: Dice, made: Sequence[MadeGrant]) -> None:
        self.scene, self.dice = scene, dice
        self.paid = [one for one in made if one.paid_on is not None]
        self.enterprises = [self._enterprise(one) for one in self.paid]
        self.visits: list[tuple[MadeGrant, Visit, list[Fact]]] = []
        for place, (one, enterprise) in enumerate(zip(self.paid, self.enterprises, strict=True)):
            self._visits(one, enterprise, place)

    def histories(self) -> list[History]:
        """Return enterprises, then visits."""
        return [
            *(History(enterprise) for enterprise in self.enterprises),
            *(History(visit, facts) for _one, visit, facts in self.visits),
        ]

    def first_visits(self) -> dict[int, Visit]:
        """Return the visit of the first month by grant."""
        return {one.grant.pk: visit for one, visit, _facts in self.visits if visit.code == "M1"}

    def around(self) -> None:
        """Make members, coaches and ratings."""
        EnterpriseMember.objects.bulk_create(
            [
                EnterpriseMember(
                    enterprise=enterprise,
                    person=one.item.application.applicant,
                    joined_on=enterprise.anchor_on,
                    role="lead",
                )
                for one, enterprise in zip(self.paid, self.enterprises, strict=True)
            ],
            batch_size=BATCH,
        )
        CaseloadAssignment.objects.bulk_create(
            [
                CaseloadAssignment(  # type: ignore[misc]  # opened
                    enterprise=visit.enterprise, coach=visit.coach, valid_from=visit.enterprise.anchor_on
                )
                for _one, visit, _facts in self.visits
                if visit.code == "M1"
            ],
            batch_size=BATCH,
        )
        RiskRating.objects.bulk_create(
            [
                RiskRating(
                    enterprise=visit.enterprise,
                    visit=visit,
                    rated_at=visit.state_since or self.scene.now,
                    points=0,
                    level="green",
                )
                for _one, visit, _facts in self.visits
                if visit.state == "validated"
            ],
            batch_size=BATCH,
        )

    def _enterprise(self, one: MadeGrant) -> Enterprise:
        application, anchor = one.item.application, (one.paid_on or self.scene.now).date()
        return Enterprise(
            case=application.case,
            grant=one.grant,
            programme=self.scene.programme,
            name=application.title,
            kind="individual",
            sector=application.sector,
            site=application.case.site,
            opened_on=anchor,
            status="open",
            anchor_on=anchor,
        )

    def _visits(self, one: MadeGrant, enterprise: Enterprise, place: int) -> None:
        coaches, supervisor = self.scene.staff.coaches, self.scene.staff["supervisor"]
        coach = coaches[(one.item.place // 2 + place) % len(coaches)]
        first, third = self.scene.visits
        anchor = enterprise.anchor_on or self.scene.now.date()
        due = anchor + timedelta(days=30)
        performed = at(due + timedelta(days=self.dice.randint(0, 3)), self.dice.randint(8, 15))
        visit = Visit(
            case=enterprise.case,
            enterprise=enterprise,
            programme=self.scene.programme,
            plan_row=first,
            code=first.code,
            due_on=due,
            window_days=first.window_days,
            coach=coach,
        )
        facts: list[Fact] = []
        if one.passed("second_papers"):
            visit.author, visit.performed_at, visit.revision = coach, performed, 1
            visit.answers = {
                "performed_on": performed.date().isoformat(),
                "modality": "on_site",
                "status": "open",
                "money_source": "recalled",
                "profit": self.dice.randrange(100_000, 500_000, 1000),
            }
            facts = [Fact("start", performed, coach), Fact("submit", after(performed, 0, hour=18), coach)]
        if one.passed("second_verified"):
            visit.validator = supervisor
            facts.append(Fact("validate", after(performed, 2, hour=10), supervisor))
        self.visits.append((one, visit, facts))
        planned = Visit(
            case=enterprise.case,
            enterprise=enterprise,
            programme=self.scene.programme,
            plan_row=third,
            code=third.code,
            due_on=anchor + timedelta(days=91),
            window_days=third.window_days,
            coach=coach,
        )
        self.visits.append((one, planned, []))
