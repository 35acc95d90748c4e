"""The messages of this package itself."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.messages import MessageKind, register
from programmes.models import Programme, Role
from workflow.models import Notice


def role_values(notice: Notice) -> dict[str, Any] | None:
    """Who got which role, and where the programme starts."""
    person = User.objects.filter(pk=notice.recipient_id).first()
    programme = Programme.objects.filter(pk=notice.context.get("programme")).first()
    if person is None or programme is None:
        return None
    labels = dict(Role.choices)
    return {
        "name": person.full_name,
        "role": labels.get(notice.context.get("role", ""), ""),
        "link": settings.PUBLIC_URL.rstrip("/") + reverse("programmes:start", args=[programme.code]),
    }


ROLE_GIVEN = MessageKind(
    key="programmes.role_given",
    label=_("A role is given"),
    when=_("When a manager gives somebody a role in the programme."),
    subject=_("Your role in {programme}"),
    body=_(
        "Dear {name},\n\nYou now have the role “{role}” in the programme {programme} ({programme_code})."
        " Your start page shows what waits for you:\n\n{link}\n"
    ),
    placeholders={
        "name": _("name of the person"),
        "role": _("the role"),
        "link": _("address of the start page"),
    },
    samples={"name": "Amel Kacem", "role": Role.JURY_SECRETARY.label, "link": "https://example.org/"},
    values=role_values,
)


def register_all() -> None:
    """Make the kinds known."""
    register(ROLE_GIVEN)
