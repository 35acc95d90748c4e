"""The living programme of the demonstration: invented, with something waiting for every role today.

The seven programme records are past; this one goes on. Everything in it passed through `workflow.fire` at
moments counted back from the day it is loaded, so that papers, postings, notices and copies for jurors are
there as if lived. Nothing of it counts in a published figure.
"""
