"""The rows of the board of a round as HTML: jurors and files, written by plain functions.

What a line says is in `scoring/board.py`; heads and frames of the tables are in the template of the page.
Words that are the same in every row are asked for once, as in `workflow/table_body.py`.
"""

from collections.abc import Callable, Iterable
from functools import cache

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.board import FileLine, JurorLine
from scoring.models import Round
from workflow import display
from workflow.display import escaped

CellOf = Callable[[int], str]


def juror_rows(lines: Iterable[JurorLine], held: Round, named: bool) -> SafeString:
    """Return the rows of jurors. named: whether each leads to the files that the juror has."""
    address = escaped(reverse("scoring:assignments", args=[held.pk])) if named else ""
    state = _labelled(_("State"))
    to_open, opened = _counts(_("To open")), _counts(_("Being marked"))
    abstained, aside = _counts(_("Abstained")), _counts(_("Stepped aside"))
    handed_in = _labelled(_("Handed in"), "num")
    written = []
    with display.one_writing():
        for line in lines:
            load = line.load
            done = f"{display.number_text(load.handed_in)}/{display.number_text(load.files)}"
            written.append(
                f'<tr><th scope="row">{_juror(line, address)}</th>'
                f"{state}{_outlook(line, held)}</td>"
                f"{to_open(load.to_open)}{opened(load.opened)}{handed_in}<bdi>{done}</bdi></td>"
                f"{abstained(line.abstained)}{aside(load.aside)}</tr>\n"
            )
    return SafeString("".join(written))


def file_rows(lines: Iterable[FileLine], held: Round, named: bool) -> SafeString:
    """Return the rows of files. named: whether each leads to its jurors and says for whom it waits."""
    address = escaped(reverse("scoring:assignments", args=[held.pk])) if named else ""
    state, live, lacks = _labelled(_("State")), _labelled(_("Jurors"), "num"), _labelled(_("Lacks"))
    opened, handed_in = _counts(_("Being marked")), _counts(_("Handed in"))
    abstained, aside = _counts(_("Abstained")), _counts(_("Stepped aside"))

    dots: dict[str, str] = {}
    written = []
    with display.one_writing():
        for line in lines:
            file = line.application
            number = file.case.number
            if file.state not in dots:
                dots[file.state] = display.dot(file.state_word, file.meaning)
            jurors = f"<bdi>{line.live}/{line.wanted}</bdi>"
            if named and line.live:
                jurors = f'<a href="{address}?q={escaped(number)}">{jurors}</a>'
            written.append(
                f'<tr><th scope="row">{display.person(number, file.get_absolute_url(), with_icon=False)}</th>'
                f"{state}{dots[file.state]}</td>{live}{jurors}</td>"
                f"{opened(line.opened)}{handed_in(line.handed_in)}"
                f"{abstained(line.abstained)}{aside(line.aside)}"
                f"{lacks}{_lack(line)}</td></tr>\n"
            )
    return SafeString("".join(written))


def _labelled(label: str, css: str = "") -> str:
    """Return the opening tag of a cell, with the label that a phone shows before its content."""
    classes = f' class="{css}"' if css else ""
    return f'<td{classes} data-label="{escaped(label)}">'


def _counts(label: str) -> CellOf:
    """Return what writes the cells of a count, of which a table has few different ones."""

    @cache
    def cell(count: int) -> str:
        return f"{_labelled(label, 'num' if count else 'num zero')}{display.number(count)}</td>"

    return cell


def _juror(line: JurorLine, address: str) -> str:
    name = escaped(line.engagement.user)
    shown = f'<a href="{address}?juror={line.engagement.pk}">{name}</a>' if address else name
    if line.reminded:
        day = display.date(line.reminded)
        shown += _muted(_("reminded on %(day)s") % {"day": day})
    return shown


def _outlook(line: JurorLine, held: Round) -> str:
    if held.is_closed and line.load.left:
        return display.dot(_("Closed"), "neutral")
    shown = str(display.dot(line.word, line.meaning))
    if line.ends_on and line.is_to_chase:
        shown += _muted(_("at this pace until %(day)s") % {"day": display.date(line.ends_on)})
    return shown


def _lack(line: FileLine) -> str:
    if not line.missing:
        return str(display.DASH)
    shown = ngettext("%(n)s mark", "%(n)s marks", line.missing) % {"n": display.number_text(line.missing)}
    if line.waits_for:
        shown += _muted(", ".join(escaped(name) for name in line.waits_for))
    return shown


def _muted(shown: str) -> str:
    return f' <span class="muted small">{shown}</span>'
