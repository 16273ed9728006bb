"""Addresses below /workbench/measures/."""

from django.urls import path

from sanctions.views import applied, screening

urlpatterns = [
    path("", applied.measure_list, name="measure-list"),
    path("apply/", applied.measure_apply, name="measure-apply"),
    path("applied/<str:public_id>/", applied.measure_applied, name="measure-applied"),
    path("lifts/", applied.lift_list, name="measure-lifts"),
    path("figures/", screening.feedback_figures, name="measure-figures"),
    path("screening/", screening.screening, name="screening"),
    path("screening/box/", screening.screening_box, name="screening-box"),
    path("screening/receipts/", screening.screening_list, name="screening-list"),
    path("screening/receipts/<str:public_id>/", screening.screening_receipt, name="screening-receipt"),
]
