"""Pages of the outcomes of people without a grant: list with counts, noting, importing a table."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from disbursements.views.parts import FormPage
from followup import outcomes
from followup.filters import OutcomeFilters
from followup.forms_support import OutcomeForm, OutcomeTableForm
from followup.models import PersonOutcome
from followup.tables import OutcomeTable
from programmes.scope import enter, in_programme
from workflow import access, display
from workflow.lists import ListView


@access.rule("followup.view_outcomes", in_programme)
class OutcomeList(ListView):
    """What became of people without a grant; of each the latest outcome counts."""

    table_class = OutcomeTable
    filterset_class = OutcomeFilters
    title = gettext_lazy("Outcomes of people")
    lead = gettext_lazy("People without a grant. Of each the latest outcome counts.")
    export_name = "outcomes"
    template_name = "followup/outcomes.html"

    def get_queryset(self) -> Any:
        """Outcomes of this programme that the reader sees."""
        rows = PersonOutcome.objects.visible_to(self.request.user)
        return rows.filter(case__programme=access.object_of(self.request)).order_by("-seen_on", "pk")

    def get_rows(self) -> Any:
        """What the columns show."""
        return PersonOutcome.objects.select_related("case", "person", "recorded_by")

    def get_context(self, **context: Any) -> dict[str, Any]:
        """How many people stand where today."""
        programme = access.object_of(self.request)
        counted = outcomes.latest_counts(self.get_queryset())
        counts = [(word, counted.get(code, 0)) for code, word in PersonOutcome.Outcome.choices]
        may_note = access.may(self.request.user, "followup.note_outcomes", programme)
        return {**context, "programme": programme, "counts": counts, "may_note": may_note}


class InProgramme(FormPage):
    """A form about a programme that leads back to the list of outcomes."""

    def enter(self) -> None:
        """Let the page be about the programme."""
        enter(self.request, self.record)

    def get_back(self) -> str:
        """To the list."""
        return reverse("followup:outcomes", args=[self.record.code])


@access.rule("followup.note_outcomes", in_programme)
class NoteOutcome(InProgramme):
    """Note what became of people."""

    title = gettext_lazy("Note an outcome")
    submit = gettext_lazy("Note")

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        """Of this programme."""
        return OutcomeForm(data, programme=self.record, initial={"seen_on": timezone.localdate()})

    @transaction.atomic
    def save(self, form: OutcomeForm) -> None:
        """Store it for everybody named, or for nobody."""
        data = form.cleaned_data
        for person in form.persons:
            outcomes.note(
                person,
                self.record,
                data["outcome"],
                seen_on=data["seen_on"],
                source=data["source"],
                by=self.request.user,
                at=self.now,
            )
        messages.success(
            self.request, _("Noted for %(count)s people.") % {"count": display.number_text(len(form.persons))}
        )


@access.rule("followup.note_outcomes", in_programme)
class ImportOutcomes(InProgramme):
    """Note the outcomes of a table: what is wrong is said row by row."""

    title = gettext_lazy("Import outcomes")
    submit = gettext_lazy("Import the table")
    form_class = OutcomeTableForm
    taken: outcomes.Taken | None = None

    def save(self, form: OutcomeTableForm) -> None:
        """Take the table in."""
        self.taken = outcomes.take_table(
            form.cleaned_data["file"], self.record, by=self.request.user, at=self.now
        )

    def post(self, request: Any, **kwargs: Any) -> HttpResponse:
        """Say what became of every row."""
        answer = super().post(request, **kwargs)
        if self.taken is None:
            return answer
        context = {
            "programme": self.record,
            "taken": self.taken,
            "title": self.title,
            "back": self.get_back(),
        }
        status = 200 if not self.taken.problems else 422
        return render(request, "followup/import_result.html", context, status=status)
