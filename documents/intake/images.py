"""Pictures: decoded and written anew, so that nothing but the pixels survives.

Looking at the first bytes is no control (a script can start with the bytes of a picture), therefore every
picture is re-encoded: position, camera data, comments, profiles and anything appended are gone, and the
orientation that the camera only noted is applied to the pixels. Animations keep their first frame.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from documents.intake.refusal import FileRefused
from documents.limits import JPEG, MAX_PIXELS, PNG, WEBP

FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
SAVE_OPTIONS: dict[str, dict[str, int]] = {
    JPEG: {"quality": 88},
    PNG: {"compress_level": 4},
    WEBP: {"quality": 88, "method": 3},
}
KEPT_MODES = {
    JPEG: {"L", "RGB"},
    PNG: {"1", "L", "LA", "RGB", "RGBA", "I;16"},
    WEBP: {"RGB", "RGBA"},
}


@dataclass(frozen=True)
class CleanImage:
    """A picture written anew: bytes and size in pixels."""

    data: bytes
    width: int
    height: int


def clean_image(data: bytes, media_type: str) -> CleanImage:
    """Decode a picture of the given type and write its pixels anew.

    Raises FileRefused when it is damaged or has more than 40 megapixels (looked at before decoding).
    """
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[media_type]]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise FileRefused("too_many_pixels", limit=MAX_PIXELS // 1_000_000)
            image.load()
            upright = _in_kept_mode(_upright(image), media_type)
            upright.info.clear()
            out = io.BytesIO()
            upright.save(out, FORMATS[media_type], exif=b"", **SAVE_OPTIONS[media_type])
    except FileRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused("too_many_pixels", limit=MAX_PIXELS // 1_000_000) from None
    except Exception:  # hostile bytes make decoders raise anything; none of it is ours to tell apart
        raise FileRefused("damaged") from None
    return CleanImage(out.getvalue(), upright.width, upright.height)


def _upright(image: Image.Image) -> Image.Image:
    """Turn the pixels as the camera noted; a note that cannot be read is dropped like all the others."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # Pillow parses camera data only here, and it too may be hostile
        return image


def _in_kept_mode(image: Image.Image, media_type: str) -> Image.Image:
    if image.mode in KEPT_MODES[media_type]:
        return image
    see_through = "A" in image.getbands() or "transparency" in image.info
    return image.convert("RGBA" if see_through and media_type != JPEG else "RGB")


def without_jpeg_metadata(data: bytes) -> bytes:
    """Drop comments and application segments (EXIF, XMP, position) of a JPEG without decoding it.

    The Adobe segment stays: it says how the colours are stored. Raises ValueError on a broken structure.
    """
    if data[:2] != b"\xff\xd8":
        raise ValueError("not a JPEG")
    kept, at = [data[:2]], 2
    while True:
        if at + 4 > len(data) or data[at] != 0xFF:
            raise ValueError("broken segment")
        marker = data[at + 1]
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:  # start of the picture itself: everything from here on is kept
            return b"".join([*kept, data[at:]])
        if end <= at + 3 or end > len(data):
            raise ValueError("broken segment")
        is_metadata = marker == 0xFE or (0xE0 <= marker <= 0xEF and marker != 0xEE)
        if not is_metadata:
            kept.append(data[at:end])
        at = end
