"""A form to be filled in by hand, from the same definition as the pages: lines, boxes, tables, a signature.

The paper asks about the person first, as the pages do: what is asked there lies in the vault once it is
typed in.
"""

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from applications import limit_words
from applications.form_definition import (
    CHOICE,
    CHOICES,
    DATE,
    DAY,
    DECLARATION,
    FILE,
    LONG_TEXT,
    MONEY,
    NOTE,
    NUMBER,
    TABLE,
    YEAR,
    Form,
    Question,
)
from applications.models import FormVersion, Sex, Stage
from documents.sheet import (
    Block,
    Bold,
    Boxes,
    Column,
    Grid,
    Heading,
    Lines,
    Method,
    Notice,
    Paragraph,
    Prompt,
    Sheet,
    Signature,
    Signatures,
)
from programmes.letterhead import letterhead_of
from workflow import display

OWN_NAMES = {"fr": "Français", "en": "English", "ar": "العربية"}
LETTERS_A_LINE, FEWEST_LINES, MOST_LINES = 90, 3, 14
FREE_ROWS = 8


def render(version: FormVersion, language: str) -> bytes:
    """Return the PDF of a version in a language."""
    with translation.override(language):
        call = version.call
        name = str(Stage(version.stage).label)
        sheet = Sheet(
            title=call.title,
            subtitle=_("Form: %(form)s") % {"form": name},
            language=language,
            letterhead=letterhead_of(call.programme),
            blocks=list(_blocks(version, language)),
        )
        foot = _("%(call)s · form “%(form)s”, version %(number)s") % {
            "call": call.code,
            "form": name,
            "number": version.version,
        }
        from documents.rendering import render as render_sheet  # heavy: loads ReportLab and HarfBuzz

        return render_sheet(sheet, foot=foot)


def _blocks(version: FormVersion, language: str) -> Iterator[Block]:
    yield Notice(_how_to(version))
    if version.stage == Stage.IDEA:
        yield from _about()
    else:
        yield from _asked(_("Case number"), Lines(share=0.5))
    number = 0
    for section in version.form.sections:
        yield Heading(section.title_in(language))
        for question in section.questions:
            number += question.is_asked
            yield from _question(version.form, question, number, language, version.call.currency)
    yield from _signature()


def _how_to(version: FormVersion) -> str:
    closes = version.call.closes_at
    lines = [_("Write clearly, in capital letters where you can. Tick the boxes that apply.")]
    if closes and version.stage == Stage.IDEA:
        local = closes.astimezone(version.call.programme.zone)
        lines.append(
            _("Bring it to the office before %(date)s.")
            % {"date": f"{display.date_text(local.date())}, {local:%H:%M}"}
        )
    lines.append(_("Filling in this form costs nothing. Nobody may ask you for money."))
    return " ".join(lines)


def _about() -> Iterator[Block]:
    yield Heading(_("About you"))
    for label, block in (
        (_("Name in Latin letters"), Lines()),
        (_("Name in Arabic letters"), Lines()),
        (_("Date of birth, or the year alone"), Lines(share=0.5)),
        (_("You are"), Boxes([str(Sex.FEMALE.label), str(Sex.MALE.label), str(Sex.UNKNOWN.label)])),
        (_("Place where you live"), Lines()),
        (_("Phone"), Lines(share=0.5)),
        (_("Number of your identity document"), Lines(share=0.5)),
    ):
        yield from _asked(label, block)
    yield Boxes([_("I agree that these data are used for this programme")])


def _asked(label: str, block: Block, note: str = "") -> Iterator[Block]:
    yield Prompt([Bold(label)], note)
    yield block


def _question(form: Form, question: Question, number: int, language: str, currency: str) -> Iterator[Block]:
    label = question.label_in(language)
    if question.kind == NOTE:
        yield Paragraph(label)
        return
    if question.kind == DECLARATION:
        yield Boxes([f"{number}. {label}"])
        return
    optional = "" if question.required else f" {_('(optional)')}"
    notes = [question.help_in(language), _limits(question, currency), _condition(form, question, language)]
    yield Prompt([Bold(f"{number}. {label}"), optional], " ".join(filter(None, notes)))
    yield from _space(question, language, currency)


def _limits(question: Question, currency: str) -> str:
    if question.kind == CHOICE:
        return _("Tick one answer.")
    said = limit_words.words_of(question, currency)
    if question.kind == TABLE:
        return _limits_of_cells(question, currency)
    return said or _("Tick all that apply.") if question.kind == CHOICES else said


def _limits_of_cells(question: Question, currency: str) -> str:
    """Return the limits of the columns, each behind its heading."""
    language = display.language()
    said = (
        (column.label_in(language), limit_words.words_of(column, currency)) for column in question.columns
    )
    return " ".join(
        _("%(column)s: %(limits)s") % {"column": name, "limits": words} for name, words in said if words
    )


def _condition(form: Form, question: Question, language: str) -> str:
    if question.shown_if is None:
        return ""
    key, *values = question.shown_if
    other = form.by_key.get(key)
    if other is None:
        return ""
    chosen = (
        display.listed(other.choice_in(value, language) for value in values) if other.choices else _("Yes")
    )
    return _("Only if you answered “%(answer)s” to “%(question)s”") % {
        "answer": chosen,
        "question": other.label_in(language),
    }


def _space(question: Question, language: str, currency: str) -> Iterator[Block]:
    kind = question.kind
    if kind in (CHOICE, CHOICES):
        yield Boxes([question.choice_in(value, language) for value, _texts in question.choices])
    elif kind == TABLE:
        yield _grid(question, language, currency)
    elif kind == FILE:
        yield Boxes([_("The paper, or a copy of it, is attached")])
    elif kind == LONG_TEXT:
        wanted = -(-(question.limit or 600) // LETTERS_A_LINE)
        yield Lines(count=min(max(wanted, FEWEST_LINES), MOST_LINES))
    elif kind == MONEY:
        yield Lines(share=0.5, after=currency)
    elif kind == DATE:
        parts = {YEAR: _("(year)"), DAY: _("(day, month, year)")}
        yield Lines(share=0.35, after=parts.get(question.only, ""))
    elif kind == NUMBER:
        yield Lines(share=0.35)
    else:
        yield Lines()


def _grid(question: Question, language: str, currency: str) -> Grid:
    columns = [
        Column(
            f"{column.label_in(language)} ({currency})"
            if column.kind == MONEY
            else column.label_in(language),
            share=1.0 if column.kind in (MONEY, NUMBER) else 2.0,
        )
        for column in question.columns
    ]
    empty = [""] * len(columns)
    if question.row_labels:
        columns.insert(0, Column("", share=1.0))
        rows = [[question.row_label_in(at, language), *empty] for at in range(len(question.row_labels))]
    else:
        rows = [empty] * min(question.rows, FREE_ROWS)
    for total in question.totals:
        rows.append([total.label_in(language), *[""] * (len(columns) - 1)])
    return Grid(columns, rows)


def _signature() -> Iterator[Block]:
    yield Paragraph(_("I declare that what is written here is true."))
    yield Signatures([Signature(_("Applicant"))])
    yield Paragraph(_("If the person does not write: thumbprint, with two witnesses."), small=True)
    yield Signatures([Signature(_("Applicant"), method=Method.THUMBPRINT)])
