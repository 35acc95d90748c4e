"""URLs of the visit form of a programme: what its manager sets up, named as those of the other forms."""

from django.urls import path

from followup import views_form, views_sheets

form = "programmes/<ref:code>/visit-form/"
section = f"{form}sections/<word:section>/"
question = f"{form}questions/<word:question>/"
part = f"{question}<word:part>/"

of_the_visit_form = [
    path(form, views_form.page, name="visit_builder"),
    path(f"{form}begin/", views_form.begin, name="visit_choose_form"),
    path(f"{form}drop/", views_form.drop, name="visit_drop_form"),
    path(f"{form}publish/", views_form.publish, name="visit_publish_form"),
    path(f"{form}preview/", views_form.preview, name="visit_preview"),
    path(f"{form}sheet/<word:language>/", views_sheets.blank, name="visit_blank_sheet"),
    path(f"{form}import/", views_form.import_form, name="visit_import_form"),
    path(f"{form}arrange/", views_form.arrange, name="visit_arrange_form"),
    path(f"{form}standard/<word:question>/", views_form.standard_question, name="visit_standard"),
    path(f"{form}sections/new/", views_form.section, name="visit_add_section"),
    path(section, views_form.section, name="visit_edit_section"),
    path(f"{section}remove/", views_form.remove_section, name="visit_remove_section"),
    path(f"{section}add/", views_form.add_question, name="visit_add_question"),
    path(question, views_form.edit_question, name="visit_edit_question"),
    path(f"{question}remove/", views_form.remove_question, name="visit_remove_question"),
    path(f"{part}new/", views_form.edit_part, name="visit_add_table_part"),
    path(f"{part}<word:row>/", views_form.edit_part, name="visit_edit_table_part"),
    path(f"{part}<word:row>/arrange/", views_form.arrange_part, name="visit_arrange_table_part"),
]
