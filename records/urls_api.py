"""Addresses of the intake interface, below /api/v1/."""

from django.urls import path

from records import api
from records.persons.api import ConsentsView, ConsentView, ConsentWithdrawalView
from records.sharing.api import PurposesView

urlpatterns = [
    path("purposes/", PurposesView.as_view(), name="purposes"),
    path("consents/", ConsentsView.as_view(), name="consents"),
    path("consents/<str:public_id>/", ConsentView.as_view(), name="consent"),
    path("consents/<str:public_id>/withdrawal/", ConsentWithdrawalView.as_view(), name="consent-withdrawal"),
    path("records/", api.RecordsView.as_view(), name="records"),
    path("batches/", api.BatchesView.as_view(), name="batches"),
    path("batches/<str:public_id>/", api.BatchView.as_view(), name="batch"),
    path("batches/<str:public_id>/rejections/", api.RejectionsView.as_view(), name="batch-rejections"),
]
