"""Files that tell a bank or an operator what to pay: plain data in, bytes out, no database.

`content.py` says what a file is about, `checking.py` what must hold of it whatever its schema says,
`pain.py` writes ISO 20022, `templates.py` the tables that banks and operators ask for.
"""
