"""The accent of a programme: one colour, checked for contrast, and the four tones derived from it.

Pure functions. The model that stores the colour and the view that serves the small stylesheet live beside
this module; what the tones are used for is in `static/css/tokens.css`.
"""

import re

WHITE = (255, 255, 255)
BLACK = (0, 0, 0)
MINIMUM_CONTRAST = 4.5
# share of the accent in each tone, and what it is mixed with
TONES = {
    "--accent-ink": (0.84, BLACK),
    "--accent-line": (0.36, WHITE),
    "--accent-soft": (0.14, WHITE),
    "--accent-tint": (0.07, WHITE),
}

Rgb = tuple[int, int, int]


class WeakAccent(ValueError):
    """The colour cannot carry white text, nor be read on white."""

    def __init__(self, colour: str, contrast: float) -> None:
        super().__init__(f"{colour} has a contrast of {contrast:.2f}:1 on white, at least 4.5:1 is needed")
        self.colour = colour
        self.contrast = contrast


def parse(colour: str) -> Rgb:
    """Return the three channels of `#rrggbb`; raises `ValueError` for any other form."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"{colour!r} is not a colour of the form #rrggbb")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _encoded(light: float) -> int:
    share = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return round(min(1.0, max(0.0, share)) * 255)


def luminance(colour: Rgb) -> float:
    """Return the relative luminance, 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    red, green, blue = (_linear(channel) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_on_white(colour: Rgb) -> float:
    """Return the contrast ratio on white, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    return 1.05 / (luminance(colour) + 0.05)


def _oklab(colour: Rgb) -> tuple[float, float, float]:
    # Björn Ottosson, "A perceptual color space for image processing" (2020); the space of CSS color-mix
    r, g, b = (_linear(channel) for channel in colour)
    l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)  # noqa: E741 (name of the paper)
    m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    )


def _from_oklab(lightness: float, a: float, b: float) -> Rgb:
    l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3  # noqa: E741 (name of the paper)
    m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
        _encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
        _encoded(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s),
    )


def mix(colour: Rgb, share: float, other: Rgb) -> Rgb:
    """Return `share` (0 to 1) of a colour mixed with another in Oklab, as CSS `color-mix` does."""
    first, second = _oklab(colour), _oklab(other)
    lightness, a, b = (share * x + (1 - share) * y for x, y in zip(first, second, strict=True))
    return _from_oklab(lightness, a, b)


def accent_values(colour: str) -> dict[str, str]:
    """Return the five custom properties of a programme's stylesheet from its colour `#rrggbb`.

    Raises `WeakAccent` under 4.5:1 on white (buttons carry white text, links stand on white), `ValueError`
    when it is no colour.
    """
    rgb = parse(colour)
    contrast = contrast_on_white(rgb)
    if contrast < MINIMUM_CONTRAST:
        raise WeakAccent(colour, contrast)
    values = {"--accent": colour.lower()}
    for name, (share, other) in TONES.items():
        values[name] = "#{:02x}{:02x}{:02x}".format(*mix(rgb, share, other))
    return values


def accent_class(code: str) -> str:
    """Return the class that carries a programme's accent: `MAR-REF-2018` is `prog-mar-ref-2018`."""
    return "prog-" + re.sub(r"[^a-z0-9]+", "-", code.lower()).strip("-")


def accent_stylesheet(code: str, colour: str) -> str:
    """Return the small stylesheet of a programme; raises as `accent_values`."""
    lines = "".join(f"  {name}: {value};\n" for name, value in accent_values(colour).items())
    return f".{accent_class(code)} {{\n{lines}}}\n"
