"""XLSForm in: a form that a field team wrote in Excel, read into a definition, with an account of every row.

`workbook.py` opens the file in bounds and lets pyxform judge it, `refusals.py` puts what pyxform says into
the reader's language, `rows.py` makes one question of one row, `expressions.py` reads conditions and limits,
`types.py` what begins a group or offers answers, `repeats.py` tables of what repeats,
`carrying.py` walks through the sheets and says what becomes of each row, `reasons.py` why something does not.
Nothing here knows calls or the database: a visit form can be read in the same way.
"""
