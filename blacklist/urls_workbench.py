"""Addresses below /workbench/lists/."""

from django.urls import path

from blacklist.views import cases, entries, history, honours, imports, numbers, schemes, steps

urlpatterns = [
    path("", cases.case_list, name="case-list"),
    path("cases/new/", cases.case_new, name="case-new"),
    path("cases/<str:public_id>/", cases.case, name="case"),
    path("cases/<str:public_id>/steps/<slug:kind>/", steps.case_step, name="case-step"),
    path(
        "cases/<str:public_id>/documents/<int:step>/<slug:ending>/", cases.case_document, name="case-document"
    ),
    path("cases/<str:public_id>/files/<int:pk>/", cases.case_file, name="case-file"),
    path("numbers/", numbers.number_words, name="list-numbers"),
    path("entries/", entries.entry_list, name="list-entries"),
    path("entries/<str:public_id>/", entries.entry, name="list-entry"),
    path("entries/<str:public_id>/<slug:act>/", entries.entry_change, name="list-entry-change"),
    path("honours/", honours.honour_list, name="honours"),
    path("honours/<str:public_id>/", honours.honour, name="honour"),
    path("honours/<str:public_id>/<slug:act>/", honours.honour_change, name="honour-change"),
    path("honour-schemes/", schemes.honour_scheme_list, name="honour-schemes"),
    path("honour-schemes/new/", schemes.honour_scheme_new, name="honour-scheme-new"),
    path("honour-schemes/<slug:code>/", schemes.honour_scheme, name="honour-scheme"),
    path("sources/", imports.source_list, name="list-sources"),
    path("sources/<slug:code>/", imports.source, name="list-source"),
    path("deliveries/<str:public_id>/", imports.delivery, name="list-delivery"),
    path("deliveries/<str:public_id>/refusals/", imports.delivery_refusals, name="list-delivery-refusals"),
    path("as-of/", history.as_of, name="list-as-of"),
    path("schemes/", schemes.scheme_list, name="list-schemes"),
    path("schemes/new/", schemes.scheme_new, name="list-scheme-new"),
    path("schemes/attempts/", schemes.attempt_list, name="list-scheme-attempts"),
    path("schemes/<slug:code>/", schemes.scheme, name="list-scheme"),
]
