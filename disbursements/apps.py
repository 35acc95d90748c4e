"""Registration of the `disbursements` package with Django and the kernel."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisbursementsConfig(AppConfig):
    name = "disbursements"
    verbose_name = _("Disbursements")

    def ready(self) -> None:
        # Subscribed on import; bookings first: what follows from a decision reads what was booked.
        from disbursements import (
            batches,
            bookings,  # noqa: F401
            case_standing,
            cash,
            claims,
            donor_money,  # noqa: F401  subscribed on import
            erasing,
            files,
            inboxes,
            lower_guards,
            messages,
            panels,
            reactions,  # noqa: F401  subscribed on import
            reconciling,  # noqa: F401  subscribed on import
            timed,
            verify_batches,
            verify_cash,
            verify_money,
            verify_recovery,
        )
        from disbursements.papers import issuing

        for module in (
            batches,
            erasing,
            lower_guards,
            messages,
            timed,
            verify_money,
            verify_batches,
            verify_recovery,
            verify_cash,
            cash,
            claims,
            issuing,
            files,
            panels,
            inboxes,
            case_standing,
        ):
            module.register()
