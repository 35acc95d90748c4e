"""Why something of an XLSForm is not carried over: one sentence a reason, and where what is needed stands."""

from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS: "dict[str, Any]" = {
    # The whole row
    "repeat": _("Nothing in this group that repeats can be a column of a table."),
    "repeat_in_repeat": _("It repeats within a group that repeats: a line of a table holds no table."),
    "in_repeat": _("It stands in a group that is not carried over."),
    "no_cell": _("A cell of a table takes text, a number or an amount."),
    "calculated": _("Figures are computed in tables alone: make a table with a computed column."),
    "device": _("A telephone would fill this in; here the product keeps the time and the person itself."),
    "sound_film": _("Sound and film are not accepted as files."),
    "position": _("Positions on a map are not asked: a question for a place takes its name."),
    "time": _("A time of the day is not asked: a question for a date takes the day."),
    "no_kind": _("There is no such kind of question here."),
    "answers_elsewhere": _("The answers to choose from stand in another file."),
    "remark": _("A remark without type, name and text."),
    "switched_off": _("It is switched off in the file."),
    "empty_group": _("Nothing of this group is carried over."),
    "list_unused": _("No question that is carried over uses this list."),
    "no_list": _("It belongs to no list."),
    # One cell
    "condition": _("The condition cannot be expressed: the question is always shown."),
    "group_condition": _("The condition of its group is left out: the question has its own."),
    "limit": _("The limit cannot be expressed: any answer is taken."),
    "limit_partly": _("The limit is carried over in part: look at it."),
    "needed_sometimes": _("When an answer is needed cannot be computed: it is not required."),
    "how_many": _("How many lines there are is not fixed beforehand: lines are added as needed."),
    "heading_in_table": _("A table has no headings between its columns."),
    "cell_text": _("In the table it is written as text."),
    "cell_decimals": _("Numbers in the table may have decimals."),
    "cell_help": _("A column has no help of its own: write it into the help of the table."),
    "cell_condition": _("The column is always shown: a condition holds for a whole table."),
    "filter": _("The same answers are always offered."),
    "other": _("No line to write another answer: add a question for it."),
    "default": _("No answer is filled in beforehand."),
    "own_message": _("The product says itself what is wrong with an answer, in every language."),
    "look": _("How the question looks is the product's own."),
    "parameter": _("This setting of the question has no counterpart."),
    "more_help": _("Help for those who ask is not carried over: write it into the help."),
    "media": _("Pictures, sound and film of a question are not carried over."),
    "fixed": _("No question is read-only here: it can be answered."),
    "reference": _("A reference to another answer in a text is shown as it stands: write the text anew."),
    "long": _("Longer than the form builder takes when it is changed: shorten it."),
    "same_language": _("Another column has the text in the same language."),
    "sensitivity": _("There is no such sensitivity: it is internal."),
    "repeated_answer": _("Another answer of its list has this name."),
    # Columns, cells and sheets
    "language": _("The product speaks French, English and Arabic: texts in other languages are left out."),
    "column": _("This column means nothing here."),
    "no_heading": _("It stands below no heading."),
    "formula": _("A formula without a value: open the file in Excel, save it and send it again."),
    "sheet": _("This sheet is not read."),
    "setting": _("This setting has no counterpart."),
}
