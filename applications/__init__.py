"""Persons and their vault, cases, forms, applications, screening."""
