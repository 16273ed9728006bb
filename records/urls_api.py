"""Addresses of the intake interface, below /api/v1/."""

from django.urls import path

from records import api
from records.evidence import api as evidence
from records.fulfilment.api import RecordStatusView
from records.persons.api import ConsentsView, ConsentView, ConsentWithdrawalView
from records.sharing.api import PurposesView

urlpatterns = [
    path("purposes/", PurposesView.as_view(), name="purposes"),
    path("consents/", ConsentsView.as_view(), name="consents"),
    path("consents/<str:public_id>/", ConsentView.as_view(), name="consent"),
    path("consents/<str:public_id>/withdrawal/", ConsentWithdrawalView.as_view(), name="consent-withdrawal"),
    path("records/", api.RecordsView.as_view(), name="records"),
    path("records/<int:pk>/", evidence.RecordView.as_view(), name="record"),
    path("records/<int:pk>/versions/", evidence.VersionsView.as_view(), name="record-versions"),
    path("records/<int:pk>/as-of/", evidence.AsOfView.as_view(), name="record-as-of"),
    path("records/<int:pk>/corrections/", evidence.CorrectionsView.as_view(), name="record-corrections"),
    path("records/<int:pk>/withdrawal/", evidence.WithdrawalView.as_view(), name="record-withdrawal"),
    path("records/<int:pk>/proceedings/", evidence.ProceedingsView.as_view(), name="record-proceedings"),
    path(
        "records/<int:pk>/proceedings/<int:number>/outcome/",
        evidence.OutcomeView.as_view(),
        name="record-proceeding-outcome",
    ),
    path("records/<int:pk>/status/", RecordStatusView.as_view(), name="record-status"),
    path("batches/", api.BatchesView.as_view(), name="batches"),
    path("batches/<str:public_id>/", api.BatchView.as_view(), name="batch"),
    path("batches/<str:public_id>/rejections/", api.RejectionsView.as_view(), name="batch-rejections"),
]
