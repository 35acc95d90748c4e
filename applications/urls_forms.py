"""URLs of what a manager sets up for the applications of a call: its forms and its eligibility rules."""

from django.urls import path

from applications.views import builder, builder_preview, form_imports, rules_setup
from applications.views.builder_paths import paths_of_parts

call = "programmes/<ref:code>/calls/<ref:call>/"
form = f"{call}forms/<word:stage>/"
section = f"{form}sections/<word:section>/"

of_a_form = [
    path(f"{call}rules/new/", rules_setup.edit_rule, name="add_rule"),
    path(f"{call}rules/<id:pk>/", rules_setup.edit_rule, name="edit_rule"),
    path(f"{call}rules/<id:pk>/arrange/", rules_setup.arrange_rule, name="arrange_rule"),
    path(form, builder.page, name="builder"),
    path(f"{form}preview/", builder_preview.as_applicant, name="preview_form"),
    path(f"{form}preview/jurors/", builder_preview.as_juror, name="preview_jurors"),
    path(f"{form}paper/<word:language>/", builder_preview.blank, name="blank_form"),
    path(
        "calls/<ref:code>/<ref:call>/questions/<word:stage>/paper/<word:language>/",
        builder_preview.public_blank,
        name="public_blank",
    ),
    path(f"{form}begin/", builder.begin, name="choose_form"),
    path(f"{form}drop/", builder.drop, name="drop_form"),
    path(f"{form}publish/", builder.publish, name="publish_form"),
    path(f"{form}import/", form_imports.hand_in, name="import_form"),
    path(f"{form}import/<id:pk>/", form_imports.report, name="form_import"),
    path(f"{form}import/<id:pk>/take/", form_imports.take, name="take_form_import"),
    path(f"{form}import/<id:pk>/drop/", form_imports.drop, name="drop_form_import"),
    path(f"{form}lists/", builder.lists, name="form_lists"),
    *paths_of_parts(form, builder.bench_or_back, builder.building),
    path(f"{section}insert/", builder.insert, name="insert_part"),
]
