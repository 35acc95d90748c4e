"""`manage.py verify` sees calls that give out more than there is, and counts what it cannot judge."""

from datetime import date
from fractions import Fraction

import pytest

from programmes.models import Basis, Contribution, ExchangeRate, SelectionSession
from programmes.rates import rate_on
from programmes.verification import envelopes_fit_contributions, sessions_fit_envelopes
from tests.worlds.programmes import open_call, programme_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


def test_a_programme_with_an_unknown_contribution_is_counted_as_skipped(world):
    result = envelopes_fit_contributions()
    assert (result.count, result.skipped, result.problems) == (0, 1, [])


def test_an_envelope_beyond_the_contributions_is_a_problem(world):
    Contribution.objects.filter(programme=world.programme, amount_minor=None).update(amount_minor=0)
    assert envelopes_fit_contributions().problems == []  # 3,000,000.00 MAD of 6,480,000.00
    Contribution.objects.filter(programme=world.programme).update(amount_minor=100_000_00)
    (problem,) = envelopes_fit_contributions().problems
    assert "give out 3000000.00 of 2160000.00 MAD" in problem


def test_without_a_stored_rate_nothing_is_claimed(world):
    Contribution.objects.filter(programme=world.programme).update(amount_minor=1)
    ExchangeRate.objects.all().delete()
    assert envelopes_fit_contributions().skipped == 1


def test_shares_of_sessions_beyond_the_envelope_are_a_problem(world):
    assert sessions_fit_envelopes().problems == []
    SelectionSession.objects.update(envelope_minor=world.call.envelope_minor + 1)
    assert len(sessions_fit_envelopes().problems) == 1


def test_the_rate_of_the_day_is_the_last_one_stored_and_turns_around_exactly():
    def rate(value, on, base="EUR", quote="MAD"):
        return ExchangeRate(base=base, quote=quote, rate=value, on=on, basis=Basis.OTHER)

    rates = [rate("10.80", date(2018, 1, 1)), rate("11.00", date(2019, 1, 1))]
    assert rate_on(rates, "EUR", "MAD", date(2018, 6, 1)) == Fraction("10.80")
    assert rate_on(rates, "EUR", "MAD", date(2019, 1, 1)) == Fraction(11)
    assert rate_on(rates, "EUR", "MAD", date(2017, 1, 1)) == Fraction("10.80")
    assert rate_on(rates, "MAD", "EUR", date(2020, 1, 1)) == Fraction(1, 11)
    assert rate_on(rates, "MAD", "MAD", date(2020, 1, 1)) == 1
    assert rate_on(rates, "MAD", "USD", date(2020, 1, 1)) is None
