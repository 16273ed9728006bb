"""Addresses of evidence and correction, below /workbench/."""

from django.urls import path

from records.evidence.views import changes, versions

urlpatterns = [
    path("records/waiting/", changes.waiting, name="record-waiting"),
    path("records/<int:pk>/correct/", changes.correct, name="record-correct"),
    path("records/<int:pk>/withdraw/", changes.withdraw, name="record-withdraw"),
    path("records/<int:pk>/proceedings/new/", changes.proceeding_new, name="record-proceeding-new"),
    path("records/<int:pk>/proceedings/<int:number>/", changes.proceeding, name="record-proceeding"),
    path("records/<int:pk>/versions/", versions.versions, name="record-versions"),
    path("subjects/<str:public_id>/as-of/", versions.subject_as_of, name="subject-as-of"),
]
