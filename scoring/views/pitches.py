"""The order in which files are pitched: drawn by lot, moved by hand, read by those who run the jury."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from programmes.forms.fields import MomentInput
from scoring import pitch_order
from scoring.models import PitchTurn, Round, RoundKind
from scoring.scope import in_round
from workflow import access, display


class OrderForm(forms.Form):
    """When the first pitch begins, and how long each takes."""

    start = forms.DateTimeField(
        label=gettext_lazy("First pitch begins"), required=False, widget=MomentInput()
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes a pitch"), min_value=1, max_value=240, initial=20
    )


@access.rule("scoring.view_jury", in_round)
@require_http_methods(["GET", "HEAD", "POST"])
def pitches(request: HttpRequest, pk: int) -> HttpResponse:
    """The order of the pitches of a round, and its form for the secretary."""
    held: Round = access.object_of(request)
    may_order = access.may(request.user, "scoring.order_pitches", held)
    if request.method == "POST" and not may_order:
        raise Http404
    turns = list(pitch_order.turns_of(held))
    first = turns[0].starts_at if turns else held.opens_at
    form = OrderForm(request.POST or None, initial={"start": first, "minutes": _minutes(turns)})
    if request.method == "POST" and _may_move(request, held) and form.is_valid():
        return _order(request, held, form)
    context = {
        "round": held,
        "session": held.session,
        "turns": turns,
        "files": pitch_order.count_files(held),
        "form": form if may_order and not held.is_closed else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "scoring/pitches.html", context, status=status)


def _may_move(request: HttpRequest, held: Round) -> bool:
    if held.kind != RoundKind.PITCH:
        messages.error(request, _("Only a round of pitches has an order."))
        return False
    if held.is_closed:
        messages.error(request, _("The round is closed."))
        return False
    return True


def _order(request: HttpRequest, held: Round, form: OrderForm) -> HttpResponse:
    start, minutes = form.cleaned_data["start"], form.cleaned_data["minutes"]
    if request.POST.get("action") == "draw":
        count = pitch_order.draw(held, start=start, minutes=minutes)
    else:
        wanted = {
            turn.application_id: int(written)
            for turn in pitch_order.turns_of(held)
            if (written := request.POST.get(f"turn-{turn.pk}", "")).isascii()
            and written.isdigit()
            and len(written) < 6
        }
        count = pitch_order.move(held, wanted, start=start, minutes=minutes)
    messages.success(
        request,
        ngettext("%(n)s file has its turn.", "%(n)s files have their turn.", count)
        % {"n": display.number_text(count)},
    )
    return HttpResponseRedirect(request.path)


def _minutes(turns: list[PitchTurn]) -> int:
    moments = [turn.starts_at for turn in turns[:2] if turn.starts_at]
    return int((moments[1] - moments[0]).total_seconds() // 60) if len(moments) == 2 else 20
