"""Addresses below /api/v1/."""

from django.urls import path

from catalog import api

urlpatterns = [
    path("catalog/items/", api.ItemListView.as_view(), name="catalog-items"),
    path("catalog/items/<slug:code>/", api.ItemView.as_view(), name="catalog-item"),
]
