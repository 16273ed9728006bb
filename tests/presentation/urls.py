"""The pages of the design language alone, with a portal and a workbench of a few entries."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from common import views


def blank(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


portal = [
    path("", blank, name="home"),
    path("search/", blank, name="search"),
    path("lists/", blank, name="lists"),
    path("rights/", blank, name="rights"),
    path("repair/", blank, name="repair"),
    path("objections/apply/", blank, name="objection-apply"),
    path("progress/", blank, name="progress"),
    path("reports/", blank, name="reports"),
    path("reports/verify/", blank, name="report-verify"),
    path("news/", blank, name="news"),
    path("statistics/", blank, name="statistics"),
    path("open-data/", blank, name="open-data"),
    path("transparency/", blank, name="transparency"),
    path("catalog/", blank, name="catalog"),
    path("measures/", blank, name="measures"),
    path("lists/honours/", blank, name="honours"),
]
workbench = [
    path("", blank, name="home"),
    path("batches/", blank, name="batch-list"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
urlpatterns = [
    path("preferences/display/", views.display_preferences, name="display-preferences"),
    path("accounts/login/", blank, name="account_login"),
    path("accounts/logout/", blank, name="account_logout"),
    path("accounts/2fa/authenticate/", blank, name="mfa_authenticate"),
    path("workbench/", include((workbench, "workbench"))),
    path("", include((portal, "portal"))),
]
