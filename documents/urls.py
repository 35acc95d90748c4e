"""URLs of files and papers."""

from django.urls import path, register_converter

from documents import views
from documents.converters import CodeConverter, CopyConverter

app_name = "documents"

register_converter(CodeConverter, "paper_code")
register_converter(CopyConverter, "copy")

urlpatterns = [
    path("documents/<uuid:uid>/", views.download, name="download"),
    path("documents/<uuid:uid>/pages/<id:page>/", views.preview, name="preview"),
    path("documents/papers/<uuid:uid>/", views.paper, name="paper"),
    path("documents/papers/<uuid:uid>/<copy:copy>/", views.paper, name="paper_copy"),
    path("documents/papers/<uuid:uid>/reprint/", views.reprint, name="reprint"),
    path("papers/<paper_code:code>/", views.verify, name="verify"),
]
