"""URLs of the follow-up."""

from django.urls import path

from followup import views_api, views_app, views_field, views_plans, views_support, views_visits

app_name = "followup"
urlpatterns = [
    path("field/", views_app.field_app, name="field_app"),
    path("field/worker.js", views_app.field_worker, name="field_worker"),
    path("field/app.webmanifest", views_app.field_manifest, name="field_manifest"),
    path("field/texts/<slug:language>.json", views_app.field_texts, name="field_texts"),
    path("api/v1/caseload", views_api.caseload, name="api_caseload"),
    path("api/v1/visits/<uuid:uid>", views_api.put_visit, name="api_visit"),
    path("api/v1/visits/<uuid:uid>/media/<uuid:media_uid>", views_api.put_media, name="api_media"),
    path("my-visits/", views_visits.my_week, name="my_week"),
    path("visits/<ref:pk>/", views_visits.visit_page, name="visit"),
    path("visits/<ref:pk>/form/", views_visits.FillVisit.as_view(), name="visit_form"),
    path("visits/<ref:pk>/missing-files/", views_field.waive_media, name="waive_media"),
    path("field-reports/<uuid:pk>/", views_field.Report.as_view(), name="report"),
    path("programmes/<ref:code>/field-reports/", views_field.field_desk, name="field_desk"),
    path("programmes/<ref:code>/rescue/", views_field.rescue_upload, name="rescue"),
    path("visits/<ref:pk>/attempt/", views_visits.add_attempt, name="attempt"),
    path("enterprises/<id:pk>/coach/", views_visits.handover, name="handover"),
    path("programmes/<ref:code>/visits/", views_visits.VisitList.as_view(), name="visits"),
    path(
        "programmes/<ref:code>/support-sessions/",
        views_support.SupportSessionList.as_view(),
        name="support_sessions",
    ),
    path("programmes/<ref:code>/support-sessions/new/", views_support.plan_session, name="plan_session"),
    path("programmes/<ref:code>/enrolments/", views_support.EnrolmentList.as_view(), name="enrolments"),
    path("support-sessions/<id:pk>/", views_support.SupportSessionPage.as_view(), name="support_session"),
    path("follow-up/calls/<id:pk>/visit-plan/", views_plans.edit_plan, name="visit_plan"),
]
