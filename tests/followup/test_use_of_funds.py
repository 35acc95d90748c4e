"""The use of funds adds up to what was paid, or is explained; lines of the budget left empty say nothing."""

from datetime import date

import pytest

from followup.visit_form import Context, check

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("funds", "explained", "wrong"),
    [
        ([{"budget_line": 1}, {"budget_line": 2}], "", False),
        ([{"budget_line": 1, "spent": 60_00}, {"budget_line": 2, "spent": 40_00}], "", False),
        ([{"budget_line": 1, "spent": 60_00}, {"budget_line": 2}], "", True),
        ([{"budget_line": 1, "spent": 60_00}], "The rest is in the till.", False),
        ([{"budget_line": 1, "spent": 0}], "", True),
    ],
)
def test_amounts_add_up_or_are_explained_and_empty_lines_ask_for_nothing(funds, explained, wrong):
    answers = {
        "status": "open",
        "modality": "on_site",
        "performed_on": TODAY.isoformat(),
        "funds": funds,
        "funds_explanation": explained,
    }
    faults = {problem.field for problem in check(answers, Context(today=TODAY, paid_minor=100_00))}
    assert ("funds_explanation" in faults) is wrong
