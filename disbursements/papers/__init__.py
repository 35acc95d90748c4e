"""The papers of money: agreement, payment order, batch list, purchase order, delivery note, acceptance
record, receipt, closing statement, recovery notice.

One module a paper; what they share is in `originals.py` and `blocks.py`.
"""
