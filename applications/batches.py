"""The same act on many files: a preview in constant queries, then a long work that fires each by the door.

Each file is refused or done by itself, a few of them in one transaction; a refusal is reported with its
sentence. Run again after a broken worker, nothing is done twice: the key of each act is made of the work's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import decisions, panel
from applications.models import Application, Duplicate, EligibilityRule, Flag, RuleCheck
from programmes.models import Programme
from workflow import Refused, fire, jobs
from workflow.door import together

KIND = "screening_batch"
ELIGIBLE, PIECE, INELIGIBLE = "eligible", "piece", "ineligible"
LABELS = {
    ELIGIBLE: gettext_lazy("Declare eligible"),
    PIECE: gettext_lazy("Ask for a missing piece"),
    INELIGIBLE: gettext_lazy("Declare ineligible"),
}
VERBS = {ELIGIBLE: "mark_eligible", PIECE: "request_piece", INELIGIBLE: "mark_ineligible"}
MOST = 5000
TOGETHER = 25
"""So many files in one transaction: a work that is stopped ends, and who waits for a file goes on, after."""
FEW = 5


@dataclass(frozen=True)
class Hindrance:
    """Why some of the chosen files will be refused, with some of their numbers."""

    sentence: str
    count: int
    numbers: Sequence[str]


class Preview(NamedTuple):
    """What would happen: total chosen, how many nothing stands against, what stands against the others."""

    total: int
    ready: int
    hindrances: list[Hindrance]
    calls: list[int]


def preview(rows: "QuerySet[Any]", act: str) -> Preview:
    """Look at the chosen files without touching them."""
    chosen = Application.objects.filter(pk__in=rows.order_by().values("pk"))
    total = chosen.count()
    left = chosen.filter(state="submitted")
    found = [_hindrance(_("No longer in screening."), chosen.exclude(state="submitted"))]
    if act == ELIGIBLE:
        settled = RuleCheck.objects.filter(
            application=OuterRef(OuterRef("pk")), rule=OuterRef("pk"), outcome__in=["met", "waived"]
        )
        blocking = EligibilityRule.objects.filter(call=OuterRef("call"), severity="block")
        unsettled = Exists(blocking.filter(~Exists(settled)))
        flagged = Exists(Flag.objects.filter(application=OuterRef("pk"), resolved_at__isnull=True))
        found.append(_hindrance(_("A condition is not met or not checked yet."), left.filter(unsettled)))
        left = left.filter(~unsettled)
        found.append(_hindrance(_("A flag is still open."), left.filter(flagged)))
        left = left.filter(~flagged)
        alike = Exists(Duplicate.objects.holding().filter(later=OuterRef("pk")))
        found.append(_hindrance(_("It looks like an earlier file: compare them first."), left.filter(alike)))
        left = left.filter(~alike)
    calls = list(chosen.order_by().values_list("call", flat=True).distinct())
    return Preview(total, left.count(), [one for one in found if one.count], calls)


def _hindrance(sentence: str, rows: "QuerySet[Any]") -> Hindrance:
    count = rows.aggregate(count=Count("pk"))["count"]
    numbers = rows.order_by("pk").values_list("case__number", flat=True)[:FEW] if count else ()
    return Hindrance(sentence, count, list(numbers))


def start(rows: "QuerySet[Any]", act: str, data: dict[str, Any], *, actor: Any, at: datetime) -> jobs.Job:
    """Put the act in the queue for every chosen file; raises `Refused` for none or too many."""
    keys = list(rows.order_by("state_since", "pk").values_list("pk", flat=True)[: MOST + 1])
    if not keys:
        raise Refused([_("Choose at least one file.")])
    if len(keys) > MOST:
        raise Refused([_("At most %(most)s files at once.") % {"most": MOST}])
    programme = Application.objects.values_list("call__programme", flat=True).get(pk=keys[0])
    return jobs.start(
        KIND,
        owner=actor,
        title=LABELS[act],
        given={"act": act, "keys": keys, "data": data},
        at=at,
        programme_id=programme,
    )


def work(progress: jobs.Progress) -> None:
    """Fire the act on each file; keep how many were done, and each refusal with its sentences."""
    given = progress.job.given
    progress.result = {"done": 0, "kept": 0, "refused": []}
    progress.begin(len(given["keys"]), LABELS[given["act"]])
    done = 0
    for first in range(0, len(given["keys"]), TOGETHER):
        keys = given["keys"][first : first + TOGETHER]
        # The door reads each row again under its lock: this reading only says which stream to lock.
        read = Application.objects.select_related("case", "call").in_bulk(keys)
        _several([read[key] for key in keys if key in read], progress)
        done += len(keys)
        progress.step(done)


def _several(files: list[Application], progress: jobs.Progress) -> None:
    """Some files in one transaction; where a panel decides, each opinion in one of its own."""
    given, owner = progress.job.given, progress.job.owner
    act, data = given["act"], given["data"]
    alone = [one for one in files if act == INELIGIBLE and panel.members_needed(one.call_id) > 1]
    for application in alone:
        _say(application, data, owner, progress)
    files = [one for one in files if one not in alone]
    key, now = f"batch:{progress.job.uid.hex}", timezone.now()
    done, refused = 0, []
    with together(files, VERBS[act], data):
        for application in files:
            try:
                fire(application, VERBS[act], actor=owner, key=key, data=data, at=now)
                done += 1
            except Refused as error:
                refused.append([application.case.number, " ".join(error.sentences)])
    progress.result["done"] += done
    progress.result["refused"] += refused


def _say(application: Application, data: dict[str, Any], owner: Any, progress: jobs.Progress) -> None:
    """Keep one officer's opinion that a file is ineligible; the last one who agrees declares it."""
    key, now = f"batch:{progress.job.uid.hex}", timezone.now()
    try:
        rule = application.call.eligibility_rules.filter(pk=data["rule"]).first()
        if rule is None:
            raise Refused([_("Name the rule that is not met.")])
        own = panel.standing(application).of(owner)
        if own is None or not own.agrees or own.rule_id != rule.pk:
            reason = str(data.get("reason", ""))
            decisions.agree(application, rule, reason=reason, agrees=True, actor=owner, at=now, key=key)
        application.refresh_from_db()
        name = "done" if application.state == "ineligible" else "kept"
        progress.result[name] += 1
    except Refused as refused:
        progress.result["refused"].append([application.case.number, " ".join(refused.sentences)])


def result(request: Any, job: Any) -> dict[str, Any]:
    """What the result page needs beside the work itself: the way back to the queue."""
    code = Programme.objects.filter(pk=job.programme_id).values_list("code", flat=True).first()
    return {"queue": reverse("applications:screening", args=[code]) if code else ""}


def register() -> None:
    """Make the long work known."""
    jobs.register(jobs.Kind(KIND, work, "applications/_batch_result.html", result))
