"""Addresses. Each room names its own; this file only says where they hang."""

from captcha.views import captcha_image
from django.urls import URLPattern, URLResolver, include, path
from django_prometheus.exports import ExportToDjangoView
from drf_spectacular.views import SpectacularJSONAPIView

from common import health
from common import views as common_views
from hegang_credit import openapi

# Tried in this order: what is called most stands first.
api: list[URLPattern | URLResolver] = [
    path("", include("sanctions.urls_api")),
    path("schema/", SpectacularJSONAPIView.as_view(generator_class=openapi.MadeOnce), name="schema"),
    path("", include("catalog.urls_api")),
    path("", include("blacklist.urls_api")),
    path("", include("records.urls_api")),
    path("", include("repair.urls_api")),
    path("", include("province.urls_api")),
    path("", include("ledger.urls_api")),
    path("", include("portal.urls_api")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include((api, "api"))),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", ExportToDjangoView, name="metrics"),
    path("preferences/display/", common_views.display_preferences, name="display-preferences"),
    path("accounts/", include("agencies.urls_accounts")),
    path("oauth/", include("agencies.urls_oauth")),
    path("captcha/<slug:key>/", captcha_image, {"scale": 1}, name="captcha-image"),
    path("workbench/", include("hegang_credit.urls_workbench")),
    path("", include("portal.urls")),
]

handler400 = "common.problems.bad_request"
handler403 = "common.problems.permission_denied"
handler404 = "common.problems.page_not_found"
handler500 = "common.problems.server_error"
