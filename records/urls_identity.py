"""Addresses of subjects in the workbench, below /workbench/subjects/. The page of one subject stands with the project,
for it looks across rooms."""

from django.urls import path

from records.identity.views import changes, subjects

urlpatterns = [
    path("", subjects.subject_list, name="subject-list"),
    path("changes/", changes.change_list, name="identity-changes"),
    path("changes/<str:public_id>/", changes.change, name="identity-change"),
    path("<str:public_id>/merge/", changes.merge_new, name="identity-merge"),
    path("<str:public_id>/split/", changes.split_new, name="identity-split"),
    path("<str:public_id>/name/", changes.rename, name="identity-rename"),
]
