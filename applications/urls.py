"""URLs of applications, for staff and for those who apply."""

from django.urls import path

from applications import people_urls
from applications.urls_forms import of_a_form
from applications.vault_urls import vault_patterns
from applications.views import (
    appeals,
    applicant,
    batches,
    duplicates,
    imports,
    printed_lists,
    reinstated,
    screening,
    sending,
    staff,
    starting,
    writing,
)

app_name = "applications"

one = "my/applications/<ref:number>/"

urlpatterns = [
    *people_urls.patterns,
    path("programmes/<ref:code>/applications/", staff.ApplicationList.as_view(), name="list"),
    path("programmes/<ref:code>/lists/", printed_lists.printed, name="printed_lists"),
    path("programmes/<ref:code>/screening/", screening.ScreeningQueue.as_view(), name="screening"),
    path("programmes/<ref:code>/screening/batch/<word:act>/", batches.batch, name="batch"),
    path("programmes/<ref:code>/screening/next/", screening.screen_next, name="screen_next"),
    path(
        "programmes/<ref:code>/calls/<ref:call>/screening/", screening.plan_screening, name="plan_screening"
    ),
    path("programmes/<ref:code>/calls/<ref:call>/imports/", imports.imports, name="imports"),
    path("programmes/<ref:code>/calls/<ref:call>/imports/<uuid:uid>/", imports.one_import, name="import"),
    path("cases/<ref:number>/", staff.case_page, name="case"),
    path("cases/<ref:number>/session/", reinstated.give, name="give_to_session"),
    path("cases/<ref:number>/screening/", screening.screen, name="screen"),
    path("cases/<ref:number>/screening/presence/", screening.presence, name="presence"),
    path("cases/<ref:number>/flags/", screening.raise_flag, name="raise_flag"),
    path("cases/<ref:number>/flags/<id:pk>/", screening.resolve_flag, name="resolve_flag"),
    path("programmes/<ref:code>/duplicates/", duplicates.DuplicateList.as_view(), name="duplicates"),
    path("programmes/<ref:code>/duplicates/<id:pk>/", duplicates.duplicate, name="duplicate"),
    path("programmes/<ref:code>/duplicates/<id:pk>/identities/", duplicates.open_both, name="open_duplicate"),
    *of_a_form,
    path("calls/<ref:code>/<ref:call>/eligible/", starting.eligible, name="eligible"),
    path("calls/<ref:code>/<ref:call>/questions/<word:stage>/", starting.questions, name="questions"),
    path("calls/<ref:code>/<ref:call>/apply/", starting.apply, name="apply"),
    *vault_patterns,
    path("programmes/<ref:code>/appeals/", appeals.AppealList.as_view(), name="appeals"),
    path("programmes/<ref:code>/appeals/<id:pk>/", appeals.appeal, name="appeal"),
    path("my/", applicant.mine, name="mine"),
    path(one, applicant.status, name="status"),
    path(f"{one}about/", writing.about, name="about"),
    path(f"{one}form/<word:section>/", writing.section, name="section"),
    path(f"{one}review/", sending.review, name="review"),
    path(f"{one}receipt/", sending.receipt, name="receipt"),
    path(f"{one}appeal/", appeals.lodge, name="lodge_appeal"),
    path(f"{one}act/<word:verb>/", applicant.act, name="act"),
]
