"""Addresses of the agreement with other publications, below /workbench/agreement/."""

from django.urls import path

from records.agreement import views

urlpatterns = [
    path("", views.comparison_list, name="comparison-list"),
    path("new/", views.comparison_new, name="comparison-new"),
    path("differences/<int:pk>/", views.difference, name="difference"),
    path("<str:public_id>/", views.comparison, name="comparison"),
]
