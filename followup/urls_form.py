"""URLs of the visit form of a programme: what its manager sets up, named as those of the other forms."""

from django.urls import path

from applications.views.builder_paths import paths_of_parts
from followup import views_form, views_sheets

form = "programmes/<ref:code>/visit-form/"

of_the_visit_form = [
    path(form, views_form.page, name="visit_builder"),
    path(f"{form}begin/", views_form.begin, name="visit_choose_form"),
    path(f"{form}drop/", views_form.drop, name="visit_drop_form"),
    path(f"{form}publish/", views_form.publish, name="visit_publish_form"),
    path(f"{form}preview/", views_form.preview, name="visit_preview"),
    path(f"{form}sheet/<word:language>/", views_sheets.blank, name="visit_blank_sheet"),
    path(f"{form}import/", views_form.import_form, name="visit_import_form"),
    path(f"{form}standard/<word:question>/", views_form.standard_question, name="visit_standard"),
    *paths_of_parts(form, views_form.bench_or_back, views_form.building, prefix="visit_"),
]
