"""Addresses below /api/v1/."""

from django.urls import path

from province import api, api_incoming

urlpatterns = [
    path("province/changes/", api.ChangesView.as_view(), name="province-changes"),
    path("province/incoming/", api_incoming.IncomingView.as_view(), name="province-incoming"),
    path("province/snapshot/", api.SnapshotView.as_view(), name="province-snapshot"),
    path("province/reconciliation/", api.ReconciliationView.as_view(), name="province-reconciliation"),
]
