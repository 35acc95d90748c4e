"""Coaches, enterprises and visits for tests of the field, and reports as a phone sends them."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from applications.models import Case
from followup.enterprises import hand_over
from followup.models import Enterprise, Visit, VisitPlan, VisitPlanRow
from tests.worlds.programmes import World, programme_world

ANSWERS: dict[str, Any] = {"modality": "on_site", "status": "open", "turnover": 620_000, "profit": 280_000}


@dataclass
class FieldWorld:
    """A programme with a coach and enterprises to visit."""

    world: World
    row: VisitPlanRow
    visits: list[Visit] = field(default_factory=list)

    @property
    def coach(self) -> User:
        """The coach of every enterprise."""
        return self.world.member("coach")

    def enterprise(self, name: str = "Atelier", *, coach: User | None = None, **fields: Any) -> Enterprise:
        """An enterprise followed by a coach since long ago."""
        programme = self.world.programme
        case = Case.objects.create(programme=programme, site=self.world.site)
        given = {"kind": "individual", "site": self.world.site, **fields}
        enterprise = Enterprise.objects.create(case=case, programme=programme, name=name, **given)
        hand_over(enterprise, coach=coach or self.coach, day=date(2024, 1, 1), reason="First")
        return enterprise

    def visit(self, enterprise: Enterprise | None = None, **fields: Any) -> Visit:
        """A planned visit, due today."""
        enterprise = enterprise or self.enterprise(f"Atelier {len(self.visits) + 1}")
        given = {"code": "M1", "plan_row": self.row, "due_on": timezone.localdate(), **fields}
        lead = enterprise.caseload.get(role="lead", valid_until=None)
        made = Visit.objects.create(
            case=enterprise.case,
            enterprise=enterprise,
            programme=enterprise.programme,
            coach=lead.coach,
            **given,
        )
        self.visits.append(made)
        return made


def field_world(visits: int = 0, *, code: str = "") -> FieldWorld:
    """A programme with a coach, and so many visits to as many enterprises."""
    world = programme_world(code) if code else programme_world()
    plan = VisitPlan.objects.create(programme=world.programme)
    made = FieldWorld(world, plan.rows.create(code="M1", offset_months=1))
    for _number in range(visits):
        made.visit()
    return made


def report(visit: Visit | None, *, media: list[dict[str, Any]] | None = None, **fields: Any) -> bytes:
    """The body that a phone sends for a visit; `answers` in fields are added to good ones."""
    now = timezone.now()
    answers = {**ANSWERS, "performed_on": now.date().isoformat(), **fields.pop("answers", {})}
    body = {
        "visit": str(visit.pk) if visit else None,
        "form": 1,
        "base": visit.revision if visit else 0,
        "performed_at": (now - timedelta(hours=2)).isoformat(),
        "answers": answers,
        "media": media or [],
        **fields,
    }
    return json.dumps(body).encode()
