"""Grants, tranches, payment orders, procurement, justifications, the journal."""
