"""Addresses of the workbench. Pages belong to their rooms; the namespace is one."""

from django.urls import path
from province.views import exchange

from common.views import styleguide
from hegang_credit.workbench import ledger_blocks
from records.views import batches, records

app_name = "workbench"
urlpatterns = [
    path("", records.home, name="home"),
    path("batches/", batches.batch_list, name="batch-list"),
    path("batches/new/", batches.batch_new, name="batch-new"),
    path("batches/<str:public_id>/", batches.batch, name="batch"),
    path("batches/<str:public_id>/rejections/", batches.batch_rejections, name="batch-rejections"),
    path("records/", records.record_list, name="record-list"),
    path("records/<int:pk>/", records.record, name="record"),
    path("records/new/<slug:item_code>/", records.record_new, name="record-new"),
    path("exchange/", exchange, name="exchange"),
    path("ledger/", ledger_blocks, name="ledger"),
    path("styleguide/", styleguide, name="styleguide"),
]
