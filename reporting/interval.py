"""A correlation with its interval, drawn on the line from -1 to 1; the numbers stand beside it."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from reporting.rank_correlation import Correlation


def interval(found: Correlation) -> SafeString:
    """Return a small SVG: the whole line, nought, the interval and the estimate; decoration beside words."""

    def x(value: float) -> float:
        return round(4 + 192 * (value + 1) / 2, 1)

    return format_html(
        '<svg class="interval" viewBox="0 0 200 16" aria-hidden="true">'
        '<line class="axis" x1="4" y1="8" x2="196" y2="8"></line>'
        '<line class="nought" x1="100" y1="1" x2="100" y2="15"></line>'
        '<line class="range" x1="{}" y1="8" x2="{}" y2="8"></line>'
        '<circle cx="{}" cy="8" r="3.5"></circle></svg>',
        x(found.low),
        x(found.high),
        x(found.rho),
    )
