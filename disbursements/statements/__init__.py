"""Statements that come from a bank or operator: bytes in, plain lines out, no database.

`lines.py` says what a line is and when two are the same, `camt.py`, `mt940_text.py` and `tables.py` read the
three forms, `proposals.py` says which payment a line may be.
"""
