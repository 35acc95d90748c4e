"""The definitions of figures, one small declared function each, by what they speak of."""

from reporting.indicators import accompaniment, facts, grants, reach

__all__ = ["accompaniment", "facts", "grants", "reach"]
