"""The form builder: changes to definitions, parts to insert, and the forms that a manager fills in.

Pages are in `applications/views/builder*.py`; how versions follow each other in
`applications/form_versions.py`.
"""
