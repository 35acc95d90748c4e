"""Guards of the disbursement machines: one module per machine, one small function per condition.

A guard takes `(record, actor, data)` and returns the sentence that says why not, or None. Without data a
page only asks whether the action could be offered. Guards read through the record's own relations.
"""
