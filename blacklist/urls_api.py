"""Addresses below /api/v1/."""

from django.urls import path

from blacklist import api_cases, api_honours, api_imports, api_schemes

urlpatterns = [
    path("list-schemes/", api_schemes.SchemesView.as_view(), name="list-schemes"),
    path("honour-schemes/", api_honours.HonourSchemesView.as_view(), name="honour-schemes"),
    path("list-deliveries/", api_imports.DeliveriesView.as_view(), name="list-deliveries"),
    path("list-deliveries/<str:public_id>/", api_imports.DeliveryView.as_view(), name="list-delivery"),
    path("list-cases/", api_cases.CasesView.as_view(), name="list-cases"),
    path("list-cases/<str:public_id>/", api_cases.CaseView.as_view(), name="list-case"),
    path("list-cases/<str:public_id>/steps/", api_cases.CaseStepsView.as_view(), name="list-case-steps"),
    path(
        "list-cases/<str:public_id>/documents/<int:step>/",
        api_cases.CaseDocumentView.as_view(),
        name="list-case-document",
    ),
]
