"""Columns and drawing of lists: what every django-tables2 table of the product shares.

A package's `tables.py` picks columns from here and names its fields; the markup is in
`templates/components/table.html` and `workflow/table_body.py`. Columns return ready cells from plain
functions (`workflow/display.py`): a template per cell is what makes lists of other products slow.
"""

from collections import OrderedDict
from collections.abc import Callable
from copy import copy
from typing import Any

import django_tables2 as tables
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from workflow import display
from workflow.display import escaped

NUMERIC = {"th": {"class": "num"}, "td": {"class": "num"}}
PAGE_SIZES = (25, 50, 100)
PAGE_SIZE = 50


class Columns(OrderedDict[str, tables.Column]):
    """The columns of a table; each table of a page works on copies of them, which need not be deep."""

    def __deepcopy__(self, _memo: dict[int, Any]) -> "Columns":
        return Columns((name, copy(column)) for name, column in self.items())


class ListTable(tables.Table):
    """Base of the product's lists.

    caption: read by screen readers, names the scrolling region. default_columns: what is shown until the
    reader chooses columns; empty for all. A file of the list asks `export_<column>(record)` of the table if
    it is there, else the column.
    """

    caption: Any = ""
    default_columns: tuple[str, ...] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.base_columns = Columns(cls.base_columns)

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("order_by_field", "sort")
        options.setdefault("default", display.DASH)
        super().__init__(*args, **options)


class RefColumn(tables.Column):
    """A reference that leads to its record and heads the row. `url(record)` gives the address."""

    row_header = True

    def __init__(self, *, url: Callable[[Any], str] | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.url = url

    def render(self, value: Any, record: Any) -> SafeString:
        """Return the reference, linked."""
        return display.ref(value, self.url(record) if self.url else "")


class TitleColumn(RefColumn):
    """A title that leads to its record and heads the row."""

    def render(self, value: Any, record: Any) -> SafeString:
        """Return the title, linked."""
        if not self.url:
            return format_html("{}", value)
        return format_html('<a href="{}">{}</a>', self.url(record), value)


class PersonColumn(tables.Column):
    """A pseudonymous case number."""

    def render(self, value: Any) -> SafeString:
        """Return the person badge without its icon."""
        return display.person(value, with_icon=False)


class StateColumn(tables.Column):
    """A state as word, shape and colour. `words` maps the stored state to (word, meaning)."""

    def __init__(self, *, words: Callable[[Any], tuple[Any, str]], **options: Any) -> None:
        super().__init__(**options)
        self.words = words

    def render(self, value: Any) -> SafeString:
        """Return the light form of the state badge."""
        return display.dot(*self.words(value))

    def export(self, value: Any) -> list[Any]:
        """Return the word."""
        return [str(self.words(value)[0])]


class NumberColumn(tables.Column):
    """A number under numbers, with `decimals` when given."""

    def __init__(self, *, decimals: int | None = None, **options: Any) -> None:
        options.setdefault("attrs", NUMERIC)
        super().__init__(**options)
        self.decimals = decimals

    def render(self, value: Any) -> SafeString:
        """Return the number."""
        return display.number(value, self.decimals)

    def export(self, value: Any) -> list[Any]:
        """Return the number as a number."""
        return [value]


class MoneyColumn(tables.Column):
    """An amount (an object with `minor` and `currency`) under amounts."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("attrs", NUMERIC)
        super().__init__(**options)

    def render(self, value: Any) -> SafeString:
        """Return the amount."""
        return display.money(value)

    def export_headings(self, label: str) -> list[str]:
        """A file has the amount and its currency in two columns."""
        return [label, _("%(column)s: currency") % {"column": label}]

    def export(self, value: Any) -> list[Any]:
        """Return the amount as a number, and the currency."""
        return [value.decimal, value.currency]


class DateColumn(tables.Column):
    """A short date."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("attrs", {"td": {"class": "nowrap"}})
        super().__init__(**options)

    def render(self, value: Any) -> SafeString:
        """Return the date."""
        return display.date(value)

    def export(self, value: Any) -> list[Any]:
        """Return the date as a date."""
        return [value]


class AgeColumn(tables.Column):
    """A number of days since something waits, `11 d`."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("attrs", NUMERIC)
        super().__init__(**options)

    def render(self, value: int) -> SafeString:
        """Return the age in its short form."""
        return display.isolated(display.age_text(value, short=True))

    def export(self, value: Any) -> list[Any]:
        """Return the number of days."""
        return [value]


class PickColumn(tables.Column):
    """The box that chooses a row for a batch action; `name(record)` says which row, for the label."""

    def __init__(self, *, form: str, name: Callable[[Any], str], **options: Any) -> None:
        options.setdefault("attrs", {"th": {"class": "pick"}, "td": {"class": "pick"}})
        options.setdefault("orderable", False)
        options.setdefault("exclude_from_export", True)
        super().__init__(**options)
        self.form, self.name = form, name

    @property
    def header(self) -> SafeString:
        """Return the box that chooses the page's rows (works by script; each row has its own without)."""
        return format_html(
            '<input class="form-check-input" type="checkbox" data-pick-all="{}" aria-label="{}">',
            self.form,
            _("Choose all rows of this page"),
        )

    def render(self, value: Any, record: Any) -> SafeString:
        """Return the row's box, which belongs to the batch form by its id."""
        label = self.words % {"row": self.name(record)}
        return SafeString(
            f'<input class="form-check-input" type="checkbox" name="pick" value="{escaped(value)}"'
            f' form="{self.form}" aria-label="{escaped(label)}">'
        )

    @cached_property
    def words(self) -> str:
        """What chooses a row, in the reader's language: every table of a page has columns of its own."""
        return _("Choose %(row)s")


def page_size(query: Any) -> int:
    """Return how many rows a page has, from the `per_page` of the address (50 by default)."""
    try:
        wanted = int(query.get("per_page", PAGE_SIZE))
    except ValueError:
        return PAGE_SIZE
    return wanted if wanted in PAGE_SIZES else PAGE_SIZE
