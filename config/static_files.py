"""How production keeps style sheets and scripts: under names that change with their content, compressed."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage that also follows imports between our own JavaScript modules.

    Django's switch for that reads the scripts of all packages, examples in their comments included, and
    stumbles over django-htmx's; so its patterns are applied to `static/js/` alone.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
