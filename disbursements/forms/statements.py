"""Forms of statements: a file, what the columns of a table mean, which payment a movement is."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from disbursements.guards.batch_movements import candidates
from disbursements.models import PaymentBatch, PaymentOrder
from disbursements.statements import tables
from disbursements.statements.lines import MAX_BYTES
from documents.bidi import isolate, ltr
from programmes.money import Money
from workflow import display
from workflow.forms import ActionForm


class StatementForm(forms.Form):
    """A statement, in any of the forms that are read."""

    file = forms.FileField(
        label=_("Statement"),
        help_text=_("camt.053 (XML), MT940, CSV or XLSX, up to 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xml,.sta,.mt940,.940,.txt,.csv,.tsv,.xlsx"}),
    )

    def clean_file(self) -> Any:
        """Not larger than what is read."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(_("This file is larger than 10 MB."))
        return file


class ColumnsForm(forms.Form):
    """What the columns of an account's tables mean; asked once, kept for the next file."""

    order = forms.ChoiceField(
        label=_("Days are written"),
        choices=[
            ("dmy", _("day, month, year")),
            ("mdy", _("month, day, year")),
            ("ymd", _("year, month, day")),
        ],
    )
    decimal = forms.ChoiceField(
        label=_("Amounts"),
        choices=[("comma", _("decimals after a comma")), ("point", _("decimals after a point"))],
    )

    def __init__(self, data: Any = None, *, headings: list[str], kept: dict[str, str]) -> None:
        super().__init__(data, initial=kept)
        choices = [("", _("no column")), *((heading, heading) for heading in headings)]
        columns: dict[str, forms.Field] = {
            meaning: forms.ChoiceField(label=label, choices=choices, required=False)
            for meaning, label in tables.MEANINGS.items()
        }
        self.fields = {**columns, **self.fields}
        self.headings = headings

    def clean(self) -> dict[str, Any]:
        """A day and an amount are needed, and no column means two things."""
        cleaned = super().clean() or {}
        lacking = tables.missing(cleaned, self.headings)
        if lacking:
            raise ValidationError(_("Missing: %(what)s."), params={"what": ", ".join(lacking)})
        used = [cleaned[meaning] for meaning in tables.MEANINGS if cleaned.get(meaning)]
        if len(used) != len(set(used)):
            raise ValidationError(_("One column cannot mean two things."))
        return cleaned


class MatchForm(ActionForm):
    """Which payment a movement is: one that is proposed, or one by its number."""

    in_doubt = False
    order = forms.ChoiceField(label=_("Payment"), required=False, widget=forms.RadioSelect)
    number = forms.CharField(label=_("Or the number of another order"), max_length=50, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from disbursements import reconciling

        super().__init__(*args, **kwargs)
        line: Any = self.record
        found = reconciling.proposals_for(line)
        choices = [
            (str(order.pk), proposal_words(proposal, order, line))
            for proposal, order in found
            if (order.state == "in_doubt") == self.in_doubt
        ]
        field: Any = self.fields["order"]
        field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]
        if not choices:
            field.widget = forms.HiddenInput()
            self.fields["number"].label = gettext("Number of the order")
        if not self.is_bound:  # one of the two is needed: the page calls neither alone a matter of choice
            self.fields["order" if choices else "number"].required = True

    def clean(self) -> dict[str, Any]:
        """Find the order of the number, or take the chosen one."""
        cleaned = super().clean() or {}
        number = cleaned.get("number", "").strip()
        if number:
            line: Any = self.record
            order = PaymentOrder.objects.filter(programme=line.programme_id, number__iexact=number).first()
            if order is None:
                self.add_error("number", _("No order of this programme has this number."))
            else:
                cleaned["order"] = str(order.pk)
        elif not cleaned.get("order"):
            raise ValidationError(_("Choose a payment, or give the number of its order."))
        return cleaned

    def to_data(self) -> dict[str, Any]:
        """Return the order by id."""
        return {"order": int(self.cleaned_data["order"])}


class MatchInDoubtForm(MatchForm):
    """The same among payments in doubt."""

    in_doubt = True

    def told(self, data: dict[str, Any]) -> list[tuple[Any, str, str]]:
        """Which payment it is said to be."""
        line: Any = self.record
        rows = PaymentOrder.objects.visible_to(self.actor).filter(programme=line.programme_id)
        order = rows.filter(pk=data.get("order")).first()
        if order is None:
            return []
        words = f"{isolate(order.number)} · {ltr(display.money_text(order.net))}"
        return [
            (
                _("Movement"),
                f"{ltr(display.money_text(line.amount))} · {display.date_text(line.booked_on)}",
                "",
            ),
            (_("Payment"), words, order.get_absolute_url()),
        ]


class MatchBatchForm(ActionForm):
    """Which batch a movement is, among those of its account and sum."""

    batch = forms.ChoiceField(
        label=_("Payment batch"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a batch."), "invalid_choice": _("Choose a batch.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["batch"]
        field.choices = [(str(batch.pk), batch_words(batch)) for batch in candidates(self.record)]
        if len(field.choices) == 1:
            field.initial = field.choices[0][0]

    def to_data(self) -> dict[str, Any]:
        """Return the batch by id."""
        return {"batch": int(self.cleaned_data["batch"])}


def batch_words(batch: PaymentBatch) -> str:
    """Say which batch it may be: its number, how many payments, the sum, the day."""
    payments = ngettext("%(count)s payment", "%(count)s payments", batch.count or 0)
    return " · ".join(
        [
            isolate(batch.number),
            payments % {"count": display.number_text(batch.count or 0)},
            *([ltr(display.money_text(batch.total))] if batch.total else []),
            display.date_text(batch.value_date),
        ]
    )


def proposal_words(proposal: Any, order: PaymentOrder, line: Any) -> str:
    """Say which payment it may be, what speaks for it, and what is missing of money that came back."""
    grounds = [gettext("same amount")] if proposal.exact else []
    if proposal.by_reference:
        grounds.insert(0, gettext("its reference"))
    if proposal.by_name:
        grounds.append(gettext("name or account alike"))
    if line.amount_minor > 0:
        missing = order.net_minor - line.amount_minor
        if missing > 0:
            fee = ltr(display.money_text(Money(missing, order.currency)))
            grounds.append(gettext("%(amount)s missing: booked as a fee") % {"amount": fee})
    return " · ".join(
        [
            isolate(order.number),
            ltr(display.money_text(order.net)),
            str(order.get_state_display()),
            *grounds,
        ]
    )
