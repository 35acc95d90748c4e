"""Registration of the follow-up: what follows from what, panels, queues, guards, timed jobs."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    name = "followup"
    verbose_name = _("Follow-up")

    def ready(self) -> None:
        import followup.reactions  # noqa: F401 importing it subscribes
        from followup import (
            alert_notices,
            attendance_sync,
            beside_grants,
            cloned,
            enterprises,
            erasing,
            files,
            grant_notices,
            media,
            overlaps,
            panels,
            papers,
            ratings,
            sheet_notices,
            sync,
            timed,
            verify_visits,
            visit_holders,
        )
        from programmes import cloning, publishing
        from workflow import register_guard

        post_migrate.connect(overlaps.install, sender=self)
        erasing.register()
        media.register()
        files.register()
        grant_notices.register()
        ratings.declare_acts()
        enterprises.declare_acts()
        alert_notices.register()
        attendance_sync.register()
        beside_grants.register()
        panels.register()
        papers.register()
        sheet_notices.register()
        sync.register()
        timed.register()
        verify_visits.register()
        visit_holders.register()
        register_guard("programmes.Call", "publish", panels.visit_plan_is_complete)
        publishing.mend_at(panels.visit_plan_is_complete, publishing.on_the_page("visit-plan"))
        cloning.register(cloned.copy_plans)
