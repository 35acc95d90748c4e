"""The steps of the journey, in order; each begins where the one before ended."""

from tests.journey.steps.agreement import (
    a_grant_is_budgeted_and_offered,
    a_payee_is_entered_and_verified_by_another_person,
    the_agreement_is_printed_and_signed,
)
from tests.journey.steps.application import (
    a_draft_saves_itself_and_is_sent,
    a_file_is_screened,
    a_person_is_received_and_comes_to_a_session,
    a_session_is_set_up,
)
from tests.journey.steps.followup import (
    a_good_visit_meets_the_condition_and_the_hold_is_lifted,
    a_red_visit_holds_the_money,
)
from tests.journey.steps.jury import (
    a_jury_is_invited_and_drawn,
    decisions_are_announced_together,
    jurors_mark_and_sheets_are_locked,
    the_jury_deliberates,
)
from tests.journey.steps.kit import (
    a_kit_is_delivered_accepted_and_invoiced,
    a_kit_is_ordered_from_the_lowest_offer,
    the_kit_is_paid_and_visited,
)
from tests.journey.steps.money import (
    every_promise_still_holds,
    four_persons_sign_the_payment,
    the_beneficiary_confirms_and_shows_receipts,
    the_first_instalment_is_ordered,
    the_grant_is_closed,
    the_journal_shows_both_sides,
    the_second_instalment_is_paid_and_justified,
)

JOURNEY = (
    a_session_is_set_up,
    a_person_is_received_and_comes_to_a_session,
    a_draft_saves_itself_and_is_sent,
    a_file_is_screened,
    a_jury_is_invited_and_drawn,
    jurors_mark_and_sheets_are_locked,
    the_jury_deliberates,
    decisions_are_announced_together,
    a_grant_is_budgeted_and_offered,
    the_agreement_is_printed_and_signed,
    a_payee_is_entered_and_verified_by_another_person,
    the_first_instalment_is_ordered,
    four_persons_sign_the_payment,
    the_journal_shows_both_sides,
    the_beneficiary_confirms_and_shows_receipts,
    a_red_visit_holds_the_money,
    a_good_visit_meets_the_condition_and_the_hold_is_lifted,
    the_second_instalment_is_paid_and_justified,
    a_kit_is_ordered_from_the_lowest_offer,
    a_kit_is_delivered_accepted_and_invoiced,
    the_kit_is_paid_and_visited,
    the_grant_is_closed,
    every_promise_still_holds,
)
