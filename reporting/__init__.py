"""Indicators computed from records, published figures, dashboards."""
