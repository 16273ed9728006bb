"""Addresses below /api/v1/."""

from django.urls import path

from sanctions import api, api_feedback, api_files, api_screening, api_subscriptions

urlpatterns = [
    path("measures/", api.MeasureListView.as_view(), name="measures"),
    path("matters/", api.MatterListView.as_view(), name="matters"),
    path("screenings/", api_screening.ScreeningsView.as_view(), name="screenings"),
    path("screenings/candidates/", api_screening.CandidatesView.as_view(), name="screening-candidates"),
    path("screenings/lift-tasks/", api_feedback.LiftTasksView.as_view(), name="screening-lift-tasks"),
    path("screenings/files/", api_files.FilesView.as_view(), name="screening-files"),
    path("screenings/files/<str:public_id>/", api_files.FileView.as_view(), name="screening-file"),
    path("screenings/files/<str:public_id>/result/", api_files.ResultView.as_view(), name="screening-result"),
    path(
        "screenings/subscriptions/",
        api_subscriptions.SubscriptionsView.as_view(),
        name="screening-subscriptions",
    ),
    path(
        "screenings/subscriptions/<str:public_id>/",
        api_subscriptions.SubscriptionView.as_view(),
        name="screening-subscription",
    ),
    path(
        "screenings/subscriptions/<str:public_id>/end/",
        api_subscriptions.SubscriptionEndView.as_view(),
        name="screening-subscription-end",
    ),
    path(
        "screenings/<str:public_id>/feedback/",
        api_feedback.FeedbackView.as_view(),
        name="screening-feedback",
    ),
]
