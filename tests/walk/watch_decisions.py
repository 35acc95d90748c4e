"""What must have happened before decisions are announced, as the trail says."""

from dataclasses import dataclass, field

from scoring.models import DecisionBatch, Scoresheet
from tests.walk.faults import Fault, Promise
from workflow.models import Event

BATCH, SITTING, SHEET = "scoring.decisionbatch", "scoring.deliberation", "scoring.scoresheet"
UNLOCKED = ("draft", "submitted", "reopened")
States = dict[tuple[str, str], str]


@dataclass
class Decisions:
    """Who submitted and confirmed each batch."""

    submitted: dict[str, int | None] = field(default_factory=dict)
    confirmed: dict[str, int | None] = field(default_factory=dict)

    def see(self, event: Event, states: States) -> list[Fault]:
        """Take in one event, in order; states: those of all records at that moment.

        Return what does not hold about it.
        """
        if event.kind != BATCH:
            return []
        batch = event.object_id
        if event.verb == "submit":
            self.submitted[batch] = event.actor_id
            self.confirmed.pop(batch, None)
        if event.verb == "confirm":
            self.confirmed[batch] = event.actor_id
        return self._announced(batch, states) if event.verb == "announce" else []

    def _announced(self, batch: str, states: States) -> list[Fault]:
        row = DecisionBatch._base_manager.select_related("snapshot").get(pk=batch)
        said = []
        if self.confirmed.get(batch) in (None, self.submitted.get(batch)):
            said.append("confirmed by nobody else than who submitted it")
        sittings = [
            states.get((SITTING, str(pk)), "") for pk in row.deliberations.values_list("pk", flat=True)
        ]
        minuted = [state for state in sittings if state in ("signed", "closed")]
        if set(sittings) - {"signed", "closed", "cancelled"} or not (minuted or row.shortlisting):
            said.append(f"announced after sittings {sittings}")
        sheets = Scoresheet._base_manager.filter(assignment__round=row.snapshot.round_id)
        open_ = [pk for pk in sheets.values_list("pk", flat=True) if states.get((SHEET, str(pk))) in UNLOCKED]
        if open_:
            said.append(f"announced while sheets {open_} can change")
        return [Fault(Promise.DECIDED, f"batch {batch}: {words}") for words in said]
