"""Addresses below /api/v1/."""

from django.urls import path

from sanctions import api

urlpatterns = [
    path("measures/", api.MeasureListView.as_view(), name="measures"),
    path("matters/", api.MatterListView.as_view(), name="matters"),
]
