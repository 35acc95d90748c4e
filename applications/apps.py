"""Registration of the `applications` package with Django and with the registries of the floors below."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = _("Applications")

    def ready(self) -> None:
        from applications import (  # noqa: F401 reactions subscribe
            appeal_guards,
            appealing,
            appeals_frame,
            batches,
            due,
            duplicates_frame,
            extended,
            frame,
            guards,
            messages,
            printed_lists,
            protection_frame,
            reactions,
            receipts,
            reception_frame,
            reinstated,
            screening_frame,
            set_up_frame,
            verification,
        )
        from applications.imports import running
        from workflow import notices, register_guard
        from workflow.verification import register as register_check

        register_guard("programmes.Call", "publish", guards.forms_are_complete)
        register_guard("programmes.SelectionSession", "start_scoring", guards.every_application_is_screened)
        register_guard("programmes.SelectionSession", "cancel", guards.no_application_depends_on_it)
        notices.register_recipient("person", messages.address)
        notices.register_renderer(messages.render)
        register_guard("programmes.SelectionSession", "close", appeal_guards.no_appeal_is_open)
        register_guard("programmes.SelectionSession", "close", reinstated.no_reinstated_file_waits)
        appealing.declare_acts()
        due.register()
        extended.register()
        frame.register_all()
        appeals_frame.register_all()
        printed_lists.register()
        receipts.register()
        reinstated.register()
        protection_frame.register_all()
        reception_frame.register_all()
        screening_frame.register_all()
        duplicates_frame.register_all()
        set_up_frame.register_all()
        running.register()
        batches.register()
        register_check("frozen answers", verification.sent_answers_are_unchanged)
        register_check("vault", verification.vault_opens)
        register_check("kept answers", verification.erased_answers_are_those_that_were_kept)
        register_check("erased persons", verification.erased_is_empty)
