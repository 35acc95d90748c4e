"""URLs of reporting."""

from django.urls import path

from reporting import views, views_outcomes

app_name = "reporting"
urlpatterns = [
    path("published-figures/", views.published_figures, name="published_figures"),
    path("programmes/<ref:code>/figures/", views.programme_figures, name="figures"),
    path("programmes/<ref:code>/figures/<word:indicator>/", views.figure_records, name="records"),
    path("programmes/<ref:code>/outcomes/", views_outcomes.outcomes, name="outcomes"),
    path("programmes/<ref:code>/counting-rule/", views.choose_rule, name="counting_rule"),
]
