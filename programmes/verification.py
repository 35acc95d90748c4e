"""Promises about programmes that `manage.py verify` checks over the stored rows."""

from decimal import Decimal
from fractions import Fraction

from programmes.models import Call, Programme
from programmes.money import exponent
from programmes.rates import rate_on
from workflow.verification import Result

IDLE = ("draft", "cancelled")


def envelopes_fit_contributions() -> Result:
    """Calls give out no more than the donors brought, where every contribution is known (money.md, 3)."""
    result = Result("call envelopes fit the contributions", 0)
    rows = Programme.objects.prefetch_related("contributions", "rates", "calls")
    for programme in rows.order_by("code"):
        calls = [call for call in programme.calls.all() if call.state not in IDLE and not call.is_test]
        if not any(call.envelope_minor for call in calls):
            continue
        brought = _brought(programme)
        given = _given(programme, calls)
        if brought is None or given is None:
            result.skipped += 1
            continue
        result.count += 1
        if given > brought:
            result.problems.append(
                f"{programme.code}: calls give out {_plain(given)} of {_plain(brought)} {programme.currency}"
            )
    return result


def _plain(amount: Fraction) -> str:
    return f"{Decimal(amount.numerator) / amount.denominator:.2f}"


def _brought(programme: Programme) -> Fraction | None:
    """All contributions in the programme's currency, None when one is not known or has no rate."""
    contributions = list(programme.contributions.all())
    if not contributions:
        return None
    amounts = [_in_own(programme, row.amount_minor, row.currency) for row in contributions]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Fraction(0)) if len(known) == len(amounts) else None


def _given(programme: Programme, calls: list[Call]) -> Fraction | None:
    amounts = [_in_own(programme, call.envelope_minor or 0, call.currency) for call in calls]
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Fraction(0)) if len(known) == len(amounts) else None


def _in_own(programme: Programme, minor: int | None, currency: str) -> Fraction | None:
    """Major units of the programme's currency at the stored rate of its first day."""
    start = programme.period[0]
    if minor is None or start is None:
        return None
    rate = rate_on(programme.rates.all(), currency, programme.currency, start)
    return None if rate is None else Fraction(minor, 10 ** exponent(currency)) * rate


def sessions_fit_envelopes() -> Result:
    """The shares of a call's sessions add up to no more than its envelope."""
    result = Result("session shares fit the call's envelope", 0)
    for call in Call.objects.filter(envelope_minor__isnull=False).prefetch_related("sessions"):
        shares = [row.envelope_minor or 0 for row in call.sessions.all() if row.state != "cancelled"]
        result.count += 1
        if sum(shares) > (call.envelope_minor or 0):
            result.problems.append(f"{call}: sessions share {sum(shares)} of {call.envelope_minor}")
    return result
