"""Jury scoring and award: grids, rounds, juries, scoresheets, ranking, deliberation, decisions.

The raw weighted mean decides. What is written into a file before it comes here belongs to `applications`;
what follows from an award belongs to `disbursements`.
"""
