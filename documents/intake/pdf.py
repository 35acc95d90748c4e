"""PDF documents: every object examined, anything active refused, the file written anew.

Writing anew drops what stands before, after or between the objects (a PDF that is a web page or an archive
too), earlier versions of the document, and who wrote it with which program. The camera data of photos inside
is dropped without touching their pixels. A digital signature inside does not survive this.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf.settings import set_qpdf_limits

from documents.intake.images import without_jpeg_metadata
from documents.intake.refusal import FileRefused
from documents.limits import MEGABYTE

MAX_OBJECTS = 200_000
MAX_DEPTH = 60
# qpdf's limits hold for the whole process and must be set before other threads use it.
set_qpdf_limits(
    flate_max_memory=150 * MEGABYTE,
    run_length_max_memory=50 * MEGABYTE,
    max_stream_filters=6,
    doc_max_warnings=200,
)

FORBIDDEN_KEYS = {
    "/JS": "script",
    "/JavaScript": "script",
    "/AA": "script",
    "/XFA": "form_xfa",
    "/EmbeddedFiles": "embedded",
    "/EF": "embedded",
    "/RichMediaContent": "media",
    "/RichMediaSettings": "media",
}
FORBIDDEN_ACTIONS = {
    "/JavaScript": "script",
    "/Launch": "script",
    "/SubmitForm": "script",
    "/ImportData": "script",
    "/GoToR": "script",
    "/GoToE": "script",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/RichMediaExecute": "media",
}
FORBIDDEN_SUBTYPES = {
    "/FileAttachment": "embedded",
    "/RichMedia": "media",
    "/Movie": "media",
    "/Screen": "media",
    "/Sound": "media",
    "/3D": "media",
    "/PS": "script",
}
FORBIDDEN_TYPES = {"/EmbeddedFile": "embedded"}
HARMLESS_LINK = re.compile(rb"\s*(https?:|mailto:|tel:)", re.IGNORECASE)
END_MARK = re.compile(rb"%%EOF\s*\Z")


@dataclass(frozen=True)
class CleanPdf:
    """A PDF written anew, with its number of pages."""

    data: bytes
    pages: int


def clean_pdf(data: bytes) -> CleanPdf:
    """Examine a PDF and write it anew.

    Raises FileRefused: damaged or cut off, password, scripts and actions that run by themselves or leave the
    document, embedded files, XFA forms, sound and film.
    """
    if b"%%EOF" not in data[-2048:]:
        raise FileRefused("damaged")
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return _examined(pdf)
    except FileRefused:
        raise
    except pikepdf.PasswordError:
        raise FileRefused("password") from None
    except Exception:  # hostile bytes make a parser raise anything; none of it is ours to tell apart
        raise FileRefused("damaged") from None


def _examined(pdf: pikepdf.Pdf) -> CleanPdf:
    if pdf.is_encrypted:
        raise FileRefused("password")
    pages = len(pdf.pages)
    if not pages:
        raise FileRefused("damaged")
    if len(pdf.objects) > MAX_OBJECTS:
        raise FileRefused("bomb")
    _check_opening(pdf.Root)
    for top in pdf.objects:
        for found in _dictionaries(top):
            _check_dictionary(found)
    _forget_origin(pdf)
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return CleanPdf(out.getvalue(), pages)


def _dictionaries(top: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield the dictionaries and streams held directly by one object; what it refers to is another."""
    waiting = [(top, 0)]
    while waiting:
        found, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise FileRefused("bomb")
        children: Any = ()
        if isinstance(found, pikepdf.Array):
            children = list(found)
        elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield found
            children = [value for _key, value in found.items()]
        for child in children:
            if isinstance(child, pikepdf.Array | pikepdf.Dictionary) and not child.is_indirect:
                waiting.append((child, depth + 1))


def _check_dictionary(found: pikepdf.Object) -> None:
    is_stream = isinstance(found, pikepdf.Stream)
    for key in found.keys():  # noqa: SIM118 iterating a PDF dictionary itself is not defined
        if key in FORBIDDEN_KEYS:
            raise FileRefused(FORBIDDEN_KEYS[key])
        if is_stream and key == "/F":
            raise FileRefused("external")
    for key, forbidden in (
        ("/S", FORBIDDEN_ACTIONS),
        ("/Subtype", FORBIDDEN_SUBTYPES),
        ("/Type", FORBIDDEN_TYPES),
    ):
        if (name := _name(found.get(key))) in forbidden:
            raise FileRefused(forbidden[name])
    link = found.get("/URI")
    if isinstance(link, pikepdf.String) and not HARMLESS_LINK.match(bytes(link)):
        raise FileRefused("script")


def _check_opening(root: pikepdf.Object) -> None:
    """What happens when the document is opened may only be a jump to a page of it."""
    opening = root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and _name(opening.get("/S")) != "/GoTo":
        raise FileRefused("script")


def _name(value: object) -> str:
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _forget_origin(pdf: pikepdf.Pdf) -> None:
    """Drop authors, programs and camera data."""
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    for found in pdf.objects:
        if not isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            continue
        for key in ("/Metadata", "/PieceInfo"):
            if key in found:
                del found[key]
        if isinstance(found, pikepdf.Stream) and _name(found.get("/Filter")) == "/DCTDecode":
            raw = found.read_raw_bytes()
            try:
                bare = without_jpeg_metadata(raw)
            except ValueError:
                raise FileRefused("damaged") from None
            if bare != raw:
                parameters = found.get("/DecodeParms")
                kept = parameters if isinstance(parameters, pikepdf.Dictionary) else None
                found.write(bare, filter=pikepdf.Name.DCTDecode, decode_parms=kept)
