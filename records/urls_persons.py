"""Addresses of natural persons in the workbench, below /workbench/persons/."""

from django.urls import path

from records.persons.views import consents, window

urlpatterns = [
    path("consents/", consents.consent_list, name="consent-list"),
    path("consents/new/", consents.consent_new, name="consent-new"),
    path("consents/<str:public_id>/", consents.consent, name="consent"),
    path("consents/<str:public_id>/file/", consents.consent_file, name="consent-file"),
    path("report/", window.person_report, name="person-report"),
]
