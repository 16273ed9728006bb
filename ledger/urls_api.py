"""Addresses below /api/v1/."""

from django.urls import path

from ledger import api

urlpatterns = [
    path("ledger/blocks/", api.BlockListView.as_view(), name="ledger-blocks"),
    path("ledger/blocks/<int:no>/", api.BlockView.as_view(), name="ledger-block"),
    path("ledger/proof/", api.ProofView.as_view(), name="ledger-proof"),
]
