"""What the pages of this package share: the programme of an address, and the page that holds one form."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from disbursements.rules import grant_of
from programmes.models import Programme
from programmes.scope import enter
from workflow import Refused, access


def set_programme(request: HttpRequest, record: Any) -> Programme:
    """Let the frame of the page know the programme of a record, and whether its call is a trial."""
    grant = grant_of(record) if not isinstance(record, Programme) else None
    owner = record if grant is None else grant
    programme: Programme = owner if isinstance(owner, Programme) else owner.programme
    enter(request, programme, grant.track.call if grant is not None else None)
    return programme


class FormPage(View):
    """One form about one record: shown, checked, saved, back to where it belongs.

    The record is what the view's rule found. Subclasses give `title`, `form_class` (or `get_form`), `save`,
    and `get_back`; `save` may raise `Refused` or a ValidationError, whose sentences the form then shows.
    """

    form_class: type[forms.BaseForm]
    title: Any = ""
    submit: Any = ""
    done: Any = ""
    danger = False
    template_name = "disbursements/form.html"
    http_method_names = ["get", "post", "head", "options"]

    request: HttpRequest

    @property
    def record(self) -> Any:
        """What the form is about."""
        return access.object_of(self.request)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Mean the programme's time zone before anything that was typed is read."""
        super().setup(request, *args, **kwargs)
        self.enter()

    def enter(self) -> None:
        """Let the page be about the programme of the record."""
        set_programme(self.request, self.record)

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        """Return the form, bound when there are data."""
        return self.form_class(data, files)

    def get_back(self) -> str:
        """Return where the page leads back to."""
        return str(self.record.get_absolute_url())

    def get_lead(self) -> Any:
        """Return the sentence under the title."""
        return ""

    def save(self, form: Any) -> None:
        """Do what the form asks for."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the form."""
        return self.page(self.get_form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Check and save."""
        form = self.get_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form, status=422)
        try:
            self.save(form)
        except Refused as refused:
            return self.refused(form, refused.sentences)
        except ValidationError as error:
            return self.refused(form, error.messages)
        if self.done:
            messages.success(request, str(self.done))
        return HttpResponseRedirect(self.get_back())

    def refused(self, form: Any, sentences: list[str]) -> HttpResponse:
        """Show the form again with the sentences that say why not."""
        if isinstance(form, forms.BaseFormSet):
            form._non_form_errors = form.error_class(sentences)  # type: ignore[attr-defined]
        else:
            for sentence in sentences:
                form.add_error(None, sentence)
        return self.page(form, status=409)

    def page(self, form: Any, status: int = 200) -> HttpResponse:
        """Draw the page."""
        context = {
            "form": form,
            "record": self.record,
            "title": self.title,
            "lead": self.get_lead(),
            "submit": self.submit or _("Save"),
            "danger": self.danger,
            "back": self.get_back(),
        }
        return render(self.request, self.template_name, context, status=status)

    @property
    def now(self) -> Any:
        """The moment of the request."""
        return timezone.now()

    @property
    def user_id(self) -> int:
        """Who asks; the view's rule has let nobody else in than a signed-in person."""
        return int(self.request.user.pk or 0)
