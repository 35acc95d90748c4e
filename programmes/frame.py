"""What this package adds to the frame of every page: rail entries, the switcher, the reader's role."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes import predicates
from programmes.models import Role
from programmes.scope import enter_by_key, worked_on
from workflow import navigation
from workflow.navigation import ProgrammeChoice


def choices(user: Any) -> list[ProgrammeChoice]:
    """Return the programmes that a user works on, running ones first."""
    return [
        ProgrammeChoice(
            title=row.title,
            code=row.code,
            url=reverse("programmes:start", args=[row.code]),
            accent=row.accent,
        )
        for row in worked_on(user).values()
    ]


def role_name(user: Any, programme: Any) -> str:
    """Return what the user is in the programme; in none, what he is everywhere."""
    if programme is not None:
        roles = predicates.roles_of(user, programme.pk)
    else:
        roles = frozenset().union(*predicates.memberships_of(user).values())
    if not roles:
        return _("system administrator") if predicates.is_administrator(user) else ""
    named = [str(label) for value, label in Role.choices if value in roles]
    return named[0] if len(named) == 1 else _("%(role)s and more") % {"role": named[0]}


def _works_or_sets_up(user: Any, programme: Any) -> bool:
    return predicates.is_staff(user) or predicates.is_administrator(user)


def register_all() -> None:
    """Put everything in the frame."""
    navigation.register_programmes(choices)
    navigation.register_role_name(role_name)
    navigation.register_enter(enter_by_key)
    navigation.register(
        "start", gettext_lazy("To do"), "inbox", "home", lambda user, programme: predicates.is_staff(user), 0
    )
    section = navigation.register_section
    section("calls", gettext_lazy("Calls"), "flag", "programmes:calls", "programmes.work_on_programme", 10)
    section(
        "sessions",
        gettext_lazy("Selection sessions"),
        "people",
        "programmes:sessions",
        "programmes.view_sessions",
        30,
    )
    section(
        "messages",
        gettext_lazy("Messages"),
        "envelope",
        "programmes:messages",
        "programmes.view_messages",
        85,
    )
    section(
        "settings",
        gettext_lazy("Programme"),
        "gear",
        "programmes:settings",
        "programmes.work_on_programme",
        90,
    )
    navigation.register(
        "programmes", gettext_lazy("All programmes"), "grid", "programmes:list", _works_or_sets_up, 95
    )
