"""Addresses of natural persons in the workbench, below /workbench/persons/."""

from django.urls import path

from records.erasure import views as erasure
from records.persons.views import consents, window

urlpatterns = [
    path("consents/", consents.consent_list, name="consent-list"),
    path("consents/new/", consents.consent_new, name="consent-new"),
    path("consents/ask/", consents.consent_ask, name="consent-ask"),
    path("consents/<str:public_id>/", consents.consent, name="consent"),
    path("consents/<str:public_id>/file/", consents.consent_file, name="consent-file"),
    path("erasures/", erasure.erasure_list, name="erasure-list"),
    path("erasures/new/", erasure.erasure_new, name="erasure-new"),
    path("erasures/overdue/", erasure.overdue, name="erasure-overdue"),
    path("erasures/<str:number>/", erasure.erasure, name="erasure"),
    path("retention/", erasure.retention_list, name="retention"),
    path("retention/<str:kept>/", erasure.retention_rule, name="retention-rule"),
    path("report/", window.person_report, name="person-report"),
]
