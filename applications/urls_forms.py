"""URLs of what a manager sets up for the applications of a call: its forms and its eligibility rules."""

from django.urls import path

from applications.views import (
    builder,
    builder_parts,
    builder_preview,
    form_imports,
    rules_setup,
)

call = "programmes/<ref:code>/calls/<ref:call>/"
form = f"{call}forms/<word:stage>/"
section = f"{form}sections/<word:section>/"
question = f"{form}questions/<word:question>/"
part = f"{question}<word:part>/"

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
    path(f"{form}arrange/", builder_parts.arrange, name="arrange_form"),
    path(f"{form}lists/", builder.lists, name="form_lists"),
    path(f"{form}sections/new/", builder_parts.section, name="add_section"),
    path(section, builder_parts.section, name="edit_section"),
    path(f"{section}insert/", builder.insert, name="insert_part"),
    path(f"{section}remove/", builder_parts.remove_section, name="remove_section"),
    path(f"{section}add/", builder_parts.add_question, name="add_question"),
    path(question, builder_parts.edit_question, name="edit_question"),
    path(f"{question}remove/", builder_parts.remove_question, name="remove_question"),
    path(f"{part}new/", builder_parts.edit_part, name="add_table_part"),
    path(f"{part}<word:row>/", builder_parts.edit_part, name="edit_table_part"),
    path(f"{part}<word:row>/arrange/", builder_parts.arrange_part, name="arrange_table_part"),
]
