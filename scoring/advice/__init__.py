"""Advice beside the ranking: how far marks agree, who is severe, how near the line a file stands.

Pure, on arrays. Nothing here decides: the raw weighted mean does (`scoring/ranking.py`). Each figure says
when the data cannot carry it (`gate.py`), and then it is not shown.
"""
