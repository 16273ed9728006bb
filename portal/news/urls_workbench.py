"""Addresses of the articles in the workbench."""

from django.urls import path

from portal.news import views_workbench as views

urlpatterns = [
    path("", views.article_list, name="news"),
    path("new/", views.article_new, name="news-new"),
    path("<int:pk>/", views.article_page, name="news-article"),
    path("<int:pk>/edit/", views.article_edit, name="news-edit"),
]
