"""Addresses below /workbench/measures/."""

from django.urls import path

from sanctions.views import applied, lists, screening, subscriptions

urlpatterns = [
    path("", applied.measure_list, name="measure-list"),
    path("apply/", applied.measure_apply, name="measure-apply"),
    path("applied/<str:public_id>/", applied.measure_applied, name="measure-applied"),
    path("lifts/", applied.lift_list, name="measure-lifts"),
    path("figures/", screening.feedback_figures, name="measure-figures"),
    path("list/", lists.list_editions, name="list-editions"),
    path("list/editions/<slug:code>/", lists.list_edition, name="list-edition"),
    path("list/compare/", lists.list_compare, name="list-compare"),
    path("list/drafts/new/", lists.list_draft_new, name="list-draft-new"),
    path("list/drafts/<int:pk>/", lists.list_draft, name="list-draft"),
    path("list/drafts/<int:pk>/workbook/", lists.list_draft_workbook, name="list-draft-workbook"),
    path("list/drafts/<int:pk>/rows/new/", lists.list_draft_row, name="list-draft-row-new"),
    path("list/drafts/<int:pk>/rows/<slug:code>/", lists.list_draft_row, name="list-draft-row"),
    path("screening/", screening.screening, name="screening"),
    path("screening/box/", screening.screening_box, name="screening-box"),
    path("screening/subscriptions/", subscriptions.subscription_list, name="subscriptions"),
    path("screening/receipts/", screening.screening_list, name="screening-list"),
    path("screening/receipts/<str:public_id>/", screening.screening_receipt, name="screening-receipt"),
]
