"""What appeals add to start pages and the rail: the queue of whoever hears them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import Appeal
from applications.views import reinstated
from programmes.predicates import Role, programme_ids
from workflow import inbox, navigation, panels
from workflow.panels import Panel


def to_hear(user: Any) -> "QuerySet[Appeal]":
    """Appeals that wait for their answer, for the appeal officers, the oldest first."""
    ids = programme_ids(user, Role.APPEAL_OFFICER)
    if not ids:
        return Appeal.objects.none()
    rows = Appeal.objects.filter(application__call__programme__in=ids, state__in=["lodged", "admitted"])
    return rows.select_related("application__case", "application__call__programme").order_by("lodged_at")


def _row(appeal: Appeal) -> inbox.Row:
    return inbox.Row(
        title=appeal.application.case.number,
        detail=f"{appeal.get_state_display()} · {appeal.application.call.title}",
        url=appeal.get_absolute_url(),
        since=appeal.lodged_at,
    )


def register_all() -> None:
    """Put everything where it is asked for."""
    panels.register(
        "applications.case",
        Panel("reinstated", "applications/_reinstated_panel.html", reinstated.panel, order=5),
    )
    inbox.register(
        inbox.Queue(
            "applications.appeals",
            _("Appeals to answer"),
            to_hear,
            _row,
            order=25,
            ask=_("Answer the appeal"),
        )
    )
    navigation.register_section(
        "appeals",
        _("Appeals"),
        "exclamation-triangle",
        "applications:appeals",
        "applications.view_appeals",
        24,
    )
