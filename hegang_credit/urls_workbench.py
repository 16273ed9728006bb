"""Addresses of the workbench. Pages belong to their rooms; the namespace is one."""

from django.urls import include, path

from agencies.saved_filters import keep_filter
from common.views import styleguide
from hegang_credit import administration
from hegang_credit.home import home
from hegang_credit.subjects import subject
from hegang_credit.workbench import ledger_blocks
from province import views_callbacks, views_targets
from province.views import exchange
from province.views_comparison import reconciliation_page
from province.views_incoming import incoming_page
from records.drafts import views as drafts
from records.fulfilment import views as fulfilment
from records.views import batches, lists, records
from supervision.views import calendar, clues, errors, figures, gaps

app_name = "workbench"
urlpatterns = [
    path("", home, name="home"),
    path("batches/", lists.batch_list, name="batch-list"),
    path("batches/file/", lists.batch_file, name="batch-list-file"),
    path("batches/new/", batches.batch_new, name="batch-new"),
    path("batches/<str:public_id>/", batches.batch, name="batch"),
    path("batches/<str:public_id>/rejections/", batches.batch_rejections, name="batch-rejections"),
    path("items/<slug:item_code>/template/", batches.item_template, name="item-template"),
    path("records/", lists.record_list, name="record-list"),
    path("records/file/", lists.record_file, name="record-list-file"),
    path("records/<int:pk>/", records.record, name="record"),
    path("", include("records.urls_evidence")),
    path("records/<int:pk>/status/", fulfilment.status, name="record-status"),
    path("records/drafts/", drafts.draft_list, name="draft-list"),
    path("records/drafts/<str:public_id>/", drafts.draft_check, name="draft-check"),
    path("records/new/<slug:item_code>/", records.record_new, name="record-new"),
    path("subjects/", include("records.urls_identity")),
    path("subjects/<str:public_id>/", subject, name="subject"),
    path("catalog/", include("catalog.urls_workbench")),
    path("sharing/", include("records.urls_sharing")),
    path("persons/", include("records.urls_persons")),
    path("agreement/", include("records.urls_agreement")),
    path("lists/", include("blacklist.urls_workbench")),
    path("measures/", include("sanctions.urls_workbench")),
    path("repair/", include("repair.urls_workbench")),
    path("exchange/", exchange, name="exchange"),
    path("exchange/reconciliation/<slug:code>/", reconciliation_page, name="reconciliation"),
    path("exchange/incoming/", incoming_page, name="incoming"),
    path("exchange/callbacks/", views_callbacks.callback_page, name="callbacks"),
    path("exchange/targets/", views_targets.target_list, name="push-targets"),
    path("exchange/targets/new/", views_targets.target_new, name="push-target-new"),
    path("exchange/targets/<slug:code>/", views_targets.target_page, name="push-target"),
    path("news/", include("portal.news.urls_workbench")),
    path("ledger/", ledger_blocks, name="ledger"),
    path("supervision/", clues.clue_list, name="supervision"),
    path("supervision/clues/<int:pk>/", clues.clue, name="clue"),
    path("supervision/gaps/", gaps.gap_list, name="gap-list"),
    path("supervision/gaps/<int:pk>/", gaps.gap, name="gap"),
    path("supervision/figures/", figures.supervision_figures, name="supervision-figures"),
    path("supervision/errors/", errors.error_figures, name="supervision-errors"),
    path("supervision/calendar/", calendar.calendar_year, name="calendar"),
    path("officers/", administration.officer_list, name="officer-list"),
    path("officers/new/", administration.officer_new, name="officer-new"),
    path("officers/<int:pk>/", administration.officer, name="officer"),
    path("clients/", administration.client_list, name="client-list"),
    path("clients/new/", administration.client_new, name="client-new"),
    path("clients/<int:pk>/", administration.client, name="client"),
    path("filters/", keep_filter, name="filters"),
    path("styleguide/", styleguide, name="styleguide"),
]
