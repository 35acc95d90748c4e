"""Views of scoring, one module a place of work."""
