"""The office behind the phones of `test_loss.py`: a process that does what a line of JSON tells it.

`Desk(database)` starts it; `desk.coach(visits=2)` makes a coach with visits and a session cookie, and so on.
Run as a module it is the process itself.
"""

import json
import sys
from typing import Any

from tests.databases import RealDatabase


class Desk:
    """Asks the process; every method is one line there and one line back."""

    def __init__(self, database: RealDatabase) -> None:
        self.process = database.start("-m", "tests.followup.desk")

    def __getattr__(self, verb: str) -> Any:
        def ask(**data: Any) -> Any:
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.write(json.dumps({"verb": verb, **data}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read() if self.process.stderr else ""
            return json.loads(line)

        return ask

    def close(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.communicate(timeout=60)


def main() -> None:
    import django

    django.setup()
    office = Office()
    for line in sys.stdin:
        data = json.loads(line)
        verb = data.pop("verb")
        print(json.dumps(getattr(office, verb)(**data)), flush=True)


class Office:
    """What may be done; runs inside the process."""

    def __init__(self) -> None:
        from tests.worlds.field import field_world

        self.here = field_world(code="FIELD")

    def coach(self, visits: int = 1, kind: str = "individual") -> dict[str, Any]:
        """A new coach with so many visits, one an enterprise, and a cookie that signs them in."""
        from tests.worlds.programmes import a_member

        user = a_member(self.here.world.programme, "coach")
        made = []
        for number in range(visits):
            enterprise = self.here.enterprise(f"Atelier {user.pk}-{number}", coach=user, kind=kind)
            made.append(str(self.here.visit(enterprise).pk))
        return {"user": user.pk, "cookie": self._cookie(user), "visits": made}

    def cookie(self, user: int) -> str:
        """Another session of somebody."""
        from accounts.models import User

        return self._cookie(User.objects.get(pk=user))

    def manager(self) -> str:
        """A session of the manager."""
        return self._cookie(self.here.world.member("manager"))

    @staticmethod
    def _cookie(user: Any) -> str:
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(user)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def backup(self, visit: str, user: int) -> bool:
        """A second coach who may visit an enterprise too."""
        from datetime import date

        from followup.models import CaseloadAssignment, Visit

        enterprise = Visit.objects.get(pk=visit).enterprise
        CaseloadAssignment.objects.create(
            enterprise=enterprise, coach_id=user, role="backup", valid_from=date(2024, 1, 1)
        )
        return True

    def hand_over(self, visit: str) -> bool:
        """Another coach follows the enterprise from today."""
        from django.utils import timezone

        from followup.enterprises import hand_over
        from followup.models import Visit

        enterprise = Visit.objects.get(pk=visit).enterprise
        coach = self.here.world.member("coach", 2)
        hand_over(enterprise, coach=coach, day=timezone.localdate(), reason="Leave")
        return True

    def cancel(self, visit: str) -> bool:
        """The supervisor cancels a visit."""
        from followup.models import Visit
        from workflow import fire

        supervisor = self.here.world.member("supervisor")
        fire(Visit.objects.get(pk=visit), "cancel", actor=supervisor, data={"reason": "Road closed"})
        return True

    def new_form(self) -> int:
        """The programme publishes a form with a question that must be answered; return its number."""
        from django.utils import timezone

        label = {"fr": "Ombre", "en": "Shade", "ar": "ظل"}
        question = {"key": "shade", "kind": "declaration", "label": label, "required": True}
        sections = [{"key": "own", "title": label, "questions": [question]}]
        return self._publish({"sections": sections}, at=timezone.now())

    def plain_form(self) -> int:
        """The programme publishes a form without questions of its own."""
        from django.utils import timezone

        return self._publish({"sections": []}, at=timezone.now())

    def _publish(self, definition: dict[str, Any], *, at: Any) -> int:
        from followup import form_versions

        manager = self.here.world.member("manager")
        draft = form_versions.begin(self.here.world.programme, actor=manager, at=at)
        form_versions.change_draft(draft, lambda _before: definition)
        form_versions.publish(draft, actor=manager, at=at)
        return draft.number

    def revoke(self, user: int) -> bool:
        """Somebody's role as a coach ends."""
        from datetime import timedelta

        from django.utils import timezone

        from programmes.models import Membership

        yesterday = timezone.localdate() - timedelta(days=1)
        Membership.objects.filter(user=user).update(valid_until=yesterday, ended_at=timezone.now())
        return True

    def end_sessions(self, user: int) -> int:
        """Every session of somebody ends; return how many did."""
        from importlib import import_module

        from django.conf import settings

        store = import_module(settings.SESSION_ENGINE).SessionStore
        own = [
            row
            for row in store.get_model_class().objects.all()
            if store().decode(row.session_data).get("_auth_user_id") == str(user)
        ]
        for row in own:
            row.delete()
        return len(own)

    def session(self, user: int, people: int) -> dict[str, Any]:
        """A support session led by a coach; one more person is known, who is not on its list."""
        from django.utils import timezone

        from followup.models import SupportSession
        from tests.worlds.applications import a_guest

        world = self.here.world
        made = SupportSession.objects.create(
            programme=world.programme,
            purpose="training",
            title="Keeping a cash book",
            held_on=timezone.localdate(),
            leader_id=user,
        )
        rows = [made.attendance.create(person=a_guest(world)).pk for _number in range(people)]
        return {"id": made.pk, "rows": rows, "guest": str(a_guest(world))}

    def mark(self, session: int, present: list[int], absent: list[int]) -> bool:
        """A field agent ticks a list at the office."""
        from datetime import timedelta

        from django.utils import timezone

        from followup.attendance import mark
        from followup.models import SupportSession

        agent = self.here.world.member("field_agent")
        held = SupportSession.objects.get(pk=session)
        earlier = timezone.now() - timedelta(hours=1)
        mark(held, present, absent, by=agent, at=earlier)
        return True

    def attendance(self, session: int) -> dict[str, Any]:
        """The list of a session as it stands."""
        from followup.models import SupportSession

        held = SupportSession.objects.get(pk=session)
        rows = [
            {
                "present": row.present,
                "disputed": row.disputed,
                "ticks": list(row.ticks.values_list("present", flat=True)),
            }
            for row in held.attendance.order_by("pk")
        ]
        return {"reports": held.phone_lists.count(), "rows": rows}

    def found(self, user: int) -> list[dict[str, Any]]:
        """What the server holds of somebody's reports, in order of arrival."""
        from followup.models import VisitSubmission

        rows = VisitSubmission.objects.filter(sender=user).select_related("visit").order_by("pk")
        return [
            {
                "uid": str(row.uid),
                "status": row.status,
                "flag": row.flag,
                "planned": str(row.planned_id) if row.planned_id else None,
                "visit": str(row.visit_id) if row.visit_id else None,
                "state": row.visit.state if row.visit else None,
                "answers": row.answers,
                "form": row.form_version,
                "performed_at": row.performed_at.isoformat(),
                "files": row.media.count(),
                "arrived": row.media.filter(document__isnull=False).count(),
            }
            for row in rows
        ]

    def rescue(self, content: str) -> dict[str, Any]:
        """The manager hands in a rescue file."""
        from django.utils import timezone

        from followup import rescue

        actor = self.here.world.member("manager")
        told = rescue.take(content.encode(), self.here.world.programme, actor=actor, now=timezone.now())
        return {"new": told.new, "known": told.known, "files": told.files, "refused": told.refused}


if __name__ == "__main__":
    main()
