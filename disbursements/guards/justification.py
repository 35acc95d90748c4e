"""Guards of justifications."""

from typing import Any

from django.utils.translation import gettext as _

from workflow import display
from workflow.actors import Actor
from workflow.history import data_guard

Data = dict[str, Any] | None


def payment_stands(justification: Any, actor: Actor, data: Data) -> str | None:
    """Money that came back needs no receipts."""
    if justification.order.state in ("executed", "receipted"):
        return None
    return _("This payment came back: no receipts are needed for it.")


def lines_have_files(justification: Any, actor: Actor, data: Data) -> str | None:
    """There is something new to look at, and every line has its receipt."""
    lines = list(justification.lines.filter(decision="pending"))
    if not lines:
        return _("Add a receipt first.")
    bare = next((line for line in lines if line.file_id is None and not line.archive_reference), None)
    if bare is not None:
        return _("Add a photo of the receipt: %(line)s.") % {"line": bare.label}
    return None


@data_guard
def reviewer_is_not_the_collector(justification: Any, actor: Actor, data: Data) -> str | None:
    """Whoever handed in the receipts does not judge them."""
    if justification.submitted_by_id is not None and justification.submitted_by_id == actor.pk:
        return _("You handed in these receipts; another person must review them.")
    return None


def every_line_is_decided(justification: Any, actor: Actor, data: Data) -> str | None:
    """No line is left open."""
    if justification.lines.filter(decision="pending").exists():
        return _("Decide on every line first.")
    return None


def every_line_is_accepted(justification: Any, actor: Actor, data: Data) -> str | None:
    """All lines of this review are accepted; lines refused before do not count."""
    if justification.lines.filter(decision="pending").exists():
        return _("Decide on every line first.")
    if justification.lines.filter(decision="ineligible", booked=False).exists():
        return _("A line is not accepted: accept in part instead.")
    return None


def lines_cover_what_was_paid(justification: Any, actor: Actor, data: Data) -> str | None:
    """The accepted receipts add up to what was paid, at least."""
    accepted = justification.accepted_minor()
    if accepted >= justification.paid_minor - justification.recovered_minor:
        return None
    from programmes.money import Money

    return _("Receipts over %(accepted)s of %(paid)s are accepted: accept in part until the rest comes.") % {
        "accepted": display.money_text(Money(accepted, justification.currency)),
        "paid": display.money_text(justification.paid),
    }


def refused_lines_have_a_reason(justification: Any, actor: Actor, data: Data) -> str | None:
    """Each line that is not accepted says why."""
    bare = justification.lines.filter(decision="ineligible", reason="").first()
    return None if bare is None else _("Say why this line is not accepted: %(line)s.") % {"line": bare.label}


def some_line_is_accepted(justification: Any, actor: Actor, data: Data) -> str | None:
    """Accepting in part accepts something."""
    if justification.lines.filter(decision="accepted").exists():
        return None
    return _("No line is accepted: refuse instead.")


def no_line_is_accepted(justification: Any, actor: Actor, data: Data) -> str | None:
    """Refusing refuses everything of this review."""
    if justification.lines.filter(decision="accepted", booked=False).exists():
        return _("A line is accepted: accept in part instead.")
    return None


def no_accepted_line_was_used_before(justification: Any, actor: Actor, data: Data) -> str | None:
    """What another grant or an earlier instalment was justified with is not accepted again."""
    from disbursements.duplicates import lines_used_before

    accepted = set(justification.lines.filter(decision="accepted", booked=False).values_list("pk", flat=True))
    if not accepted:
        return None
    found = next((one for pk, one in lines_used_before(justification).items() if pk in accepted), None)
    if found is None:
        return None
    return _("%(paper)s was already handed in for %(where)s.") % {"paper": found.paper, "where": found.where}
