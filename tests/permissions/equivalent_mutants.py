"""Mutants of `scripts/mutate_permissions.py` that change nothing anybody can see, each with the reason."""

EQUIVALENT: dict[str, str] = {}
