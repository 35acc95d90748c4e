"""Word and Excel documents: opened as archives, every part examined, written anew.

What is served is what was examined: the archive is rebuilt from the parts that we read, so that two
programs cannot see two different documents in it. Names of authors and companies are dropped, pictures
inside are cleaned like pictures outside. Links that a person may click (web, mail, telephone) stay.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree, common

from documents.intake.images import clean_image
from documents.intake.refusal import DAMAGED_ARCHIVE, FileRefused
from documents.limits import DOCX, JPEG, MEGABYTE, PNG, WEBP, XLSX

MAX_PARTS = 2_000
MAX_UNPACKED = 80 * MEGABYTE
MAX_RATIO = 100
RATIO_MATTERS_FROM = MEGABYTE
READ_STEP = 256 * 1024
WRITTEN_AT = (1980, 1, 1, 0, 0, 0)

CONTENT_TYPES = "[Content_Types].xml"
MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
}
PICTURES = {"jpg": JPEG, "jpeg": JPEG, "png": PNG, "webp": WEBP}

MACRO_TYPE = re.compile(r"macro|vba|activex|ms-excel\.intlmacrosheet", re.IGNORECASE)
MACRO_PART = re.compile(
    r"vbaproject|vbadata|activex|macrosheets/|dialogsheets/|ctrlprops/.*\.bin", re.IGNORECASE
)
EMBEDDED_PART = re.compile(r"(^|/)embeddings/|oleobject", re.IGNORECASE)
FETCHING_PART = re.compile(r"^xl/(externallinks|querytables|connections|webextensions)", re.IGNORECASE)
HARMLESS_LINK = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)
EMBEDDING_RELATION = re.compile(r"/(oleObject|package|aFChunk|control|attachedToolbars)$", re.IGNORECASE)
FETCHING_RELATION = re.compile(
    r"/(externalLink|externalLinkPath|attachedTemplate|frame|subDocument)$", re.IGNORECASE
)
MACRO_RELATION = re.compile(r"/(vbaProject|wordVbaData|xlMacrosheet|activeXControl\w*)$", re.IGNORECASE)

FIELD_BEGINS, FIELD_MARK = "\x02", "\x03"
WORD_FIELD = re.compile(
    FIELD_BEGINS + r"\s*("
    r"(dde|ddeauto|includetext|includepicture|include|import|link|database|macrobutton|quote|embed)\b"
    rf"|{FIELD_BEGINS})",  # a field whose very name is computed by another field
    re.IGNORECASE,
)
EXCEL_STRING = re.compile(r'"[^"]*"')
EXCEL_COMMAND = re.compile(
    r"[\w.'\"-]\s*\|[^!]*!"  # a DDE call: program|topic!item
    r"|(?<![\w.])(call|register(\.id)?|exec|webservice|rtd|sql\.request)\s*\(",
    re.IGNORECASE,
)
FORMULA_TAGS = {"f", "definedName", "formula", "formula1", "formula2"}

NEUTRAL_PARTS = {
    "docprops/core.xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties '
        b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
    ),
    "docprops/app.xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties '
        b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
    ),
    "docprops/custom.xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties '
        b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
    ),
}
"""Parts that only say who wrote the document, with the empty ones that replace them."""


@dataclass(frozen=True)
class CleanOffice:
    """An Office document written anew, with the type that its content declares."""

    data: bytes
    media_type: str


def clean_office(data: bytes) -> CleanOffice:
    """Examine a Word or Excel document part by part and write it anew.

    Raises FileRefused: another archive, damaged, password, bomb, macros, embedded files, external
    content, fields or formulas that run commands, XML entities.
    """
    parts = _unpack(data)
    media_type = _declared_type(parts)
    cleaned = {name: _clean_part(name, content) for name, content in parts.items()}
    return CleanOffice(_pack(cleaned), media_type)


def _unpack(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return dict(_read_parts(archive))
    except FileRefused:
        raise
    except DAMAGED_ARCHIVE:
        raise FileRefused("damaged") from None


def _read_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise FileRefused("bomb")
    seen: set[str] = set()
    room = MAX_UNPACKED
    for entry in entries:
        name = entry.filename
        if entry.flag_bits & 0x1:
            raise FileRefused("password")
        if name.lower() in seen or name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise FileRefused("damaged")
        seen.add(name.lower())
        content = _read_part(archive, entry, room)
        room -= len(content)
        yield name, content


def _read_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """Read one part in steps, whatever size it declares; stop as soon as it is too much."""
    allowed = min(room, max(RATIO_MATTERS_FROM, entry.compress_size * MAX_RATIO))
    steps, size = [], 0
    with archive.open(entry) as stream:
        while step := stream.read(READ_STEP):
            size += len(step)
            if size > allowed:
                raise FileRefused("bomb")
            steps.append(step)
    return b"".join(steps)


def _declared_type(parts: dict[str, bytes]) -> str:
    if CONTENT_TYPES not in parts:
        raise FileRefused("archive")
    declared = [element.get("ContentType", "") for element in _parse(parts[CONTENT_TYPES]).iter()]
    if any(MACRO_TYPE.search(content_type) for content_type in declared):
        raise FileRefused("macros")
    found = {MAIN_PARTS[content_type] for content_type in declared if content_type in MAIN_PARTS}
    if len(found) != 1:
        raise FileRefused("unknown_type")
    return found.pop()


def _clean_part(name: str, content: bytes) -> bytes:
    lower = name.lower()
    if MACRO_PART.search(lower):
        raise FileRefused("macros")
    if EMBEDDED_PART.search(lower):
        raise FileRefused("embedded")
    if FETCHING_PART.search(lower):
        raise FileRefused("external")
    if lower in NEUTRAL_PARTS:
        return NEUTRAL_PARTS[lower]
    extension = lower.rpartition(".")[2]
    if extension == "rels":
        _check_relations(_parse(content))
    elif extension == "xml":
        _check_markup(_parse(content))
    elif extension in PICTURES:
        return clean_image(content, PICTURES[extension]).data
    return content


def _parse(content: bytes) -> Element:
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except common.DefusedXmlException:
        raise FileRefused("entities") from None
    except (ParseError, ValueError, LookupError):
        raise FileRefused("damaged") from None
    return root


def _check_relations(root: Element) -> None:
    for relation in root.iter():
        kind, target = relation.get("Type", ""), relation.get("Target", "").strip()
        if MACRO_RELATION.search(kind):
            raise FileRefused("macros")
        if EMBEDDING_RELATION.search(kind):
            raise FileRefused("embedded")
        is_click = kind.endswith("/hyperlink") and HARMLESS_LINK.match(target)
        is_external = relation.get("TargetMode", "").lower() == "external"
        if FETCHING_RELATION.search(kind) or (is_external and not is_click):
            raise FileRefused("external")


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _check_markup(root: Element) -> None:
    """Refuse Word fields and Excel formulas that run a program or fetch data.

    The text of a Word field may be spread over many elements: it is put together between the marks that
    begin and end fields.
    """
    field: list[str] = []
    for element in root.iter():
        tag, text = _local(element.tag), element.text or ""
        if tag == "instrText":
            field.append(text)
        elif tag == "fldChar":
            begins = "begin" in element.attrib.values()
            field.append(FIELD_BEGINS if begins else FIELD_MARK)
        elif tag == "fldSimple":
            field += [FIELD_BEGINS, *element.attrib.values(), FIELD_MARK]
        elif tag in FORMULA_TAGS and EXCEL_COMMAND.search(EXCEL_STRING.sub("", text)):
            raise FileRefused("fields")
        elif tag in ("ddeLink", "oleLink", "altChunk"):
            raise FileRefused("external")
    if WORD_FIELD.search("".join(field)):
        raise FileRefused("fields")


def _pack(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    ordered = sorted(parts, key=lambda name: name != CONTENT_TYPES)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ordered:
            entry = zipfile.ZipInfo(name, WRITTEN_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return out.getvalue()
