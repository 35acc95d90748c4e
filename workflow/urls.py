"""URLs of the kernel: the generic action, what belongs to lists, long works, the sign of life of a form."""

from django.urls import path

from workflow import job_views, list_views
from workflow.keep_alive import keep_alive
from workflow.views import ActView

app_name = "workflow"
urlpatterns = [
    path("act/<kind:kind>/<ref:pk>/<word:verb>/", ActView.as_view(), name="act"),
    path("keep-alive/", keep_alive, name="keep_alive"),
    path("lists/views/", list_views.save_view, name="save_view"),
    path("lists/views/<id:pk>/delete/", list_views.delete_view, name="delete_view"),
    path("lists/files/", list_views.export_ask, name="export_ask"),
    path("lists/files/<uuid:uid>/", list_views.export, name="export"),
    path("lists/files/<uuid:uid>/answer/", list_views.export_answer, name="export_answer"),
    path("lists/files/<uuid:uid>/file/", list_views.export_file, name="export_file"),
    path("works/<uuid:uid>/", job_views.job, name="job"),
    path("works/<uuid:uid>/progress/", job_views.job_progress, name="job_progress"),
    path("works/<uuid:uid>/stop/", job_views.stop_job, name="stop_job"),
]
