"""URLs of the style guide."""

from django.urls import path

from workflow.styleguide import views

app_name = "styleguide"
urlpatterns = [
    path("", views.components, name="components"),
    path("phone/", views.phone, name="phone"),
    path("autosave/", views.autosave, name="autosave"),
    path("errors/<slug:page>/", views.error, name="error"),
]
