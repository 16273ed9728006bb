"""Addresses of the public site."""

from django.urls import path

from portal.news import views as news
from portal.statistics import views as figures
from portal.views import (
    catalog,
    errand,
    errands,
    home,
    honours,
    listings,
    lists,
    omission,
    open_data,
    persons,
    progress,
    records,
    repair,
    reports,
    robots,
    search,
    statement,
)

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("subjects/<slug:public_id>/", records.subject, name="subject"),
    path("records/<int:pk>/", records.record, name="record"),
    path("penalties/", listings.penalties, name="penalties"),
    path("licences/", listings.licences, name="licences"),
    path("lists/", catalog.lists, name="lists"),
    path("lists/statement/", statement.statement, name="list-statement"),
    path("lists/honours/", honours.entries, name="honours"),
    path("lists/honours/<slug:public_id>/", honours.entry, name="honour"),
    path("lists/entries/", lists.entries, name="list-entries"),
    path("lists/entries/<slug:public_id>/", lists.entry, name="list-entry"),
    path("catalog/", catalog.items, name="catalog"),
    path("catalog/<slug:code>/", catalog.item, name="catalog-item"),
    path("measures/", catalog.measures, name="measures"),
    path("repair/", repair.repair, name="repair"),
    path("reports/", reports.reports, name="reports"),
    path("reports/verify/", persons.report_verify, name="report-verify"),
    path("rights/", persons.rights, name="rights"),
    path("rights/errand/", errand.person_errand, name="person-errand"),
    path("repair/apply/", errands.repair_apply, name="repair-apply"),
    path("repair/reorganisation/", errands.reorganisation_apply, name="reorganisation-apply"),
    path("repair/notice/", errands.repair_notice, name="repair-notice"),
    path("repair/commitment/", errands.repair_commitment, name="repair-commitment"),
    path("repair/verify/", progress.repair_verify, name="repair-verify"),
    path("objections/apply/", errands.objection_apply, name="objection-apply"),
    path("objections/omitted/", omission.omission_apply, name="omission-apply"),
    path("progress/", progress.progress, name="progress"),
    path("transparency/", home.transparency, name="transparency"),
    path("news/", news.news, name="news"),
    path("news/<int:pk>/", news.article, name="article"),
    path("open-data/", open_data.catalogue, name="open-data"),
    path("open-data/catalog.json", open_data.catalogue_file, name="open-data-catalogue"),
    path("statistics/", figures.statistics, name="statistics"),
    path("statistics/figures.csv", figures.statistics_file, name="statistics-file"),
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", robots.sitemap, name="sitemap"),
    path("favicon.ico", robots.favicon, name="favicon"),
]
