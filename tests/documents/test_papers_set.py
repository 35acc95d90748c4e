"""How papers are set: every word there, in order, on every page, the same bytes every time."""

import hashlib
import io
import re
import subprocess
import sys
from bisect import bisect
from datetime import date

import pikepdf
import pypdf
import pytest
import segno
from bidi import get_display
from django.utils import translation
from PIL import Image

from documents.bidi import isolate
from documents.duplicates import duplicate
from documents.glyphs import face, shape
from documents.rendering import render
from documents.sheet import (
    Align,
    Amount,
    Bold,
    Boxes,
    Column,
    Facts,
    Gap,
    Grid,
    Heading,
    Items,
    Letterhead,
    Method,
    NewPage,
    Notice,
    Paragraph,
    Picture,
    Prompt,
    Sheet,
    Signature,
    Signatures,
    Stamp,
    Table,
    content_digest,
)
from documents.typesetting import set_text
from tests.documents import friendly
from tests.documents.reading import content_of, pages_of, text_of

DAY = date(2026, 3, 14)
STAMP = Stamp("CONV-2026-0001", "K7QF-2M9X-4TRC", "https://jalon.example/papers/K7QF-2M9X-4TRC/", DAY)
ARABIC_HEAD = Letterhead(
    "الجمعية المغربية", "مشاريع اللاجئين MAR-REF-2018", ["الهاتف +212 5 37 77 12 34"], friendly.picture("PNG")
)
FRENCH_HEAD = Letterhead("Association marocaine", "Appel 2026", ["+212 5 37 77 12 34"])


def arabic(*blocks, **more):
    return Sheet("اتفاقية دعم", "ar", ARABIC_HEAD, list(blocks), **more)


def french(*blocks, **more):
    return Sheet("Convention de subvention", "fr", FRENCH_HEAD, list(blocks), **more)


def rows(count):
    return [[str(n), f"57{n:03d}-{n % 10}", "Couture", f"{n} 000,00"] for n in range(1, count + 1)]


REFERENCES = [
    "2026-0001",
    "OP-2026-0061",
    "+212 6 12 34 56 78",
    "1 500 000 XOF",
    "31/12/2026",
    "9 000,500 LYD",
]
FRENCH_LETTERS = (
    "abcdefghijklmnopqrstuvwxyzàâæçéèêëîïôœùûüÿABCDEFGHIJKLMNOPQRSTUVWXYZÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ0123456789"
    " «»“”‘’–—…·•°§%€$@&/\\()[]{}+-*=<>_#'\"!?;:,."
)
ARABIC_LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيًٌٍَُِّْ،؛؟٪٠١٢٣٤٥٦٧٨٩ـپڤگچ"
TABLE_COLUMNS = [
    Column("Rang", 1, Align.NUMBER),
    Column("Dossier", 2),
    Column("Projet", 4),
    Column("Montant", 2),
]


def lines_of(sheet, stamp=STAMP):
    return [line for page in pages_of(render(sheet, stamp)) for line in page]


GOLDEN_ARABIC = [
    "المادة 1. الموضوع",
    "تنظم هذه الاتفاقية منح دعم قدره 14 000,00 MAD إلى السيدة فاطمة الزهراء بنعلي، الملف 57633-9، المرجع",
    "CONV-2026-0001، هاتف +212 6 12 34 56 78، قبل 31/12/2026.",
]


def test_an_arabic_paper_reads_word_for_word_as_it_was_written():
    before = f" قدره 14 000,00 MAD إلى السيدة {isolate('فاطمة الزهراء بنعلي')}، الملف 57633-9، المرجع "
    after = "CONV-2026-0001، هاتف +212 6 12 34 56 78، قبل 31/12/2026."
    words = ["تنظم هذه الاتفاقية منح ", Bold("دعم"), before + after]
    sheet = arabic(Heading("المادة 1. الموضوع"), Paragraph(words))
    shown = [line.text.replace("\u00a0", " ") for line in lines_of(sheet)]
    for golden in GOLDEN_ARABIC:
        visual = get_display(_isolated(golden), base_dir="R")
        assert _without_isolates(visual) in shown, golden


def _isolated(text):
    for reference in ("14 000,00 MAD", "57633-9", "CONV-2026-0001", "+212 6 12 34 56 78", "31/12/2026"):
        text = text.replace(reference, f"\u2066{reference}\u2069")
    return text


def _without_isolates(text):
    return "".join(character for character in text if character not in "\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    "reference",
    ["2026-0001", "OP-2026-0061", "+212 6 12 34 56 78", "1 500 000 XOF", "31/12/2026", "9 000,500 LYD"],
)
def test_no_reference_is_drawn_backwards_anywhere_on_an_arabic_paper(reference):
    sheet = arabic(
        Paragraph(f"المرجع {reference} انتهى"),
        Facts([("المرجع", reference)]),
        Items([f"بند {reference}"]),
        Notice(f"تنبيه: {reference}"),
        Table([Column("المرجع"), Column("النص")], [[reference, f"رقم {reference}"]], ["المجموع", reference]),
        Amount("المبلغ", reference, "مبلغ"),
        Signatures([Signature("عن الجمعية", f"حنان {reference}")]),
        subtitle=f"النسخة {reference}",
    )
    drawn = [line.text.replace("\u00a0", " ") for line in lines_of(sheet)]
    assert sum(reference in line for line in drawn) >= 10
    assert not any(reference[::-1] in line for line in drawn)


def test_arabic_letters_are_joined_and_can_be_searched():
    word = "المشروع"
    (glyphs,) = shape(word, False, True)
    forms = face("arabic", False).face.charToGlyph
    codes = "".join(part for part in glyphs.row if isinstance(part, str))
    assert [forms[ord(code)] for code in codes] != [forms[ord(letter)] for letter in reversed(word)]
    assert word in text_of(render(arabic(Paragraph(f"رقم {word}")), STAMP))


def test_every_letter_of_the_three_languages_has_a_glyph():
    for bold in (False, True):
        latin, naskh = face("latin", bold), face("arabic", bold)
        assert [letter for letter in FRENCH_LETTERS if not latin.has(letter)] == []
        assert [letter for letter in ARABIC_LETTERS if not naskh.has(letter)] == []


def test_a_long_list_repeats_its_titles_and_counts_its_pages():
    data = render(french(Table(TABLE_COLUMNS, rows(60))), STAMP)
    pages = pages_of(data)
    assert len(pages) == 3
    for number, page in enumerate(pages, start=1):
        texts = [line.text for line in page]
        assert texts.count("Dossier") == 1
        assert f"Page {number} of 3" in texts
        assert any("CONV-2026-0001" in text for text in texts)
    found = [line.text for page in pages for line in page if re.match(r"57\d{3}-", line.text)]
    assert found == [row[1] for row in rows(60)]


def test_columns_of_an_arabic_table_run_from_right_to_left():
    def order(sheet):
        return [line.x for line in lines_of(sheet) if line.text in ("AAA", "BBB", "CCC")]

    columns = [Column("1"), Column("2"), Column("3")]
    left_to_right = order(french(Table(columns, [["AAA", "BBB", "CCC"]])))
    right_to_left = order(arabic(Table(columns, [["AAA", "BBB", "CCC"]])))
    assert left_to_right == sorted(left_to_right)
    assert right_to_left == sorted(right_to_left, reverse=True)


def test_numbers_end_on_the_right_in_both_directions():
    for make in (french, arabic):
        table = Table([Column("1", 1, Align.NUMBER), Column("2")], [["111 111,00", "a"], ["1,00", "b"]])
        numbers = [
            line
            for line in lines_of(make(table))
            if line.text.replace("\u00a0", " ") in ("111 111,00", "1,00")
        ]
        ends = {round(line.x + set_text(line.text, 500, 9.5).width, 1) for line in numbers}
        assert len(numbers) == 2
        assert len(ends) == 1


def test_nothing_stands_outside_the_column():
    sheet = french(
        Paragraph("mot " * 300 + "anticonstitutionnellement" * 12),
        Table(TABLE_COLUMNS, [["1", "x" * 200, "un projet de couture " * 20, "1 000,00"]]),
        Facts([("une étiquette très longue " * 4, "y" * 150)]),
    )
    for line in lines_of(sheet):
        width = set_text(line.text, 10_000, line.size).width
        assert line.x >= 50
        assert line.x + width <= 595 - 50
        assert 0 < line.y < 842


def test_a_cell_longer_than_a_page_goes_on_over_the_next_one():
    words = [f"mot{n}" for n in range(4000)]
    pages = pages_of(render(french(Table(TABLE_COLUMNS, [["1", "2", " ".join(words), "4"]])), STAMP))
    drawn = " ".join(line.text for page in pages for line in page if "mot" in line.text).split()
    assert drawn == words
    assert len(pages) > 3


def test_every_kind_of_block_is_there_and_kept_together():
    photo = friendly.picture("JPEG", size=(400, 300))
    drawn = friendly.picture("PNG")
    sheet = french(
        Heading("Article 1"),
        Paragraph("Petit texte", small=True, align=Align.CENTER),
        Items(["Premier", "Second"], numbered=True),
        Items(["Tiret"]),
        Notice("Attention"),
        Facts([("Dossier", "57633-9")]),
        Amount("Montant", "14 000,00 MAD", "quatorze mille dirhams"),
        Picture(photo, "Le magasin"),
        Gap(),
        NewPage(),
        Signatures(
            [
                Signature("Pour l'association", "Hanane Zreg", Method.DRAWN, drawn, "14/03/2026"),
                Signature("La porteuse", "Fatima"),
                Signature("Le trésorier"),
                Signature("Le témoin"),
                Signature("Bénéficiaire", "Aïcha", Method.THUMBPRINT, witnesses=["Tarek", "Yasmine"]),
            ]
        ),
        seals=[("Tête du journal", "ab" * 32)],
        place="Rabat",
        subtitle="Appel 2026",
    )
    first, second = pages_of(render(sheet, STAMP))
    on_first, on_second = ([line.text for line in page] for page in (first, second))
    for words in (
        "Article 1",
        "Petit texte",
        "1.",
        "Premier",
        "–",
        "Attention",
        "57633-9",
        "14\u00a0000,00\u00a0MAD",
    ):
        assert words in on_first
    assert "Rabat, 14 mars 2026" in on_first
    for words in (
        "Hanane Zreg",
        "Tarek",
        "Yasmine",
        "Witness 1",
        "Witness 2",
        "Thumbprint",
        "Date: 14/03/2026",
    ):
        assert words in on_second
    assert any("Tête du journal abababab" in text for text in on_second)


def test_a_heading_never_stands_alone_at_the_foot_of_a_page():
    for filler in range(30, 46):
        sheet = french(
            *[Paragraph("Une ligne.") for _ in range(filler)], Heading("Article"), Paragraph("Suite. " * 40)
        )
        for page in pages_of(render(sheet, STAMP)):
            texts = [line.text for line in page]
            if "Article" in texts:
                assert any(text.startswith("Suite.") for text in texts)


def test_no_row_of_a_table_stands_alone_above_or_below_a_page_break():
    for filler in range(20, 46, 2):
        sheet = french(*[Paragraph("Une ligne.") for _ in range(filler)], Table(TABLE_COLUMNS, rows(4)))
        counts = [
            sum(bool(re.match(r"57\d{3}-", line.text)) for line in page)
            for page in pages_of(render(sheet, STAMP))
        ]
        assert 1 not in counts
        assert sum(counts) == 4


def pages_that_hold(word, *blocks, language=french):
    """The texts of each page on which a line begins with a word, for papers filled to the foot."""
    for filler in range(24, 44, 2):
        sheet = language(*[Paragraph("Une ligne.") for _ in range(filler)], *blocks)
        for page in pages_of(render(sheet, STAMP)):
            texts = [line.text for line in page]
            if any(text.startswith(word) for text in texts):
                yield texts


@pytest.mark.parametrize("language", [french, arabic])
def test_a_heading_and_the_sentence_below_it_stand_on_the_page_of_their_table(language):
    table = Table([Column("Dossier"), Column("Membre")], [["2026-0001", "Salma"], ["2026-0002", "Amina"]])
    blocks = (Heading("Conflits"), Paragraph("Ces membres sont sortis."), table)
    for texts in pages_that_hold("Conflits", *blocks, language=language):
        assert any("Dossier" in text for text in texts)
        assert any("2026-0001" in text for text in texts)


def test_a_total_stands_on_the_page_of_a_row_that_it_sums():
    table = Table([Column("Poste"), Column("Montant")], [["Four", "1"], ["Farine", "2"]], ["Somme", "3"])
    for texts in pages_that_hold("Somme", table):
        assert any("Farine" in text for text in texts)


def test_nobody_signs_on_a_page_that_holds_nothing_but_places_to_sign():
    places = [Signatures([Signature("Programme"), Signature("Membre")]), Signatures([Signature("Temoin")])]
    for texts in pages_that_hold("Temoin", Notice("Rien ne se paie."), *places):
        assert any("Rien ne se paie." in text for text in texts)
    for texts in pages_that_hold("Temoin", Paragraph("La fin."), Heading("Signatures"), *places):
        assert any("La fin." in text for text in texts)
    lines = Grid([Column("Ref")], [["P-1"], ["P-2"]])
    for texts in pages_that_hold("Temoin", lines, Paragraph("Une ligne vide reste."), places[1]):
        assert "P-2" in texts


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_second_page_that_would_hold_little_is_saved_and_every_word_stays(language, monkeypatch):
    head = ARABIC_HEAD if language == "ar" else FRENCH_HEAD
    columns = [Column("Poste", 3), Column("Montant", 1, Align.NUMBER)]
    places = Signatures([Signature("Pour le programme"), Signature("Le fournisseur")])

    def paper(count):
        rows = [[f"Ligne {number}", f"{number}.00"] for number in range(1, count + 1)]
        return render(Sheet("Bordereau", language, head, [Table(columns, rows), places]), STAMP)

    def fit():
        return bisect(range(60), 1, lo=10, key=lambda count: len(pages_of(paper(count)))) - 1

    most = fit()
    words = text_of(paper(most))
    assert all(f"{number}.00" in words for number in range(1, most + 1))
    monkeypatch.setattr("documents.rendering.LITTLE", 0)
    assert most >= fit() + 4, "four rows and more stand where a second page would have begun"


def test_answers_to_choose_from_stand_on_one_page_with_their_question():
    asked = [Prompt("Question", "Une seule."), Boxes(["Oui", "Non"])]
    for texts in pages_that_hold("Non", *asked):
        assert "Question" in texts
        assert "Oui" in texts


def test_the_qr_code_leads_to_the_verification_page():
    content = content_of(render(french(Paragraph("x")), STAMP))
    drawn = content[content.index("q 0 g") : content.index("f Q", content.index("q 0 g"))]
    matrix = segno.make(STAMP.verify_url, error="m", micro=False, mask=2, boost_error=False).matrix
    dark = {(r, c) for r, row in enumerate(matrix) for c, module in enumerate(row) if module}
    found = set()
    numbers = drawn.split(" cm ")[1].split()
    for at in range(0, len(numbers), 5):
        column, bottom, length = (int(number) for number in numbers[at : at + 3])
        found |= {(len(matrix) - 1 - bottom, column + step) for step in range(length)}
    assert found == dark


def test_a_paper_says_what_it_is():
    data = render(arabic(Paragraph("نص")), STAMP)
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert reader.metadata.title == "اتفاقية دعم CONV-2026-0001"
    assert reader.metadata.author == "الجمعية المغربية"
    assert reader.metadata.creation_date.date() == DAY
    assert reader.root_object["/Lang"] == "ar"
    assert reader.root_object["/ViewerPreferences"]["/Direction"] == "/R2L"


def test_the_digest_printed_is_that_of_what_the_paper_says():
    sheet = french(Paragraph("Une phrase."))
    digest = content_digest(sheet, STAMP)
    printed = next(line.text for line in lines_of(sheet) if "digest" in line.text)
    assert printed.replace(" ", "").endswith(digest)
    others = [
        content_digest(french(Paragraph("Une autre.")), STAMP),
        content_digest(french(Paragraph("Une phrase.", bold=True)), STAMP),
        content_digest(french(Paragraph([Bold("Une phrase.")])), STAMP),
        content_digest(sheet, Stamp("CONV-2026-0002", STAMP.code, STAMP.verify_url, DAY)),
        content_digest(french(Paragraph("Une phrase."), Picture(friendly.picture())), STAMP),
    ]
    assert len({digest, *others}) == 6


OTHER_PROCESS = """
import sys, hashlib
sys.path.insert(0, ".")
import django; django.setup()
from tests.documents.test_papers_set import STAMP, arabic, french
from documents.sheet import Paragraph
from documents.rendering import render
render(french(Paragraph("Bâtir avant l'autre")), STAMP)
render(arabic(Paragraph("حروف أخرى قبل ذلك: ظضغثخ")), STAMP)
print(hashlib.sha256(render(arabic(Paragraph("نص المقدَّم 2026-0001")), STAMP)).hexdigest())
"""


def test_the_same_paper_has_the_same_bytes_in_any_process():
    sheet = arabic(Paragraph("نص المقدَّم 2026-0001"))
    data = render(sheet, STAMP)
    assert render(sheet, STAMP) == data
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "SOURCE_DATE_EPOCH": "1234567",
        "PATH": "/usr/bin",
    }
    other = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OTHER_PROCESS],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == hashlib.sha256(data).hexdigest()


def test_a_paper_that_was_not_issued_says_so_on_every_page():
    pages = pages_of(render(french(Table(TABLE_COLUMNS, rows(60)))))
    assert all(any(line.text == "SPECIMEN" for line in page) for page in pages)
    assert not any("CONV" in line.text for page in pages for line in page)


def test_a_duplicate_is_the_original_under_its_mark():
    original = render(french(Table(TABLE_COLUMNS, rows(60))), STAMP)
    copy = duplicate(original, 2, date(2026, 5, 1), "fr")
    assert duplicate(original, 2, date(2026, 5, 1), "fr") == copy
    assert duplicate(original, 3, date(2026, 5, 1), "fr") != copy
    with pikepdf.open(io.BytesIO(copy)) as pdf:
        assert len(pdf.pages) == 3
        for page in pdf.pages:
            assert page.obj.Resources.XObject.Duplicata.Subtype == "/Form"
    text = text_of(copy)
    assert text.count("DUPLICATA 2, printed on 1 mai 2026") == 3
    assert "57001-1" in text


def test_the_words_of_the_frame_follow_the_papers_language_not_the_readers():
    with translation.override("ar"):
        french_paper = [line.text for line in lines_of(french(Paragraph("x"), place="Rabat"))]
    assert "Rabat, 14 mars 2026" in french_paper


def test_a_landscape_paper_is_wider_than_high():
    with pikepdf.open(
        io.BytesIO(render(french(Table(TABLE_COLUMNS, rows(5)), landscape=True), STAMP))
    ) as pdf:
        _, _, width, height = pdf.pages[0].mediabox
    assert width > height


def test_a_row_that_does_not_fit_its_table_is_a_mistake_found_at_once():
    with pytest.raises(ValueError, match="3 cells"):
        render(french(Table(TABLE_COLUMNS, [["1", "2", "3"]])), STAMP)


def test_a_large_photo_does_not_make_a_large_paper():
    out = io.BytesIO()
    Image.effect_noise((4000, 3000), 80).convert("RGB").save(out, "JPEG", quality=95)
    data = render(french(Picture(out.getvalue(), "Le magasin")), STAMP)
    assert len(data) < 1_000_000 < len(out.getvalue())
