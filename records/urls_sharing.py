"""Addresses of sharing in the workbench, below /workbench/sharing/."""

from django.urls import path

from records.sharing.views import exports, lookups, purposes

urlpatterns = [
    path("", purposes.purpose_list, name="purpose-list"),
    path("purposes/new/", purposes.purpose_new, name="purpose-new"),
    path("purposes/<slug:code>/", purposes.purpose, name="purpose"),
    path("lookup/", lookups.lookup, name="lookup"),
    path("lookups/", lookups.lookup_list, name="lookup-list"),
    path("exports/<str:public_id>/", exports.export, name="export"),
]
