"""Letters to applicants: drafted when decisions are confirmed, read by a person, released once announced.

Whom a freed place reaches is told at once, without a person in between: it was promised in the first letter.

A draft holds references only; its words are made when it is read or leaves, in the applicant's language
(`explanation.py` says what they tell). Never a single juror's mark.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from workflow import notices
from workflow.models import Event, Notice, NoticeBatch

if TYPE_CHECKING:
    from applications.models import Application
    from scoring.models import Decision, DecisionBatch

TEMPLATE = "scoring.{outcome}"
FREED = "scoring.freed"


def draft(batch: "DecisionBatch", *, at: datetime, event: Event | None) -> NoticeBatch:
    """Draft one letter a decision, in the caller's transaction; return the mailing."""
    made = NoticeBatch.objects.create(
        label=f"{batch.session.call.code}-S{batch.session.number}-D{batch.number}",
        stream=batch.stream,
        programme_code=batch.session.call.programme.code,
        created_at=at,
    )
    decisions = batch.decisions.exclude(outcome="postpone").select_related("application__case")
    Notice.objects.bulk_create(
        [
            Notice(
                **_recipient(decision.application),
                template=TEMPLATE.format(outcome=decision.outcome),
                stream=decision.application.stream,
                context={"decision": decision.pk, "programme": batch.programme_id},
                event=event,
                batch=made,
                status=Notice.Status.DRAFT,
                created_at=at,
            )
            for decision in decisions
        ]
    )
    type(batch).objects.filter(pk=batch.pk).update(letters=made)
    batch.letters = made
    return made


def tell_of_a_freed_place(decision: "Decision", *, at: datetime, event: Event | None) -> None:
    """Tell an applicant that the turn has come; a letter about the list that never left is dropped."""
    application = decision.application
    drop(decision.batch, application)
    notices.queue(
        **_recipient(application),
        template=FREED,
        stream=application.stream,
        context={"decision": decision.pk, "programme": decision.batch.programme_id},
        event=event,
        at=at,
    )


def drop(batch: "DecisionBatch", application: "Application") -> None:
    """Take back the draft to an applicant for whom it is no longer true."""
    if batch.letters is not None:
        drafts = batch.letters.notices.filter(stream=application.stream, status=Notice.Status.DRAFT)
        drafts.delete()


def _recipient(application: "Application") -> dict[str, Any]:
    """The applicant; a case without one is read about on its page."""
    if application.applicant_id is None:
        return {"recipient_kind": "case", "recipient_id": application.case.number}
    return {"recipient_kind": "person", "recipient_id": str(application.applicant_id)}
