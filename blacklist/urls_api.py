"""Addresses below /api/v1/."""

from django.urls import path

from blacklist import api

urlpatterns = [path("list-schemes/", api.SchemeListView.as_view(), name="list-schemes")]
