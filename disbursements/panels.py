"""What this package shows on pages of others: plan on the call, money on the case and on the phone."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from disbursements.models import Grant, Recovery, TranchePlan
from disbursements.models.tranche_states import UNORDERED
from disbursements.overview import tranche_lines
from disbursements.own_words import cash_to_fetch, said_missing, words_of
from disbursements.shares import donor_totals
from disbursements.standing import standings
from disbursements.waiting import held_by_role
from disbursements.wording import condition_sentence, in_a_row
from workflow import access, navigation, panels


def call_panel(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """The instalment plan of every track that pays something."""
    if not access.may(request.user, "disbursements.list_grants", call):
        return None
    plans = {plan.track_id: plan for plan in TranchePlan.objects.filter(call=call).prefetch_related("rows")}
    tracks = call.tracks.exclude(payment="none")
    shown = []
    for track in tracks:
        rows: list[Any] = list(plans[track.pk].rows.all()) if track.pk in plans else []
        for row in rows:
            row.words = in_a_row(
                condition_sentence(wanted["kind"], str(wanted.get("parameter", "")))
                for wanted in row.conditions
            )
        shown.append((track, rows))
    may_edit = call.state == "draft" and access.may(request.user, "disbursements.plan_call", call)
    return {"plans": shown, "may_edit": may_edit}


def _grants_of(case: Any, user: Any) -> list[Grant]:
    rows = Grant.objects.visible_to(user).filter(case=case)
    return list(rows.select_related("case", "application__applicant", "track", "programme").order_by("pk"))


def case_panel(request: HttpRequest, case: Any) -> dict[str, Any] | None:
    """The grants of a case with their instalments."""
    if not access.may(request.user, "disbursements.list_grants", case):
        return None
    grants = _grants_of(case, request.user)
    if not grants:
        return None
    found = standings(grants)
    return {"grants": [(grant, tranche_lines(grant, request.user), found.get(grant.pk)) for grant in grants]}


def mine_panel(request: HttpRequest, record: Any) -> dict[str, Any] | None:
    """The beneficiary's own grant: each instalment, what it waits for, what can be sent."""
    user = request.user
    own = Grant.objects.visible_to(user).live().filter(application__applicant__user=user.pk)
    case = getattr(record, "case", None) or record
    rows = own.filter(case=case) if getattr(case, "_meta", None) is not None else own
    grants = list(
        rows.exclude(state="draft")
        .select_related("case", "application__applicant", "track", "programme")
        .prefetch_related("agreements")
    )
    if not grants:
        return None
    claims = Recovery.objects.visible_to(user).standing().filter(grant__in=grants)
    owed = list(claims.select_related("grant").order_by("pk"))
    shown = []
    for grant in grants:
        lines = tranche_lines(grant, user)
        cash = cash_to_fetch([line.tranche.pk for line in lines])
        missing = said_missing([line.order.pk for line in lines if line.order is not None])
        for line in lines:
            line.may_add_papers = _papers_wanted(line)
            since = missing.get(line.order.pk) if line.order is not None else None
            line.words = words_of(line, cash.get(line.tranche.pk), since)
        shown.append((grant, lines, [claim for claim in owed if claim.grant_id == grant.pk]))
    return {"grants": shown}


def _papers_wanted(line: Any) -> bool:
    asked = any(row.kind == "documents" for row in line.tranche.conditions.all())
    return asked and line.tranche.state in UNORDERED


def donor_panel(request: HttpRequest, programme: Any) -> dict[str, Any] | None:
    """Whose money was committed and paid, in sums: no list of persons hangs on it."""
    if not access.may(request.user, "disbursements.view_donor_totals", programme):
        return None
    totals = donor_totals(programme)
    return {"totals": totals, "donors_url": _donors_url(programme)} if totals else None


def waiting_panel(request: HttpRequest, programme: Any) -> dict[str, Any] | None:
    """Who holds how much money of the programme, and since when, for those who can make it move."""
    if not access.may(request.user, "disbursements.list_money", programme):
        return None
    list_url = reverse("disbursements:tranches", args=[programme.code])
    waiting_url = reverse("disbursements:waiting", args=[programme.code])
    return {"held": held_by_role(programme, timezone.now(), list_url), "waiting_url": waiting_url}


def own_money_panel(request: HttpRequest, programme: Any) -> dict[str, Any] | None:
    """What became of the donors' money, for a donor who has nothing else to do here."""
    if not access.may(request.user, "disbursements.view_donor_totals", programme):
        return None
    if access.may(request.user, "disbursements.list_money", programme):
        return None
    return {"totals": donor_totals(programme), "donors_url": _donors_url(programme)}


def _donors_url(programme: Any) -> str:
    return reverse("disbursements:donors", args=[programme.code])


def register() -> None:
    """Hang the panels and the rail's entries."""
    call = panels.Panel("tranche_plans", "disbursements/_call_panel.html", call_panel, order=30)
    panels.register("programmes.call", call)
    case = panels.Panel("money", "disbursements/_case_panel.html", case_panel, order=20)
    panels.register("applications.case", case)
    mine = panels.Panel("grant", "disbursements/_mine_panel.html", mine_panel, order=10)
    panels.register("applications.mine", mine)
    donors = panels.Panel("donors_money", "disbursements/_donor_panel.html", donor_panel, order=50)
    panels.register("programmes.programme", donors)
    held = panels.Panel("money_that_waits", "disbursements/_waiting_panel.html", waiting_panel, side=True)
    panels.register("programmes.home", held)
    own = panels.Panel("own_money", "disbursements/_donor_panel.html", own_money_panel, order=20)
    panels.register("programmes.home", own)
    navigation.register_section(
        "grants", _("Grants"), "card-text", "disbursements:grants", "disbursements.list_grants", 40
    )
    navigation.register_section(
        "money", _("Payments"), "cash-stack", "disbursements:money", "disbursements.list_money", 50
    )
