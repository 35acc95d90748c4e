"""Registration of the kernel: triggers after every migrate, the outbox and the checkpoint on `tick`."""

import os
from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


def install_triggers(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Re-create the append-only triggers once a `migrate` is through."""
    from workflow import append_only

    append_only.install(connections[using])


def drop_what_is_in_the_way(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Let SQLite rebuild its tables; `install_triggers` puts everything back."""
    from workflow import append_only

    append_only.step_aside(connections[using])


def plan_for_pages(sender: Any, connection: Any, **kwargs: Any) -> None:
    """Let PostgreSQL run what pages ask at once, and fetch the fifty rows of a page by their keys.

    With 100,000 files it compiled for longer than it read. Its own cost of a random read is that of a turning
    disk: it read a whole table of 10,000 cases for fifty of them.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off; SET random_page_cost = 1.1")


class WorkflowConfig(AppConfig):
    name = "workflow"
    verbose_name = _("Workflow")

    def ready(self) -> None:
        from workflow import acts, boot, converters, inboxes, jobs, notices, tick

        boot.refuse_unsafe(settings, os.environ)
        converters.register()

        def send(now: datetime) -> int:
            return notices.deliver(at=now)

        tick.register("notices sent", send)
        tick.register("checkpoint of stream heads", daily_checkpoint)
        tick.register("works started again", jobs.revive)
        inboxes.register_all()
        acts.declare("workflow.Proposal", "withdraw", _("Proposal taken back"))
        pre_migrate.connect(drop_what_is_in_the_way, dispatch_uid="workflow.triggers_aside")
        post_migrate.connect(install_triggers, dispatch_uid="workflow.triggers")
        connection_created.connect(plan_for_pages, dispatch_uid="workflow.plans")


def daily_checkpoint(now: datetime) -> int:
    """Write one checkpoint a day, and let the database count its rows again."""
    from workflow import table_statistics
    from workflow.checkpoints import folder, write_checkpoint

    if any(folder().glob(f"{now:%Y%m%d}T*.json.gz")):
        return 0
    write_checkpoint(now)
    table_statistics.refresh()
    return 1
