"""What scoring shows on pages of other packages: the call, the session, the case, the applicant's page."""

from collections import defaultdict
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from applications import appeal_guards, sample_answers
from programmes.predicates import Role, programme_ids
from scoring import copy_texts, desk, explanation, posted_list, quotas, rounds, workbench
from scoring.grid_forms import TemplateForm
from scoring.models import (
    Decision,
    DecisionBatch,
    Deliberation,
    Grid,
    JurorEngagement,
    Quota,
    RankedApplication,
    RankingSnapshot,
    Round,
    Scoresheet,
)
from scoring.models.jury import LIVE
from workflow import access, navigation, panels
from workflow.panels import Panel


def call_panel(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """The grids on the set-up page of a call; a template to begin with."""
    may_change = call.state == "draft" and access.may(request.user, "scoring.change_grid", call)
    grids = list(Grid.objects.visible_to(request.user).filter(call=call).whole().order_by("number"))
    return {"grids": grids, "may_change": may_change, "form": TemplateForm() if may_change else None}


def sessions_panel(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """The juries of a call's sessions side by side, for those who run or oversee them."""
    if not access.may(request.user, "scoring.view_jury", call):
        return None
    sessions = list(call.sessions.exclude(state="cancelled").order_by("number"))
    if len(sessions) < 2:
        return None
    by_session: dict[int, list[Round]] = defaultdict(list)
    found = Round.objects.filter(session__in=sessions).order_by("grid__number")
    for held in rounds.with_counts(found, live=LIVE, done=["done"]):
        by_session[held.session_id].append(held)
    jurors = JurorEngagement.objects.filter(session__in=sessions, state="accepted").order_by()
    accepted = dict(jurors.values_list("session").annotate(n=Count("pk")))
    copies = {row["application__session"]: row for row in workbench.counts_of(sessions)}
    lines = [
        (session, accepted.get(session.pk, 0), copies.get(session.pk), by_session[session.pk])
        for session in sessions
    ]
    return {"lines": lines}


def public_panel(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """By what applications are marked, and which lists were posted; for everybody."""
    grids = list(Grid.objects.current().filter(call=call, frozen=True).whole().order_by("number"))
    batches = DecisionBatch.objects.filter(session__call=call, state="announced").order_by("number")
    lists = [(batch, papers) for batch in batches if (papers := posted_list.papers_of(batch))]
    told = list(dict.fromkeys(batch.session for batch in batches if not batch.shortlisting))
    return {"grids": grids, "lists": lists, "told": told} if grids or lists or told else None


def quotas_panel(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """The quotas on the set-up page of a call, with what they promise too much of together."""
    found = list(Quota.objects.filter(call=call))
    names = quotas.names_of(call) if found else {}
    return {
        "lines": [(quota, quotas.sentence(quota, names)) for quota in found],
        "faults": quotas.objections(call, quotas.goals_of(found)) if found else [],
        "may_change": call.state == "draft"
        and not call.programme.is_closed
        and access.may(request.user, "scoring.change_quota", call),
    }


def public_quotas(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """For whom a call means to fund, for everybody; None where it has no quota."""
    found = list(Quota.objects.filter(call=call))
    names = quotas.names_of(call) if found else {}
    return {"lines": [(quota, quotas.sentence(quota, names)) for quota in found]} if found else None


def session_panel(request: HttpRequest, session: Any) -> dict[str, Any] | None:
    """Everything of the jury on the page of a session, for those who run or oversee it."""
    if not access.may(request.user, "scoring.view_jury", session):
        return None
    found = Round.objects.filter(session=session).order_by("grid__number")
    engagements = dict(
        JurorEngagement.objects.filter(session=session)
        .order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    batches = list(DecisionBatch.objects.filter(session=session).order_by("number"))
    return {
        "rounds": rounds.with_counts(found, live=LIVE, done=["done"], proposed=["proposed"]),
        "copies": workbench.progress_of(session)
        if access.may(request.user, "scoring.redact", session)
        else None,
        "jurors": sum(engagements.values()),
        "accepted": engagements.get("accepted", 0),
        "invited": engagements.get("invited", 0),
        "rankings": RankingSnapshot.objects.filter(session=session).select_related("round__grid")[:5],
        "batches": batches,
        "sittings": Deliberation.objects.filter(session=session).order_by("number"),
        "told": any(batch.state == "announced" and not batch.shortlisting for batch in batches),
        "may_run": access.may(request.user, "scoring.run_jury", session),
    }


def case_panel(request: HttpRequest, case: Any) -> dict[str, Any] | None:
    """Mark, rank and decision of a case; single sheets only for those who may see them."""
    application = getattr(case, "application", None)
    if application is None or not access.may(request.user, "scoring.view_ranking", application):
        return None
    line = (
        RankedApplication.objects.filter(application=application)
        .select_related("snapshot__round__grid")
        .defer("snapshot__inputs")
        .order_by("-snapshot__made_at", "-pk")
        .first()
    )
    decisions = Decision.objects.filter(application=application).exclude(outcome="")
    sheets = []
    if access.may(request.user, "scoring.view_marks", application):
        sheets = list(
            Scoresheet.objects.visible_to(request.user)
            .filter(assignment__application=application)
            .exclude(state__in=["draft", "voided"])
            .select_related("assignment__engagement__user")
            .order_by("assignment__round__grid__number", "pk")
        )
    found = decisions.select_related("batch__session__call").order_by("-batch__number")
    if line is None and not sheets and not found:
        return None
    shown = [(sheet, not sheet.hides_marks_from(request.user)) for sheet in sheets]
    return {"line": line, "decisions": found, "sheets": shown}


def mine_panel(request: HttpRequest, application: Any) -> dict[str, Any] | None:
    """What the applicant may know about an announced decision; never a single juror's mark."""
    decision = (
        Decision.objects.filter(application=application, batch__state="announced")
        .exclude(outcome="postpone")
        .select_related("batch__snapshot", "batch__session__call")
        .defer("batch__snapshot__inputs")
        .order_by("-batch__announced_at")
        .first()
    )
    if decision is None or application.state in ("eligible", "in_review"):
        return None  # none, or one that an appeal undid
    return {
        "decision": decision,
        "told": explanation.of_decision(decision),
        "appeal_until": appeal_guards.window_of(application),
        "may_appeal": appeal_guards.why_not_lodge(application, timezone.now()) is None,
    }


def form_for_jurors(request: HttpRequest, version: Any) -> dict[str, Any]:
    """A form as jurors will read it, with examples in place of answers."""
    parts = copy_texts.parts_of(
        version.form, sample_answers.sample(version.form), version.call.currency, copy_texts.plain
    )
    return {"copy": {"content": list(parts), "withheld": 0}, "pictures": []}


def register_all() -> None:
    """Put the panels on their pages and the desk into the rail."""
    panels.register(
        "applications.form_for_jurors", Panel("copy", "scoring/_form_preview.html", form_for_jurors)
    )
    panels.register("programmes.call", Panel("grids", "scoring/_call_panel.html", call_panel, order=30))
    panels.register(
        "programmes.call", Panel("juries", "scoring/_sessions_panel.html", sessions_panel, order=32)
    )
    panels.register("programmes.call", Panel("quotas", "scoring/_quotas_panel.html", quotas_panel, order=35))
    panels.register(
        "programmes.public_call", Panel("quotas", "scoring/_public_quotas.html", public_quotas, order=65)
    )
    panels.register(
        "programmes.public_call", Panel("grids", "scoring/_public_panel.html", public_panel, order=60)
    )
    panels.register(
        "programmes.session", Panel("jury", "scoring/_session_panel.html", session_panel, order=20)
    )
    panels.register("applications.case", Panel("jury", "scoring/_case_panel.html", case_panel, order=40))
    panels.register("applications.mine", Panel("decision", "scoring/_mine_panel.html", mine_panel, order=20))
    navigation.register(
        "desk",
        gettext_lazy("To mark"),
        "clipboard-check",
        "scoring:desk",
        lambda user, programme: bool(programme_ids(user, Role.JUROR)),
        order=10,
        count=lambda user, programme: desk.waiting(user) or None,
    )
