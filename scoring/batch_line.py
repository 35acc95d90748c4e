"""Where the funding line stands in a batch of decisions as they are, quotas and reasons with it.

What a ranking proposes is in `funding_line.py`; here a jury has perhaps changed it.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from applications.models import Application
from scoring import line_words, merit, quota_lists, quotas
from scoring.funding_line import words_of
from scoring.gauges import Gauge, facts, figures, gauges
from scoring.line_words import Line
from scoring.models import Decision, DecisionBatch, Quota
from scoring.quota_lists import NOBODY, Standing
from scoring.reserved import File, leapfrogged


class Stands(NamedTuple):
    """Gauges and line of a batch. standing: of its applications; words: (for whom, goal) by quota."""

    gauges: list[Gauge]
    line: Line
    standing: Mapping[int, Standing]
    words: Mapping[int, tuple[str, str]]

    def why(self, decision: Decision) -> str:
        """Return why a file is funded or not, in words; empty for what the line does not decide."""
        if (
            decision.rank is None
            or decision.failures
            or decision.outcome not in ("award", "waitlist", "reject")
        ):
            return ""
        if decision.outcome == "award":
            quota = self.words[decision.reserved_for_id][1] if decision.reserved_for_id else ""
            return line_words.funded(self.line, decision.rank, quota)
        lists = self.standing.get(decision.application_id, NOBODY).lists
        return line_words.not_funded(self.line, decision.rank, lists, decision.place)


def read(batch: DecisionBatch, shown: Collection[int] = ()) -> Stands | None:
    """Return where the line of a batch stands: a few queries; None where it awards nothing.

    shown: applications that are left out and of which `Stands.why` will be asked.
    """
    if batch.shortlisting:
        return None
    session = batch.session
    found = tuple(Quota.objects.filter(call=session.call_id))
    rows = batch.decisions.filter(outcome="award").order_by()
    awards: dict[int, int] = {}
    used = []
    for pk, money, quota in rows.values_list("application", "amount_minor", "reserved_for"):
        awards[pk] = money or 0
        if quota:
            used.append(quota)
    read_too = Q(decisions__in=rows) | Q(pk__in=shown)
    standing, before = _standing(batch, found, Application.objects.filter(read_too))
    words = words_of(found, quotas.names_of(session.call) if found else {})
    needs = {one.key: one.needed(len(awards)) for one in quota_lists.reserves(session, found, before)}
    funded = [(standing.get(pk, NOBODY), money) for pk, money in awards.items()]
    gauged = gauges(found, words, figures(found, funded), before)
    shown_gauges = [
        gauge._replace(
            used=used.count(gauge.quota.pk),
            missing=max(
                needs.get(gauge.quota.pk, 0) - sum(gauge.quota.pk in one.lists for one, _money in funded), 0
            ),
        )
        for gauge in gauged
    ]
    ranked = batch.decisions.filter(rank__isnull=False).count()
    line = Line(len(awards), ranked, _ended(batch.line, len(awards), ranked), facts(shown_gauges))
    return Stands(shown_gauges, line, standing, words)


def _standing(
    batch: DecisionBatch, found: tuple[Quota, ...], decided: "QuerySet[Application]"
) -> tuple[dict[int, Standing], list[Standing]]:
    """Return the standing of applications of a batch, and of what the call funds beside the batch."""
    call, year = batch.session.call, quota_lists.year_of(batch.session)
    own = Decision.objects.filter(batch=batch, application=OuterRef("pk"))
    before = quota_lists.read(call, found, quota_lists.funded_of(call).exclude(Exists(own)), year)
    return quota_lists.read(call, found, decided, year), list(before.values())


def _ended(kept: Mapping[str, Any], awards: int, ranked: int) -> str:
    if awards >= ranked:
        return line_words.ALL
    return str(kept["ended"]) if kept and kept["places"] == awards else line_words.MOVED


def unexplained(batch: DecisionBatch) -> set[int]:
    """Return the ids of decisions against files that could take a reserved place without harm to its quota.

    Beyond `merit.unexplained`: a recorded quota is no reason towards somebody who counts for it as well.
    """
    if batch.shortlisting or not batch.decisions.filter(reserved_for__isnull=False).exists():
        return set()
    session = batch.session
    found = tuple(Quota.objects.filter(call=session.call_id, reserved=True))
    ranked = batch.decisions.filter(rank__isnull=False)
    last = ranked.filter(outcome="award").aggregate(last=Max("rank"))["last"] or 0
    listed = ranked.filter(rank__lte=last).exclude(outcome="")  # nobody below the last award is passed over
    standing, before = _standing(batch, found, Application.objects.filter(decisions__in=listed.order_by()))
    decisions = list(listed)
    files = [
        File(one.pk, one.rank or 0, lists=standing.get(one.application_id, NOBODY).lists) for one in decisions
    ]
    awards = {one.pk for one in decisions if one.outcome == "award"}
    needed = {one.key: one.needed(len(awards)) for one in quota_lists.reserves(session, found, before)}
    passed = leapfrogged(files, awards, needed)
    return {
        one.pk
        for one in decisions
        if one.pk in passed and one.outcome in merit.LEFT_OUT and not one.reason.strip()
    }
