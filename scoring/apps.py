"""Registration of the `scoring` package: guards, reactions, panels, queues, papers, checks, jobs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = _("Scoring")

    def ready(self) -> None:
        from applications import waiting_turns
        from documents import kinds
        from documents.readers import register_reader
        from programmes import cloning
        from scoring import (
            amending,
            cloned,
            erasing,
            inboxes,
            messages,
            panels,
            papers,
            reactions,  # noqa: F401 importing it subscribes
            readers,
            readiness,
            redacted_copies,
            timed,
            verification,
            waiting_list,
        )

        erasing.register()
        readiness.register()
        redacted_copies.register()
        amending.register()
        messages.register_all()
        inboxes.register_all()
        panels.register_all()
        verification.register_all()
        timed.register()
        waiting_turns.register(waiting_list.next_by_quota)
        cloning.register(cloned.copy_grids)
        cloning.register(cloned.copy_quotas)
        kinds.register(papers.MINUTES, title=_("Deliberation minutes"), prefix="PV")
        kinds.register(papers.POSTED_LIST, title=_("List of decisions"), prefix="LD")
        register_reader("scoring.deliberation", papers.may_read_minutes, reprint=papers.may_read_minutes)
        register_reader("scoring.decisionbatch", papers.may_read_list, reprint=papers.may_reprint_list)
        register_reader("scoring.redactedcopy", readers.may_read_copy, blind=readers.reads_blind)
        register_reader("scoring.scoresheet", readers.may_read_scan)
