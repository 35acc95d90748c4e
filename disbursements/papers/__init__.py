"""The papers of money: agreement, payment order, purchase order, delivery note, acceptance record, receipt.

One module a paper; what they share is in `originals.py` and `blocks.py`.
"""
