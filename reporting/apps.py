"""Registration of reporting: its place in the rail."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("Reporting")

    def ready(self) -> None:
        from reporting import trail
        from workflow import navigation

        trail.register()

        navigation.register_section(
            "figures", _("Figures"), "bar-chart", "reporting:figures", "reporting.view_figures", 90
        )
