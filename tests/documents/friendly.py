"""Harmless files as people really send them, built in memory."""

import io
import zipfile

import pikepdf
from PIL import Image

CAMERA_POSITION = 0x8825  # the EXIF tag under which a phone writes where it was

WORD_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/>{more}</Types>'
)
WORD_ROOT = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)
WORD_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
AUTHOR = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Fatima Canary</dc:creator></cp:coreProperties>'
)


def picture(kind="JPEG", size=(60, 40), mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    image = Image.new(mode, size, "red" if mode == "RGB" else 0)
    image.putpixel((0, 0), (0, 0, 255) if mode == "RGB" else 1)
    image.save(out, kind, **options)
    return out.getvalue()


def photo_with_position(orientation=6) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Canary phone"
    exif[CAMERA_POSITION] = {1: "N", 2: (34.0, 1.0, 12.0), 3: "W", 4: (6.0, 50.0, 0.0)}
    return picture("JPEG", exif=exif.tobytes(), comment=b"Canary comment")


def relations(*entries: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(entries)
        + "</Relationships>"
    )


def relation(kind: str, target: str, mode: str = "") -> str:
    where = f' TargetMode="{mode}"' if mode else ""
    return (
        '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        f'{kind}" Target="{target}"{where}/>'
    )


def archive(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def word_parts(
    body: str = "<w:p><w:r><w:t>Un projet de couture</w:t></w:r></w:p>", more_types: str = ""
) -> dict:
    return {
        "[Content_Types].xml": WORD_TYPES.format(more=more_types),
        "_rels/.rels": WORD_ROOT,
        "word/document.xml": f'<w:document xmlns:w="{WORD_NS}"><w:body>{body}</w:body></w:document>',
        "docProps/core.xml": AUTHOR,
    }


def word(body: str | None = None, extra: dict | None = None, more_types: str = "") -> bytes:
    parts = word_parts(more_types=more_types) if body is None else word_parts(body, more_types)
    return archive({**parts, **(extra or {})})


def workbook(formula: str = "=SUM(A1:A2)") -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.properties.creator = "Fatima Canary"
    sheet = book.active
    sheet["A1"], sheet["A2"], sheet["A3"] = 3, 4, formula
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf(change=None, pages: int = 1, **save_options) -> bytes:
    """A small PDF; `change` may do anything to it before it is written."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _page in range(pages):
            document.add_blank_page(page_size=(300, 200))
        document.docinfo["/Author"] = "Fatima Canary"
        if change is not None:
            change(document)
        document.save(out, **save_options)
    return out.getvalue()
