"""What the set-up of a call shows of applications: its forms, its rules, where things are mended."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from applications import blank_form, cloned, form_versions, guards
from applications.models import AnswerSet, Stage, current_form
from programmes import cloning, publishing
from workflow import access, display, panels
from workflow.panels import Panel


def call_forms(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """The two forms on the page of a call, with the way to set them up."""
    if not access.may(request.user, "programmes.work_on_programme", call.programme):
        return None
    versions = {row.stage: row for row in call.form_versions.order_by("version")}
    stages = [(value, label, versions.get(value)) for value, label in Stage.choices]
    return {"stages": stages, "may_change": access.may(request.user, "applications.change_forms", call)}


def call_rules(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """The eligibility rules on the page of a call; None for those who do not work on it."""
    if not access.may(request.user, "programmes.work_on_programme", call.programme):
        return None
    may = access.may(request.user, "applications.change_forms", call)
    return {
        "rules": list(call.eligibility_rules.all()),
        "may_change": may and call.state == "draft" and not call.programme.is_closed,
    }


def form_changed(request: HttpRequest, application: Any) -> dict[str, Any] | None:
    """On the page of whoever is writing: what is new in the form since the answers were begun."""
    stage = {"draft": "idea", "plan_requested": "plan"}.get(application.state)
    given = application.answers_at(stage) if stage else None
    if given is None:
        return None
    before = AnswerSet.objects.filter(superseded_by=given).select_related("form_version").first()
    if before is None:
        return None
    change, language = form_versions.change(before.form, given.form), display.language()
    new, old = given.form.by_key, before.form.by_key
    return {
        "added": [new[key].label_in(language) for key in change.added],
        "changed": [new[key].label_in(language) for key in change.changed],
        "removed": [old[key].label_in(language) for key in change.removed],
    }


def paper_links(request: HttpRequest, call: Any) -> dict[str, Any] | None:
    """Where the published forms can be fetched to be filled in on paper, on the page of their questions."""
    stages = [stage for stage in Stage if (version := current_form(call, stage)) and not version.is_draft]
    languages = [(code, name) for code, name in blank_form.OWN_NAMES.items() if code in call.languages]
    return {"call": call, "stages": stages, "languages": languages} if stages else None


def form_to_mend(call: Any) -> str:
    """Return the page of the first form of a call that cannot be published yet."""
    stage = guards.unfinished_form(call) or Stage.IDEA
    return reverse("applications:builder", args=[call.programme.code, call.code, stage])


def register_all() -> None:
    """Put everything where it is asked for."""
    panels.register("programmes.call", Panel("rules", "applications/_call_rules.html", call_rules, order=8))
    panels.register("programmes.call", Panel("forms", "applications/_call_forms.html", call_forms, order=10))
    panels.register(
        "applications.mine", Panel("form_changed", "applications/_form_changed.html", form_changed, order=5)
    )
    panels.register(
        "applications.questions", Panel("paper", "applications/_paper_links.html", paper_links, side=True)
    )
    cloning.register(cloned.copy_forms)
    cloning.register(cloned.copy_rules)
    publishing.mend_at(guards.forms_are_complete, form_to_mend)
