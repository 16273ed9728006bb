"""Addresses of the hand-over from the national site."""

from django.urls import path

from repair.api import ApplicationsView, ApplicationView

urlpatterns = [
    path("repair/applications/", ApplicationsView.as_view(), name="repair-applications"),
    path("repair/applications/<slug:number>/", ApplicationView.as_view(), name="repair-application"),
]
