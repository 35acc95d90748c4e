"""What persons of the living programme ask for: that a decision is looked at again, that their data go."""

from datetime import datetime

from applications import appealing, retention
from applications.models import Appeal, Application, Cause
from demo.living.applications import applicant_of, person_of
from demo.living.stage import Stage

STATEMENT = (
    "Le jury a compté le loyer deux fois. Le contrat joint à ma demande dit 1 500 MAD par mois, charges"
    " comprises ; mon projet reste donc rentable."
)


def appeal(application: Application, at: datetime) -> None:
    """Somebody who was rejected appeals; the appeal officer has to say whether it is heard."""
    appealing.lodge(
        application,
        ground=Appeal.Ground.PROCEDURE,
        statement=STATEMENT,
        actor=applicant_of(application),
        at=at,
    )


def ask_for_erasure(stage: Stage, application: Application, at: datetime) -> None:
    """Somebody whose file was rejected long ago wants the data erased; the protection officer decides."""
    person = person_of(application)
    retention.ask(person, stage.programme, Cause.ASKED, actor=applicant_of(application), at=at)
