"""Registration of the `accounts` package with Django, with the kernel's notices and with itself."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import invitations, reactions
        from workflow import notices

        notices.register_recipient("user", reactions.address)
        invitations.register(reactions.SYSTEM_ADMINISTRATOR)
