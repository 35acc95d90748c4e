"""Synthetic load: one trial call with as many applications as wanted, made in bulk through `load_history`.

`manage.py generate` runs it. Everything belongs to a programme of its own code, kept from the public, whose
call is marked as a trial: it counts in no figure and mixes with no real programme.
"""
