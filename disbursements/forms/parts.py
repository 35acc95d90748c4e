"""What the forms of this package share: files, days, amounts, witnesses, choices that need an answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.fields import UploadField
from documents.filing import erase, store
from documents.intake import Accepted
from documents.limits import PDF, PHOTOS
from documents.models import Document
from programmes.money import MoneyFormField
from workflow import Refused
from workflow.forms import ActionForm, plain

PAPER = (*PHOTOS, PDF)


class DayField(forms.DateField):
    """A day, asked for with the browser's calendar; today unless said otherwise."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("initial", timezone.localdate)
        super().__init__(**kwargs)


def paper_field(label: Any, **kwargs: Any) -> UploadField:
    """A field for a photo or a PDF."""
    return UploadField(label=label, types=PAPER, **kwargs)


def kept(file: Accepted | None, *, owner: Model, kind: str, actor: Any, stream: str) -> int | None:
    """Store an accepted file for a record and return its id, None when there is none."""
    if file is None:
        return None
    return store(file, owner=owner, kind=kind, actor=actor, at=timezone.now(), stream=stream).pk


@contextmanager
def filed(file: Accepted, *, owner: Any, kind: str, actor: Any) -> Iterator[Document]:
    """Store an accepted file for what is done with it in the block; it is erased when that is refused."""
    document = store(file, owner=owner, kind=kind, actor=actor, at=timezone.now(), stream=owner.stream)
    try:
        yield document
    except (Refused, ValidationError):
        erase(document, at=timezone.now())
        raise


class FilingForm(ActionForm):
    """An action whose form takes files: each one is stored for the record, the door gets its id.

    kept_files: field name -> kind under which the file is kept.
    """

    kept_files: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: list[int] = []

    def to_data(self) -> dict[str, Any]:
        """Return the answers, with files by id; empty optional answers are left out."""
        data: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name in self.kept_files:
                stored = kept(
                    value,
                    owner=self.record,
                    kind=self.kept_files[name],
                    actor=self.actor,
                    stream=self.record.stream,
                )
                if stored is not None:
                    self.stored.append(stored)
                    data[name] = stored
            elif value not in (None, ""):
                data[name] = plain(value)
        return data

    def discard(self) -> None:
        """Erase the files that were sent with it: they take no room of the record and prove nothing."""
        for document in Document.objects.filter(pk__in=self.stored):
            erase(document, at=timezone.now())


class WitnessFields(forms.Form):
    """Two witnesses, for a thumbprint."""

    witness_1 = forms.CharField(
        label=_("First witness"), required=False, max_length=120, help_text=_("For a thumbprint.")
    )
    witness_2 = forms.CharField(label=_("Second witness"), required=False, max_length=120)


def currency_of(record: Any) -> str:
    """Return the currency in which a record of this package counts."""
    return str(record.currency if hasattr(record, "currency") else record.tranche.grant.currency)


def count_in(form: forms.BaseForm, currency: str, *names: str) -> None:
    """Let amounts of a form be read and shown in a currency. names: of its money fields."""
    for name in names:
        field = form.fields[name]
        if not isinstance(field, MoneyFormField):
            raise TypeError(f"{name} is no field of money")
        field.currency = currency


def choose_from(form: forms.BaseForm, name: str, rows: Any) -> None:
    """Let a field offer these rows. rows: the queryset, or the pairs of a plain choice."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows
    elif isinstance(field, forms.ChoiceField):
        field.choices = rows
    else:
        raise TypeError(f"{name} is no choice")
