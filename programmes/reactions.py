"""What follows inside this package from a change of state."""

from workflow import on
from workflow.declare import Firing


@on("programmes.Call", "cancel")
def cancel_sessions_that_have_not_begun(firing: Firing) -> None:
    """A cancelled call has no sittings: its planned and screening sessions are cancelled with it."""
    for session in firing.record.sessions.filter(state__in=["planned", "screening"]):
        firing.then(session, "cancel", {"reason": firing.reason})
