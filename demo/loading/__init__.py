"""Turning plans into records with their past: one module a package, in the order in which a case lives."""
