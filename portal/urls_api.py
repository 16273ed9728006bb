"""Addresses below /api/v1/."""

from django.urls import path

from portal import api, api_lists

urlpatterns = [
    path("public/subjects/", api.SubjectSearchView.as_view(), name="public-subjects"),
    path("public/subjects/<slug:public_id>/", api.SubjectView.as_view(), name="public-subject"),
    path("public/records/", api.RecordListView.as_view(), name="public-records"),
    path("public/list-entries/", api_lists.EntryListView.as_view(), name="public-list-entries"),
    path("public/honours/", api_lists.HonourListView.as_view(), name="public-honours"),
]
