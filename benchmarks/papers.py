"""One-page letters: our papers against bare reportlab setting the same text with the same fonts.

    python -m benchmarks.papers [letters]

Bare reportlab does less: no letterhead, no order of Arabic words, no joined letters, no QR code, no digest,
no page numbers. Goal: at most 1.5 times its time (processor time, so that a busy machine does not matter).
"""

import io
import os
import re
import sys
import time
from collections.abc import Callable
from datetime import date

import django
from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph as BareParagraph
from reportlab.platypus import SimpleDocTemplate

from documents.bidi import isolate
from documents.glyphs import FILES, FOLDER
from documents.rendering import render
from documents.sheet import Facts, Letterhead, Paragraph, Sheet, Signature, Signatures, Stamp

LETTERS = 1000
GOAL = 1.5
LATIN = re.compile(r"[A-Za-z0-9+(][A-Za-z0-9 ,./:+-]*")
NAMES = {
    "fr": ["Fatima Zahra Benali", "Aïcha Oumar", "Nadège Mbuyi", "Youssef Haddad", "Moussa Traoré"],
    "ar": ["فاطمة الزهراء بنعلي", "عائشة عمر", "خديجة المنصوري", "يوسف حداد", "موسى تراوري"],
}
HEADS = {
    "fr": Letterhead(
        "Association d'appui à la petite entreprise", "Appel 2026", ["12, avenue Al-Abtal, Rabat"]
    ),
    "ar": Letterhead("جمعية دعم المقاولة الصغرى", "إعلان 2026", ["12 شارع الأبطال، الرباط"]),
}
TITLES = {"fr": "Décision du comité de sélection", "ar": "قرار لجنة الانتقاء"}
FRENCH = """Madame, Monsieur {name},

Le comité de sélection s'est réuni et a examiné votre dossier n° {case}. Nous avons le plaisir de vous
annoncer que votre projet a été retenu pour une subvention de {amount} MAD, versée en deux tranches.

La première tranche est payée au fournisseur sur devis, après la signature de la convention et la vérification
des coordonnées bancaires. La seconde est payée après la visite du premier mois, quand les reçus de la
première ont été acceptés. Vous pouvez suivre chaque étape sur votre téléphone.

Vous êtes invité à signer la convention avant le 31/12/2026 au bureau qui a reçu votre demande. Pour toute
question, appelez le +212 5 37 77 12 34 en rappelant la référence {reference}."""
ARABIC = """السيد(ة) {name}،

اجتمعت لجنة الانتقاء ودرست ملفكم رقم {case}. ويسرنا أن نخبركم بقبول مشروعكم للاستفادة من دعم قدره {amount} MAD
يُصرف على دفعتين.

تُدفع الدفعة الأولى إلى المورّد بناءً على عرض الأثمان، بعد توقيع الاتفاقية والتحقق من الحساب البنكي. وتُدفع
الثانية بعد زيارة الشهر الأول، حين تُقبل وصولات الدفعة الأولى. ويمكنكم تتبع كل مرحلة عبر الهاتف.

ندعوكم إلى توقيع الاتفاقية قبل 31/12/2026 بالمكتب الذي تسلم طلبكم. ولكل استفسار اتصلوا بالرقم
+212 5 37 77 12 34 مع ذكر المرجع {reference}."""
BODY = {
    language: [" ".join(paragraph.split()) for paragraph in text.split("\n\n")]
    for language, text in (("fr", FRENCH), ("ar", ARABIC))
}
FACTS = {"fr": ["Dossier", "Référence", "Montant"], "ar": ["الملف", "المرجع", "المبلغ"]}
SIGNED = {"fr": "La présidente du comité", "ar": "رئيسة اللجنة"}


def values(language: str, number: int) -> dict[str, str]:
    """What differs from letter to letter."""
    names = NAMES[language]
    return {
        "name": f"{names[number % len(names)]} {names[(number // 5) % len(names)]}",
        "case": f"{57000 + number}-{number % 10}",
        "amount": f"{8 + number % 30} {number % 10}00,00",
        "reference": f"NOTIF-2026-{number:04d}",
    }


def ours(language: str, number: int) -> bytes:
    """One letter as the product issues it."""
    given = values(language, number)
    told = (given["case"], given["reference"], given["amount"])
    facts = Facts(list(zip(FACTS[language], told, strict=True)))
    body = [Paragraph(text.format(**given | {"name": isolate(given["name"])})) for text in BODY[language]]
    signatures = Signatures([Signature(SIGNED[language], "Yasmine Haddad")])
    sheet = Sheet(TITLES[language], language, HEADS[language], [facts, *body, signatures], place="Rabat")
    code = f"K7QF-2M9X-{number:04d}"
    address = f"https://jalon.example/papers/{code}/"
    return render(sheet, Stamp(given["reference"], code, address, date(2026, 3, 14)))


def in_both_fonts(text: str, bold: bool) -> str:
    """Mark up the stretches that the Arabic font has no letters for."""
    return LATIN.sub(lambda found: f'<font name="bare-latin-{bold}">{found[0]}</font>', text)


def bare(language: str, number: int) -> bytes:
    """The same words with reportlab alone."""
    given = values(language, number)
    font = "arabic" if language == "ar" else "latin"
    style = ParagraphStyle("body", fontName=f"bare-{font}-False", fontSize=10, leading=15, spaceAfter=6)
    bold = ParagraphStyle("bold", style, fontName=f"bare-{font}-True", fontSize=16, leading=22)
    head = HEADS[language]
    told = (given["case"], given["reference"], given["amount"])
    facts = [f"{name} {value}" for name, value in zip(FACTS[language], told, strict=True)]
    words = [*head.lines, given["reference"], *facts, *(text.format(**given) for text in BODY[language])]
    words.append(SIGNED[language])
    large = [head.agency, head.programme, TITLES[language], "Yasmine Haddad"]
    if language == "ar":
        words, large = [in_both_fonts(text, False) for text in words], [in_both_fonts(t, True) for t in large]
    story = [BareParagraph(text, bold) for text in large] + [BareParagraph(text, style) for text in words]
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, invariant=1).build(story)
    return out.getvalue()


def timed(letter: Callable[[str, int], bytes], language: str, letters: int) -> tuple[float, float]:
    """Return seconds for the batch and kilobytes of a letter."""
    letter(language, letters)  # fonts are read once per process by both
    begin = time.process_time()
    size = sum(len(letter(language, number)) for number in range(letters))
    return time.process_time() - begin, size / letters / 1024


def main() -> None:
    """Print the table."""
    letters = int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS
    rl_config.useA85 = 0
    for (script, is_bold), name in FILES.items():
        pdfmetrics.registerFont(TTFont(f"bare-{script}-{is_bold}", str(FOLDER / name)))
    print(f"{f'{letters} letters, goal {GOAL}':<22} {'s':>8} {'ms each':>8} {'KB each':>8} {'ratio':>6}")
    for language in ("fr", "ar"):
        floor, _ = rows = timed(bare, language, letters)
        for name, (seconds, size) in (("bare reportlab", rows), ("papers", timed(ours, language, letters))):
            each = seconds / letters * 1000
            print(
                f"{f'{name}, {language}':<22} {seconds:8.2f} {each:8.2f} {size:8.1f} {seconds / floor:6.2f}"
            )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    main()
