"""Addresses below /workbench/catalog/."""

from django.urls import path

from catalog.deadlines import views as deadlines
from catalog.views import bases, document_kinds, draft_items, drafts, editions, regimes, routes

urlpatterns = [
    path("", editions.overview, name="catalog"),
    path("editions/", editions.edition_list, name="catalog-editions"),
    path("editions/<slug:code>/", editions.edition_page, name="catalog-edition"),
    path("editions/<slug:code>/workbook/", editions.edition_workbook, name="catalog-edition-workbook"),
    path("compare/", editions.compare_page, name="catalog-compare"),
    path("items/<slug:code>/", editions.item_page, name="catalog-item"),
    path("items/<slug:code>/routes/", routes.routes_page, name="catalog-routes"),
    path("routes/<int:pk>/end/", routes.route_end, name="catalog-route-end"),
    path("document-kinds/", document_kinds.kind_list, name="catalog-document-kinds"),
    path("document-kinds/new/", document_kinds.kind_new, name="catalog-document-kind-new"),
    path("document-kinds/<slug:code>/end/", document_kinds.kind_end, name="catalog-document-kind-end"),
    path("bases/", bases.basis_list, name="catalog-bases"),
    path("bases/new/", bases.basis_new, name="catalog-basis-new"),
    path("bases/<slug:code>/", bases.basis_page, name="catalog-basis"),
    path("bases/<slug:code>/edit/", bases.basis_edit, name="catalog-basis-edit"),
    path("bases/<slug:code>/repeal/", bases.basis_repeal, name="catalog-basis-repeal"),
    path("deadlines/", deadlines.deadline_list, name="catalog-deadlines"),
    path("deadlines/<slug:code>/", deadlines.deadline_page, name="catalog-deadline"),
    path("regimes/", regimes.regime_list, name="catalog-regimes"),
    path("regimes/new/", regimes.regime_new, name="catalog-regime-new"),
    path("regimes/<slug:code>/", regimes.regime_page, name="catalog-regime"),
    path("regimes/<slug:code>/end/", regimes.regime_end, name="catalog-regime-end"),
    path("drafts/new/", drafts.draft_new, name="catalog-draft-new"),
    path("drafts/<int:pk>/", drafts.draft_page, name="catalog-draft"),
    path("drafts/<int:pk>/edit/", drafts.draft_edit, name="catalog-draft-edit"),
    path("drafts/<int:pk>/workbook/", drafts.draft_workbook, name="catalog-draft-workbook"),
    path("drafts/<int:pk>/items/new/", draft_items.item_form, name="catalog-draft-item-new"),
    path("drafts/<int:pk>/items/<slug:code>/", draft_items.item_page, name="catalog-draft-item"),
    path("drafts/<int:pk>/items/<slug:code>/edit/", draft_items.item_form, name="catalog-draft-item-edit"),
    path(
        "drafts/<int:pk>/items/<slug:code>/fields/new/",
        draft_items.field_form,
        name="catalog-draft-field-new",
    ),
    path(
        "drafts/<int:pk>/items/<slug:code>/fields/<slug:field>/",
        draft_items.field_form,
        name="catalog-draft-field",
    ),
]
