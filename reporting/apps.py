"""Registration of reporting: its place in the rail."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("Reporting")

    def ready(self) -> None:
        from reporting import trail
        from workflow import access, navigation

        trail.register()

        def reads_figures(user: Any, programme: Any) -> bool:
            return programme is not None and access.may(user, "reporting.view_figures", programme)

        navigation.register(
            "figures",
            _("Figures"),
            "bar-chart",
            "reporting:figures",
            predicate=reads_figures,
            order=90,
            in_programme=True,
        )
