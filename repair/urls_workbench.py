"""Addresses of repair and objections in the workbench, below /workbench/repair/."""

from django.urls import path

from repair.views import case, downloads, inbox, required, rules, window

urlpatterns = [
    path("", inbox.case_list, name="repair-list"),
    path("figures/", inbox.case_figures, name="repair-figures"),
    path("find/", window.case_find, name="repair-find"),
    path("new/<slug:kind>/", window.case_new, name="repair-new"),
    path("omissions/new/", window.omission_new, name="repair-omission-new"),
    path("notice/", window.record_notice, name="repair-record-notice"),
    path("rules/", rules.rule_list, name="repair-rules"),
    path("rules/<slug:code>/", rules.rule_page, name="repair-rule"),
    path("objection-rules/<slug:ground>/", rules.objection_rule, name="objection-rule"),
    path("required-materials/new/", required.material_new, name="required-material-new"),
    path("required-materials/<int:pk>/end/", required.material_end, name="required-material-end"),
    path("materials/<int:pk>/", downloads.case_material, name="repair-material"),
    path("cases/<slug:number>/", case.case_page, name="repair-case"),
    path("cases/<slug:number>/<slug:do>/", downloads.case_paper, name="repair-paper"),
]
