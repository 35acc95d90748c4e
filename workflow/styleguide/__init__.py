"""The living style page under `/styleguide/`: every component with invented content, in development only.

`texts.json` holds the invented words in three languages (they are no texts of the product, so they stay out
of the catalogues), `samples.py` the invented records, `views.py` the pages. No data is read.
"""
