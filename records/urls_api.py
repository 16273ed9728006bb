"""Addresses of the intake interface, below /api/v1/."""

from django.urls import path

from records import api
from records.sharing.api import PurposesView

urlpatterns = [
    path("purposes/", PurposesView.as_view(), name="purposes"),
    path("records/", api.RecordsView.as_view(), name="records"),
    path("batches/", api.BatchesView.as_view(), name="batches"),
    path("batches/<str:public_id>/", api.BatchView.as_view(), name="batch"),
    path("batches/<str:public_id>/rejections/", api.RejectionsView.as_view(), name="batch-rejections"),
]
