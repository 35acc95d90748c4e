"""Registration of the `documents` package with Django and the kernel."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from documents import filing, verify
        from workflow import tick, verification

        tick.register("files scanned again", filing.rescan)
        tick.register("stray bytes removed", filing.sweep)
        verification.register("uploaded files have their digests", verify.check_files)
        verification.register("papers have their digests", verify.check_papers)
        verification.register("paper numbers have no gaps", verify.check_numbers)
