"""Who reads figures: the programme's own people, its donors and auditors."""

import rules

from programmes.predicates import has_role, has_role_somewhere
from reporting.models import READERS

rules.add_perm("reporting.view_figures", has_role(*READERS))
rules.add_perm("reporting.view_all_figures", has_role_somewhere(*READERS))
rules.add_perm("reporting.view_records", has_role("manager", "auditor", "supervisor"))
rules.add_perm("reporting.view_trail", has_role("auditor"))
rules.add_perm("reporting.choose_rule", has_role("manager"))
rules.add_perm("reporting.view_outcomes", has_role("manager", "auditor", "donor"))
