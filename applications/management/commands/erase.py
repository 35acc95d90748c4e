"""`manage.py erase`: erase a person, named by a reference or by a case number.

    manage.py erase 58214-0 --actor officer@example.org --reason "Asked for on the telephone" --dry-run

Whoever acts is named and must be the protection officer of the programme; the act stays in the history.
A dry run lists what would go and changes nothing.
"""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications import erasing, retention
from applications.models import Application, Cause, Person, Registration
from programmes.models import Programme
from workflow import Refused, fire


class Command(BaseCommand):
    help = "Erase a person by reference or case number. Money records and statistics stay."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom, by whom, why, and whether it is only tried."""
        parser.add_argument("who", help="reference of a person (a UUID) or number of a case")
        parser.add_argument(
            "--programme", default="", help="code; needed with a reference in several programmes"
        )
        parser.add_argument("--actor", required=True, help="e-mail address of the protection officer")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--dry-run", action="store_true", help="list what would go, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase every person of the case, or the person, and print what went."""
        actor = User.objects.filter(email=options["actor"].strip().lower(), is_active=True).first()
        if actor is None:
            raise CommandError(f"nobody signs in as {options['actor']}")
        for person, programme in found(options["who"], options["programme"]):
            self.stdout.write(f"{person} in {programme}")
            if options["dry_run"]:
                outcome = erasing.try_out(person, programme, at=timezone.now())
            else:
                outcome = self._erase(person, programme, actor, options["reason"])
            labels = {trace.key: trace.label for trace in erasing.traces()}
            for key, count in outcome.counts.items():
                self.stdout.write(f"{count:>6}  {labels[key]}")
            if not outcome.whole:
                self.stdout.write("        the identity stays: another programme still needs it")
        if options["dry_run"]:
            self.stdout.write("Nothing was changed: a dry run.")

    def _erase(self, person: Person, programme: Programme, actor: User, reason: str) -> erasing.Outcome:
        try:
            with transaction.atomic():
                request = retention.ask(
                    person, programme, Cause.OFFICE, actor=actor, at=timezone.now(), reason=reason
                )
                fire(request, "carry_out", actor=actor, data={"reason": reason})
        except Refused as refused:
            raise CommandError(" ".join(refused.sentences)) from refused
        return erasing.Outcome(request.whole, request.erased)


def found(who: str, code: str) -> list[tuple[Person, Programme]]:
    """Return whom a reference or case number means, each with the programme; raises CommandError."""
    application = Application.objects.filter(case__number=who).select_related("call__programme").first()
    if application is not None:
        members = application.members.select_related("person").order_by("pk")
        return [(member.person, application.call.programme) for member in members]
    try:
        reference = UUID(who)
    except ValueError as error:
        raise CommandError(f"no case and no person: {who}") from error
    rows = Registration.objects.filter(person__reference=reference).select_related("person", "programme")
    if code:
        rows = rows.filter(programme__code=code)
    people = list(rows.order_by("pk"))
    if not people:
        raise CommandError(f"nobody of this reference{' in ' + code if code else ''}: {who}")
    if len(people) > 1:
        codes = ", ".join(row.programme.code for row in people)
        raise CommandError(f"in several programmes ({codes}): name one with --programme")
    return [(people[0].person, people[0].programme)]
