"""Likely duplicates: the same person under two references, the same plan in two files.

Pure, on plain data: `letters` folds writing, `names` compares names of both scripts, `weighing` judges two
persons, `keys` says whom to compare at all, `texts` does the same for plans, `wording` puts it in words.
At the edge: `meeting` reads files and whom they meet, `searching` says when, `sides` lays two beside each
other, `deciding` keeps what a person says about it. Nothing is ever merged.
"""
