"""The visit sheet: a visit's questions on paper, to be filled in by hand and typed in later.

It is made of the same definition as the phone and the page. A sheet can be lost on the way: it names the case
by its number and the visit by its date, and nobody: no name, no telephone number, no address.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from documents.bidi import isolate, ltr
from documents.sheet import (
    Block,
    Bold,
    Boxes,
    Column,
    Facts,
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
from followup.form_parts import (
    CHOICE,
    CHOICES,
    COUNT,
    DATE,
    LONG,
    MONEY,
    NOTE,
    NUMBER,
    PHOTOS,
    PLACE,
    SIGNATURE,
    SIGNED,
    TABLE,
    YES_NO,
    Ask,
    Part,
    asks_of,
)
from followup.models import Visit
from programmes.letterhead import letterhead_of
from workflow import display

FREE_ROWS = 5
NARROW = (MONEY, SIGNED, COUNT, NUMBER)


def render(visit: Visit, parts: Iterable[Part], number: int, language: str) -> bytes:
    """Return the PDF of a visit's sheet in a language; number is that of the form's version.

    parts: of that version. A visit that is not saved, as of the builder's preview, leaves case and date open.
    """
    with translation.override(language):
        programme = visit.programme
        sheet = Sheet(
            title=_("Visit sheet"),
            subtitle=visit.name if visit.case_id else "",
            language=language,
            letterhead=letterhead_of(programme),
            blocks=list(_blocks(visit, tuple(parts), visit.case_id is not None)),
        )
        foot = _("%(programme)s · visit form, version %(number)s") % {
            "programme": programme.code,
            "number": number,
        }
        from documents.rendering import render as render_sheet  # heavy: loads ReportLab and HarfBuzz

        return render_sheet(sheet, foot=foot)


def _blocks(visit: Visit, parts: tuple[Part, ...], is_known: bool) -> Iterator[Block]:
    yield Notice(
        _("No name, telephone number or address belongs on this sheet. Type it in as soon as you can.")
    )
    if is_known:
        yield Facts(
            [
                (_("Case number"), ltr(visit.case.number)),
                (_("Visit"), visit.name),
                (_("Due"), display.date_text(visit.due_on)),
            ]
        )
    else:
        yield from _asked(_("Case number"), Lines(share=0.4))
    is_group, currency = visit.enterprise.is_group, visit.programme.currency
    sources = {ask.name: ask for ask in asks_of(parts)}
    number = 0
    for part in parts:
        asks = [ask for ask in part.asks if ask.is_asked(visit.code, is_group=is_group)]
        if not asks:
            continue
        yield Heading(isolate(str(part.title)))
        if part.note:
            yield Paragraph(str(part.note), small=True)
        for ask in asks:
            if ask.kind == NOTE:
                yield Paragraph(str(ask.label))
                continue
            if ask.kind == SIGNATURE:
                continue
            number += 1
            notes = (str(ask.help), _how(ask), _condition(ask, sources))
            needed = "" if ask.must else f" {_('(optional)')}"
            yield Prompt(
                [Bold(f"{number}. {isolate(str(ask.label))}"), needed], " ".join(filter(None, notes))
            )
            yield from _space(ask, currency)
    yield from _signatures(ask for ask in sources.values() if ask.kind == SIGNATURE)


def _asked(label: str, block: Block) -> Iterator[Block]:
    yield Prompt([Bold(label)], "")
    yield block


def _how(ask: Ask) -> str:
    if ask.kind in (CHOICE, YES_NO):
        return _("Tick one answer.")
    return _("Tick all that apply.") if ask.kind == CHOICES else ""


def _condition(ask: Ask, sources: dict[str, Ask]) -> str:
    if ask.shown_if is None or ask.shown_if[0] not in sources:
        return ""
    source = sources[ask.shown_if[0]]
    names: dict[Any, Any] = {**dict(source.choices), True: _("yes"), False: _("no")}
    return _("Only if you answered “%(answer)s” to “%(question)s”") % {
        "answer": display.listed(str(names.get(one, one)) for one in ask.shown_if[1]),
        "question": source.label,
    }


def _space(ask: Ask, currency: str) -> Iterator[Block]:
    if ask.kind == YES_NO:
        yield Boxes([_("yes"), _("no")])
    elif ask.kind in (CHOICE, CHOICES):
        yield Boxes([isolate(str(label)) for _value, label in ask.choices])
    elif ask.kind == TABLE:
        yield _grid(ask, currency)
    elif ask.kind == PHOTOS:
        yield Grid(
            [Column(_("Photo"), 0.4), Column(_("What it shows"), 2.0), Column(_("The person agrees"), 1.0)],
            [[str(row), "", ""] for row in (1, 2, 3)],
        )
    elif ask.kind == PLACE:
        yield Lines(share=0.5, after=_("(north, east)"))
    elif ask.kind == LONG:
        yield Lines(count=3)
    elif ask.kind in (MONEY, SIGNED):
        yield Lines(share=0.5, after=currency)
    elif ask.kind == DATE:
        yield Lines(share=0.35, after=_("(day, month, year)"))
    elif ask.kind in (COUNT, NUMBER):
        yield Lines(share=0.35)
    else:
        yield Lines()


def _grid(ask: Ask, currency: str) -> Grid:
    columns = [
        Column(
            f"{column.label} ({currency})" if column.kind in (MONEY, SIGNED) else str(column.label),
            share=1.0 if column.kind in (*NARROW, YES_NO, CHOICE) else 2.0,
        )
        for column in ask.columns
    ]
    codes = [_answers(column) for column in ask.columns]
    empty = [[""] * len(columns)] * FREE_ROWS
    return Grid(columns, [codes, *empty] if any(codes) else empty)


def _answers(column: Ask) -> str:
    """The answers of a column, to be copied on its lines."""
    if column.kind == YES_NO:
        return f"{_('yes')} / {_('no')}"
    return " / ".join(str(label) for _value, label in column.choices)


def _signatures(asks: Iterable[Ask]) -> Iterator[Block]:
    labels = [str(ask.label) for ask in asks]
    if labels:
        yield Signatures([Signature(label) for label in labels])
        yield Paragraph(_("If the person does not write: thumbprint, with two witnesses."), small=True)
        yield Signatures([Signature(_("The person visited"), method=Method.THUMBPRINT)])
