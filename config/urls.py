"""Root URLs: each package owns its paths, this module only mounts them."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("workflow.urls")),
    path("styleguide/", include("workflow.styleguide.urls")),
    path("", include("accounts.urls")),
    path("", include("documents.urls")),
    path("", include("programmes.urls")),
    path("", include("applications.urls")),
    path("", include("scoring.urls")),
    path("", include("disbursements.urls")),
    path("", include("followup.urls")),
    path("", include("reporting.urls")),
]

handler500 = "config.errors.broken"
