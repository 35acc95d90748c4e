"""Registration of the `programmes` package with Django and with the registries below it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammesConfig(AppConfig):
    name = "programmes"
    verbose_name = _("Programmes")

    def ready(self) -> None:
        import documents
        from accounts import invitations, staff
        from programmes import (
            closing,
            delegation,
            due,
            extending,
            frame,
            inboxes,
            messages,
            own_messages,
            predicates,
            publishing,
            purposes,
            questions,
            reactions,  # noqa: F401 subscribes
            readers,
            verification,
        )
        from workflow import actors, list_scope, notices
        from workflow.verification import register as register_check

        staff.register(predicates.is_staff)
        actors.register_known(predicates.who_worked)
        list_scope.register(works_in=predicates.programme_ids, manages=predicates.managed_ids)
        invitations.register(purposes.PROGRAMME_ROLE)
        documents.register_reader("programmes.programme", readers.may_read_file)
        notices.register_renderer(messages.render)
        own_messages.register_all()
        closing.guard_all_machines()
        delegation.register()
        due.register()
        extending.register()
        questions.register()
        publishing.register()
        inboxes.register_all()
        frame.register_all()
        register_check("call envelopes", verification.envelopes_fit_contributions)
        register_check("session shares", verification.sessions_fit_envelopes)
