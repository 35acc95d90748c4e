"""Where an awarded case stands once there is a grant: what happens, who has it, what is next, since when."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.standing import APPLICANT, NOBODY, Standing, register_follower
from disbursements import holders
from disbursements.models import Grant, Tranche
from disbursements.own_words import goods_sentence
from disbursements.waiting import with_holder
from disbursements.wording import condition_sentence, plain_role_word, role_word


class Words(NamedTuple):
    """now: a sentence to the beneficiary; holder: a role; following: the next step."""

    now: Any
    holder: str
    following: Any


STAGES = {
    "draft": Words(
        gettext_lazy("Your project is funded."),
        "manager",
        gettext_lazy("The agreement is prepared for signature."),
    ),
    "offered": Words(
        gettext_lazy("Your agreement is ready to be signed."),
        "beneficiary",
        gettext_lazy("Sign the agreement, before the offer ends."),
    ),
    "signed": Words(
        gettext_lazy("Your agreement is signed."),
        "approver",
        gettext_lazy("The account of the payee is verified."),
    ),
    "suspended": Words(
        gettext_lazy("Your grant is suspended."),
        "manager",
        gettext_lazy("The programme decides how to go on."),
    ),
    "completed": Words(
        gettext_lazy("Everything was paid and accounted for."),
        "approver",
        gettext_lazy("The grant is closed."),
    ),
    "terminated": Words(
        gettext_lazy("Your grant was ended early."), "approver", gettext_lazy("The grant is closed.")
    ),
}
ENDED = {
    "closed": gettext_lazy("Your grant is closed: everything was paid and accounted for."),
    "declined": gettext_lazy("You gave up the grant."),
    "expired": gettext_lazy("The offer ended before the agreement was signed."),
    "cancelled": gettext_lazy("Your grant was cancelled."),
}

GOODS = {
    "ordered": ("coach", gettext_lazy("The goods are delivered.")),
    "delivered": ("coach", gettext_lazy("The goods are handed over to you.")),
}
"""Who has the goods of a purchase, and what is next, by its state."""


def follow(application: Any) -> Standing | None:
    """Return where the newest grant of an application stands, None before there is one."""
    grant = Grant.objects.filter(application=application).order_by("-pk").first()
    if grant is None:
        return None
    if grant.state in ENDED:
        return Standing(ENDED[grant.state], NOBODY, _("Nothing more."), open=False, since=grant.state_since)
    if grant.state == "active":
        return _paying(grant)
    words = STAGES[grant.state]
    return _held(words.holder, words.now, words.following, grant.state_since)


def _paying(grant: Grant) -> Standing:
    """The first instalment that is not paid, what it waits for, and who holds it; afterwards the accounts."""
    unpaid = Tranche.objects.filter(grant=grant).exclude(state__in=["paid", "justified", "cancelled"])
    tranche: Any = with_holder(unpaid).order_by("number").first()
    if tranche is None and not grant.tranches.live().filter(needs_receipts=True).exists():
        return _held("coach", _("Everything was paid."), _("Visits of the coach."), grant.state_since)
    if tranche is None:
        return Standing(
            _("Every instalment was paid."),
            APPLICANT,
            _("Receipts of the last instalment, and visits of the coach."),
            since=grant.state_since,
        )
    number = {"number": tranche.number}
    if tranche.is_amendable and tranche.open_holds().exists():
        return _held(
            "manager",
            _("Instalment %(number)s is held for the moment. Your coach knows why.") % number,
            _("A new visit, or a decision of the programme."),
            tranche.open_holds().order_by("placed_at")[0].placed_at,
        )
    missing = (
        holders.with_holder(tranche.conditions.filter(met_at__isnull=True))
        .order_by("missing_since", "pk")
        .first()
    )
    if tranche.is_amendable and missing is not None:
        what = {**number, "what": condition_sentence(missing.kind, missing.parameter)}
        return _held(
            missing.holder,
            _("Instalment %(number)s waits for this: %(what)s.") % what,
            _("Payment of instalment %(number)s.") % number,
            max(missing.missing_since, tranche.state_since or missing.missing_since),
        )
    purchase = tranche.live_procurement() if tranche.payment_mode == "kit" else None
    if purchase is not None and purchase.state in GOODS:
        holder, following = GOODS[purchase.state]
        return _held(holder, goods_sentence(purchase), str(following), tranche.waiting_since)
    last = tranche.orders.order_by("-attempt").first()
    if last is not None and last.state == "returned":
        now = _("The payment of instalment %(number)s came back.")
    else:
        now = _("Instalment %(number)s is on its way.")
    return _held(
        tranche.holder, now % number, _("Payment of instalment %(number)s.") % number, tranche.waiting_since
    )


def _held(role: str, now: Any, following: Any, since: Any) -> Standing:
    """A role has it: named to the applicant in plain words, to staff as the role."""
    if role == "beneficiary":
        return Standing(now, APPLICANT, following, since=since)
    return Standing(now, plain_role_word(role), following, since=since, office_holder=role_word(role))


def register() -> None:
    """Tell `applications/` who follows an awarded case."""
    register_follower(follow)
