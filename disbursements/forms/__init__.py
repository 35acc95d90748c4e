"""Forms of the disbursements: one module a concept. Forms that end in a transition are `ActionForm`s.

Files are stored, and papers printed, when a form's data are made for the door: at the edge, before the
transition, never inside it.
"""
