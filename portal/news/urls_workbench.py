"""Addresses of the articles in the workbench."""

from django.urls import path

from portal.news import views_workbench as views
from portal.views import site_rules

urlpatterns = [
    path("", views.article_list, name="news"),
    path("new/", views.article_new, name="news-new"),
    path("rules/", site_rules.rule_list, name="site-rules"),
    path("rules/<slug:kind>/new/", site_rules.rule_new, name="site-rule-new"),
    path("rules/<slug:kind>/<slug:code>/", site_rules.rule_page, name="site-rule"),
    path("rules/<slug:kind>/<slug:code>/end/", site_rules.rule_end, name="site-rule-end"),
    path("<int:pk>/", views.article_page, name="news-article"),
    path("<int:pk>/edit/", views.article_edit, name="news-edit"),
]
