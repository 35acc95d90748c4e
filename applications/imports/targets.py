"""What a column may mean: a field of the person, a question of the form; the guess from its heading. Pure."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.form_definition import FILE, NOTE, TABLE, Form
from applications.imports import cells
from applications.vault import fold

LEFT_OUT = ""
PERSON = {
    "latin_name": (_("Name in Latin letters"), "nom prenom name full_name first_name last_name surname"),
    "arabic_name": (_("Name in Arabic letters"), "nom_arabe name_ar الاسم الاسم_الكامل اللقب"),
    "birth_date": (_("Date or year of birth"), "naissance date_de_naissance birth dob annee تاريخ_الميلاد"),
    "sex": (_("Sex"), "sexe genre gender sex الجنس"),
    "site": (_("Site"), "ville site lieu commune city place المدينة الموقع"),
    "phone": (_("Phone"), "telephone tel phone mobile gsm الهاتف رقم_الهاتف"),
    "document_number": (_("Number of the identity document"), "cin piece_identite passport document بطاقة"),
    "address": (_("Address"), "adresse address العنوان"),
    "category": (_("Displacement category"), "statut status categorie الوضع"),
    "consent": (_("Consent to the use of the data"), "consentement consent accord الموافقة"),
    "photo_consent": (_("Consent to photos"), "consentement_photo photo photos accord_photos صور"),
    "group": (_("Group: rows with the same mark apply together"), "groupe group group_id المجموعة"),
    "role": (_("Role in the group"), "role fonction الدور الصفة"),
    "share": (_("Share in percent"), "part parts share pourcentage الحصة"),
    "track": (_("Track"), "piste track filiere المسار"),
    "submitted_at": (
        _("Sent on"),
        "date date_soumission date_de_depot date_de_reception submission_time timestamp start end التاريخ",
    ),
    "organisation_name": (_("Organisation"), "organisation association cooperative الجمعية"),
}
ALIKE = 88


def questions_of(form: Form) -> list[Any]:
    """Return the questions that a cell can answer: files come by hand, tables have a column a cell."""
    return [question for question in form.questions() if question.kind not in (FILE, TABLE, NOTE)]


def choices(form: Form, language: str) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Return what a column may mean, in groups, for the page."""
    return [
        (_("Person"), [(f"person.{key}", label) for key, (label, _words) in PERSON.items()]),
        (_("Form"), [(f"form.{one.key}", one.label_in(language)) for one in questions_of(form)]),
        *((table.label_in(language), cells.offered(table, language)) for table in cells.tables_of(form)),
    ]


def known(form: Form) -> set[str]:
    """Return every meaning that there is."""
    found = {f"person.{key}" for key in PERSON} | {f"form.{one.key}" for one in questions_of(form)}
    return found | {
        meaning for table in cells.tables_of(form) for meaning, _line, _column in cells.meanings(table)
    }


def guess(headings: Iterable[str], form: Form) -> dict[str, str]:
    """Return what each heading probably means; what fits nothing is left out, no meaning comes twice."""
    from rapidfuzz import fuzz  # heavy

    found: dict[str, str] = {}
    taken: set[str] = set()
    names = _names(form)
    inside = cells.spoken(form)
    for heading in headings:
        words = heading.split("/")
        ways = (fold(" ".join(words[at:])) for at in range(len(words)))
        meaning = next((inside[way] for way in ways if way in inside), "")
        if meaning and meaning not in taken:
            found[heading] = meaning
            taken.add(meaning)
    for exactly in (True, False):
        for heading in headings:
            if heading in found:
                continue
            word = fold(heading.rsplit("/", 1)[-1])
            for target, spoken in names:
                fits = word in spoken if exactly else any(fuzz.ratio(word, one) >= ALIKE for one in spoken)
                if word and target not in taken and fits:
                    found[heading] = target
                    taken.add(target)
                    break
    return found


def _names(form: Form) -> list[tuple[str, set[str]]]:
    names = [
        (f"form.{one.key}", {fold(one.key), *(fold(text) for text in one.label.values())})
        for one in questions_of(form)
    ]
    for key, (label, words) in PERSON.items():
        spoken = {fold(key), fold(str(label)), *(fold(word.replace("_", " ")) for word in words.split())}
        names.append((f"person.{key}", spoken))
    return names
