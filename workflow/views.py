"""The generic view that fires any transition of any record, with its form, its sentence and its key."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from workflow import access, navigation, second_person
from workflow.actions import Action, actions_for, form_for
from workflow.door import Refused, fire, new_key
from workflow.forms import ActionForm
from workflow.machines import machine_of_kind
from workflow.models import Intent
from workflow.states import StateModel


@access.signed_in
class ActView(View):
    """GET shows what will happen and asks for the input; POST fires, or takes an open proposal back."""

    def get(self, request: HttpRequest, kind: str, pk: str, verb: str) -> HttpResponse:
        record = self._enter(request, kind, pk)
        action = self._find(request, record, verb)
        if action is None:
            raise Http404
        form = form_for(action, request.user)
        return self._page(request, action, form, new_key())

    def post(self, request: HttpRequest, kind: str, pk: str, verb: str) -> HttpResponse:
        record = self._enter(request, kind, pk)
        key = request.POST.get("key", "")[:80] or new_key()
        action = self._find(request, record, verb)
        if action is None:
            if self._already_done(request, record, verb, key):
                return HttpResponseRedirect(back_to(request, record))
            raise Http404
        if action.proposal is not None and "withdraw" in request.POST:
            if second_person.withdraw(action.proposal, record, actor=request.user):
                messages.success(request, _("The proposal is taken back. Another one can be made."))
            return HttpResponseRedirect(back_to(request, record))
        form = form_for(action, request.user, request.POST, request.FILES)
        confirming = action.proposal is not None and action.proposal.proposer_id != request.user.pk
        if not confirming and not form.is_valid():
            return self._page(request, action, form, key, status=422)
        data = action.proposal.data if confirming and action.proposal else form.to_data()
        try:
            if action.arrow.second_person and not confirming:
                second_person.propose(record, verb, actor=request.user, data=data)
                messages.success(request, _("Proposed. A second person must now confirm it."))
            else:
                fire(record, verb, actor=request.user, key=key, data=data)
                messages.success(request, str(action.arrow.done))
        except Refused as refused:
            if isinstance(form, ActionForm) and not confirming:
                form.discard()
            for sentence in refused.sentences:
                form.add_error(None, sentence)
            return self._page(request, action, form, key, status=409)
        return HttpResponseRedirect(back_to(request, record))

    def _enter(self, request: HttpRequest, kind: str, pk: str) -> StateModel:
        """Return the record; days and times that are typed or printed are meant in its programme's zone."""
        record = visible_record(request, kind, pk)
        navigation.enter(request, getattr(record, "programme_id", None))
        return record

    def _find(self, request: HttpRequest, record: StateModel, verb: str) -> Action | None:
        found = (action for action in actions_for(record, request.user) if action.verb == verb)
        return next(found, None)

    def _already_done(self, request: HttpRequest, record: StateModel, verb: str, key: str) -> bool:
        return Intent.objects.filter(
            actor_key=f"user:{request.user.pk}",
            kind=record.kind,
            object_id=str(record.pk),
            verb=verb,
            key=key,
        ).exists()

    def _page(
        self, request: HttpRequest, action: Action, form: Any, key: str, status: int = 200
    ) -> HttpResponse:
        record, proposal = action.record, action.proposal
        confirm = action.arrow.confirm
        context = {
            "action": action,
            "record": record,
            "form": form,
            "key": key,
            "differences": form.differences(proposal.data)
            if proposal and isinstance(form, ActionForm)
            else [],
            "told": form.told(proposal.data) if proposal and isinstance(form, ActionForm) else [],
            "sentence": confirm(record) if confirm else "",
            "back": back_to(request, record),
            "own_proposal": proposal and proposal.proposer_id == request.user.pk,
        }
        return render(request, "workflow/act.html", context, status=status)


def visible_record(request: HttpRequest, kind: str, pk: str) -> StateModel:
    """Return the record of a kind that the user may see, else raise Http404."""
    try:
        model = machine_of_kind(kind).model
        record: StateModel = model.objects.visible_to(request.user).get(pk=pk)  # type: ignore[attr-defined]
    except (LookupError, ValueError, ObjectDoesNotExist) as error:
        raise Http404 from error
    return record


def back_to(request: HttpRequest, record: StateModel) -> str:
    """Return where to go after an action: the page that asked, if it is ours, else the record's page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return wanted
    return str(record.get_absolute_url())  # type: ignore[attr-defined]
