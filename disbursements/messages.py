"""Messages to beneficiaries: money was sent, came back, is claimed back or stopped; an account changes.

They leave by another way than the change came in: by e-mail or text message to what is known already.
"""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from disbursements.models import Channel, Destination, Grant, PaymentOrder, Recovery
from programmes.messages import MessageKind
from programmes.messages import register as register_kind
from workflow import Firing, display, notices, on
from workflow.models import Notice

LINK = {"link": _("address of the beneficiary's page"), "number": _("case number")}


def _link(grant: Grant) -> dict[str, Any]:
    page = settings.PUBLIC_URL.rstrip("/") + grant.case.get_absolute_url()
    return {"link": page, "number": grant.case.number}


def account_values(notice: Notice) -> dict[str, Any] | None:
    """The last digits of the account, and where to look."""
    rows = Destination.objects.select_related("grant__case")
    account = rows.filter(pk=notice.context.get("account")).first()
    if account is None or account.grant is None:
        return None
    return {**_link(account.grant), "account": account.masked or account.get_channel_display()}


def claim_values(notice: Notice) -> dict[str, Any] | None:
    """What is owed, until when, and where to look."""
    rows = Recovery.objects.select_related("grant__case")
    claim = rows.filter(pk=notice.context.get("recovery")).first()
    if claim is None:
        return None
    day = display.date_text(claim.due_on) if claim.due_on else ""
    return {**_link(claim.grant), "amount": display.money_text(claim.outstanding), "date": day}


ACCOUNT_CHANGED = MessageKind(
    key="disbursements.account_changed",
    label=_("The account of a beneficiary changes"),
    when=_("When an account is verified or no longer used; a change that nobody asked for shows so."),
    subject=_("Your money is paid to another account"),
    body=_(
        "For case {number} the account {account} is used from now on, or is used no more."
        " If you did not ask for this, tell the office at once: {link}"
    ),
    placeholders={**LINK, "account": _("last digits of the account")},
    samples={"number": "40068-7", "account": "…0921", "link": "https://example.org/"},
    values=account_values,
)
MONEY_CLAIMED = MessageKind(
    key="disbursements.money_claimed",
    label=_("Money is to be paid back"),
    when=_("When a beneficiary is told that money is claimed back."),
    subject=_("Money of your grant is to be paid back"),
    body=_(
        "For case {number} {amount} are to be paid back until {date}. Why, and how to say that you do not"
        " agree, is written here: {link}"
    ),
    placeholders={**LINK, "amount": _("what is owed"), "date": _("until when")},
    samples={
        "number": "40068-7",
        "amount": "450.00 MAD",
        "date": "15.01.2026",
        "link": "https://example.org/",
    },
    values=claim_values,
)


def order_values(notice: Notice) -> dict[str, Any] | None:
    """How much, to which account, on which day, and where to look.

    Our own wording leaves the amount out: a telephone may be shared, and money draws people.
    """
    rows = PaymentOrder.objects.select_related("tranche__grant__case")
    order = rows.filter(pk=notice.context.get("order")).first()
    if order is None:
        return None
    return {
        **_link(order.tranche.grant),
        "amount": display.money_text(order.net),
        "account": order.frozen_masked or order.get_channel_display(),
        "date": display.date_text(order.executed_on) if order.executed_on else "",
    }


PAID = MessageKind(
    key="disbursements.paid",
    label=_("Money was sent to a beneficiary"),
    when=_(
        "When a payment to the beneficiary's own account or number is recorded as paid; cash is signed for."
    ),
    subject=_("Your money was sent"),
    body=_(
        "For case {number} a payment was sent to {account} on {date}. Has the money arrived? Say yes or no"
        " here: {link}"
    ),
    placeholders={
        **LINK,
        "amount": _("what was sent"),
        "account": _("last digits of the account"),
        "date": _("day of the payment"),
    },
    samples={
        "number": "40068-7",
        "amount": "5,040.00 MAD",
        "account": "…0921",
        "date": "15.01.2026",
        "link": "https://example.org/",
    },
    values=order_values,
)
CAME_BACK = MessageKind(
    key="disbursements.came_back",
    label=_("A payment to a beneficiary came back"),
    when=_("When a return of a payment to the beneficiary's own account or number is recorded."),
    subject=_("The payment to you came back"),
    body=_(
        "For case {number} the payment to {account} came back to us. If your account or your number has"
        " changed, tell your coach or the office. What is next is written here: {link}"
    ),
    placeholders={**LINK, "amount": _("what had been sent"), "account": _("last digits of the account")},
    samples={
        "number": "40068-7",
        "amount": "5,040.00 MAD",
        "account": "…0921",
        "link": "https://example.org/",
    },
    values=order_values,
)


def grant_values(notice: Notice) -> dict[str, Any] | None:
    """Where to look."""
    grant = Grant.objects.select_related("case").filter(pk=notice.context.get("grant")).first()
    return _link(grant) if grant is not None else None


GRANT_SUSPENDED = MessageKind(
    key="disbursements.grant_suspended",
    label=_("A grant is suspended"),
    when=_("When a manager suspends a grant: no money is paid until it is resumed."),
    subject=_("Your grant is suspended"),
    body=_(
        "The grant of case {number} is suspended: no money is paid until the programme has decided how to go"
        " on. Receipts of what you were paid are still expected. Ask your coach or the office: {link}"
    ),
    placeholders=LINK,
    samples={"number": "40068-7", "link": "https://example.org/"},
    values=grant_values,
)
GRANT_RESUMED = MessageKind(
    key="disbursements.grant_resumed",
    label=_("A grant is resumed"),
    when=_("When a manager resumes a suspended grant: payments go on."),
    subject=_("Your grant goes on"),
    body=_("The grant of case {number} is suspended no more. What comes next is written here: {link}"),
    placeholders=LINK,
    samples={"number": "40068-7", "link": "https://example.org/"},
    values=grant_values,
)


def tell(grant: Grant, kind: MessageKind, firing: Firing, **context: Any) -> None:
    """Queue a message to the beneficiary of a grant; nobody is told where nobody is named."""
    person = grant.application.applicant_id
    if person is None:
        return
    notices.queue(
        template=kind.key,
        recipient_kind="person",
        recipient_id=person,
        stream=grant.stream,
        at=firing.at,
        context={"programme": grant.programme_id, "grant": grant.pk, **context},
        event=firing.event,
    )


@on("disbursements.Destination", "verify")
@on("disbursements.Destination", "retire")
def account_changes(firing: Firing) -> None:
    """Whoever is paid hears of it on another way than the change came in."""
    account = firing.record
    if account.grant is not None:
        tell(account.grant, ACCOUNT_CHANGED, firing, account=account.pk)


@on("disbursements.Recovery", "notify")
def money_is_claimed(firing: Firing) -> None:
    """In writing too, whatever way the manager chose."""
    tell(firing.record.grant, MONEY_CLAIMED, firing, recovery=firing.record.pk)


@on("disbursements.PaymentOrder", "execute")
def money_was_sent(firing: Firing) -> None:
    """Who is paid says whether the money arrived: that begins with knowing that it should have."""
    _tell_of_order(PAID, firing)


@on("disbursements.PaymentOrder", "return")
def payment_came_back(firing: Firing) -> None:
    """Mostly the account or the number is wrong, and who is paid knows the right one."""
    _tell_of_order(CAME_BACK, firing)


def _tell_of_order(kind: MessageKind, firing: Firing) -> None:
    order = firing.record
    if order.supplier_id is None and order.channel != Channel.CASH:
        tell(order.tranche.grant, kind, firing, order=order.pk)


@on("disbursements.Grant", "suspend")
def grant_is_suspended(firing: Firing) -> None:
    """Nobody waits for money without knowing that it does not come."""
    tell(firing.record, GRANT_SUSPENDED, firing)


@on("disbursements.Grant", "resume")
def grant_goes_on(firing: Firing) -> None:
    """Payments may go on."""
    tell(firing.record, GRANT_RESUMED, firing)


def register() -> None:
    """Make the kinds known."""
    for kind in (ACCOUNT_CHANGED, PAID, CAME_BACK, MONEY_CLAIMED, GRANT_SUSPENDED, GRANT_RESUMED):
        register_kind(kind)
