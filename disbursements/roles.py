"""Which roles read what in this package; who may act is in `rules.py`, verb by verb."""

from programmes.predicates import Role

COACH = Role.COACH

FINANCE = (Role.PREPARER, Role.VERIFIER, Role.APPROVER, Role.RELEASER, Role.RECONCILER)
"""The five hands through which money goes."""

MONEY_READERS = (*FINANCE, Role.MANAGER, Role.AUDITOR)
"""Who reads accounts, payees, orders and the journal."""

FIELD = (Role.COACH, Role.SUPERVISOR, Role.FIELD_AGENT)
"""Who stands beside the beneficiary: reads grants and instalments, never accounts; a coach their own only."""

GRANT_READERS = (*MONEY_READERS, *FIELD)
