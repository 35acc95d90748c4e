"""All rows of the permission matrix, gathered from the packages' tables."""

from tests.permissions import (
    expected_accounts,
    expected_applications,
    expected_call_setup,
    expected_disbursements,
    expected_documents,
    expected_followup,
    expected_programmes,
    expected_reporting,
    expected_scoring,
    expected_workflow,
)
from tests.permissions.matrix import ActRow, AskRow, Row, SeesRow

PACKAGES = (
    expected_workflow,
    expected_accounts,
    expected_documents,
    expected_programmes,
    expected_applications,
    expected_call_setup,
    expected_disbursements,
    expected_followup,
    expected_reporting,
    expected_scoring,
)

ROWS: list[Row] = [row for package in PACKAGES for row in package.ROWS]
ACTS: list[ActRow] = [row for package in PACKAGES for row in getattr(package, "ACTS", [])]
SEES: list[SeesRow] = [row for package in PACKAGES for row in getattr(package, "SEES", [])]
ASKS: list[AskRow] = [row for package in PACKAGES for row in getattr(package, "ASKS", [])]
